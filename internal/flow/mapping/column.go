package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/mapping/expression"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// origin says where the values of a column come from.
type origin uint8

const (
	copied   origin = iota // A column of the source.
	computed               // An expression.
	former                 // A column of the source, before the change.
)

// step makes the field of one column.
type step struct {
	kind    origin
	place   int // Of the source's column.
	name    string
	mask    *masker
	convert converter
	limit   int  // Bytes that the text of the field may have; 0 when it cannot be too long.
	unit    int  // Bytes that belong together: 2 of hexadecimal digits.
	report  int  // Bytes of the value in a byte of the text, as a divisor.
	lob     bool // The limit is the task's, not the column's.
	program *expression.Program
	args    []int // The program's columns.
	numeric []bool
	binary  []bool
	boolean []bool

	holds  holding // What the warehouse's column takes, where rows are looked at for it.
	needed bool    // It takes no NULL.
	apart  bool    // Rows are told apart by it.
}

// keep decides which of the source's columns the target has.
func (b *builder) keep() error {
	rules := b.rules("column")
	including := slices.ContainsFunc(rules, func(r *transformation) bool { return r.action == "include-column" })
	b.kept, b.place = make([]bool, len(b.table.Columns)), make([]int, len(b.table.Columns))
	for i, c := range b.table.Columns {
		b.place[i] = -1
		b.kept[i] = !including
		for _, r := range rules {
			if r.column.matches(c.Name) && r.action == "include-column" {
				b.kept[i] = true
			}
		}
		for _, r := range rules {
			if r.column.matches(c.Name) && r.action == "remove-column" {
				b.kept[i] = false
			}
		}
		if b.kept[i] && b.lob.Out && b.classes[i].lob() {
			b.kept[i] = false
			b.Warnings = append(b.Warnings, fmt.Sprintf("column %s of table %s is left out, since large objects are not taken (SupportLobs)", c.Name, b.table.Name))
		}
	}
	return nil
}

// copied makes the columns that the source has, too.
func (b *builder) copied() error {
	rules := b.rules("column")
	for i, c := range b.table.Columns {
		if !b.kept[i] {
			continue
		}
		s := step{kind: copied, place: i, name: c.Name}
		t, class := b.typeOf(rules, i)
		if err := b.mask(rules, &s, class, t); err != nil {
			return err
		}
		s.convert = conversion(c.Type, t)
		b.bind(&s, c.Type, t, class)
		b.place[i] = len(b.Columns)
		b.Columns = append(b.Columns, Column{Name: b.fold(rename(rules, c.Name, c.Name, c.Name)), Type: t, Nullable: c.Nullable, Declared: c.Declared})
		b.steps = append(b.steps, s)
	}
	return nil
}

// typeOf is the type of a column in the warehouse, by the first rule that says one.
func (b *builder) typeOf(rules []*transformation, i int) (sqltype.Type, dataType) {
	c, class := b.table.Columns[i], b.classes[i]
	for _, r := range rules {
		if r.action == "change-data-type" && r.column.matches(c.Name) && (r.of == "" || r.of == class.name) {
			return r.to.redshift(b.lob.Limit), *r.to
		}
	}
	if b.options.Types == DMS {
		return b.declaredAs(c, class), class
	}
	return c.Type, class
}

// declaredAs is DMS's own type. What it sizes by characters is sized by the source's bytes.
func (b *builder) declaredAs(c source.Column, class dataType) sqltype.Type {
	if class.name == "time" && c.Type.ID == sqltype.Varchar || class.name == "numeric" && class.precision == 0 {
		return c.Type
	}
	return class.redshift(b.lob.Limit)
}

// saturated reports whether a type is as long as there are any, so that values may be longer.
func saturated(t sqltype.Type, class dataType) bool {
	return t.ID == sqltype.Varchar && (t.Length == sqltype.MaxVarchar || class.name == "numeric") || t.ID == sqltype.Varbyte
}

// room is how long the text of a field of a type may be; 0 when the type has no length.
func room(t sqltype.Type) int {
	switch t.ID {
	case sqltype.Varchar, sqltype.Char:
		return t.Length
	case sqltype.Varbyte:
		return 2 * t.Length
	}
	return 0
}

// most is the limit for large objects from which on only the column's length counts:
// DMS's documents call 63 KB the greatest there is for Redshift.
const most = 63 << 10

// bind says how long the values of a column may be.
func (b *builder) bind(s *step, from, to sqltype.Type, class dataType) {
	origin := b.classes[s.place]
	s.unit, s.report = 1, 1
	if origin.binary() && (from.ID == sqltype.Varchar || from.ID == sqltype.Varbyte) {
		s.unit, s.report = 2, 2
	}
	limit := room(to)
	if limit > 0 && (room(from) == 0 || room(from) > limit || saturated(from, origin) || b.exchanges(s.place)) {
		s.limit = limit
	}
	if task := b.lob.Limit * s.report; origin.lob() && task > 0 && b.lob.Limit < most && (limit == 0 || task <= limit) {
		s.limit, s.lob = task, true
	}
	s.limit -= s.limit % s.unit
}

