package copyjob_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A change that was committed but reported as failed, while the ledger could not
// be asked either, is found out by the next one.
func TestDoubtfulChangeThatCannotBeAsked(t *testing.T) {
	f := newFiles(t, t.TempDir())
	plan, blind := silent(f.engine, "ORDER BY seq DESC LIMIT 1")
	f.db = warehouse.NewDatabase(f.db.Namespace, "dev", faulty.Engine{Engine: blind, Plan: plan})
	log := slog.New(slog.DiscardHandler)
	var err error
	f.jobs, err = copyjob.Open(f.ctx, f.db, load.New(f.folder, log), log)
	f.ok(err)
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.put("in/a", "1,x\n")
	f.put("in/b", "2,y\n")
	lost := func(change func() error) {
		t.Helper()
		plan.Add(unheard)
		if err := change(); err == nil || len(plan.Left()) > 0 {
			t.Error("nobody was told of the failure")
		}
		blind.on.Store(false)
	}
	skip := func() error { _, err := f.jobs.SkipFile(f.ctx, f.ref("in/b")); return err }
	lost(skip)
	f.ok(skip())
	f.rerun()
	f.want(stood, "a loaded 1", "b skipped 0")
	f.want(both, "1x")
	lost(func() error { _, err := f.unload("in/a"); return err })
	f.want(both)
	f.replayed("in/a", 1)
	f.want(stood, "a loaded 1", "b skipped 0")
	f.want(both, "1x")
}

// A job that was stored though its commit was reported as failed is there, or at
// least no second one of its name: both would load each file.
func TestDoubtfulCreate(t *testing.T) {
	for about, asked := range map[string]bool{"nothing": true, "FROM inlet.copy_job WHERE name": false} {
		t.Run("silent about "+about, func(t *testing.T) {
			w := newWorld(t)
			plan, blind := silent(w.engine, about)
			w.db = warehouse.NewDatabase(w.db.Namespace, "dev", faulty.Engine{Engine: blind, Plan: plan})
			var err error
			w.jobs, err = copyjob.Open(w.ctx, w.db, w.loader, slog.New(slog.DiscardHandler))
			w.ok(err)
			plan.Add(unheard)
			if err := w.create("j", "orders", "", "ON"); (err == nil) != asked {
				t.Errorf("created with %v", err)
			}
			blind.on.Store(false)
			if !asked {
				w.ok(w.create("j", "orders", "", "ON"))
			}
			w.restart()
			w.run()
			w.arrive("a@1")
			w.settled("j")
			w.want(loaded, "a@1")
			w.want("SELECT name FROM inlet.copy_job", "j")
		})
	}
}

// unheard is a commit that is made and reported as failed.
var unheard = faulty.Fault{At: faulty.Committed, Kind: faulty.Unanswered}

// silent is an engine with a plan for unheard commits, which once it has had one
// answers no query about something.
func silent(e warehouse.Engine, about string) (*faulty.Plan, *blind) {
	b := &blind{Engine: e, about: about}
	return &faulty.Plan{Struck: func(faulty.Fault) { b.on.Store(true) }}, b
}

// blind is an engine that answers no query about something while it is on.
type blind struct {
	warehouse.Engine
	about string
	on    atomic.Bool
}

func (b *blind) Connect(ctx context.Context) (warehouse.Conn, error) {
	c, err := b.Engine.Connect(ctx)
	return blindConn{c, b}, err
}

type blindConn struct {
	warehouse.Conn
	of *blind
}

func (c blindConn) Query(ctx context.Context, sql string, args ...any) (warehouse.Rows, error) {
	if c.of.on.Load() && strings.Contains(sql, c.of.about) {
		return nil, &warehouse.EngineError{Kind: warehouse.ErrorIO, Position: -1, Message: "Could not read from file"}
	}
	return c.Conn.Query(ctx, sql, args...)
}
