package task

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// survey looks through the captured changes for where tables got the shape they were
// loaded in. What was done to a table until then is in its load, because a server alters
// no table whose rows are being changed; to apply it would give the table back what the
// statement took away, or take what is loaded.
func (r *run) survey(ctx context.Context, from source.Position) (map[source.Name]source.Position, error) {
	s := &survey{since: map[source.Name]source.Position{}, made: map[source.Name]source.Position{}}
	r.mu.Lock()
	for _, t := range r.order {
		if t.Since.After(from) {
			s.since[t.Name] = t.Since
			s.until = max(s.until, t.Since)
		}
	}
	r.mu.Unlock()
	if len(s.since) == 0 {
		return nil, nil
	}
	defer r.spool.Lift()() // Nothing is applied, and so released, before this is over.
	if err := r.spool.Replay(ctx, from, s); !errors.Is(err, errScouted) {
		return nil, fmt.Errorf("look for statements in the captured changes: %w", err)
	}
	return s.made, nil
}

// survey is the sink that notes statements.
type survey struct {
	since, made map[source.Name]source.Position
	until       source.Position
	open        []source.Name // Tables that the open transaction alters.
}

func (s *survey) Wants(n source.Name) bool { return s.since[n] != "" }
func (s *survey) Rows(*source.Rows) error  { return nil }
func (s *survey) Rollback()                { s.open = s.open[:0] }

func (s *survey) DDL(d *source.DDL) error {
	for _, n := range []source.Name{d.Table, d.To} {
		if s.Wants(n) && !slices.Contains(s.open, n) {
			s.open = append(s.open, n)
		}
	}
	return nil
}

func (s *survey) Commit(c source.Commit) error {
	at := c.Position()
	for _, n := range s.open {
		if !at.After(s.since[n]) {
			s.made[n] = at
		}
	}
	s.open = s.open[:0]
	if !s.until.After(at) {
		return errScouted
	}
	return nil
}
