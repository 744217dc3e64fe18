package apply

import (
	"github.com/inlet-data/inlet/internal/flow/source"
)

// changes are the net changes of a table: by key, or by whole rows.
type changes interface {
	add(rows *source.Rows) error
	commit()
	bytes() int64
	release()
	write(to *writer) error
}

// run are net changes of several tables with nothing between them.
type run struct {
	tables []*tableRun
	byPlan map[*tablePlan]*tableRun
}

// tableRun are those of one table.
type tableRun struct {
	table *tablePlan
	changes
	rows *staged // By key: what becomes of each; without key: the rows that came or went.
	gaps *staged // Rows with values that the target's old rows have.
}

func (r *run) of(t *tablePlan, spare *spare) *tableRun {
	tr := r.byPlan[t]
	if tr == nil {
		tr = &tableRun{table: t}
		if len(t.key) > 0 {
			tr.changes = newNet(t, spare)
		} else {
			tr.changes = newCounts(t, spare)
		}
		r.byPlan[t] = tr
		r.tables = append(r.tables, tr)
	}
	return tr
}

func (r *run) bytes() (n int64) {
	for _, t := range r.tables {
		n += t.changes.bytes()
	}
	return n
}

func (r *run) release() {
	for _, t := range r.tables {
		t.changes.release()
	}
}

// finish ends the transaction in all tables.
func (r *run) finish() {
	for _, t := range r.tables {
		t.changes.commit()
	}
}
