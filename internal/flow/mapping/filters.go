package mapping

import (
	"bytes"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// outcome is what a filter says of a row of which some values may not be known.
type outcome uint8

const (
	unknown outcome = iota
	out
	in
)

// filters are the conditions of a table: one of the rules must let a row through.
type filters struct {
	rules  [][]bound
	places []int // Of the columns that they look at.
}

// bound is a filter of one column, its values in the form that fields have them in.
type bound struct {
	place      int
	test       test
	conditions []limits
}

type limits struct {
	operator   string
	value, end []byte
}

// filters resolves the filters of the rules that take the table. A rule without any takes all rows.
func (b *builder) filters() error {
	var all [][]bound
	for i := range b.document.selections {
		r := &b.document.selections[i]
		if r.action == "exclude" || !r.matches(b.table.Name) {
			continue
		}
		if len(r.filters) == 0 {
			return nil
		}
		var rule []bound
		for _, f := range r.filters {
			one, err := b.filterOf(f, r.id)
			if err != nil {
				return err
			}
			rule = append(rule, one)
		}
		all = append(all, rule)
	}
	b.filter.rules = all
	for _, rule := range all {
		for _, one := range rule {
			b.filter.places = append(b.filter.places, one.place)
		}
	}
	return nil
}

func (b *builder) filterOf(f filter, rule string) (bound, error) {
	i, err := b.column(f.column, rule)
	if err != nil {
		return bound{}, err
	}
	if b.classes[i].lob() {
		return bound{}, failed(rule, "%s.column-name %s is of type %s; large objects cannot be filtered by", f.path, f.column, b.table.Columns[i].Declared)
	}
	one := bound{place: i, test: newTest(b.classes[i])}
	for _, c := range f.conditions {
		l := limits{operator: c.operator}
		for _, v := range []struct {
			text string
			to   *[]byte
		}{{c.value, &l.value}, {c.end, &l.end}} {
			if v.text == "" && (c.operator == "null" || c.operator == "notnull" || v.to == &l.end && c.operator != "between" && c.operator != "notbetween") {
				continue
			}
			text, err := one.test.literal(v.text)
			if err != nil {
				return bound{}, failed(rule, "%s: column %s: %v", f.path, f.column, err)
			}
			*v.to = []byte(text)
		}
		one.conditions = append(one.conditions, l)
	}
	return one, nil
}

// pass says whether a row is let through.
func (f filters) pass(row [][]byte, scratch *[]byte) outcome {
	if len(f.rules) == 0 {
		return in
	}
	best := out
	for _, rule := range f.rules {
		o := in
		for i := range rule {
			switch rule[i].pass(row[rule[i].place], scratch) {
			case out:
				o = out
			case unknown:
				if o == in {
					o = unknown
				}
			}
		}
		if o == in {
			return in
		}
		if o == unknown {
			best = unknown
		}
	}
	return best
}

func (b *bound) pass(field []byte, scratch *[]byte) outcome {
	if len(field) == 0 {
		return unknown
	}
	null := string(field) == source.Null
	var value []byte
	if !null {
		value = plainOf(field, scratch)
	}
	for i := range b.conditions {
		if b.conditions[i].holds(b.test, value, null) {
			return in
		}
	}
	return out
}

func (l *limits) holds(t test, value []byte, null bool) bool {
	switch {
	case l.operator == "null":
		return null
	case null:
		return false
	case l.operator == "notnull":
		return true
	}
	order := t.compare(value, l.value)
	switch l.operator {
	case "eq":
		return order == 0
	case "noteq":
		return order != 0
	case "gte":
		return order >= 0
	case "lte":
		return order <= 0
	}
	between := order >= 0 && t.compare(value, l.end) <= 0
	return between == (l.operator == "between")
}

// plainOf is what a field says, in the scratch when it is not there as it is.
func plainOf(field []byte, scratch *[]byte) []byte {
	if len(field) < 2 || field[0] != '"' {
		return field
	}
	field = field[1 : len(field)-1]
	quote := bytes.IndexByte(field, '"')
	if quote < 0 {
		return field
	}
	dst := (*scratch)[:0]
	for quote >= 0 {
		dst = append(dst, field[:quote+1]...)
		field = field[min(quote+2, len(field)):]
		quote = bytes.IndexByte(field, '"')
	}
	dst = append(dst, field...)
	*scratch = dst
	return dst
}
