package session

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// dropDependents refuses to drop what views rest on, or drops them too. Views
// without schema binding do not count.
func (s *Session) dropDependents(ctx context.Context, t *warehouse.Table, cascade bool) error {
	views, err := s.dependents(ctx, t)
	if err != nil {
		return err
	}
	for _, v := range views {
		if !cascade {
			return &fault.Error{Kind: fault.Conflict, Code: "2BP01", On: t.Name,
				Message: fmt.Sprintf("cannot drop %s %s because other objects depend on it", kindWord(t), t.Name),
				Detail:  fmt.Sprintf("view %s depends on %s %s", v.Name, kindWord(t), t.Name),
				Hint:    "Use DROP ... CASCADE to drop the dependent objects too."}
		}
		// One view may have fallen with another already.
		if v, err = s.client.Table(ctx, v.Schema, v.Name); fault.CodeOf(err) == "42P01" {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.dropDependents(ctx, v, true); err != nil {
			return err
		}
		if err := s.client.DropTable(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

func kindWord(t *warehouse.Table) string {
	if t.Kind == "v" {
		return "view"
	}
	return "table"
}

// dependents are the views that read t.
func (s *Session) dependents(ctx context.Context, t *warehouse.Table) ([]*warehouse.Table, error) {
	if t.Temporary {
		return nil, nil
	}
	var all, found []*warehouse.Table
	err := warehouse.EachRow(ctx, s.client.Conn(), func(c *warehouse.Chunk, row int) error {
		text := func(i int) string { return string(c.Vectors[i].Bytes(row)) }
		all = append(all, &warehouse.Table{Schema: text(0), Name: text(1), Kind: "v", Definition: text(2)})
		return nil
	}, "SELECT schema_name, name, definition FROM inlet.catalog_relation WHERE kind = 'v' AND NOT late_bound AND oid <> ?", t.OID)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if s.reads(ctx, v.Definition, t) {
			found = append(found, v)
		}
	}
	return found, nil
}

// reads reports whether a query names a table.
func (s *Session) reads(ctx context.Context, query string, t *warehouse.Table) bool {
	parsed, err := dialect.Parse(query)
	if err != nil {
		return false // It was read when the view was made; a name in it lost its meaning since.
	}
	tr, err := dialect.Translate(parsed, s.catalog(ctx))
	if err != nil {
		return false
	}
	for _, n := range tr.Reads {
		if found, err := s.find(ctx, n); err == nil && found.OID == t.OID {
			return true
		}
	}
	return false
}
