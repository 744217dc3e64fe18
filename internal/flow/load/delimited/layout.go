package delimited

import (
	"bytes"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Layout is how records stand in files that are neither CSV nor delimited
// text. The readers ask where records end; each worker has a Parser of its own.
type Layout interface {
	// Cut returns the length of the whole records at the start of b, which begins with a record.
	Cut(b []byte) int
	Parser() Parser
}

// Parser reads records. It is used by one goroutine at a time.
type Parser interface {
	// Blank returns the length of what stands before the next record, len(b) when there is none.
	Blank(b []byte) int
	// Parse reads the record at the start of b into row and returns its length.
	// ok is false when a method of row refused it, which ends the reading.
	Parse(b []byte, row *Row) (n int, ok bool)
}

// Row takes the values of one record. What it is given must be a piece of the
// record, or of memory from Alloc.
type Row struct {
	w     *worker
	index int
	trace *[]FieldValue // The record is read for its fields only.
}

// Alloc is memory for a value that is no piece of the record.
func (r *Row) Alloc(n int) []byte { return r.w.alloc(n) }

// Text stores the text of column i. What equals the null string is NULL.
func (r *Row) Text(i int, b []byte) bool {
	if bytes.Equal(b, r.w.null) {
		return r.Null(i)
	}
	return r.Value(i, b)
}

// Value stores the text of column i, in which no null string is looked for.
func (r *Row) Value(i int, b []byte) bool {
	c := &r.w.cols[i]
	f := field{value: b}
	r.note(i, b, false)
	p := r.w.storeValue(c, r.index, &f)
	return p == nil || r.refuse(i, b, p)
}

// Null stores NULL in column i.
func (r *Row) Null(i int) bool {
	r.note(i, nil, true)
	p := r.w.cols[i].setNull(r.index)
	return p == nil || r.refuse(i, nil, p)
}

// Missing stores what FILLRECORD gives a column that the record lacks.
func (r *Row) Missing(i int) bool {
	c := &r.w.cols[i]
	if c.Type.ID == sqltype.Varchar && !r.w.opt.EmptyAsNull {
		c.vec.SetBytes(r.index, nil)
		return true
	}
	return r.Null(i)
}

// Again makes column i ready for another value.
func (r *Row) Again(i int) { r.w.cols[i].vec.ClearNull(r.index) }

// Fault is why a Parser refuses a record. Column is -1 for a fault of the whole record.
type Fault struct {
	Column, Code, Position int
	Reason                 string
}

// Refuse notes why the record is rejected and returns false.
func (r *Row) Refuse(f Fault, value []byte) bool {
	p := fail(f.Code, f.Position, f.Reason)
	if f.Column < 0 {
		p.whole = true
		f.Column = len(r.w.cols)
	}
	return r.refuse(f.Column, value, p)
}

func (r *Row) refuse(i int, b []byte, p *problem) bool {
	r.w.refuse(i, &field{value: b}, p)
	return false
}

// note keeps a field of a rejected record for the views.
func (r *Row) note(i int, b []byte, null bool) {
	if r.trace == nil {
		return
	}
	c := &r.w.cols[i]
	*r.trace = append(*r.trace, FieldValue{Field: i + 1, Column: c.Name, Type: c.Type.Short(), Length: c.Type.LoadLength(),
		Value: printable(b), IsNull: null})
}

// scanLayout fills rows from a segment of another layout.
func (w *worker) scanLayout(row int) int {
	r := Row{w: w}
	for row < warehouse.ChunkSize {
		w.pos += w.parser.Blank(w.mem[w.pos:w.end])
		if w.pos >= w.end {
			break
		}
		r.index = row
		n, ok := w.parser.Parse(w.mem[w.pos:w.end], &r)
		if !ok {
			w.rejectLayout(row, n)
			continue
		}
		w.pos += n
		row++
	}
	return row
}

// rejectLayout reports the record of n bytes at pos and goes on behind it. Its line is the one on which it ends.
func (w *worker) rejectLayout(row, n int) {
	record := bytes.TrimRight(w.mem[w.pos:w.pos+n], "\r\n")
	lines := int64(bytes.Count(record, []byte{'\n'}))
	w.reportAt(w.pos, record, func(e *RowError) { e.Line += lines }, func() []FieldValue {
		var all []FieldValue
		bad := w.bad
		w.parser.Parse(w.mem[w.pos:w.end], &Row{w: w, index: row, trace: &all})
		w.bad = bad
		return all
	})
	for i := range w.cols {
		w.cols[i].vec.ClearNull(row)
	}
	if w.pos < w.end {
		w.pos += n
	}
}

// reportAt adds the record at pos, which was refused, to the tally; it moves pos to the end where the load has ended.
func (w *worker) reportAt(start int, record []byte, adjust func(*RowError), detail func() []FieldValue) {
	w.lineAt, w.linePos = start, w.lineOf(start)
	at := place{w.at.file, w.at.offset + int64(start-w.at.start)}
	w.scan.stats[w.at.file].errors.Add(1)
	if !w.scan.tally.beyond(at) {
		e := w.rowError(at, record)
		adjust(&e)
		w.scan.tally.add(e, detail)
	}
	if w.scan.tally.beyond(at) {
		w.pos = w.end
	}
}

// lineOf returns the line of the byte at start, which lies behind those asked for before.
func (w *worker) lineOf(start int) int64 {
	return w.linePos + int64(bytes.Count(w.mem[w.lineAt:start], []byte{'\n'}))
}
