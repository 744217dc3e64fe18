package session

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// appendTable runs ALTER TABLE APPEND, which moves a table's rows into another and commits.
// Source: Redshift Database Developer Guide, "ALTER TABLE APPEND".
func (s *Session) appendTable(ctx context.Context, x *dialect.AlterTable) (*Result, error) {
	if err := s.outside("ALTER TABLE APPEND"); err != nil {
		return nil, err
	}
	to, err := s.target(ctx, x.Table, "append to", warehouse.Owner)
	if err != nil {
		return nil, err
	}
	from, err := s.target(ctx, *x.From, "append", warehouse.Owner)
	if err != nil {
		return nil, err
	}
	if to.Temporary || from.Temporary {
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "ALTER TABLE APPEND works on permanent tables only",
			Hint: "Use INSERT INTO … SELECT for temporary tables."}
	}
	names, err := appended(to, from, x)
	if err != nil {
		return nil, err
	}
	for _, t := range []*warehouse.Table{to, from} {
		if err := s.client.Lock(ctx, t, warehouse.LockExclusive); err != nil {
			return nil, err
		}
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	return &Result{Tag: "ALTER TABLE APPEND"}, s.client.Append(ctx, to, from, names)
}

// appended are the columns that move: all, but for those one side lacks and may lack.
func appended(to, from *warehouse.Table, x *dialect.AlterTable) ([]string, error) {
	var names []string
	for _, c := range from.Columns {
		col := to.Column(c.Name)
		switch {
		case col == nil && x.IgnoreExtra:
			continue
		case col == nil:
			return nil, mismatch(c.Name, from, to, "IGNOREEXTRA drops the columns the target has not.")
		case col.Type != c.Type:
			return nil, &fault.Error{Kind: fault.Invalid, Code: "42804", On: c.Name,
				Message: fmt.Sprintf("column %q is of type %s in %q and of type %s in %q", c.Name, c.Type, from.Name, col.Type, to.Name)}
		}
		names = append(names, c.Name)
	}
	for _, c := range to.Columns {
		if from.Column(c.Name) == nil && !x.FillTarget {
			return nil, mismatch(c.Name, to, from, "FILLTARGET fills the columns the source has not with their defaults.")
		}
	}
	if names == nil {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "42703", On: from.Name, Message: fmt.Sprintf("tables %q and %q have no column in common", from.Name, to.Name)}
	}
	return names, nil
}

func mismatch(column string, has, lacks *warehouse.Table, hint string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "42703", On: column, Hint: hint,
		Message: fmt.Sprintf("column %q of table %q does not exist in table %q", column, has.Name, lacks.Name)}
}
