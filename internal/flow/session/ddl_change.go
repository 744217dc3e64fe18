package session

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// claimed finds a table that a statement will change alone, locks it and opens the transaction.
func (s *Session) claimed(ctx context.Context, n dialect.Name, verb string, need warehouse.Privilege) (*warehouse.Table, error) {
	t, err := s.target(ctx, n, verb, need)
	if err != nil {
		return nil, err
	}
	if err := s.client.Lock(ctx, t, warehouse.LockExclusive); err != nil {
		return nil, err
	}
	return t, s.begun(ctx)
}

// alterTable runs the actions of ALTER TABLE that have an effect here.
func (s *Session) alterTable(ctx context.Context, x *dialect.AlterTable) (*Result, error) {
	if x.Action == dialect.AlterAppend {
		return s.appendTable(ctx, x)
	}
	t, err := s.claimed(ctx, x.Table, "", warehouse.Alter)
	if err != nil {
		return nil, err
	}
	done := &Result{Tag: "ALTER TABLE"}
	switch x.Action {
	case dialect.AlterRename:
		return done, s.client.RenameTable(ctx, t, x.To)
	case dialect.AlterRenameColumn:
		return done, s.client.RenameColumn(ctx, t, x.Column, x.To)
	case dialect.AlterAddColumn:
		col, err := tableColumn(*x.Add, s.catalog(ctx))
		if err != nil {
			return nil, err
		}
		return done, s.client.AddColumn(ctx, t, col)
	case dialect.AlterDropColumn:
		return done, s.client.DropColumn(ctx, t, x.Column)
	case dialect.AlterColumnType:
		return done, s.client.AlterType(ctx, t, x.Column, x.Type)
	case dialect.AlterOwner:
		return done, s.changeOwner(ctx, t, x.To)
	case dialect.AlterColumnEncode, dialect.AlterDist, dialect.AlterSort, dialect.AlterEncode:
		s.notice("NOTICE", "00000", "how rows are distributed, sorted and compressed has no effect here; the catalog keeps what CREATE TABLE said")
		return done, nil
	}
	return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: t.Name, Message: fmt.Sprintf("ALTER TABLE %s is not supported here", x.Action)}
}

func (s *Session) changeOwner(ctx context.Context, t *warehouse.Table, name string) error {
	if err := s.superuser("change the owner of a table"); err != nil {
		return err
	}
	u, ok, err := s.client.User(ctx, name)
	if err != nil {
		return err
	}
	if !ok {
		return warehouse.NoUser(name)
	}
	return s.client.ChangeOwner(ctx, t, u.ID)
}

// drop runs DROP TABLE, VIEW and SCHEMA.
func (s *Session) drop(ctx context.Context, x *dialect.Drop) (*Result, error) {
	done := &Result{Tag: map[string]string{"table": "DROP TABLE", "view": "DROP VIEW", "schema": "DROP SCHEMA"}[x.Kind]}
	for _, n := range x.Names {
		var err error
		if x.Kind == "schema" {
			err = s.dropSchema(ctx, n.Name, x)
		} else {
			err = s.dropRelation(ctx, n, x)
		}
		if err != nil {
			return nil, err
		}
	}
	return done, nil
}

// kindWords are the words for what DROP names.
var kindWords = map[string]string{"table": "Table", "view": "View", "schema": "Schema"}

func (s *Session) dropRelation(ctx context.Context, n dialect.Name, x *dialect.Drop) error {
	t, err := s.claimed(ctx, n, "", warehouse.Drop)
	if fault.CodeOf(err) == "42P01" {
		if x.IfExists {
			s.info(fmt.Sprintf("%s %q does not exist and will be skipped", kindWords[x.Kind], n.Name))
			return nil
		}
		return &fault.Error{Kind: fault.NotFound, Code: "42P01", On: n.Name, Message: fmt.Sprintf("%s %q does not exist", kindWords[x.Kind], n.Name)}
	}
	if err != nil {
		return err
	}
	if (t.Kind == "v") != (x.Kind == "view") {
		return &fault.Error{Kind: fault.Invalid, Code: "42809", On: n.Name, Message: fmt.Sprintf("%q is not a %s", n.Name, x.Kind)}
	}
	if err := s.dropDependents(ctx, t, x.Cascade); err != nil {
		return err
	}
	return s.client.DropTable(ctx, t)
}

func (s *Session) dropSchema(ctx context.Context, name string, x *dialect.Drop) error {
	if err := s.mayDropSchema(ctx, name); err != nil {
		return err
	}
	if x.External {
		return unsupported(x)
	}
	if err := s.begun(ctx); err != nil {
		return err
	}
	err := s.client.DropSchema(ctx, name, x.Cascade)
	if fault.CodeOf(err) == "3F000" && x.IfExists {
		s.info(fmt.Sprintf("Schema %q does not exist and will be skipped", name))
		return nil
	}
	if err == nil && name == s.personal {
		s.personal = ""
	}
	return err
}

