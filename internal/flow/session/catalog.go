package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// catalog is what the dialect asks while it rewrites one statement.
type catalog struct {
	session *Session
	ctx     context.Context
	tables  map[string]*warehouse.Table // found, by schema and name
	err     error                       // what went wrong besides a missing table
}

func (s *Session) catalog(ctx context.Context) *catalog {
	return &catalog{session: s, ctx: ctx, tables: map[string]*warehouse.Table{}}
}

// Database is the current database.
func (c *catalog) Database() string { return c.session.manager.cfg.Database.Name }

// Columns gives the declared columns of a table, view or system view.
func (c *catalog) Columns(n dialect.Name) ([]dialect.Column, bool) {
	t, err := c.table(n)
	if err == nil {
		return declared(t), true
	}
	if fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Unsupported {
		c.err = err
		return nil, false
	}
	return c.session.system(n)
}

func (c *catalog) table(n dialect.Name) (*warehouse.Table, error) {
	key := n.Schema + "\x00" + n.Name
	if t := c.tables[key]; t != nil && n.Database == "" {
		return t, nil
	}
	t, err := c.session.find(c.ctx, n)
	if err == nil {
		c.tables[key] = t
	}
	return t, err
}

func declared(t *warehouse.Table) []dialect.Column {
	columns := make([]dialect.Column, len(t.Columns))
	for i, col := range t.Columns {
		columns[i] = dialect.Column{Name: col.Name, Type: col.Type}
		if id := col.Identity; id != nil {
			columns[i].Identity = &dialect.Identity{Seed: id.Seed, Step: id.Step, ByDefault: id.ByDefault}
		}
	}
	return columns
}

// system finds a system view.
func (s *Session) system(n dialect.Name) ([]dialect.Column, bool) {
	if n.Database != "" && n.Database != s.manager.cfg.Database.Name {
		return nil, false
	}
	switch n.Schema {
	case "", "pg_catalog":
		return s.manager.cfg.SystemColumns(n.Name)
	case "information_schema":
		return s.manager.cfg.SystemColumns("information_schema." + n.Name)
	}
	return nil, false
}

// readable refuses relations that do not exist or belong to others.
func (c *catalog) readable(n dialect.Name) error {
	t, err := c.table(n)
	if err == nil {
		return c.session.client.May(c.ctx, c.session.user, t, warehouse.Select)
	}
	if _, ok := c.session.system(n); ok {
		return nil
	}
	return err
}

// find looks a table up: unqualified names among the temporary tables, then along search_path.
func (s *Session) find(ctx context.Context, n dialect.Name) (*warehouse.Table, error) {
	if n.Database != "" && n.Database != s.manager.cfg.Database.Name {
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Position: n.Pos,
			Message: fmt.Sprintf("cross-database reference to database %q is not supported", n.Database)}
	}
	schemas := []string{n.Schema}
	switch {
	case strings.HasPrefix(n.Name, "#"):
		schemas = []string{"pg_temp"}
	case n.Schema == "":
		schemas = append([]string{"pg_temp"}, s.path()...)
	}
	for _, schema := range schemas {
		t, err := s.client.Table(ctx, schema, n.Name)
		if err == nil && n.Schema == "" && s.usable(ctx, t) != nil {
			continue // Where one may not look, nothing is found.
		}
		if err == nil {
			return t, s.usable(ctx, t)
		}
		if fault.CodeOf(err) != "42P01" {
			return nil, err
		}
	}
	name := n.Name
	if n.Schema != "" {
		if err := s.mayIn(ctx, n.Schema, warehouse.Usage); err != nil {
			return nil, err
		}
		name = n.Schema + "." + n.Name
	}
	return nil, &fault.Error{Kind: fault.NotFound, Code: "42P01", On: name, Position: n.Pos, Message: fmt.Sprintf("relation %q does not exist", name)}
}

// target finds a table that a statement is about to change, for which it needs privileges.
func (s *Session) target(ctx context.Context, n dialect.Name, verb string, need warehouse.Privilege) (*warehouse.Table, error) {
	if s.tx.read {
		return nil, &fault.Error{Kind: fault.Conflict, Code: "25006", Message: "transaction is read-only"}
	}
	t, err := s.find(ctx, n)
	if err != nil {
		if _, ok := s.system(n); ok {
			return nil, denied("relation", n.Name)
		}
		return nil, err
	}
	if err := s.client.May(ctx, s.user, t, need); err != nil {
		return nil, err
	}
	if t.Kind == "v" && verb != "" {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "0A000", On: t.Name, Message: fmt.Sprintf("cannot %s a view", verb)}
	}
	return t, nil
}

// place is the schema and name a new relation gets.
func (s *Session) place(n dialect.Name) (schema string, err error) {
	switch {
	case s.tx.read:
		return "", &fault.Error{Kind: fault.Conflict, Code: "25006", Message: "transaction is read-only"}
	case n.Database != "" && n.Database != s.manager.cfg.Database.Name:
		return "", &fault.Error{Kind: fault.Unsupported, Code: "0A000", Position: n.Pos,
			Message: fmt.Sprintf("cross-database reference to database %q is not supported", n.Database)}
	case n.Schema == "":
		return s.path()[0], nil
	}
	switch n.Schema {
	case "pg_catalog", "information_schema", "pg_internal", "inlet", "main", "overlay":
		return "", denied("schema", n.Schema)
	}
	return n.Schema, nil
}
