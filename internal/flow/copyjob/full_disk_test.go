package copyjob_test

import (
	"log/slog"
	"testing"

	"github.com/inlet-data/inlet/internal/faulty"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A disk without room, for the rows and for the record of the failure, is no
// try of the source: the file is neither given up nor put aside.
func TestFullDiskIsNoTry(t *testing.T) {
	w := newWorld(t)
	log := slog.New(slog.DiscardHandler)
	role := warehouse.AttachedRole{ARN: "arn:aws:iam::222222222222:role/loader", Status: "in-sync"}
	ns := &warehouse.Namespace{ID: "n", Account: "222222222222", Region: "us-east-1", Cluster: "wh", Roles: []warehouse.AttachedRole{role}}
	plan := &faulty.Plan{}
	w.db = warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", faulty.Engine{Engine: w.engine, Plan: plan})
	var err error
	w.jobs, err = copyjob.Open(w.ctx, w.db, load.New(folder{"in/a": "header\nx\n", "in/b": "header\ny\n"}, log), log)
	w.ok(err)
	w.ok(w.create("j", "orders", "in/", "ON"))
	w.ok(w.set("j", "retries = 0, quarantine = 's3://drop/bad/'"))
	w.arrive("in/a", "in/b")
	for range 3 {
		plan.Add(faulty.Fault{At: faulty.Write, Kind: faulty.NoRoom}, faulty.Fault{At: faulty.Write, Kind: faulty.NoRoom})
	}
	w.run()
	w.settled("j")
	if left := plan.Left(); len(left) > 0 {
		t.Errorf("%v did not strike", left)
	}
	w.want(loaded, "x", "y")
	w.want(states, "in/a I", "in/b I")
	w.want("SELECT key FROM inlet.copy_job_quarantine")
}
