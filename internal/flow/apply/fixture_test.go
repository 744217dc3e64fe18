package apply_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/node/nodetest"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// world is a node, and a source's log of changes that a test writes.
type world struct {
	*nodetest.Node
	stage *stage.Stage
	log   []any // What is delivered: *source.Rows, *source.DDL, commit, rollback.
	at    int   // The number of the last commit.

	mu    sync.Mutex
	lines []tasklog.Line
}

type commit int

// Position is the commit's number as a string that sorts.
func (c commit) Position() source.Position { return source.Position(fmt.Sprintf("%012d", int(c))) }

// origin is what commits are counted from, in microseconds, when a benchmark sets it.
var origin time.Time

// Time is a moment that differs for every commit.
func (c commit) Time() time.Time {
	if !origin.IsZero() {
		return origin.Add(time.Duration(c) * time.Microsecond)
	}
	return time.Unix(1_700_000_000+int64(c), 0)
}

func start(t testing.TB) *world {
	t.Helper()
	n := nodetest.Start(t)
	return &world{Node: n, stage: stage.New(stage.Options{Client: n.S3, Bucket: nodetest.Bucket, Folder: "task", FileBytes: 1 << 20})}
}

var bg = context.Background()

func (w *world) target(t testing.TB, between func(string) error) *target.Target {
	t.Helper()
	tg, err := target.Open(bg, target.Config{Connect: w.Connect, Role: nodetest.Role, Server: "server", Task: t.Name(), Between: between,
		Log: tasklog.New(w.note, map[tasklog.Component]tasklog.Level{tasklog.TargetApply: tasklog.Warning}), Retries: target.Retries{Count: 3, First: time.Millisecond, Most: 5 * time.Millisecond}})
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

// config is an applier's for the target.
func (w *world) config(tg *target.Target) apply.Config {
	return apply.Config{Target: tg, Stage: w.stage, Folder: "cdc", Plan: plan, Handle: apply.Handle{Dropped: true, Truncated: true, Altered: true},
		Log: tasklog.New(w.note, nil)}
}

func plan(t *source.Table) (*mapping.Plan, error) {
	d, err := mapping.Explicit("shop.*")
	if err != nil {
		return nil, err
	}
	return d.Plan(t, mapping.Options{Engine: "mysql"})
}

// errEnd ends a feed whose log has no more.
var errEnd = errors.New("the log ends")

// feed delivers the log after a position.
func (w *world) feed(_ context.Context, from source.Position, to source.Sink) error {
	skip := from != ""
	for _, e := range w.log {
		c, ends := e.(commit)
		if skip {
			skip = !ends || c.Position() != from
			continue
		}
		var err error
		switch e := e.(type) {
		case *source.Rows:
			if to.Wants(e.Table.Name) {
				err = to.Rows(e)
			}
		case *source.DDL:
			err = to.DDL(e)
		case commit:
			err = to.Commit(e)
		}
		if err != nil {
			return err
		}
	}
	return errEnd
}

// apply applies what the log has after the checkpoint.
func (w *world) apply(t testing.TB, c apply.Config) *apply.Applier {
	t.Helper()
	return w.applyFrom(t, c, w.feed)
}

func (w *world) applyFrom(t testing.TB, c apply.Config, feed func(context.Context, source.Position, source.Sink) error) *apply.Applier {
	t.Helper()
	a := apply.New(c)
	if err := a.Run(t.Context(), "", feed); !errors.Is(err, errEnd) {
		t.Fatal(err)
	}
	return a
}

func (w *world) commit() {
	w.at++
	w.log = append(w.log, commit(w.at))
}

func (w *world) rows(table *source.Table, op source.Op, before, after []string) {
	r := &source.Rows{Table: table, Op: op}
	images(&r.Before, table, before)
	images(&r.After, table, after)
	w.log = append(w.log, r)
}

func (w *world) insert(table *source.Table, rows ...string) { w.rows(table, source.Insert, nil, rows) }
func (w *world) delete(table *source.Table, rows ...string) { w.rows(table, source.Delete, rows, nil) }
func (w *world) update(table *source.Table, before, after string) {
	w.rows(table, source.Update, []string{before}, []string{after})
}

// images encodes rows written as a|b|c: ∅ is NULL, ? is a value that was not sent.
func images(m *source.Images, table *source.Table, rows []string) {
	m.Reset(len(table.Columns))
	for _, r := range rows {
		for i, v := range strings.Split(r, "|") {
			m.End(encode(m.Buffer(), v, table.Columns[i].Type))
		}
	}
}

func encode(dst []byte, v string, typ sqltype.Type) []byte {
	switch {
	case v == "∅":
		return append(dst, source.Null...)
	case v == "?":
		return dst
	case typ.ID == sqltype.Varchar:
		dst, _ = source.AppendText(dst, []byte(v))
		return dst
	}
	return append(dst, v...)
}

var (
	bigint  = sqltype.Type{ID: sqltype.Bigint}
	integer = sqltype.Type{ID: sqltype.Integer}
)

func varchar(n int) sqltype.Type { return sqltype.Type{ID: sqltype.Varchar, Length: n} }

// col is a column; its name ends in ! when it is NOT NULL.
func col(name string, typ sqltype.Type) source.Column {
	c := source.Column{Name: name, Type: typ, Declared: typ.String(), Nullable: true}
	if last := len(name) - 1; name[last] == '!' {
		c.Name, c.Nullable = name[:last], false
	}
	return c
}

// table is a table of schema shop whose key are the columns that are NOT NULL.
func table(name string, columns ...source.Column) *source.Table {
	t := &source.Table{Name: source.Name{Schema: "shop", Table: name}, Columns: columns}
	for i, c := range columns {
		if !c.Nullable {
			t.Key = append(t.Key, i)
		}
	}
	return t
}
