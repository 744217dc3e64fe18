package verify

import (
	"bytes"
	"context"
	"errors"

	"github.com/inlet-data/inlet/internal/flow/source"
)

var errRow = errors.New("a row of the source does not have the columns of the table in the warehouse")

// rows takes whole rows of CSV, as a plan's Writer hands them on.
type rows struct {
	ctx  context.Context
	line line
	take func(*line) error
}

// Write takes each row.
func (r *rows) Write(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	for rest := p; len(rest) > 0; {
		r.line.reset()
		for more := true; more; {
			var err error
			if rest, more, err = r.field(rest); err != nil {
				return 0, err
			}
		}
		if !r.line.whole() {
			return 0, errRow
		}
		if err := r.take(&r.line); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// field takes one value and tells whether the row goes on behind it.
func (r *rows) field(p []byte) (rest []byte, more bool, err error) {
	if len(p) > 0 && p[0] == '"' {
		return r.quoted(p[1:])
	}
	end := 0
	for end < len(p) && p[end] != ',' && p[end] != '\n' {
		end++
	}
	if string(p[:end]) == source.Null {
		r.line.null()
	} else {
		r.line.value(p[:end])
	}
	return after(p, end)
}

func (r *rows) quoted(p []byte) (rest []byte, more bool, err error) {
	end := bytes.IndexByte(p, '"')
	if end >= 0 && (end+1 == len(p) || p[end+1] != '"') {
		r.line.value(p[:end])
		return after(p, end+1)
	}
	var text []byte // Quotes inside are rare.
	for end >= 0 && end+1 < len(p) && p[end+1] == '"' {
		text = append(text, p[:end+1]...)
		p = p[end+2:]
		end = bytes.IndexByte(p, '"')
	}
	if end < 0 {
		return nil, false, errRow
	}
	r.line.value(append(text, p[:end]...))
	return after(p, end+1)
}

// after steps over what ends a value.
func after(p []byte, end int) (rest []byte, more bool, err error) {
	if end >= len(p) || p[end] != ',' && p[end] != '\n' {
		return nil, false, errRow
	}
	return p[end+1:], p[end] == ',', nil
}
