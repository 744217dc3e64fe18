package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/orc"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// fitORC compares a file with the table and reads its values: once for what they are, and once as the COPY would.
func (r *rehearsal) fitORC(ctx context.Context, f fetched) (int64, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return 0, fmt.Errorf("open a fetched file: %w", err)
	}
	defer in.Close()
	file, err := orc.Open(in, f.size)
	if errors.Is(err, orc.ErrMagic) {
		return 0, r.badMagic(f)
	}
	if err != nil {
		return 0, r.orcFault(f.index, err)
	}
	fields := file.Fields()
	if !r.out.Exists && r.columns == nil {
		r.columnsOfORC(fields)
	}
	if err := r.measureORC(ctx, file, fields); err != nil {
		return 0, r.orcFault(f.index, err)
	}
	found, err := r.matchORC(f.index, fields)
	if err != nil {
		return 0, err
	}
	err = r.readORC(ctx, file, found, func() visitor { return visitor{see: func(*warehouse.Chunk) error { return nil }, end: func() {}} })
	return file.Rows(), r.orcFault(f.index, err)
}

// readORC reads all rows of a file into columns.
func (r *rehearsal) readORC(ctx context.Context, file *orc.File, columns []delimited.Column, visit func() visitor) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	scan, err := file.NewScan(ctx, columns, orc.Options{AcceptInvChars: r.Copy.Options.AcceptInvChars, InvChar: r.Copy.Options.InvChar})
	if err != nil {
		return err
	}
	return errors.Join(drain(scan, visit, cancel), scan.Close())
}

// columnsOfORC makes columns after a file's schema.
func (r *rehearsal) columnsOfORC(fields []orc.Field) {
	names, types := make([]string, len(fields)), make([]sqltype.Type, len(fields))
	for i, f := range fields {
		names[i], types[i] = f.Name, orcColumn(f.Type, sqltype.MaxVarchar)
	}
	r.schema(names, types)
}

// orcColumn is the type that takes a column of a file, with text of a length; SUPER where no other does.
func orcColumn(t *orc.Type, length int) sqltype.Type {
	decimal := sqltype.Type{ID: sqltype.Decimal, Precision: t.Precision, Scale: t.Scale}
	if t.Precision == 0 {
		decimal.Precision, decimal.Scale = sqltype.MaxPrecision, 18 // Hive's first writer did not say.
	}
	for _, to := range []sqltype.Type{{ID: sqltype.Boolean}, {ID: sqltype.Smallint}, {ID: sqltype.Integer}, {ID: sqltype.Bigint}, {ID: sqltype.Real},
		{ID: sqltype.Double}, decimal, {ID: sqltype.Varchar, Length: length}, {ID: sqltype.Varbyte, Length: sqltype.MaxVarbyte}, {ID: sqltype.Date}} {
		if t.Fits(to) {
			return to
		}
	}
	switch t.Kind {
	case orc.Timestamp:
		return sqltype.Type{ID: sqltype.Timestamp}
	case orc.Instant:
		return sqltype.Type{ID: sqltype.TimestampTZ}
	}
	return sqltype.Type{ID: sqltype.Super}
}

// measureORC counts values and the bytes of text, whatever the table's columns are.
func (r *rehearsal) measureORC(ctx context.Context, file *orc.File, fields []orc.Field) error {
	columns := make([]delimited.Column, len(fields))
	for i, f := range fields {
		columns[i].Type = orcColumn(f.Type, longestRecord)
	}
	var mu sync.Mutex
	total := make([]measured, len(fields))
	err := r.readORC(ctx, file, columns, func() visitor {
		seen := make([]measured, len(fields))
		return visitor{see: func(c *warehouse.Chunk) error { r.measureChunk(c, columns, seen); return nil }, end: func() {
			mu.Lock()
			defer mu.Unlock()
			for i, m := range seen {
				total[i] = measured{total[i].values + m.values, total[i].long + m.long, max(total[i].longest, m.longest)}
			}
		}}
	})
	for i := range min(len(fields), len(r.columns)) {
		r.findORC(i, fields[i].Type, file.Rows(), total[i])
	}
	return err
}

func (r *rehearsal) measureChunk(c *warehouse.Chunk, columns []delimited.Column, seen []measured) {
	for i := range seen {
		m, v := &seen[i], &c.Vectors[i]
		limit := r.textLimit(i)
		for row := range c.Rows {
			if v.Null(row) {
				continue
			}
			m.values++
			if columns[i].Type.ID != sqltype.Varchar {
				continue
			}
			n := len(v.Bytes(row))
			m.longest = max(m.longest, n)
			if n > limit {
				m.long++
			}
		}
	}
}

// findORC adds what a file has of a column to its finding.
func (r *rehearsal) findORC(i int, t *orc.Type, rows int64, m measured) {
	f := r.findColumnar(i, orcColumn(t, sqltype.MaxVarchar), rows, m)
	if !t.Fits(r.columns[i].Type) {
		f.Unfit += m.values
		f.Reason = "ORC's " + shortened(t.String()) + " does not go into " + f.Type
	}
}
