package apply

import (
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// batch is what one transaction of the target will apply: steps in order, each complete in itself.
type batch struct {
	steps []step
	last  *run // The last step, when it takes more changes.
	spare *spare

	first   time.Time // When the first change or commit came.
	pos     source.Position
	at      time.Time // When the source committed the last transaction.
	used    int64     // Bytes of memory, about.
	rows    int64
	commits int
	ended   bool // It has a whole transaction.
	counts  map[source.Name]*Changes
	refused map[source.Name]*target.Refusals // Values in whose place NULL stands.
}

// step is a part of a batch: net changes, or a statement between them.
type step interface {
	// stage puts what the step needs into the staging bucket and frees its memory.
	stage(f *flush) error
	// apply does the step in the transaction; it may be asked again.
	apply(f *flush, x *target.Tx) error
	// release frees the memory.
	release()
}

func newBatch(spare *spare) *batch {
	return &batch{spare: spare, counts: map[source.Name]*Changes{}}
}

// into is where the changes of a table go.
func (b *batch) into(t *tablePlan) *tableRun {
	if b.last == nil {
		b.last = &run{byPlan: map[*tablePlan]*tableRun{}}
		b.steps = append(b.steps, b.last)
	}
	return b.last.of(t, b.spare)
}

// then adds a statement: what comes after it goes to another run.
func (b *batch) then(s step) {
	b.steps = append(b.steps, s)
	b.last = nil
	b.begin()
}

func (b *batch) begin() {
	if b.first.IsZero() {
		b.first = time.Now()
	}
}

// end ends a transaction.
func (b *batch) end(c source.Commit) {
	b.begin()
	b.commits++
	b.ended, b.pos, b.at = true, c.Position(), c.Time()
	if b.last != nil {
		b.last.finish()
	}
}

func (b *batch) release() {
	for _, s := range b.steps {
		s.release()
	}
}

// of is what happened to a table.
func (b *batch) of(n source.Name) *Changes {
	c := b.counts[n]
	if c == nil {
		c = &Changes{}
		b.counts[n] = c
	}
	return c
}

// count adds rows to what happened.
func (b *batch) count(rows *source.Rows, c *Changes) {
	b.begin()
	n := int64(max(rows.After.Len(), rows.Before.Len()))
	switch rows.Op {
	case source.Insert:
		n = int64(rows.After.Len())
		c.Inserts += n
	case source.Update:
		c.Updates += n
	case source.Delete:
		n = int64(rows.Before.Len())
		c.Deletes += n
	}
	b.rows += n
}
