package target_test

import (
	"sync"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/node/nodetest"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// world is a node and the log of targets that write to it.
type world struct {
	*nodetest.Node
	stage *stage.Stage

	mu    sync.Mutex
	lines []tasklog.Line
}

func start(t testing.TB) *world {
	t.Helper()
	n := nodetest.Start(t)
	return &world{Node: n, stage: stage.New(stage.Options{Client: n.S3, Bucket: nodetest.Bucket, Folder: "task"})}
}

// open is a target of its own task.
func (w *world) open(t testing.TB, change ...func(*target.Config)) *target.Target {
	t.Helper()
	c := target.Config{Connect: w.Connect, Role: nodetest.Role, Region: nodetest.Region, Server: "server", Task: t.Name(), Log: tasklog.New(w.note, nil),
		Retries: target.Retries{Count: 5, First: time.Millisecond, Most: 10 * time.Millisecond}}
	for _, f := range change {
		f(&c)
	}
	tg, err := target.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tg.Close)
	return tg
}

func (w *world) note(l tasklog.Line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, l)
}

// staged writes CSV rows for one COPY.
func (w *world) staged(t testing.TB, prefix string, rows ...string) target.Chunk {
	t.Helper()
	set := w.stage.Set(t.Context(), prefix)
	for _, r := range rows {
		if _, err := set.Write([]byte(r + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	files, err := set.Close(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return target.Chunk{Manifest: files.Manifest, ID: prefix, Rows: int64(len(rows))}
}

var (
	bigint = sqltype.Type{ID: sqltype.Bigint}
	short  = sqltype.Type{ID: sqltype.Varchar, Length: 100}
)

// col is a column; its name ends in ! when it is NOT NULL.
func col(name string, typ sqltype.Type) source.Column {
	c := source.Column{Name: name, Type: typ, Declared: typ.String(), Nullable: true}
	if last := len(name) - 1; name[last] == '!' {
		c.Name, c.Nullable = name[:last], false
	}
	return c
}

// table is a table of schema shop with its first column as key.
func table(name string, columns ...source.Column) *source.Table {
	return &source.Table{Name: source.Name{Schema: "shop", Table: name}, Columns: columns, Key: []int{0}}
}

func plan(t testing.TB, table *source.Table) *mapping.Plan {
	t.Helper()
	d, err := mapping.Explicit("shop.*")
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Plan(table, mapping.Options{Engine: "mysql"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
