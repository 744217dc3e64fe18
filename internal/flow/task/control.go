package task

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// noteStatus writes the control tables that are due.
func (r *run) noteStatus(ctx context.Context, n int) {}

// noteSuspended enters a table into the control table of those that are given up.
func (r *run) noteSuspended(ctx context.Context, t *table) error { return nil }

// letGo frees what is applied: in the spool, and with the source what the spool has.
func (r *run) letGo() {
	r.mu.Lock()
	applied := r.lag.Position
	r.mu.Unlock()
	if end := r.spool.End(); end != "" {
		r.c.Source.Applied(end)
	}
	if applied == "" {
		return
	}
	if err := r.spool.Release(applied); err != nil {
		r.say(tasklog.Sorter, tasklog.Warning, err)
	}
}
