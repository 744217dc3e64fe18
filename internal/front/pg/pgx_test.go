package pg_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/pg"
	"github.com/inlet-data/inlet/internal/sqltype"
)

func connect(t testing.TB, addr, options string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), "postgres://ada:Secret1@"+addr+"/dev?sslmode=disable"+options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// seed is the result of a select from the seed's table: n chunks of full size.
func seed(n int) fakeResult {
	kinds := []warehouse.VectorType{{Kind: warehouse.KindInt32}, {Kind: warehouse.KindVarchar},
		{Kind: warehouse.KindDecimal, Precision: 10, Scale: 2}, {Kind: warehouse.KindTimestamp}}
	c := &warehouse.Chunk{Rows: warehouse.ChunkSize}
	for _, k := range kinds {
		c.Vectors = append(c.Vectors, warehouse.NewVector(k))
	}
	at := time.Date(2024, 1, 31, 10, 0, 0, 0, time.UTC).UnixMicro()
	for i := range c.Rows {
		warehouse.Values[int32](&c.Vectors[0])[i] = int32(i)
		c.Vectors[1].SetBytes(i, fmt.Appendf(nil, "name-%d", i))
		warehouse.Values[int64](&c.Vectors[2])[i] = int64(i)*7919 - 12345
		warehouse.Values[int64](&c.Vectors[3])[i] = at + int64(i)*1_000_000
	}
	c.Vectors[1].SetNull(3)
	return fakeResult{
		columns: []session.Column{{Name: "id", Type: sqltype.Type{ID: sqltype.Integer}},
			{Name: "name", Type: sqltype.Type{ID: sqltype.Varchar, Length: 255}},
			{Name: "value", Type: sqltype.Type{ID: sqltype.Decimal, Precision: 10, Scale: 2}},
			{Name: "timestamp", Type: sqltype.Type{ID: sqltype.Timestamp}}},
		chunks: func() []*chunk { return repeat(c, n) },
	}
}

func TestPgx(t *testing.T) {
	b := newFake()
	b.results["select seed"] = seed(3)
	addr := start(t, pg.Config{Backend: b})
	var want []string
	for _, mode := range []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			c := connect(t, addr, "&default_query_exec_mode="+mode)
			var got []string
			for range 2 { // The second time a cached statement is used.
				got = values(t, c, "select seed")
			}
			if want == nil {
				want = got
			}
			if len(got) != 3*warehouse.ChunkSize {
				t.Fatalf("%d rows", len(got))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if row := "[3 <nil> 114.12 2024-01-31 10:00:03 +0000 UTC]"; want[3] != row {
		t.Errorf("row 3 is %s, want %s", want[3], row)
	}
}

// values runs a query and prints its rows.
func values(t *testing.T, c *pgx.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, err := c.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (string, error) {
		row, err := r.Values()
		for i, v := range row {
			if n, ok := v.(pgtype.Numeric); ok {
				if row[i], err = n.Value(); err != nil {
					break
				}
			}
		}
		return fmt.Sprint(row), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPgxParameters(t *testing.T) {
	c := connect(t, start(t, pg.Config{Backend: newFake()}), "")
	want := []string{"[b:00000007 t:größer]"}
	if diff := cmp.Diff(want, values(t, c, "echo", 7, "größer")); diff != "" {
		t.Error(diff)
	}
}

func TestPgxTransaction(t *testing.T) {
	b := newFake()
	b.results["select 5"] = integers(5)
	c := connect(t, start(t, pg.Config{Backend: b}), "")
	err := pgx.BeginFunc(t.Context(), c, func(tx pgx.Tx) error {
		tag, err := tx.Exec(t.Context(), "insert")
		if err != nil || tag.RowsAffected() != 3 {
			t.Errorf("%v, %v", tag, err)
		}
		_, err = tx.Exec(t.Context(), "fail fault")
		return err
	})
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pgErr.Code != "22012" || pgErr.Detail != "d" || pgErr.Hint != "h" {
		t.Errorf("got %#v", err)
	}
	if got := values(t, c, "select 5"); len(got) != 5 {
		t.Errorf("after the failed transaction: %v", got)
	}
}

func TestPgxBatch(t *testing.T) {
	b := newFake()
	b.results["select 5"] = integers(5)
	c := connect(t, start(t, pg.Config{Backend: b}), "")
	var batch pgx.Batch
	batch.Queue("insert")
	batch.Queue("select 5")
	batch.Queue("echo", 1, "x")
	r := c.SendBatch(t.Context(), &batch)
	if tag, err := r.Exec(); err != nil || tag.String() != "INSERT 0 3" {
		t.Errorf("%v, %v", tag, err)
	}
	if tag, err := r.Exec(); err != nil || tag.String() != "SELECT 5" {
		t.Errorf("%v, %v", tag, err)
	}
	var one, x string
	if err := r.QueryRow().Scan(&one, &x); err != nil || x != "t:x" {
		t.Errorf("%q, %q, %v", one, x, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestPgxNotice(t *testing.T) {
	cfg, err := pgx.ParseConfig("postgres://ada:Secret1@" + start(t, pg.Config{Backend: newFake()}) + "/dev?sslmode=prefer")
	if err != nil {
		t.Fatal(err)
	}
	var notices []string
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { notices = append(notices, n.Severity+" "+n.Message) }
	c, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), "notice"); err != nil {
		t.Fatal(err)
	}
	want := []string{"INFO Load into table 't' completed, 3 record(s) loaded successfully."}
	if diff := cmp.Diff(want, notices); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkSelect reads the seed's table over loopback with pgx; client and server share the cores.
func BenchmarkSelect(b *testing.B) {
	const chunks = 500
	f := newFake()
	f.results["select seed"] = seed(chunks)
	addr := start(b, pg.Config{Backend: f})
	for _, mode := range []string{"cache_statement", "simple_protocol"} {
		b.Run(mode, func(b *testing.B) {
			c := connect(b, addr, "&default_query_exec_mode="+mode)
			for b.Loop() {
				rows, err := c.Query(b.Context(), "select seed")
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for rows.Next() {
					n += len(rows.RawValues()) / 4
				}
				if rows.Err() != nil || n != chunks*warehouse.ChunkSize {
					b.Fatal(n, rows.Err())
				}
			}
			b.ReportMetric(float64(b.N)*chunks*warehouse.ChunkSize/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
