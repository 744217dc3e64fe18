package mapping

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping/expression"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// rewriter makes the target's rows of the source's, one goroutine at a time.
type rewriter struct {
	p       *Plan
	row     [][]byte // The fields of a row, by the columns of the table.
	was     [][]byte // The fields before the change; empty ones when they are not known.
	sent    [][]byte
	op      source.Op
	header  Header
	quiet   bool // Values that are cut or refused are not told of: it is the row before a change.
	refused []Refusal
	plain   []byte
	made    []byte
	spelled []byte
	trial   []byte           // A field that is only looked at.
	env     []expression.Env // Of the computed columns, by their place among all.
	out     []byte
	changes changes
}

// errLeft tells that a row is left out.
var errLeft = errors.New("the row is left out")

func newRewriter(p *Plan) *rewriter {
	w := &rewriter{p: p, row: make([][]byte, len(p.table.Columns)), was: make([][]byte, len(p.table.Columns)), env: make([]expression.Env, len(p.steps))}
	for i := range p.steps {
		s := &p.steps[i]
		if s.program == nil {
			continue
		}
		e := &w.env[i]
		e.Columns, e.Numeric, e.Now = make([]expression.Value, len(s.args)), s.numeric, p.options.Now
		for f := range e.Facts {
			e.Facts[f] = expression.String("")
		}
		e.Facts[expression.SourceSchema], e.Facts[expression.SourceTable] = expression.String(p.table.Schema), expression.String(p.table.Name.Table)
	}
	return w
}

func (p *Plan) take() *rewriter { return p.free.Get().(*rewriter) }

// give takes a rewriter back without the rows it looked at.
func (p *Plan) give(w *rewriter) {
	clear(w.row)
	clear(w.was)
	p.free.Put(w)
}

// line appends the target's row, ended by a newline.
func (w *rewriter) line(dst []byte) ([]byte, error) {
	var err error
	for i := range w.p.steps {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = w.field(dst, i); err != nil {
			return dst, err
		}
	}
	return append(dst, '\n'), nil
}

// field appends one field of the target's row.
func (w *rewriter) field(dst []byte, i int) ([]byte, error) {
	s := &w.p.steps[i]
	switch s.kind {
	case computed:
		return w.compute(dst, i)
	case former:
		return w.before(dst, s)
	}
	return w.copy(dst, s, w.row[s.place])
}

// copy appends a field of the source as the target has it. A field that was not sent stays empty.
func (w *rewriter) copy(dst []byte, s *step, field []byte) ([]byte, error) {
	if len(field) == 0 || string(field) == source.Null {
		return append(dst, field...), nil
	}
	if w.p.exchanges(s.place) {
		field = w.exchanged(field)
	}
	if s.mask != nil {
		field = w.masked(s, field)
	}
	if s.convert != asIs {
		field = s.convert.apply(w.made[:0], field)
		w.made = field
	}
	if s.holds.kind != all && s.holds.refuses(plainOf(field, &w.plain)) {
		return w.refuse(dst, s, field)
	}
	if s.limit > 0 && len(field) > s.limit {
		return w.limited(dst, s, field)
	}
	return append(dst, field...), nil
}

// masked makes a field unreadable.
func (w *rewriter) masked(s *step, field []byte) []byte {
	quoted := field[0] == '"'
	w.made = s.mask.apply(w.made[:0], plainOf(field, &w.plain))
	if !quoted {
		return w.made
	}
	n := len(w.made)
	w.made, _ = source.AppendText(w.made, w.made[:n])
	return w.made[n:]
}

// before appends the value a column had before the change.
func (w *rewriter) before(dst []byte, s *step) ([]byte, error) {
	if w.op != source.Update && w.op != source.Delete {
		return append(dst, source.Null...), nil
	}
	field := w.was[s.place]
	if len(field) == 0 && len(w.row[s.place]) > 0 {
		return dst, w.p.partial(s.name)
	}
	return w.copy(dst, s, field)
}

// partial refuses to guess what a source did not send.
func (p *Plan) partial(column string) error {
	return &fault.Error{Kind: fault.Conflict, Code: "SourceRowImage", On: p.table.Name.String(),
		Message: fmt.Sprintf("the source sent only a part of a changed row, and the mapping needs all of it for column %s", column),
		Hint:    fmt.Sprintf("ALTER TABLE %s REPLICA IDENTITY FULL (PostgreSQL), SET GLOBAL binlog_row_image = FULL (MySQL and MariaDB)", p.table.Name)}
}

