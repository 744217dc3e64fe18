package target

import (
	"context"
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Prepare makes a plan's schema and table ready for a full load. A table whose load was
// begun before (and not forgotten since) is only looked at: its rows are never emptied again.
func (t *Target) Prepare(ctx context.Context, p *mapping.Plan, mode Prep) error {
	begun, err := t.Begun(ctx, p.From.Name)
	if err != nil {
		return err
	}
	return t.with(ctx, "prepare table "+p.Schema+"."+p.Table, func(ctx context.Context, s *session) error {
		if err := t.makeSchema(ctx, s, p.Schema); err != nil {
			return err
		}
		have, err := t.columns(ctx, s, p.Schema, p.Table)
		if err != nil {
			return err
		}
		if (mode == Refit || mode == Join) && !begun {
			if have, err = t.refit(ctx, s, preparation{p, mode, true}, have); err != nil {
				return err
			}
		}
		if mode != DropAndCreate || begun {
			if err := t.judge(p, have); err != nil {
				return err
			}
		}
		if begun && len(have) > 0 {
			return nil
		}
		if err := t.ready(ctx, s, preparation{p, mode, len(have) > 0}); err != nil {
			return t.explain(err)
		}
		_, err = s.exec(ctx, t.mark(p.From.Name, markPrepared, 0))
		return err
	})
}

// refit mends what keeps rows from being loaded, and returns the columns as they are then.
func (t *Target) refit(ctx context.Context, s *session, d preparation, have []Column) ([]Column, error) {
	p := d.plan
	for _, f := range t.compare(p, have) {
		there := slices.ContainsFunc(have, func(h Column) bool { return t.fold(h.Name) == t.fold(f.Column) })
		if !f.Fatal || d.mode == Join && there { // What was made by hand, or is another table's, stays.
			continue
		}
		t.cfg.Log.Printf(tasklog.TablesManager, tasklog.Info, "%s", f.Mend)
		if _, err := s.exec(ctx, f.Mend); err != nil {
			return nil, t.explain(fmt.Errorf("%s: %w", f.Mend, err))
		}
	}
	return t.columns(ctx, s, p.Schema, p.Table)
}

// Ensure makes the schema and the table of a plan where they are missing, and fails when what is there does not fit.
func (t *Target) Ensure(ctx context.Context, p *mapping.Plan) error {
	return t.with(ctx, "look at table "+p.Schema+"."+p.Table, func(ctx context.Context, s *session) error {
		have, err := t.columns(ctx, s, p.Schema, p.Table)
		if err != nil || len(have) > 0 {
			return firstOf(err, t.judge(p, have))
		}
		if err := t.makeSchema(ctx, s, p.Schema); err != nil {
			return err
		}
		return t.explain(t.ready(ctx, s, preparation{p, DoNothing, false}))
	})
}

func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// judge tells what does not fit, and fails when nothing could be loaded.
func (t *Target) judge(p *mapping.Plan, have []Column) error {
	found := t.compare(p, have)
	for _, f := range found {
		level := tasklog.Warning
		if f.Fatal {
			level = tasklog.Error
		}
		t.cfg.Log.Printf(tasklog.TablesManager, level, "Table '%s'.'%s', column '%s': %s; mend it with: %s", p.Schema, p.Table, f.Column, f.Message, f.Mend)
	}
	return refusal(p, found)
}

// preparation is what is to be done to a table.
type preparation struct {
	plan   *mapping.Plan
	mode   Prep
	exists bool
}

// ready makes, empties or replaces the table. TRUNCATE commits at once on Redshift; so it stands alone.
func (t *Target) ready(ctx context.Context, s *session, d preparation) error {
	table := Qualified(d.plan.Schema, d.plan.Table)
	sql := create(d.plan, table)
	switch {
	case d.exists && (d.mode == DoNothing || d.mode == Join):
		return nil
	case d.exists && (d.mode == TruncateBeforeLoad || d.mode == Refit):
		sql = "TRUNCATE TABLE " + table
	case d.exists:
		sql = "BEGIN; DROP TABLE " + table + "; " + sql + "; COMMIT"
	}
	t.cfg.Log.Printf(tasklog.TargetLoad, tasklog.Debug, "%s", sql)
	if _, err := s.exec(ctx, sql); err != nil {
		t.rollback(s)
		return fmt.Errorf("%s of %s: %w", d.mode, table, err)
	}
	return nil
}