// mayDropSchema refuses who neither owns the schema nor may drop it.
func (s *Session) mayDropSchema(ctx context.Context, name string) error {
	if s.systemPrivilege(ctx, "drop schema", "") == nil {
		return nil
	}
	return s.mayIn(ctx, name, warehouse.Drop)
}

// truncate empties a table and commits, with all that was open before.
func (s *Session) truncate(ctx context.Context, x *dialect.Truncate) (*Result, error) {
	t, err := s.target(ctx, x.Table, "truncate", warehouse.Truncate)
	if err != nil {
		return nil, err
	}
	if err := s.commit(ctx); err != nil {
		return nil, err
	}
	if err := s.client.Lock(ctx, t, warehouse.LockExclusive); err != nil {
		return nil, err
	}
	defer s.client.Unlock()
	return &Result{Tag: "TRUNCATE"}, s.client.Truncate(ctx, t)
}

// createView runs CREATE VIEW.
func (s *Session) createView(ctx context.Context, x *dialect.CreateView) (*Result, error) {
	schema, err := s.place(x.View)
	if err != nil {
		return nil, err
	}
	if err := s.mayIn(ctx, schema, warehouse.Create); err != nil {
		return nil, err
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	tr, err := s.translateStatement(ctx, x, nil)
	if err != nil {
		return nil, err
	}
	b, err := s.bind(ctx, x, nil)
	if err != nil {
		return nil, err
	}
	t := &warehouse.Table{Schema: schema, Name: x.View.Name, Kind: "v", Owner: s.user.ID, Definition: x.Query.Text(), LateBound: x.LateBinding}
	for i, c := range resultColumns(b.known, b.stmt.Columns()) {
		t.Columns = append(t.Columns, warehouse.TableColumn{Position: i + 1, Name: c.Name, Type: stored(c.Type)})
	}
	if err := b.stmt.Close(); err != nil {
		return nil, err
	}
	for i, name := range x.Columns {
		if i < len(t.Columns) {
			t.Columns[i].Name = name
		}
	}
	if err := uniqueColumns(t); err != nil {
		return nil, err
	}
	if old, err := s.client.Table(ctx, schema, t.Name); err == nil && x.Replace {
		if err := s.client.May(ctx, s.user, old, warehouse.Owner); err != nil {
			return nil, err
		}
	}
	return &Result{Tag: "CREATE VIEW"}, s.client.CreateView(ctx, t, tr.SQL, x.Replace)
}

// createSchema runs CREATE SCHEMA.
func (s *Session) createSchema(ctx context.Context, x *dialect.CreateSchema) (*Result, error) {
	if s.systemPrivilege(ctx, "create schema", "") != nil {
		if err := s.mayInDatabase(ctx, warehouse.Create); err != nil {
			return nil, err
		}
	}
	owner := s.user
	if x.Owner != "" {
		u, ok, err := s.client.User(ctx, x.Owner)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, warehouse.NoUser(x.Owner)
		}
		owner = u
	}
	if x.Quota != "" && x.Quota != "unlimited" {
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "CREATE SCHEMA with QUOTA is not supported here"}
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	err := s.client.CreateSchema(ctx, x.Name, owner.ID)
	if fault.CodeOf(err) == "42P06" && x.IfNotExists {
		s.info(fmt.Sprintf("Schema %q already exists and will be skipped", x.Name))
		err = nil
	}
	if err == nil && x.Name == s.user.Name {
		s.personal = x.Name
	}
	delete(s.variables, "search_path")
	return &Result{Tag: "CREATE SCHEMA"}, err
}

// maintain accepts ANALYZE and VACUUM, for which there is nothing to do here.
func (s *Session) maintain(ctx context.Context, parsed dialect.Statement) (*Result, error) {
	tag, table := "ANALYZE", (*dialect.Name)(nil)
	switch x := parsed.(type) {
	case *dialect.Analyze:
		if x.Compression {
			return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "ANALYZE COMPRESSION is not supported here"}
		}
		table = x.Table
	case *dialect.Vacuum:
		if err := s.outside("VACUUM"); err != nil {
			return nil, err
		}
		tag, table = "VACUUM", x.Table
	}
	if table != nil {
		if _, err := s.target(ctx, *table, "", warehouse.Owner); err != nil {
			return nil, err
		}
	}
	return &Result{Tag: tag}, nil
}

// lockTables runs LOCK.
func (s *Session) lockTables(ctx context.Context, x *dialect.Lock) (*Result, error) {
	for _, n := range x.Tables {
		if _, err := s.claimed(ctx, n, "lock", warehouse.Owner); err != nil {
			return nil, err
		}
	}
	return &Result{Tag: "LOCK TABLE"}, nil
}

// cancelOther ends the statement of another session.
func (s *Session) cancelOther(x *dialect.Cancel) (*Result, error) {
	other := s.manager.find(int32(x.PID))
	if other == nil {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "42704", Message: fmt.Sprintf("PID %d is not a Redshift server process", x.PID)}
	}
	if !s.user.Superuser && other.user.ID != s.user.ID {
		return nil, denied("process", fmt.Sprint(x.PID))
	}
	other.Cancel()
	return &Result{Tag: "CANCEL"}, nil
}
