package mapping

import (
	"bytes"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// limited appends a field that may be too long for its column, and cuts it if that is the policy.
func (w *rewriter) limited(dst []byte, s *step, field []byte) ([]byte, error) {
	quoted := field[0] == '"'
	size := len(field)
	if quoted {
		size -= 2 + bytes.Count(field[1:len(field)-1], []byte(`"`))/2
	}
	if size <= s.limit {
		return append(dst, field...), nil
	}
	if err := w.tell(s, size); err != nil {
		return dst, err
	}
	if !quoted {
		return append(dst, field[:s.limit]...), nil
	}
	return append(append(dst, cutAt(field, s.limit)...), '"'), nil
}

// cutAt is a field in quotes up to so many bytes of its text, or a few less so as not
// to cut a character.
func cutAt(field []byte, limit int) []byte {
	at := 1
	for n := 0; n < limit; n++ {
		if field[at] == '"' {
			at++ // It is written twice.
		}
		at++
	}
	// Only bytes of the same character are given back: never half of a quote, whatever the text.
	for back := 1; back < utf8.UTFMax && !utf8.RuneStart(field[at]) && field[at-1] >= utf8.RuneSelf; back++ {
		at--
	}
	return field[:at]
}

// tell counts a value that is too long and says what the policy makes of it.
func (w *rewriter) tell(s *step, size int) error {
	if w.quiet {
		return nil
	}
	p := w.p
	o := Overflow{Table: p.table.Name, Column: s.name, Length: size / s.report, Limit: s.limit / s.report, LOB: s.lob, Policy: p.options.Overflow, Key: w.key()}
	if s.lob {
		o.Policy = LogError
		if p.options.LOB.Fatal {
			o.Policy = StopTask
		}
	}
	if o.Policy >= SuspendTable {
		return &o
	}
	if p.options.Cuts != nil {
		p.options.Cuts.Add(p.table.Name, s.name)
	}
	if p.options.Told != nil {
		p.options.Told(o)
	}
	if o.Policy == IgnoreRecord {
		return errLeft
	}
	return nil
}

// key is the row's key in the source.
func (w *rewriter) key() source.Key {
	var key source.Key
	for _, k := range w.p.table.Key {
		text, _ := source.Text(w.row[k])
		key = append(key, text)
	}
	return key
}

// measure finds the length below which a row cannot hold a value that is too long.
func (p *Plan) measure() {
	p.bound = 0
	for _, s := range p.steps {
		if s.limit > 0 && (p.bound == 0 || s.limit < p.bound) {
			p.bound = s.limit
		}
	}
}
