package copyjob_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A setting that fails is not set, neither now nor after a restart.
func TestSetFails(t *testing.T) {
	w := newWorld(t)
	blind := &blind{Engine: w.engine}
	w.db = warehouse.NewDatabase(w.db.Namespace, "dev", blind)
	var err error
	w.jobs, err = copyjob.Open(w.ctx, w.db, w.loader, slog.New(slog.DiscardHandler))
	w.ok(err)
	w.ok(w.create("j", "orders", "", "ON"))
	w.arrive("a@1")
	w.run()
	w.settled("j")
	blind.on.Store(true)
	if err := w.set("j", "reload_changed = on"); err == nil {
		t.Fatal("it was set")
	}
	blind.on.Store(false)
	w.want("SELECT name FROM inlet.copy_job_setting")
	w.arrive("a@2")
	w.settled("j")
	w.want(loaded, "a@1")
	w.ok(w.set("j", "reload_changed = on"))
	w.arrive("a@2")
	w.settled("j")
	w.want(loaded, "a@1", "a@2")
}

// blind is an engine that cannot read the events of files while it is on.
type blind struct {
	warehouse.Engine
	on atomic.Bool
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
	if c.of.on.Load() && strings.Contains(sql, "FROM inlet.copy_job_file") {
		return nil, &warehouse.EngineError{Kind: warehouse.ErrorIO, Position: -1, Message: "Could not read from file"}
	}
	return c.Conn.Query(ctx, sql, args...)
}
