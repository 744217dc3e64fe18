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
		if err := t.close(f); err != nil {
			return err
		}
	}
	return nil
}

func (t *tableRun) close(f *flush) error { return errors.Join(t.rows.close(f), t.gaps.close(f)) }

// stage writes what is in memory, but for the entries that are left out.
func (t *tableRun) stage(f *flush) error {
	if t.rows != nil || t.gaps != nil {
		return nil // It is there already.
	}
	return t.write(&writer{f, t}, 0, t.changes.size())
}

// write stages a part of the entries.
func (t *tableRun) write(w *writer, from, to int) error {
	w.t.less, w.t.most, w.t.drops = 0, 0, false
	for e := from; e < to; e++ {
		if t.skip[e] {
			continue
		}
		if err := t.changes.write(w, e); err != nil {
			return err
		}
	}
	return nil
}

// unstage removes the files.
func (r *run) unstage(ctx context.Context) error {
	var all []error
	for _, t := range r.tables {
		all = append(all, t.unstage(ctx))
	}
	return errors.Join(all...)
}

func (t *tableRun) unstage(ctx context.Context) error {
	var all []error
	for _, s := range []*staged{t.rows, t.gaps} {
		if s != nil {
			all = append(all, s.set.Remove(ctx))
		}
	}
	t.rows, t.gaps = nil, nil
	return errors.Join(all...)
}
