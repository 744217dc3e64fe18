package mapping

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Column is a column of the table in the warehouse.
type Column struct {
	Name     string
	Type     sqltype.Type
	Nullable bool
	Declared string // The source's words for the type; empty for a column that rules add.
}

// Plan is how the rows of one table go to the warehouse. It may be used from
// several goroutines.
type Plan struct {
	From          *source.Table // With only the columns to be read, in order: for Snapshot.
	Schema, Table string        // In the warehouse, in lower case unless it tells cases apart.
	Columns       []Column
	Key           []int       // Of Columns; none when rows of the target cannot be told apart.
	Segments      *Segments   // Nil when the document does not cut the table at boundaries.
	Partitions    *Partitions // Nil when it does not have partitions loaded on their own.
	Warnings      []string

	table   *source.Table // That the plan was made for, whole.
	target  *source.Table
	texts   []bool // Of the table's columns, whose characters are replaced; nil when none are.
	places  []int  // Of From's columns in table.
	steps   []step
	filter  filters
	same    bool // From's rows are the target's.
	through bool // Rows of the whole table are the target's, so far as no value is too long.
	bound   int  // Rows that are no longer hold no value that is too long; 0 when none can be.
	soft    bool // Deletes become updates.
	moved   bool // The table has another name in the warehouse.
	asked   bool // Because of a rule for certain schemas or tables.
	header  bool
	careful bool          // Rows are looked at for values that the warehouse refuses.
	told    func(Refusal) // Hears of them; may be nil.
	options Options
	free    *sync.Pool    // Of *rewriter.
	count   *atomic.Int64 // Of $AR_H_CHANGE_SEQ.
}

// Identity reports whether the rows of From are the target's rows as they are.
func (p *Plan) Identity() bool { return p.same && p.bound == 0 }

// Header reports whether rows hold something of their transaction, so that Rows must
// know it. Without one such columns have the time of the call.
func (p *Plan) Header() bool { return p.header }

// Whole reports whether updates and deletes must come with the whole row as it was,
// which PostgreSQL sends with REPLICA IDENTITY FULL, and MySQL with binlog_row_image FULL.
func (p *Plan) Whole() bool {
	for i := range p.steps {
		s := &p.steps[i]
		beyond := slices.ContainsFunc(s.args, func(place int) bool { return !slices.Contains(p.table.Key, place) })
		if beyond && (s.kind == former || p.soft || p.options.Engine == "postgres" && s.large(p.table)) {
			return true
		}
	}
	return slices.ContainsFunc(p.filter.places, func(place int) bool { return !slices.Contains(p.table.Key, place) })
}

// large reports whether an expression takes a column that PostgreSQL may keep apart,
// and does not send when it did not change.
func (s *step) large(t *source.Table) bool {
	return slices.ContainsFunc(s.args, func(place int) bool {
		id := t.Columns[place].Type.ID
		return id == sqltype.Varchar || id == sqltype.Varbyte
	})
}

// Steady reports whether the values of one of Columns follow from the source's row alone,
// so that a row read again has the same: no clock, no chance, nothing of the change that brought it.
func (p *Plan) Steady(column int) bool {
	switch s := &p.steps[column]; s.kind {
	case copied:
		return s.mask == nil || !s.mask.random
	case computed:
		return !s.program.Header() && !s.program.Indicates() && !s.program.Operates() && !s.program.Random()
	}
	return false
}

// Target is the shape of the table in the warehouse, as the rows that Rows hands on have it.
func (p *Plan) Target() *source.Table { return p.target }

// builder makes a plan.
type builder struct {
	*Plan
	document *Document
	classes  []dataType // Of the table's columns.
	kept     []bool     // Which of them the target has.
	place    []int      // Of the table's columns in Columns; -1 when it is left out.
	lob      LOB        // Of this table.
	masked   []bool     // Which of Columns do not have one value for one row.
}

