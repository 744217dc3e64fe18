package apply

import (
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// changes are the net changes of a table: by key, or by whole rows.
type changes interface {
	add(rows *source.Rows) error
	bytes() int64
	release()
	size() int
	folded(entry int) bool
	lastOp(entry int) source.Op
	write(to *writer, entry int) error
	lines(entry int) int // How many rows write stages.
	statement(tg *target.Target, t *tablePlan, entry int) string
}

// run are net changes of several tables with nothing between them.
type run struct {
	tables []*tableRun
	byPlan map[*tablePlan]*tableRun

	crowded []*net // With keys that two rows may have until the transaction ends.
	spilled bool   // It is staged, and no longer in memory.
}

// tableRun are those of one table.
type tableRun struct {
	table *tablePlan
	changes
	rows  *staged      // By key: what becomes of each; without key: the rows that came or went.
	gaps  *staged      // Rows with values that the target's old rows have.
	drops bool         // Some of the rows are to be deleted that should be there.
	less  int64        // Of a table without key: how many rows go.
	most  int64        // And how many equal rows come at most.
	skip  map[int]bool // Entries that are left out.
	seq   bool         // Files begin with each entry's number.
}

func (r *run) of(t *tablePlan, spare *spare) *tableRun {
	tr := r.byPlan[t]
	if tr == nil {
		tr = &tableRun{table: t}
		if len(t.key) > 0 {
			tr.changes = newNet(t, r, spare)
		} else {
			tr.changes = newCounts(t, spare)
		}
		r.byPlan[t] = tr
		r.tables = append(r.tables, tr)
	}
	return tr
}

func (r *run) release() {
	for _, t := range r.tables {
		t.changes.release()
	}
}

// finish ends the transaction: each key has one row again.
func (r *run) finish() {
	for _, n := range r.crowded {
		clear(n.crowded)
	}
	r.crowded = r.crowded[:0]
}
