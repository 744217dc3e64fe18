package apply

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Handle says which statements of the source the target follows; the names are those
// of ChangeProcessingDdlHandlingPolicy.
type Handle struct{ Dropped, Truncated, Altered bool }

// DDL takes a statement in: it stands between the rows before and after it.
func (a *Applier) DDL(d *source.DDL) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil || a.suspended[d.Table] {
		return a.err
	}
	a.c.Log.Printf(tasklog.TargetApply, tasklog.Info, "%s of table %s: %s", d.Verb, d.Table, d.Statement)
	a.within = true
	a.open.begin()
	a.open.of(d.Table).DDLs++
	switch d.Verb {
	case source.Truncate:
		return a.truncate(d)
	case source.Drop:
		return a.drop(d)
	case source.Alter:
		return a.alter(d)
	case source.Create:
		return a.create(d)
	}
	a.c.Log.Printf(tasklog.TargetApply, tasklog.Warning, "Table %s was renamed to %s: the target's table keeps its name and what it has", d.Table, d.To)
	return nil
}

// ignored tells that the settings keep a statement from the target.
func (a *Applier) ignored(d *source.DDL, setting string) error {
	a.c.Log.Printf(tasklog.TargetApply, tasklog.Warning, "%s of table %s is not applied: %s is false", d.Verb, d.Table, setting)
	return nil
}

// planOf is a plan for a table whose shape may be gone: the last that was used, or one
// that is good for the table's name alone.
func (a *Applier) planOf(d *source.DDL) (*mapping.Plan, error) {
	if d.Shape != nil {
		return a.c.Plan(d.Shape)
	}
	if t := a.tables.last[d.Table]; t != nil {
		return t.plan, nil
	}
	return a.c.Plan(&source.Table{Name: d.Table, Columns: []source.Column{{Name: "id", Type: sqltype.Type{ID: sqltype.Bigint}, Declared: "bigint"}}})
}

// truncate empties the table within the transaction: TRUNCATE would commit it on Redshift.
func (a *Applier) truncate(d *source.DDL) error {
	if !a.c.Handle.Truncated {
		return a.ignored(d, "HandleSourceTableTruncated")
	}
	if a.shares(d.Table) {
		return a.refuse(d.Table, shared(d))
	}
	p, err := a.planOf(d)
	if err != nil {
		return err
	}
	if d.Shape != nil {
		if _, err := a.have(p); err != nil {
			return err
		}
	} else if have, err := a.c.Target.Columns(a.ctx, p.Schema, p.Table); err != nil || len(have) == 0 {
		return err // The source dropped it later, and the target does not have it.
	}
	a.open.then(&statement{table: d.Table, sql: []string{"DELETE FROM " + target.Qualified(p.Schema, p.Table)}})
	return nil
}

func (a *Applier) drop(d *source.DDL) error {
	if !a.c.Handle.Dropped {
		return a.ignored(d, "HandleSourceTableDropped")
	}
	if a.shares(d.Table) {
		a.c.Log.Printf(tasklog.TargetApply, tasklog.Warning, "%s of table %s is not applied: rows of other tables are in the target's table, too. Its rows stay there", d.Verb, d.Table)
		return nil
	}
	p, err := a.planOf(d)
	if err != nil {
		return err
	}
	a.tables.forget(p)
	delete(a.tables.have, target.Qualified(p.Schema, p.Table))
	a.open.then(&statement{table: d.Table, sql: []string{"DROP TABLE IF EXISTS " + target.Qualified(p.Schema, p.Table)}, dropped: true})
	return nil
}

// create makes the table at once, also when no row of it ever comes.
func (a *Applier) create(d *source.DDL) error {
	if d.Shape == nil {
		return nil
	}
	p, err := a.c.Plan(d.Shape)
	if err != nil {
		return err
	}
	if a.open.drops(d.Table) {
		a.open.then(&statement{table: d.Table, create: p})
		a.tables.set(p, planColumns(p))
		return nil
	}
	_, err = a.have(p)
	return err
}

// alter gives the target's table the columns that the source's has now.
func (a *Applier) alter(d *source.DDL) error {
	if d.Shape == nil {
		return nil
	}
	p, err := a.c.Plan(d.Shape)
	if err != nil {
		return err
	}
	have, err := a.have(p)
	if err != nil {
		return err
	}
	if !a.c.Handle.Altered {
		a.tables.forget(p)
		return a.ignored(d, "HandleSourceTableAltered")
	}
	c := &alteration{plan: p, have: slices.Clone(have), named: namedColumns(d.Statement), old: a.tables.last[d.Table], shared: a.shares(d.Table)}
	if c.shared && len(c.renames()) > 0 {
		return a.refuse(d.Table, shared(d))
	}
	c.find()
	for _, w := range c.warnings {
		a.c.Log.Printf(tasklog.TargetApply, tasklog.Warning, "%s", w)
	}
	if len(c.sql)+len(c.before) > 0 {
		a.open.then(&statement{table: d.Table, before: c.before, sql: c.sql})
	}
	a.tables.set(p, c.have)
	return nil
}

// statement is a step that is SQL.
type statement struct {
	table   source.Name
	before  []string // What cannot be in a transaction, and harms nobody when it comes early.
	sql     []string
	create  *mapping.Plan
	dropped bool
}

func (s *statement) stage(f *flush) error {
	for _, sql := range s.before {
		if err := f.a.c.Target.Exec(f.ctx, "alter a table", sql); err != nil {
			return &tableError{s.table, nil, err}
		}
	}
	return nil
}

func (s *statement) apply(f *flush, x *target.Tx) error {
	sql := s.sql
	if s.create != nil {
		sql = append(sql, target.Create(s.create))
	}
	for _, q := range sql {
		f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Debug, "%s", q)
		if _, err := x.Exec(f.ctx, q); err != nil {
			return &tableError{s.table, nil, err}
		}
	}
	return nil
}

func (s *statement) release() {}

// drops reports whether the batch drops a table.
func (b *batch) drops(n source.Name) bool {
	return slices.ContainsFunc(b.steps, func(s step) bool {
		st, ok := s.(*statement)
		return ok && st.dropped && st.table == n
	})
}

// planColumns are the columns of a table that a plan makes.
func planColumns(p *mapping.Plan) []target.Column {
	all := make([]target.Column, len(p.Columns))
	for i, c := range p.Columns {
		all[i] = target.Column{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
	}
	return all
}

// forget makes all shapes of a table be compared again.
func (t *tables) forget(p *mapping.Plan) {
	for shape, old := range t.plans {
		if old.plan.Schema == p.Schema && old.plan.Table == p.Table {
			delete(t.plans, shape)
		}
	}
}

// set notes what a table will be like.
func (t *tables) set(p *mapping.Plan, have []target.Column) {
	t.forget(p)
	if t.have == nil {
		t.have = map[string][]target.Column{}
	}
	t.have[target.Qualified(p.Schema, p.Table)] = have
}

// ensure is here so that a table is made outside of transactions, where that is harmless.
func (a *Applier) ensure(p *mapping.Plan) error {
	return a.c.Target.Ensure(a.ctx, p)
}

func sameName(a, b string) bool { return strings.EqualFold(a, b) }
