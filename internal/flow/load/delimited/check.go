package delimited

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Checker says whether single values fit columns, by the rules of a scan with
// the same options. One goroutine uses it at a time.
type Checker struct {
	worker *worker
	checks int
}

// renewal is after how many checks the vectors are made anew: they remember what they were given.
const renewal = 4096

// NewChecker makes a checker for columns.
func NewChecker(cols []Column, opt Options) (*Checker, error) {
	opt.Layout = nil
	s, err := New(context.Background(), nil, cols, opt)
	if err != nil {
		return nil, err
	}
	return &Checker{worker: newWorker(s)}, nil
}

// Misfit is why a value does not fit.
type Misfit struct {
	Code   int
	Reason string
}

// Long reports a text that is longer than its column.
func (m *Misfit) Long() bool { return m.Code == codeOutOfRange }

// Missing reports NULL where it must not be.
func (m *Misfit) Missing() bool { return m.Code == codeMissingData }

// Check puts a value into column i; nil means that it fits. A value of nil is NULL.
func (c *Checker) Check(i int, value []byte) *Misfit {
	w := c.worker
	if c.checks%renewal == 0 {
		out := &warehouse.Chunk{}
		for _, col := range w.scan.columns {
			out.Vectors = append(out.Vectors, warehouse.NewVector(col.Type))
		}
		w.bind(out)
	}
	c.checks++
	col := &w.cols[i]
	col.vec.ClearNull(0)
	var p *problem
	if value == nil {
		p = col.setNull(0)
	} else {
		p = w.storeValue(col, 0, &field{value: value})
		w.texts.reset()
	}
	if p == nil {
		return nil
	}
	return &Misfit{p.code, p.reason}
}

// Close frees what the checker holds.
func (c *Checker) Close() { c.worker.Close() }
