package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/infer"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// readColumnar looks at Parquet files, one after the other. A file that does not fit is
// told of, and the next is read.
func (r *rehearsal) readColumnar(ctx context.Context) error {
	dir := r.client.Database().Engine().Exchange()
	if dir == "" {
		return r.boxed(boxed{message: "COPY from columnar files needs a database that is kept in a file"})
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the exchange folder: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := time.Now()
	for f := range r.fetchAll(ctx, dir) {
		if f.err == nil {
			f.err = r.readParquet(ctx, f)
		}
		if f.path != "" {
			_ = os.Remove(f.path) // The folder is emptied when the database is opened again.
		}
		if f.err != nil {
			return f.err
		}
	}
	r.out.Seconds = time.Since(began).Seconds()
	if !r.out.Exists && len(r.columns) > 0 {
		if err := r.suggestColumnar(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// readParquet looks at one file. What is wrong with it ends the COPY but not the rehearsal.
func (r *rehearsal) readParquet(ctx context.Context, f fetched) error {
	r.out.RawBytes += f.size
	rows, err := r.fitParquet(ctx, f)
	if bad, ok := errors.AsType[*BadFiles](err); ok {
		r.misfit(f.index, bad)
	} else if err != nil {
		return err
	} else {
		r.out.Rows += rows
	}
	if len(r.out.FileList) < r.limit {
		o := r.files[f.index]
		r.out.FileList = append(r.out.FileList, RehearsedFile{URL: o.URL(), Bytes: o.Size, Rows: rows})
	}
	return nil
}

// misfit tells of a file that the COPY would fail at.
func (r *rehearsal) misfit(i int, bad *BadFiles) {
	reason := bad.Err.Error()
	if f, ok := errors.AsType[*fault.Error](bad.Err); ok {
		reason = contextOf(f.Detail, f.Message)
	}
	if len(r.out.Rejections) < r.limit {
		r.out.Rejections = append(r.out.Rejections, Rejection{URL: r.files[i].URL(), Code: codeSpectrumType, Reason: reason})
	}
	if r.out.Error == "" {
		r.out.Error = "COPY would fail: " + reason
		r.out.Hint = "A Parquet file is loaded whole or not at all, whatever MAXERROR says."
	}
}

// contextOf is the line of an error's frame that says what is wrong.
func contextOf(detail, otherwise string) string {
	_, rest, ok := strings.Cut(detail, "context:")
	if !ok {
		return otherwise
	}
	text, _, _ := strings.Cut(rest, "\n  query:")
	return strings.TrimSpace(text)
}

// fitParquet compares a file with the table and reads its values.
func (r *rehearsal) fitParquet(ctx context.Context, f fetched) (rows int64, err error) {
	if !f.magic() {
		return 0, r.badFile(f.index, codeSpectrumFile, fmt.Sprintf("File '%s' has an invalid version number: %q", r.httpName(r.files[f.index]), f.tail))
	}
	fields, err := r.parquetFields(ctx, f.path)
	if err != nil {
		return 0, r.unreadable(f, err)
	}
	if !r.out.Exists && r.columns == nil {
		r.columnsOf(fields)
	}
	from := "read_parquet(" + warehouse.Literal(f.path) + ")"
	if rows, err = r.measure(ctx, f, from, fields); err != nil {
		return 0, err
	}
	if _, err := r.match(f.index, fields); err != nil {
		return 0, err
	}
	return rows, r.checkValues(ctx, f, from, fields)
}

// columnsOf makes columns after a file's schema, with text of any length.
func (r *rehearsal) columnsOf(fields []parquetField) {
	found := make([]string, len(fields))
	for i := range fields {
		found[i] = fields[i].name
	}
	if len(r.Copy.Columns) == len(fields) {
		found = r.Copy.Columns
	}
	for i, name := range tableNames(found, false) {
		t := fields[i].columnType()
		if t.ID == sqltype.Super && !r.Copy.Options.SerializeToJSON {
			r.note("%s holds lists or groups: a column of type SUPER takes them with SERIALIZETOJSON.", name)
		}
		r.columns = append(r.columns, delimited.Column{Name: name, Type: t})
	}
}

// columnType is the only type that takes the field, SUPER where none does.
func (f *parquetField) columnType() sqltype.Type {
	for _, t := range []sqltype.Type{{ID: sqltype.Boolean}, {ID: sqltype.Integer}, {ID: sqltype.Bigint},
		{ID: sqltype.Decimal, Precision: int(f.precision), Scale: int(f.scale)}, {ID: sqltype.Real}, {ID: sqltype.Double}, {ID: sqltype.Date},
		{ID: sqltype.Timestamp}, {ID: sqltype.Time}, {ID: sqltype.Varchar, Length: sqltype.MaxVarchar}} {
		if f.fits(t) {
			return t
		}
	}
	return sqltype.Type{ID: sqltype.Super}
}

// measure counts rows, NULLs and the bytes of text, and makes the findings of the columns.
func (r *rehearsal) measure(ctx context.Context, f fetched, from string, fields []parquetField) (rows int64, err error) {
	sql := []string{"count(*)"}
	for i := range fields {
		longest := "NULL"
		if fields[i].columnType().ID == sqltype.Varchar {
			longest = "max(strlen(" + fields[i].text(i) + "))"
		}
		sql = append(sql, "count("+position(i)+")", longest+"::BIGINT")
	}
	var got []int64
	err = warehouse.EachRow(ctx, r.client.Conn(), func(c *warehouse.Chunk, row int) error {
		for i := range c.Vectors {
			n := int64(0)
			if v := &c.Vectors[i]; !v.Null(row) {
				n = warehouse.Values[int64](v)[row]
			}
			got = append(got, n)
		}
		return nil
	}, "SELECT "+strings.Join(sql, ", ")+" FROM "+from)
	if err != nil {
		return 0, r.unreadable(f, err)
	}
	for i := range min(len(fields), len(r.columns)) {
		r.findColumnar(i, &fields[i], [3]int64{got[0], got[1+2*i], got[2+2*i]})
	}
	return got[0], nil
}

// findColumnar adds what a file has of a column: rows, values and the bytes of the longest.
func (r *rehearsal) findColumnar(i int, field *parquetField, n [3]int64) {
	c := &r.columns[i]
	if len(r.out.Columns) <= i {
		r.out.Columns = append(r.out.Columns, ColumnFinding{Name: c.Name, Type: infer.SQL(c.Type)})
	}
	f := &r.out.Columns[i]
	f.Values, f.Nulls, f.Longest = f.Values+n[1], f.Nulls+n[0]-n[1], max(f.Longest, int(n[2]))
	narrowest := field.columnType()
	if narrowest.ID == sqltype.Varchar {
		narrowest.Length = min(max(f.Longest, 1), sqltype.MaxVarchar)
	}
	f.Narrowest = infer.SQL(narrowest)
	if _, ok := field.expression(i, c.Type, r.Copy.Options.SerializeToJSON); !ok {
		f.Unfit += n[1]
		f.Reason = "Parquet's " + field.schema(i) + " does not go into " + infer.SQL(c.Type)
	}
}

// suggestColumnar gives the columns the lengths that their values need.
func (r *rehearsal) suggestColumnar() error {
	names, types := make([]string, len(r.columns)), make([]sqltype.Type, len(r.columns))
	for i, c := range r.columns {
		names[i], types[i] = c.Name, c.Type
		if c.Type.ID == sqltype.Varchar {
			types[i].Length = infer.Round(r.out.Columns[i].Longest)
		}
	}
	return r.create(names, types)
}
