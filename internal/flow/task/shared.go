package task

import (
	"context"
	"errors"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// siblings are the other tables whose rows go to the same table of the target, such as
// those of shards that are brought together; r.mu is held.
func (r *run) siblings(n source.Name) []*table {
	place := r.place(n)
	var all []*table
	for _, t := range r.order {
		if t.Name == n {
			continue
		}
		if shares, _ := place.Shares(r.place(t.Name)); shares {
			all = append(all, t)
		}
	}
	return all
}

// place is where a table's rows go; r.mu is held.
func (r *run) place(n source.Name) mapping.Place {
	p, known := r.places[n]
	if !known {
		p = r.c.Mapping.Place(n, r.options())
		r.places[n] = p
	}
	return p
}

// shares reports whether a table has such.
func (r *run) shares(n source.Name) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.siblings(n)) > 0
}

// prepareShared makes the target's table ready for all that share it when the first of them is
// loaded, and for the others so that nothing is lost which is there.
func (r *run) prepareShared(ctx context.Context, t *table, plan *mapping.Plan) error {
	r.sharing.Lock()
	defer r.sharing.Unlock()
	mode, err := r.joining(t, plan)
	if fault.CodeOf(err) == codeShared {
		r.want(t.Name, err.Error())
	}
	if err != nil {
		return err
	}
	if err = r.prepareAs(ctx, t, plan, mode); err != nil || mode == target.Join {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.siblings(t.Name) {
		s.Refit = false // Its rows went, too.
		err = errors.Join(err, r.keep(s))
	}
	return err
}

// codeShared is of a table that cannot be loaded without the others that share the target's.
const codeShared = "SourceTableShared"

// joining says what becomes of the target's table.
func (r *run) joining(t *table, plan *mapping.Plan) (target.Prep, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	mode, joined := r.prep(), false
	if t.Refit {
		mode = target.Refit
	}
	for _, s := range r.siblings(t.Name) {
		if s.Shape != nil && s.Prepared {
			other, err := r.plan(s.Shape)
			if err == nil {
				err = plan.Collide(other)
			}
			if err != nil {
				return mode, err
			}
			joined = true
		}
		if s.Refit {
			mode = target.Refit
		}
	}
	switch {
	case joined && t.Refit:
		return mode, &fault.Error{Kind: fault.Invalid, Code: codeShared, On: t.Name.String(), Message: "rows of it are in the target's table with those of others, so that all of them are to be loaded again"}
	case joined:
		return target.Join, nil
	}
	return mode, nil
}

// wantShared asks for the load of all tables that share the target's with one whose rows are in
// it and that is to be loaded again; r.mu is held.
func (r *run) wantShared() {
	for _, t := range r.order {
		if !t.Wanted || !t.Refit && !t.Prepared {
			continue
		}
		for _, s := range r.siblings(t.Name) {
			s.Wanted, s.Refit = true, true
		}
	}
}

// distinct fails when a key of the table is another's, too.
func (r *run) distinct(ctx context.Context, t *table) error {
	if !r.shares(t.Name) {
		return nil
	}
	return r.target.Distinct(ctx, t.plan)
}
