package apply

import (
	"bytes"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// fields appends the places where the fields of one CSV row end.
func fields(ends []int, row []byte) []int {
	for i := 0; ; i++ {
		if i < len(row) && row[i] == '"' {
			i++
			for {
				i += bytes.IndexByte(row[i:], '"') + 1
				if i >= len(row) || row[i] != '"' {
					break
				}
				i++
			}
		} else if n := bytes.IndexByte(row[i:], ','); n >= 0 {
			i += n
		} else {
			i = len(row)
		}
		ends = append(ends, i)
		if i >= len(row) {
			return ends
		}
	}
}

// field is one field of a row whose ends are known.
func field(row []byte, ends []int, i int) []byte {
	if i == 0 {
		return row[:ends[0]]
	}
	return row[ends[i-1]+1 : ends[i]]
}

// whole reports whether a source sent all values of a row.
func whole(m *source.Images, row, columns int) bool {
	for c := range columns {
		if len(m.Field(row, c)) == 0 {
			return false
		}
	}
	return true
}

// appendKey appends the key of a row; ok is false when the source did not send all of it.
func appendKey(dst []byte, m *source.Images, row int, key []int) (out []byte, ok bool) {
	for i, k := range key {
		f := m.Field(row, k)
		if len(f) == 0 {
			return dst, false
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, f...)
	}
	return dst, true
}

// merged appends a row with the values that were sent, and those of another row where they were not.
func merged(dst []byte, m *source.Images, row int, old []byte, ends []int) (out []byte, complete bool) {
	complete = true
	for c := range ends {
		if c > 0 {
			dst = append(dst, ',')
		}
		f := m.Field(row, c)
		if len(f) == 0 {
			f = field(old, ends, c)
		}
		complete = complete && len(f) > 0
		dst = append(dst, f...)
	}
	return dst, complete
}
