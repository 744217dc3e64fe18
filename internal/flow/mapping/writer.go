package mapping

import (
	"bytes"
	"errors"
	"io"
)

// Writer takes whole rows of From, as a snapshot writes them, and writes whole rows
// of the target to w: it is w itself when the plan is the identity.
func (p *Plan) Writer(w io.Writer) io.Writer {
	switch {
	case p.Identity():
		return w
	case p.same:
		return &checker{writer{w: w, rewriter: newRewriter(p)}}
	}
	return &writer{w: w, rewriter: newRewriter(p)}
}

// flushAt is how much is collected before it is written.
const flushAt = 256 << 10

var errRows = errors.New("the rows of a snapshot are not whole rows of CSV")

// writer rewrites every row.
type writer struct {
	w        io.Writer
	rewriter *rewriter
	left     int64
}

// LeftOut is how many rows a Writer did not hand on: those that filters or too long values keep out.
func LeftOut(w io.Writer) int64 {
	if w, ok := w.(interface{ leftOut() int64 }); ok {
		return w.leftOut()
	}
	return 0
}

func (w *writer) leftOut() int64 { return w.left }

func (w *writer) Write(p []byte) (int, error) {
	w.rewriter.out = w.rewriter.out[:0]
	for rest := p; len(rest) > 0; {
		n, err := w.rewrite(rest)
		if err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	if err := w.flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// rewrite takes the first row and tells how long it was.
func (w *writer) rewrite(rows []byte) (int, error) {
	r := w.rewriter
	n, err := split(rows, r.row, r.p.places)
	if err != nil {
		return 0, err
	}
	keep := false
	if r.out, keep, err = r.kept(r.out); err != nil {
		return 0, err
	}
	if !keep {
		w.left++
	}
	if len(r.out) >= flushAt {
		return n, w.flush()
	}
	return n, nil
}

func (w *writer) flush() error {
	if len(w.rewriter.out) == 0 {
		return nil
	}
	_, err := w.w.Write(w.rewriter.out)
	w.rewriter.out = w.rewriter.out[:0]
	return err
}

// split finds the fields of the first row and puts them into their places.
func split(rows []byte, to [][]byte, places []int) (n int, err error) {
	for i, place := range places {
		end := fieldEnd(rows[n:])
		if end < 0 {
			return 0, errRows
		}
		to[place] = rows[n : n+end]
		n += end
		last := i == len(places)-1
		if n == len(rows) || last != (rows[n] == '\n') || !last && rows[n] != ',' {
			return 0, errRows
		}
		n++
	}
	return n, nil
}

// fieldEnd is how long the first field is.
func fieldEnd(s []byte) int {
	if len(s) == 0 || s[0] != '"' {
		for i, c := range s {
			if c == ',' || c == '\n' {
				return i
			}
		}
		return -1
	}
	for i := 1; ; {
		n := bytes.IndexByte(s[i:], '"')
		if n < 0 {
			return -1
		}
		if i += n + 1; i == len(s) || s[i] != '"' {
			return i
		}
		i++
	}
}

// checker hands rows on as they are, in runs that are too short for a value that is too
// long, and looks into a row only when it is longer than that.
type checker struct{ writer }

func (c *checker) Write(p []byte) (int, error) {
	start, at := 0, 0
	for at < len(p) {
		if n := c.run(p[at:]); n > 0 {
			at += n
			continue
		}
		n, err := split(p[at:], c.rewriter.row, c.rewriter.p.places)
		if err != nil {
			return 0, err
		}
		if !c.long() {
			at += n
			continue
		}
		if err := c.pass(p[start:at]); err != nil {
			return 0, err
		}
		if _, err := c.rewrite(p[at : at+n]); err != nil {
			return 0, err
		}
		at += n
		start = at
		if err := c.flush(); err != nil {
			return 0, err
		}
	}
	return len(p), c.pass(p[start:])
}

func (c *checker) pass(rows []byte) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := c.w.Write(rows)
	return err
}

// run is the length of whole rows that together are no longer than a value may be.
func (c *checker) run(p []byte) int {
	bound := c.rewriter.p.bound
	if len(p) <= bound {
		return len(p)
	}
	// A newline ends a row when the quotes before it are even: those inside of text stand twice.
	end := bound
	quotes := bytes.Count(p[:end], []byte{'"'})
	for {
		at := bytes.LastIndexByte(p[:end], '\n')
		if at < 0 {
			return 0
		}
		if quotes -= bytes.Count(p[at:end], []byte{'"'}); quotes%2 == 0 {
			return at + 1
		}
		end = at
	}
}

// long reports whether a field of the row may be too long.
func (c *checker) long() bool {
	for i := range c.rewriter.p.steps {
		s := &c.rewriter.p.steps[i]
		if s.limit > 0 && len(c.rewriter.row[s.place]) > s.limit {
			return true
		}
	}
	return false
}
