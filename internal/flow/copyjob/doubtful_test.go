package copyjob_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A change that was committed but reported as failed, while the ledger could not
// be asked either, is found out by the next one.
func TestDoubtfulChangeThatCannotBeAsked(t *testing.T) {
	f := newFiles(t, t.TempDir())
	silent := &silent{Engine: f.engine, about: "ORDER BY seq DESC LIMIT 1"}
	f.db = warehouse.NewDatabase(f.db.Namespace, "dev", silent)
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
		silent.next.Store(true)
		if err := change(); err == nil {
			t.Error("nobody was told of the failure")
		}
		silent.next.Store(false)
		silent.now.Store(false)
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
			silent := &silent{Engine: w.engine, about: about}
			w.db = warehouse.NewDatabase(w.db.Namespace, "dev", silent)
			var err error
			w.jobs, err = copyjob.Open(w.ctx, w.db, w.loader, slog.New(slog.DiscardHandler))
			w.ok(err)
			silent.next.Store(true)
			if err := w.create("j", "orders", "", "ON"); (err == nil) != asked {
				t.Errorf("created with %v", err)
			}
			silent.now.Store(false)
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

// silent is an engine that makes the next commit, says that it failed, and then does not answer queries about something.
type silent struct {
	warehouse.Engine
	about     string
	next, now atomic.Bool
}

func (s *silent) Connect(ctx context.Context) (warehouse.Conn, error) {
	c, err := s.Engine.Connect(ctx)
	return silentConn{c, s}, err
}

type silentConn struct {
	warehouse.Conn
	of *silent
}

func (c silentConn) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	n, err := c.Conn.Exec(ctx, sql, args...)
	if err == nil && sql == "COMMIT" && c.of.next.CompareAndSwap(true, false) {
		c.of.now.Store(true)
		err = &warehouse.EngineError{Kind: warehouse.ErrorFatal, Position: -1, Message: "lost"}
	}
	return n, err
}

func (c silentConn) Query(ctx context.Context, sql string, args ...any) (warehouse.Rows, error) {
	if c.of.now.Load() && strings.Contains(sql, c.of.about) {
		return nil, &warehouse.EngineError{Kind: warehouse.ErrorFatal, Position: -1, Message: "the engine is away"}
	}
	return c.Conn.Query(ctx, sql, args...)
}
