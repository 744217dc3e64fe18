package copyjob_test

import (
	"log/slog"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A setting that fails is not set, neither now nor after a restart.
func TestSetFails(t *testing.T) {
	w := newWorld(t)
	blind := &blind{Engine: w.engine, about: "FROM inlet.copy_job_file"}
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
