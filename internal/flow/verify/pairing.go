package verify

import (
	"io"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// pairing sets rows of both sides against each other by their keys.
type pairing struct {
	rows     map[Checksum]*pair // By the hash of the key.
	src, tgt tally
	keys     []source.Key // Of the rows that differ.
	pairs    []*pair      // The same with what both sides have.
	more     bool         // There are others.
}

// pair is what both sides have under one key.
type pair struct {
	key      source.Key
	src, tgt tally
}

func newPairing() *pairing { return &pairing{rows: map[Checksum]*pair{}} }

// source takes a row of the source.
func (p *pairing) source(l *line) error {
	sum := l.sum()
	p.src.add(sum)
	p.of(l).src.add(sum)
	return nil
}

// target takes a row of the warehouse, which may have many more than the source.
func (p *pairing) target(l *line) error {
	sum := l.sum()
	p.tgt.add(sum)
	p.of(l).tgt.add(sum)
	if len(p.rows) > 2*window {
		return errWindow
	}
	return nil
}

func (p *pairing) of(l *line) *pair {
	k := l.keySum()
	it := p.rows[k]
	if it == nil {
		it = &pair{}
		p.rows[k] = it
	}
	if it.key == nil {
		it.key = l.keyText()
	}
	return it
}

// take adds the rows of a part that differ, as many as are looked at.
func (p *pairing) take(part *pairing) {
	p.src.merge(part.src)
	p.tgt.merge(part.tgt)
	p.more = p.more || part.more
	for _, it := range part.rows {
		if it.src == it.tgt {
			continue
		}
		if len(p.keys) >= candidates {
			p.more = true
			return
		}
		p.keys, p.pairs = append(p.keys, it.key), append(p.pairs, it)
	}
}

// limited refuses rows when the window is full.
type limited struct {
	rows io.Writer
	p    *pairing
}

// Write takes whole rows.
func (l *limited) Write(b []byte) (int, error) {
	if l.p.src.rows >= window {
		return 0, errWindow
	}
	return l.rows.Write(b)
}
