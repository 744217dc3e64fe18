package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Segments are the parts the document cuts a table into for its full load. A row that
// equals a boundary is in the part that follows it; rows with NULL are in the last one.
type Segments struct {
	boundaries [][]string
	columns    []int // Of the table the plan was made for.
	tests      []test
	names      []string
	ranges     []source.Range
}

// Len is how many parts there are.
func (s *Segments) Len() int { return len(s.boundaries) + 1 }

// Of is the part a row belongs to, from 0.
func (s *Segments) Of(field func(column int) []byte) int {
	for i, b := range s.boundaries {
		switch s.order(field, b) {
		case orderUnknown:
			return len(s.boundaries)
		case orderLess:
			return i
		}
	}
	return len(s.boundaries)
}

// The outcomes of comparing a row with a boundary.
const (
	orderLess = iota
	orderNotLess
	orderUnknown
)

func (s *Segments) order(field func(int) []byte, boundary []string) int {
	for i, c := range s.columns {
		f := field(c)
		if string(f) == source.Null || len(f) == 0 {
			return orderUnknown
		}
		if o := s.tests[i].order(f, boundary[i]); o < 0 {
			return orderLess
		} else if o > 0 {
			return orderNotLess
		}
	}
	return orderNotLess
}

// Ranges are the parts as ranges of the table's key, for Snapshot; there are none when
// the columns are others than the key's, or the last one holds no whole numbers. A
// table is as complete when it is cut in another way.
func (s *Segments) Ranges() ([]source.Range, bool) { return s.ranges, s.ranges != nil }

// Parts are the parts by the source's columns, for tables whose key does not make ranges of them.
func (s *Segments) Parts() []source.Range {
	all := make([]source.Range, s.Len())
	for i := range all {
		p := &source.Part{Columns: s.names, After: s.boundaries[:i]}
		if i < len(s.boundaries) {
			p.Before = s.boundaries[i]
		}
		all[i].Part = p
	}
	return all
}

// Columns are the names of the columns that boundaries are of.
func (s *Segments) Columns() []string { return s.names }

// Where is the condition of one part, for people.
func (s *Segments) Where(part int) string {
	var all []string
	if part > 0 {
		all = append(all, "NOT ("+s.before(part-1)+")")
	}
	if part < len(s.boundaries) {
		all = append(all, "("+s.before(part)+")")
	} else {
		for _, n := range s.names {
			all[0] = all[0] + " OR " + n + " IS NULL"
		}
	}
	return strings.Join(all, " AND ")
}

// before is the condition of rows before a boundary.
func (s *Segments) before(boundary int) string {
	var any []string
	equal := ""
	for i, name := range s.names {
		v := "'" + strings.ReplaceAll(s.boundaries[boundary][i], "'", "''") + "'"
		one := equal + name + " < " + v
		if len(s.names) > 1 {
			one = "(" + one + ")"
		}
		any = append(any, one)
		equal += name + " = " + v + " AND "
	}
	return strings.Join(any, " OR ")
}

// segments resolves the rule of a table.
func (b *builder) segments() (*Segments, error) {
	rule := b.document.settings(b.table.Name)
	if rule == nil || len(rule.boundaries) == 0 {
		return nil, nil
	}
	s := &Segments{names: rule.columns}
	for _, b := range rule.boundaries {
		s.boundaries = append(s.boundaries, slices.Clone(b))
	}
	for _, name := range rule.columns {
		i, err := b.column(name, rule.id)
		if err != nil {
			return nil, err
		}
		c, class := b.table.Columns[i], b.classes[i]
		if class.name == "real4" || class.name == "real8" || class.lob() {
			return nil, failed(rule.id, "column %s is of type %s, which a boundary cannot be: its values are not exact", name, c.Declared)
		}
		s.columns, s.tests = append(s.columns, i), append(s.tests, newTest(class))
	}
	if err := s.sorted(rule.id); err != nil {
		return nil, err
	}
	s.ranges = s.keyed(b.table)
	return s, nil
}

// sorted brings boundaries into the form of fields, and refuses those that are no
// values of their columns, or not in order.
func (s *Segments) sorted(rule string) error {
	for i, b := range s.boundaries {
		for k := range b {
			v, err := s.tests[k].literal(b[k])
			if err != nil {
				return failed(rule, "boundary %d: %v", i+1, err)
			}
			b[k] = v
		}
		if i == 0 {
			continue
		}
		o := 0
		for k := 0; k < len(b) && o == 0; k++ {
			o = s.tests[k].compare([]byte(s.boundaries[i-1][k]), []byte(b[k]))
		}
		if o >= 0 {
			return failed(rule, "boundary %d, %q, must be greater than the one before it, %q", i+1, b, s.boundaries[i-1])
		}
	}
	return nil
}

// keyed makes ranges of the key, whose ends belong to them.
func (s *Segments) keyed(t *source.Table) []source.Range {
	if len(t.Key) != len(s.columns) {
		return nil
	}
	for i, k := range t.Key {
		if s.columns[i] != k || t.Columns[k].Type.ID == sqltype.Varchar {
			return nil // Text sorts by the source's collation, not as boundaries do.
		}
	}
	switch t.Columns[t.Key[len(t.Key)-1]].Type.ID {
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint:
	default:
		return nil
	}
	var all []source.Range
	var after source.Key
	for _, b := range s.boundaries {
		last, err := strconv.ParseInt(b[len(b)-1], 10, 64)
		if err != nil || last == -1<<63 {
			return nil
		}
		through := append(source.Key(nil), b...)
		through[len(b)-1] = strconv.FormatInt(last-1, 10)
		all = append(all, source.Range{After: after, Through: through})
		after = through
	}
	return append(all, source.Range{After: after})
}

// Report says what each part holds.
func (s *Segments) Report() []string {
	var all []string
	for i := range s.Len() {
		all = append(all, fmt.Sprintf("segment %d: %s", i+1, s.Where(i)))
	}
	return all
}