// added makes the columns that rules add.
func (b *builder) added() error {
	for _, r := range b.rules("column") {
		if r.action != "add-column" {
			continue
		}
		t := r.to.redshift(b.lob.Limit)
		s := step{kind: computed, place: -1, name: r.value, program: r.expression, limit: room(t), unit: 1, report: 1}
		if r.expression == nil {
			s.program, _ = expression.Compile("NULL")
		}
		if err := b.arguments(&s, r.id); err != nil {
			return err
		}
		b.Columns = append(b.Columns, Column{Name: b.fold(r.value), Type: t, Nullable: true})
		b.steps = append(b.steps, s)
	}
	return nil
}

func (b *builder) arguments(s *step, rule string) error {
	for _, name := range s.program.Columns() {
		i, err := b.column(name, rule)
		if err != nil {
			return err
		}
		class := b.classes[i]
		s.args = append(s.args, i)
		s.numeric = append(s.numeric, newTest(class).numeric || class.name == "boolean")
		s.binary = append(s.binary, class.binary())
		s.boolean = append(s.boolean, class.name == "boolean")
	}
	return nil
}

// formers makes the columns with values from before the change.
func (b *builder) formers() error {
	for _, r := range b.rules("column") {
		if r.action != "add-before-image-columns" {
			continue
		}
		for i, c := range b.table.Columns {
			at := b.place[i]
			key := slices.Contains(b.table.Key, i)
			if at < 0 || !r.column.matches(c.Name) || r.before.filter == "pk-only" && !key || r.before.filter == "non-lob" && b.classes[i].lob() {
				continue
			}
			s := b.steps[at]
			s.kind, s.args = former, []int{i}
			b.Columns = append(b.Columns, Column{Name: b.fold(r.before.prefix + b.Columns[at].Name + r.before.suffix), Type: b.Columns[at].Type, Nullable: true})
			b.steps = append(b.steps, s)
		}
	}
	return nil
}

// keys says which of the target's columns tell its rows apart.
func (b *builder) keys() error {
	for _, r := range b.rules("table") {
		if r.action == "define-primary-key" {
			return b.define(r)
		}
	}
	for _, k := range b.table.Key {
		at := b.place[k]
		if at < 0 {
			b.Key = nil
			b.Warnings = append(b.Warnings, fmt.Sprintf("table %s has no key in the warehouse, since its column %s is left out: rows are told apart by all of their columns", b.table.Name, b.table.Columns[k].Name))
			return b.stable()
		}
		b.Key = append(b.Key, at)
	}
	return b.stable()
}

// define takes the key from a rule, by names of the source or of the target.
func (b *builder) define(r *transformation) error {
	for _, name := range r.key {
		at := slices.IndexFunc(b.Columns, func(c Column) bool { return c.Name == b.fold(name) })
		if i := slices.Index(columnNames(b.table), name); i >= 0 && b.place[i] >= 0 {
			at = b.place[i]
		}
		if at < 0 {
			return failed(r.id, "table %s has no column %s for its key", b.table.Name, name)
		}
		b.Key = append(b.Key, at)
	}
	return b.stable()
}

// stable refuses keys whose values are not the same each time.
func (b *builder) stable() error {
	for _, k := range b.Key {
		if !b.Steady(k) {
			return b.refuse(b.Columns[k].Name, "it belongs to the key, and a row would not have the same value each time", "mask it with data-masking-hash-mask, or define another key")
		}
	}
	for _, s := range b.steps {
		if s.program != nil && s.program.Indicates() && len(b.Key) == 0 {
			return b.refuse(s.name, "operation_indicator needs a key, and the table has none", "define one with define-primary-key")
		}
	}
	return nil
}

// mask puts the rule that masks a column to work.
func (b *builder) mask(rules []*transformation, s *step, class dataType, t sqltype.Type) error {
	for _, r := range rules {
		if !slices.Contains(masking, r.action) || !r.column.matches(s.name) {
			continue
		}
		text := (t.ID == sqltype.Varchar || t.ID == sqltype.Char) && !class.binary()
		integer := strings.HasPrefix(class.name, "int") || strings.HasPrefix(class.name, "uint") || class.name == "numeric"
		switch {
		case r.action == "data-masking-digits-randomize" && !text && !integer, r.action != "data-masking-digits-randomize" && !text:
			return failed(r.id, "%s is not for column %s of type %s", r.action, s.name, b.table.Columns[s.place].Declared)
		case r.action == "data-masking-hash-mask" && t.Length < 64:
			return failed(r.id, "column %s has %d bytes and must hold 64; change its type with a change-data-type rule", s.name, t.Length)
		}
		s.mask = &masker{random: r.action == "data-masking-digits-randomize", hash: r.action == "data-masking-hash-mask", limit: highest(t)}
		if r.value != "" {
			s.mask.with = r.value[0]
		}
		return nil
	}
	return nil
}