// Plan says how the rows of a table go to the warehouse.
func (d *Document) Plan(t *source.Table, o Options) (*Plan, error) {
	b := &builder{Plan: &Plan{table: t, options: o}, document: d, lob: o.LOB}
	for _, c := range t.Columns {
		b.classes = append(b.classes, classify(c, o.Engine))
	}
	b.override()
	b.spell()
	b.Schema, b.Table = b.names()
	for _, make := range []func() error{b.keep, b.copied, b.added, b.formers, b.keys, b.filters, b.check} {
		if err := make(); err != nil {
			return nil, err
		}
	}
	var err error
	if b.Segments, err = b.segments(); err != nil {
		return nil, err
	}
	if rule := d.settings(t.Name); rule != nil {
		b.Partitions = rule.partitions
	}
	b.read()
	b.finish()
	b.idle()
	return b.Plan, nil
}

// idle warns of rules that name a column which is not there: it may be the one that must not be copied.
func (b *builder) idle() {
	for _, r := range b.rules("column") {
		if r.column.wild() || slices.ContainsFunc(b.table.Columns, func(c source.Column) bool { return r.column.matches(c.Name) }) {
			continue
		}
		if !r.table.wild() {
			b.Warnings = append(b.Warnings, fmt.Sprintf("rule %s (%s) names column %s, which table %s does not have; it has %s", r.id, r.action, r.column.text, b.table.Name, list(columnNames(b.table))))
		}
	}
}

// override puts the table's own settings for large objects in the place of the task's.
func (b *builder) override() {
	rule := b.document.settings(b.table.Name)
	if rule == nil {
		return
	}
	switch rule.lob {
	case "none":
		b.lob.Out = true
	case "unlimited":
		b.lob.Out, b.lob.Limit = false, 0
	case "limited":
		b.lob.Out, b.lob.Limit = false, rule.size
	}
}

// column finds a column of the source that a rule names.
func (b *builder) column(name, rule string) (int, error) {
	fallback := -1
	for i, c := range b.table.Columns {
		if c.Name == name {
			return i, nil
		}
		if fold(c.Name) == fold(name) {
			fallback = i
		}
	}
	if fallback < 0 {
		return 0, failed(rule, "table %s has no column %s; it has %s", b.table.Name, name, list(columnNames(b.table)))
	}
	return fallback, nil
}

func columnNames(t *source.Table) []string {
	var all []string
	for _, c := range t.Columns {
		all = append(all, c.Name)
	}
	return all
}

// read says which columns are to be read: those of the target, of the key, and
// those that filters and expressions look at.
func (b *builder) read() {
	needed := make([]bool, len(b.table.Columns))
	for _, k := range b.table.Key {
		needed[k] = true
	}
	for _, place := range b.filter.places {
		needed[place] = true
	}
	for _, s := range b.steps {
		if s.kind == copied {
			needed[s.place] = true
		}
		for _, place := range s.args {
			needed[place] = true
		}
	}
	from := *b.table
	from.Columns, from.Key = nil, nil
	at := make([]int, len(needed))
	for i, c := range b.table.Columns {
		if needed[i] {
			at[i] = len(from.Columns)
			b.places = append(b.places, i)
			from.Columns = append(from.Columns, c)
		}
	}
	for _, k := range b.table.Key {
		from.Key = append(from.Key, at[k])
	}
	b.From = &from
}

// finish sees how little there is to be done with rows.
func (b *builder) finish() {
	plain := len(b.filter.rules) == 0
	for i, s := range b.steps {
		plain = plain && s.kind == copied && s.mask == nil && !b.exchanges(s.place) && s.convert == asIs && i < len(b.places) && b.places[i] == s.place
		b.header = b.header || s.program != nil && s.program.Header()
		b.soft = b.soft || s.program != nil && s.program.Indicates()
	}
	b.measure()
	b.same = plain && len(b.steps) == len(b.places)
	b.through = b.same && len(b.places) == len(b.table.Columns)
	b.target = &source.Table{Name: source.Name{Schema: b.Schema, Table: b.Plan.Table}, Key: b.Key, Rows: b.table.Rows}
	for _, c := range b.Columns {
		b.target.Columns = append(b.target.Columns, source.Column{Name: c.Name, Declared: c.Declared, Type: c.Type, Nullable: c.Nullable})
	}
	p := b.Plan
	p.count, p.free = &b.document.count, &sync.Pool{New: func() any { return newRewriter(p) }}
}