// compute appends the value of an expression.
func (w *rewriter) compute(dst []byte, i int) ([]byte, error) {
	s, e := &w.p.steps[i], &w.env[i]
	missing := 0
	for k, place := range s.args {
		field := w.row[place]
		if len(field) == 0 {
			field = w.was[place] // What is not sent is as it was.
		}
		if len(field) == 0 {
			missing++
			continue
		}
		e.Columns[k] = w.value(s, k, field)
	}
	if missing > 0 {
		if missing == len(s.args) && w.op == source.Update && !s.program.Indicates() {
			return dst, nil // Nothing that it is made of changed.
		}
		return dst, w.p.partial(s.name)
	}
	w.facts(s, e)
	v, err := s.program.Eval(e)
	if err != nil {
		return dst, fmt.Errorf("column %s of table %s: %w", s.name, w.p.table.Name, err)
	}
	return w.result(dst, s, v)
}

// value is a field as expressions know it.
func (w *rewriter) value(s *step, k int, field []byte) expression.Value {
	if string(field) == source.Null {
		return expression.Value{}
	}
	if w.p.exchanges(s.args[k]) {
		field = w.exchanged(field)
	}
	text := plainOf(field, &w.plain)
	switch {
	case s.boolean[k]:
		if string(text) == "t" {
			return expression.Int(1)
		}
		return expression.Int(0)
	case s.numeric[k]:
		return expression.Number(string(text))
	case s.binary[k]:
		return expression.Bytes(string(unhex(text)))
	}
	return expression.String(string(text))
}

// unhex reads hexadecimal digits; what is none stays as it is.
func unhex(s []byte) []byte {
	raw := make([]byte, len(s)/2)
	for i := range raw {
		high, low := digitOf(s[2*i]), digitOf(s[2*i+1])
		if high > 15 || low > 15 {
			return s
		}
		raw[i] = high<<4 | low
	}
	return raw
}

func digitOf(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// facts tells an expression what happens to the row.
func (w *rewriter) facts(s *step, e *expression.Env) {
	e.Facts[expression.Operation] = operations[w.op]
	if !s.program.Header() {
		return
	}
	commit := w.header.Commit
	if commit.IsZero() {
		commit = w.p.now()
	}
	moment := expression.String(commit.UTC().Format("2006-01-02 15:04:05.000000"))
	e.Facts[expression.Timestamp], e.Facts[expression.CommitTimestamp] = moment, moment
	place, _, _ := strings.Cut(string(w.header.Position), " ") // What follows is for the source alone.
	e.Facts[expression.StreamPosition] = expression.String(place)
	if s.program.Counts() {
		e.Facts[expression.ChangeSequence] = w.sequence(commit)
	}
}

// sequence is 16 digits of time, to the hundredth of a second, and 19 that count.
func (w *rewriter) sequence(commit time.Time) expression.Value {
	return expression.String(commit.UTC().Format("20060102150405") + fmt.Sprintf("%02d%019d", commit.Nanosecond()/1e7, w.p.count.Add(1)))
}

// operations are the values of $AR_H_OPERATION; a row of a snapshot is as one inserted.
var operations = [...]expression.Value{expression.String("INSERT"), source.Insert: expression.String("INSERT"), source.Update: expression.String("UPDATE"), source.Delete: expression.String("DELETE")}

func (p *Plan) now() time.Time {
	if p.options.Now == nil {
		return time.Now()
	}
	return p.options.Now()
}

// result appends what an expression came to.
func (w *rewriter) result(dst []byte, s *step, v expression.Value) ([]byte, error) {
	switch v.Kind {
	case expression.Null:
		return append(dst, source.Null...), nil
	case expression.Integer, expression.Real:
		w.made = v.AppendText(w.made[:0])
	case expression.Blob:
		w.made = source.AppendHex(w.made[:0], []byte(v.Text))
	default:
		w.made, _ = source.AppendText(w.made[:0], []byte(v.Text))
	}
	if s.holds.kind != all && s.holds.refuses(plainOf(w.made, &w.plain)) {
		return w.refuse(dst, s, w.made)
	}
	if s.limit > 0 && len(w.made) > s.limit {
		return w.limited(dst, s, w.made)
	}
	return append(dst, w.made...), nil
}
