package load_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
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

// An engine without room, or one that has failed, is no fault of the file that
// it was loading: else a COPY JOB would give good files up and put them aside.
func TestEngineInTrouble(t *testing.T) {
	for _, kind := range []faulty.Kind{faulty.NoRoom, faulty.Fatal} {
		for _, format := range []string{"PARQUET", "ORC", "CSV"} {
			t.Run(string(kind)+" "+format, func(t *testing.T) {
				b := troubled(t)
				b.plan.Add(faulty.Fault{At: faulty.Write, Kind: kind})
				err := b.load(format)
				if _, named := errors.AsType[*load.BadFiles](err); named || err == nil {
					t.Errorf("got %v", err)
				}
				if err := b.load(format); err != nil || len(b.plan.Left()) > 0 {
					t.Errorf("afterwards: %v, left %v", err, b.plan.Left())
				}
			})
		}
	}
}

// A Parquet file that the engine cannot read is to blame for it.
func TestDamagedParquet(t *testing.T) {
	b := troubled(t)
	whole := b.files["PARQUET"]
	for name, text := range map[string]string{
		"no pages": "PAR1" + whole[len(whole)/2:],
		"no meta":  whole[:len(whole)/3] + "PAR1",
		"end cut":  whole[:8] + whole[len(whole)/2:],
	} {
		b.files["PARQUET"] = text
		err := b.load("PARQUET")
		if _, named := errors.AsType[*load.BadFiles](err); !named {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file that this program fails to read is none the worse for it.
func TestReadingFailsInside(t *testing.T) {
	for _, format := range []string{"CSV", "PARQUET"} {
		b := troubled(t)
		b.broken = &fault.Error{Kind: fault.Internal, Code: "InternalError", Message: "We encountered an internal error. Please try again."}
		err := b.load(format)
		if _, named := errors.AsType[*load.BadFiles](err); named || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: %v", format, err)
		}
		b.broken = errors.New("it is no file")
		if _, named := errors.AsType[*load.BadFiles](b.load(format)); !named {
			t.Errorf("%s: a file that cannot be read is not named", format)
		}
	}
}

// A file without a byte, as consoles make for a folder, brings no rows in any format.
func TestEmptyFiles(t *testing.T) {
	for _, format := range []string{"CSV", "CSV GZIP", "JSON", "AVRO", "PARQUET", "ORC"} {
		b := troubled(t)
		b.files[format] = ""
		if err := b.load(format); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// trouble loads a file of each format through an engine and a bucket that fail.
type trouble struct {
	t      *testing.T
	client *warehouse.Client
	plan   *faulty.Plan
	files  files
	broken error // ends each body
}

func troubled(t *testing.T) *trouble {
	t.Helper()
	e, err := duckdb.Open(duckdb.Config{Path: filepath.Join(t.TempDir(), "dev.duckdb"), Setup: func(exec func(string) error) error {
		return errors.Join(exec(warehouse.Schema()), exec(ledger.Schema))
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	ns := &warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "c", Account: "222222222222", Roles: []warehouse.AttachedRole{{ARN: role, Status: "in-sync"}}}
	b := &trouble{t: t, plan: &faulty.Plan{}}
	if b.client, err = warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", faulty.Engine{Engine: e, Plan: b.plan}).Client(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.client.Close() })
	table := &warehouse.Table{Schema: "public", Name: "t", Kind: "r", Columns: []warehouse.TableColumn{
		{Name: "x", Type: sqltype.Type{ID: sqltype.Integer}}, {Name: "y", Type: sqltype.Type{ID: sqltype.Varchar, Length: 5}}}}
	if err := b.client.CreateTable(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	orc, err := os.ReadFile("orc/testdata/small.orc")
	if err != nil {
		t.Fatal(err)
	}
	b.files = files{"PARQUET": b.parquet("SELECT 1::INTEGER AS x, 'a' AS y"), "ORC": string(orc), "CSV": "1,a\n"}
	return b
}

// parquet is the answer to a query as a file.
func (b *trouble) parquet(query string) string {
	b.t.Helper()
	dir := b.client.Database().Engine().Exchange()
	path := filepath.Join(dir, "made.parquet")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		b.t.Fatal(err)
	}
	_, err := b.client.Conn().Exec(b.t.Context(), "COPY ("+query+") TO "+warehouse.Literal(path)+" (FORMAT parquet)")
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

// load loads the file of a format as a job does.
func (b *trouble) load(format string) error {
	b.t.Helper()
	s, err := dialect.Parse("COPY t FROM 's3://b/' IAM_ROLE '" + role + "' " + format)
	if err != nil {
		b.t.Fatal(err)
	}
	_, err = load.New(breaking{b.files, b}, slog.New(slog.DiscardHandler)).Copy(b.t.Context(), b.client,
		load.Request{Copy: s.(*dialect.Copy), JobID: 1, Files: []load.Object{b.files.object(format)}})
	return err
}

// breaking is a bucket whose bodies end with an error.
type breaking struct {
	files
	of *trouble
}

func (f breaking) Assume(context.Context, *warehouse.Namespace, []string, string) (load.Objects, string, error) {
	return f, "", nil
}

func (f breaking) Open(ctx context.Context, o load.Object) (io.ReadCloser, error) {
	in, err := f.files.Open(ctx, o)
	if err != nil || f.of.broken == nil {
		return in, err
	}
	return io.NopCloser(io.MultiReader(io.LimitReader(in, o.Size/2), failing{f.of.broken})), nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
