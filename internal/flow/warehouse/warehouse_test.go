package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

func open(t *testing.T, path string) *warehouse.Database { return openWith(t, path, 0) }

// openWith opens a database whose engine may use so many bytes, 0 for the usual.
func openWith(t *testing.T, path string, memory int64) *warehouse.Database {
	t.Helper()
	e, err := duckdb.Open(duckdb.Config{Path: path, MemoryLimit: memory, Setup: func(exec func(string) error) error { return exec(warehouse.Schema()) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return warehouse.NewDatabase(func() *warehouse.Namespace { return &warehouse.Namespace{} }, "dev", e)
}

func connect(t *testing.T, d *warehouse.Database) *warehouse.Client {
	t.Helper()
	c, err := d.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func people() *warehouse.Table {
	return &warehouse.Table{Schema: "public", Name: "people", Kind: "r", DistStyle: "auto", Columns: []warehouse.TableColumn{
		{Name: "n", Type: sqltype.Type{ID: sqltype.Bigint}, NotNull: true, Identity: &warehouse.Identity{Seed: -5, Step: -2}},
		{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}, NotNull: true},
		{Name: "name", Type: sqltype.Type{ID: sqltype.Varchar, Length: 5}, Default: "'none'", EngineDefault: "'none'"},
	}}
}

// A table with as many columns as Redshift allows fits into the least memory that a node gives an engine.
func TestWidestTable(t *testing.T) {
	c := connect(t, openWith(t, filepath.Join(t.TempDir(), "dev.duckdb"), 64<<20))
	wide := &warehouse.Table{Schema: "public", Name: "wide", Kind: "r", DistStyle: "auto"}
	for i := range 1600 {
		wide.Columns = append(wide.Columns, warehouse.TableColumn{Position: i + 1, Name: fmt.Sprint("c", i+1), Type: sqltype.Type{ID: sqltype.Bigint}})
	}
	must(t, c.CreateTable(t.Context(), wide))
	got, err := c.Table(t.Context(), "", "wide")
	must(t, err)
	if len(got.Columns) != 1600 || got.Columns[1599].Name != "c1600" || got.Columns[1599].Type.ID != sqltype.Bigint {
		t.Errorf("%d columns", len(got.Columns))
	}
}

func TestCreateTableIsDescribedAsDeclared(t *testing.T) {
	c := connect(t, open(t, filepath.Join(t.TempDir(), "dev.duckdb")))
	must(t, c.CreateTable(t.Context(), people()))
	got, err := c.Table(t.Context(), "", "people")
	must(t, err)
	if len(got.Columns) != 3 || got.Columns[2].Type.String() != "character varying(5)" || got.Columns[2].Default != "'none'" ||
		got.Columns[0].Identity == nil || got.Columns[0].Identity.Step != -2 || got.Columns[1].Encoding != "az64" || got.OID == 0 {
		t.Errorf("got %+v", got)
	}
	if err := c.CreateTable(t.Context(), people()); fault.CodeOf(err) != "42P07" {
		t.Errorf("a second table of the name: %v", err)
	}
	if _, err := c.Table(t.Context(), "", "nobody"); fault.CodeOf(err) != "42P01" {
		t.Errorf("a missing table: %v", err)
	}
}

func TestDeclaredLengthHoldsOnEveryWrite(t *testing.T) {
	c := connect(t, open(t, filepath.Join(t.TempDir(), "dev.duckdb")))
	must(t, c.CreateTable(t.Context(), people()))
	exec := func(sql string) error { _, err := c.Conn().Exec(t.Context(), sql); return err }
	must(t, exec("INSERT INTO public.people (id, name) VALUES (1, '12345')"))
	for _, sql := range []string{
		"INSERT INTO public.people (id, name) VALUES (2, '123456')",
		"INSERT INTO public.people (id, name) VALUES (2, '数据')", // six bytes
		"UPDATE public.people SET name = '123456'",
		"INSERT INTO public.people (id) VALUES (NULL)",
	} {
		if e, ok := errors.AsType[*warehouse.EngineError](exec(sql)); !ok || e.Kind != warehouse.ErrorConstraint {
			t.Errorf("%s: got %v", sql, e)
		}
	}
}

func TestAlterKeepsRowsAndCatalog(t *testing.T) {
	c := connect(t, open(t, filepath.Join(t.TempDir(), "dev.duckdb")))
	ctx := t.Context()
	must(t, c.CreateTable(ctx, people()))
	_, err := c.Conn().Exec(ctx, "INSERT INTO public.people (id) VALUES (1)")
	must(t, err)
	table := func() *warehouse.Table {
		got, err := c.Table(ctx, "public", "people")
		must(t, err)
		return got
	}
	must(t, c.AlterType(ctx, table(), "name", sqltype.Type{ID: sqltype.Varchar, Length: 20}))
	must(t, c.AddColumn(ctx, table(), warehouse.TableColumn{Name: "city", Type: sqltype.Type{ID: sqltype.Varchar, Length: 3}}))
	must(t, c.RenameColumn(ctx, table(), "name", "full_name"))
	must(t, c.DropColumn(ctx, table(), "id"))
	_, err = c.Conn().Exec(ctx, "INSERT INTO public.people (full_name) VALUES ('a longer name')")
	must(t, err)
	_, err = c.Conn().Exec(ctx, "INSERT INTO public.people (city) VALUES ('long')")
	if e, ok := errors.AsType[*warehouse.EngineError](err); !ok || e.Kind != warehouse.ErrorConstraint {
		t.Errorf("a new column's length does not hold: %v", err)
	}
	var got []string
	must(t, warehouse.EachRow(ctx, c.Conn(), func(ch *warehouse.Chunk, i int) error {
		got = append(got, string(ch.Vectors[0].Bytes(i)))
		return nil
	}, "SELECT n || ' ' || full_name FROM public.people ORDER BY n DESC"))
	if len(got) != 2 || got[0] != "-5 none" || got[1] != "-7 a longer name" {
		t.Errorf("got %q", got)
	}
	if cols := table().Columns; len(cols) != 3 || cols[1].Name != "full_name" || cols[1].Type.Length != 20 || cols[2].Name != "city" {
		t.Errorf("catalog: %+v", cols)
	}
	must(t, c.DropTable(ctx, table()))
	must(t, c.CreateTable(ctx, people()))
}

func TestAppendersShareAndWritersWait(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "dev.duckdb"))
	a, b := connect(t, d), connect(t, d)
	ctx := t.Context()
	table := people()
	must(t, a.CreateTable(ctx, table))
	must(t, a.Begin(ctx))
	must(t, a.Lock(ctx, table, warehouse.LockAppend))
	must(t, b.Begin(ctx))
	must(t, b.Lock(ctx, table, warehouse.LockAppend))

	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if err := b.Lock(short, table, warehouse.LockExclusive); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("an exclusive lock beside another appender: %v", err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- b.Lock(ctx, table, warehouse.LockExclusive) }()
	must(t, a.Commit(ctx))
	must(t, <-waiting)
}

func TestDeadlockIsFound(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "dev.duckdb"))
	a, b := connect(t, d), connect(t, d)
	ctx := t.Context()
	one, two := people(), people()
	two.Name = "others"
	must(t, a.Begin(ctx))
	must(t, b.Begin(ctx))
	must(t, a.Lock(ctx, one, warehouse.LockExclusive))
	must(t, b.Lock(ctx, two, warehouse.LockExclusive))
	results := make(chan error, 2)
	go func() { results <- a.Lock(ctx, two, warehouse.LockExclusive) }()
	go func() { results <- b.Lock(ctx, one, warehouse.LockExclusive) }()
	if err := <-results; fault.CodeOf(err) != "40P01" {
		t.Fatalf("the first to know: %v", err)
	}
	must(t, a.Rollback(ctx))
	must(t, b.Rollback(ctx))
	must(t, <-results)
}

func TestQueryIDsGrowAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.duckdb")
	var last int64
	for range 2 {
		e, err := duckdb.Open(duckdb.Config{Path: path, Setup: func(exec func(string) error) error { return exec(warehouse.Schema()) }})
		must(t, err)
		d := warehouse.NewDatabase(func() *warehouse.Namespace { return nil }, "dev", e)
		for range 1500 {
			id, err := d.NextQuery(t.Context())
			must(t, err)
			if id <= last {
				t.Fatalf("query id %d after %d", id, last)
			}
			last = id
		}
		must(t, e.Close())
	}
}

func TestUsers(t *testing.T) {
	c := connect(t, open(t, filepath.Join(t.TempDir(), "dev.duckdb")))
	u := warehouse.User{Name: "ann", Password: warehouse.PasswordDigest("Secret12", "ann")}
	must(t, c.PutUser(t.Context(), &u))
	if err := c.PutUser(t.Context(), &warehouse.User{Name: "ann"}); fault.CodeOf(err) != "42710" {
		t.Errorf("a second ann: %v", err)
	}
	u.Superuser = true
	must(t, c.PutUser(t.Context(), &u))
	got, ok, err := c.Database().User(t.Context(), "ann")
	must(t, err)
	if !ok || !got.Superuser || got.ID != 100 {
		t.Errorf("got %+v", got)
	}
	must(t, c.DropUser(t.Context(), "ann"))
	if err := c.DropUser(t.Context(), "ann"); fault.CodeOf(err) != "42704" {
		t.Errorf("dropped twice: %v", err)
	}
}
