package load_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// A job's load whose failure cannot be written down is not final: else its file
// would be given up, and nobody could see why.
func TestFailureThatIsNotRecorded(t *testing.T) {
	e, err := duckdb.Open(duckdb.Config{Path: filepath.Join(t.TempDir(), "dev.duckdb"), Setup: func(exec func(string) error) error {
		return errors.Join(exec(warehouse.Schema()), exec(ledger.Schema))
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	ns := &warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "c", Account: "222222222222", Roles: []warehouse.AttachedRole{{ARN: role, Status: "in-sync"}}}
	plan := &faulty.Plan{}
	c, err := warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", faulty.Engine{Engine: e, Plan: plan}).Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	table := &warehouse.Table{Schema: "public", Name: "t", Kind: "r", Columns: []warehouse.TableColumn{{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}}}}
	if err := c.CreateTable(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	s, err := dialect.Parse("COPY t FROM 's3://b/' IAM_ROLE '" + role + "' CSV")
	if err != nil {
		t.Fatal(err)
	}
	bad := files{"f": "x\n"}
	request := load.Request{Copy: s.(*dialect.Copy), JobID: 1, Files: []load.Object{bad.object("f")}}
	loader := load.New(bad, slog.New(slog.DiscardHandler))

	plan.Add(faulty.Fault{At: faulty.Write, Kind: faulty.NoRoom, After: 1}) // The rows come first, then the record.
	_, err = loader.Copy(t.Context(), c, request)
	if _, named := errors.AsType[*load.BadFiles](err); named || fault.CodeOf(err) != "58030" || fault.KindOf(err) != fault.Internal {
		t.Errorf("not recorded: %v", err)
	}
	_, err = loader.Copy(t.Context(), c, request)
	if _, named := errors.AsType[*load.BadFiles](err); !named || len(plan.Left()) > 0 {
		t.Errorf("recorded: %v", err)
	}
}

// A load whose commit was made though its answer was lost is a load, and stands in the ledger once.
func TestCommitThatIsNotHeardOf(t *testing.T) {
	b := troubled(t)
	for _, format := range []string{"CSV", "PARQUET"} {
		b.plan.Add(faulty.Fault{At: faulty.Committed, Kind: faulty.Unanswered})
		if err := b.load(format); err != nil || len(b.plan.Left()) > 0 {
			t.Errorf("%s: %v", format, err)
		}
	}
	var got []string
	err := warehouse.EachRow(t.Context(), b.client.Conn(), func(c *warehouse.Chunk, row int) error {
		got = append(got, string(c.Vectors[0].Bytes(row)))
		return nil
	}, "SELECT l.status || ' ' || f.loaded || ' ' || f.url FROM inlet.load l JOIN inlet.load_file f ON f.query = l.query ORDER BY ALL")
	if want := []string{"completed true s3://b/CSV", "completed true s3://b/PARQUET"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("the ledger has %q, %v, want %q", got, err, want)
	}
}
