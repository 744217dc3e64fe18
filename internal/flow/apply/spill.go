package apply

import "github.com/inlet-data/inlet/internal/flow/tasklog"

// spill stages the open batch's changes before the transaction they belong to has
// ended: a transaction may be larger than memory. They stay in the bucket until the
// transaction is applied as a whole.
func (a *Applier) spill() error {
	b := a.open
	f := &flush{a: a, ctx: a.ctx, b: b}
	for _, s := range b.steps {
		r, ok := s.(*run)
		if !ok || r.spilled {
			continue
		}
		if err := r.stage(f); err != nil {
			return err
		}
		r.spilled = true
		r.release()
	}
	a.c.Log.Printf(tasklog.TargetApply, tasklog.Info, "A transaction is larger than the memory for it: %d changes are staged before it ends", b.rows)
	b.used, b.last = 0, nil
	return nil
}
