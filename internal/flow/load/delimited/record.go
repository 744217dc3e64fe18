package delimited

import (
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// record reads the record at pos into row and returns where the next one
// begins, or -1 with w.bad set. For each field a fast path is tried that
// understands the plain cases; it returns 0 for anything else and has then changed nothing.
func (w *worker) record(pos, row int) int {
	for i := range w.cols {
		c := &w.cols[i]
		next := 0
		switch c.quick {
		case quickInteger:
			next = c.quickInteger(w.mem, pos, row)
		case quickText:
			next = w.quickText(c, pos, row)
		case quickDecimal:
			next = c.quickDecimal(w.mem, pos, row)
		case quickTimestamp:
			next = c.quickTimestamp(w.mem, pos, row)
		case quickDate:
			next = c.quickDate(w.mem, pos, row)
		}
		if next == 0 && c.quick != quickNone && c.quick != quickText {
			next = w.quickOther(c, pos, row)
		}
		if next == 0 {
			var done bool
			if next, done = w.slow(i, pos, row); done {
				return next
			}
		}
		pos = next
	}
	return pos
}

// slow reads any field, exactly. It returns where the next field begins, or
// where the next record does and that this one is done, or -1 and done.
func (w *worker) slow(i, pos, row int) (next int, done bool) {
	c := &w.cols[i]
	f := w.field(pos)
	if f.fault != nil {
		return w.refuse(i, &f, f.fault)
	}
	if f.ended && !c.last && !w.opt.FillRecord {
		return w.refuse(i, &f, fail(codeNoDelimiter, len(f.value), "Delimiter not found"))
	}
	if p := w.store(c, row, &f); p != nil {
		return w.refuse(i, &f, p)
	}
	switch {
	case c.last && f.ended:
		return f.next, true
	case c.last:
		return w.afterLast(f.next)
	case f.ended:
		return w.fillRecord(i+1, row, f.next)
	}
	return f.next, false
}

// afterLast passes what follows the last column's delimiter: text may have one more than it needs.
func (w *worker) afterLast(pos int) (int, bool) {
	if !w.syntax.csv {
		if n := w.lineEnd(pos); n > 0 {
			return pos + n, true
		}
		if w.syntax.escape && w.mem[pos] == 0 {
			return pos + 1, true
		}
	}
	p := fail(codeExtraColumns, 0, "Extra column(s) found")
	p.whole = true
	f := w.field(pos)
	return w.refuse(len(w.cols), &f, p)
}

// fillRecord gives the columns from i on, which the record lacks, their FILLRECORD value.
func (w *worker) fillRecord(i, row, next int) (int, bool) {
	for ; i < len(w.cols); i++ {
		c := &w.cols[i]
		if c.Type.ID == sqltype.Varchar && !w.opt.EmptyAsNull {
			c.vec.SetBytes(row, nil)
			continue
		}
		if p := c.setNull(row); p != nil {
			return w.refuse(i, &field{}, p)
		}
	}
	return next, true
}

// refuse notes why the record is rejected.
func (w *worker) refuse(i int, f *field, p *problem) (int, bool) {
	w.bad = rejection{column: i, field: *f, problem: *p, null: p.code == codeMissingData}
	return -1, true
}

// setNull stores NULL, or says why it must not.
func (c *column) setNull(row int) *problem {
	if c.NotNull {
		return fail(codeMissingData, 0, "Missing data for not-null field")
	}
	if c.kind == warehouse.KindVarchar || c.kind == warehouse.KindBlob {
		c.vec.SetBytes(row, nil)
	}
	c.vec.SetNull(row)
	return nil
}
