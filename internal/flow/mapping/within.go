package mapping

import (
	"slices"
	"sync"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// Within is the plan for a table that is in the warehouse already, with the types of
// its columns by their names. Values that are longer than such a column are treated
// by the policy, instead of failing the COPY they are part of.
func (p *Plan) Within(have map[string]sqltype.Type) *Plan {
	q := *p
	q.steps = slices.Clone(p.steps)
	for i := range q.steps {
		if t, ok := have[p.Columns[i].Name]; ok {
			q.steps[i].narrow(p.Columns[i].Type, t)
		}
	}
	q.measure()
	q.free = &sync.Pool{New: func() any { return newRewriter(&q) }}
	return &q
}

// narrow lowers the limit of a column to what another type takes.
func (s *step) narrow(planned, have sqltype.Type) {
	limit := room(have)
	if limit == 0 || s.limit == 0 && room(planned) > 0 && room(planned) <= limit || s.limit > 0 && s.limit <= limit {
		return
	}
	s.limit, s.lob = limit-limit%s.unit, false
}

// measure finds the length below which a row cannot hold a value that is too long.
func (p *Plan) measure() {
	p.bound = 0
	for _, s := range p.steps {
		if s.limit > 0 && (p.bound == 0 || s.limit < p.bound) {
			p.bound = s.limit
		}
	}
}
