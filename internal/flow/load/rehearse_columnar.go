package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/infer"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// readColumnar looks at Parquet and ORC files, one after the other. A file that does not fit is
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
			f.err = r.readFetched(ctx, f)
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

// readFetched looks at one file. What is wrong with it ends the COPY but not the rehearsal.
func (r *rehearsal) readFetched(ctx context.Context, f fetched) error {
	r.out.RawBytes += f.size
	rows, err := r.fit(ctx, f)
	if bad, ok := errors.AsType[*BadFiles](err); ok {
		r.misfit(f.index, bad)
		rows = 0
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

// fit compares a file with the table. As for a COPY, a file of no bytes has no rows.
func (r *rehearsal) fit(ctx context.Context, f fetched) (int64, error) {
	switch {
	case f.size == 0:
		return 0, nil
	case r.Copy.Format.Kind == "orc":
		return r.fitORC(ctx, f)
	}
	return r.fitParquet(ctx, f)
}

// misfit tells of a file that the COPY would fail at.
func (r *rehearsal) misfit(i int, bad *BadFiles) {
	rejection := Rejection{URL: r.files[i].URL(), Reason: bad.Err.Error()}
	if f, ok := errors.AsType[*fault.Error](bad.Err); ok {
		rejection.Reason = framed(f.Detail, "context", f.Message)
		rejection.Code, _ = strconv.Atoi(framed(f.Detail, "code", "")) // 0 where there is none.
	}
	if len(r.out.Rejections) < r.limit {
		r.out.Rejections = append(r.out.Rejections, rejection)
	}
	if r.out.Error == "" {
		r.out.Error = "COPY would fail: " + rejection.Reason
		r.out.Hint = "A columnar file is loaded whole or not at all, whatever MAXERROR says."
	}
}

// framed is what stands behind a name in the frame of an error of Redshift's engine.
func framed(detail, name, otherwise string) string {
	_, rest, ok := strings.Cut(detail, "\n  "+name+":")
	if !ok {
		return otherwise
	}
	end := len(rest)
	for _, next := range []string{"\n  context:", "\n  query:"} {
		if i := strings.Index(rest, next); i >= 0 {
			end = min(end, i)
		}
	}
	return strings.TrimSpace(rest[:end])
}

// fitParquet compares a file with the table and reads its values.
func (r *rehearsal) fitParquet(ctx context.Context, f fetched) (rows int64, err error) {
	if !f.magic() {
		return 0, r.badMagic(f)
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

// columnsOf makes columns after a Parquet file's schema.
func (r *rehearsal) columnsOf(fields []parquetField) {
	names, types := make([]string, len(fields)), make([]sqltype.Type, len(fields))
	for i := range fields {
		names[i], types[i] = fields[i].name, fields[i].columnType()
	}
	r.schema(names, types)
}

// schema sets the columns of a table that does not exist, with text of any length.
func (r *rehearsal) schema(found []string, types []sqltype.Type) {
	if len(r.Copy.Columns) == len(found) {
		found = r.Copy.Columns
	}
	for i, name := range tableNames(found, false) {
		if types[i].ID == sqltype.Super && !r.Copy.Options.SerializeToJSON {
			r.note("%s holds lists or groups: a column of type SUPER takes them with SERIALIZETOJSON.", name)
		}
		r.columns = append(r.columns, delimited.Column{Name: name, Type: types[i]})
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

// measure counts rows, values and the bytes of text, and makes the findings of the columns.
func (r *rehearsal) measure(ctx context.Context, f fetched, from string, fields []parquetField) (rows int64, err error) {
	sql := []string{"count(*)"}
	for i := range fields {
		longest, long := "0", "0"
		if fields[i].columnType().ID == sqltype.Varchar {
			bytes := "strlen(" + fields[i].text(i) + ")"
			longest, long = "max("+bytes+")", fmt.Sprintf("count(*) FILTER (%s > %d)", bytes, r.textLimit(i))
		}
		sql = append(sql, "count("+position(i)+")", longest+"::BIGINT", long+"::BIGINT")
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
		n := got[1+3*i:]
		r.findParquet(i, &fields[i], got[0], measured{values: n[0], longest: int(n[1]), long: n[2]})
	}
	return got[0], nil
}

// textLimit is how many bytes column i takes; where it is no text there is no limit.
func (r *rehearsal) textLimit(i int) int {
	if i < len(r.columns) && isText(r.columns[i].Type) {
		return r.columns[i].Type.Length
	}
	return longestRecord
}

// findParquet adds what a file has of a column to its finding.
func (r *rehearsal) findParquet(i int, field *parquetField, rows int64, m measured) {
	f := r.findColumnar(i, field.columnType(), rows, m)
	if _, ok := field.expression(i, r.columns[i].Type, r.Copy.Options.SerializeToJSON); !ok {
		f.Unfit += m.values
		f.Reason = "Parquet's " + field.schema(i) + " does not go into " + f.Type
	}
}

// measured is what was seen of a column of a file.
type measured struct {
	values, long int64 // long are those longer than the table's column
	longest      int   // bytes
}

// findColumnar adds what a file has of a column, whose values would go into the type fits, to the finding.
func (r *rehearsal) findColumnar(i int, fits sqltype.Type, rows int64, m measured) *ColumnFinding {
	c := &r.columns[i]
	if len(r.out.Columns) <= i {
		r.out.Columns = append(r.out.Columns, ColumnFinding{Name: c.Name, Type: infer.SQL(c.Type)})
	}
	f := &r.out.Columns[i]
	f.Values, f.Nulls, f.Longest = f.Values+m.values, f.Nulls+rows-m.values, max(f.Longest, m.longest)
	if fits.ID == sqltype.Varchar {
		fits.Length = min(max(f.Longest, 1), sqltype.MaxVarchar)
	}
	f.Narrowest = infer.SQL(fits)
	if m.long > 0 {
		f.Unfit += m.long
		f.Reason = "The value is longer than the column"
	}
	return f
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
