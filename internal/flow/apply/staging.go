package apply

import (
	"context"
	"errors"
)

// stage writes the files of all tables; their uploads run beside each other.
func (r *run) stage(f *flush) error {
	for _, t := range r.tables {
		if err := t.stage(f); err != nil {
			return err
		}
	}
	for _, t := range r.tables {
		if err := errors.Join(t.rows.close(f), t.gaps.close(f)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tableRun) stage(f *flush) error {
	if t.rows != nil || t.gaps != nil {
		return nil // Spilled before.
	}
	w := &writer{f: f}
	err := t.changes.write(w)
	t.rows, t.gaps = w.rows, w.gaps
	return err
}

// unstage removes the files.
func (r *run) unstage(ctx context.Context) error {
	var all []error
	for _, t := range r.tables {
		for _, s := range []*staged{t.rows, t.gaps} {
			if s != nil {
				all = append(all, s.set.Remove(ctx))
			}
		}
	}
	return errors.Join(all...)
}
