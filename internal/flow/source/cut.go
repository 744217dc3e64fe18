package source

import (
	"math"
	"strconv"
)

// Cut makes ranges that end at keys, the last one open: rows still come.
func Cut(at []Key) []Range {
	all := make([]Range, 0, len(at)+1)
	var after Key
	for _, key := range at {
		all = append(all, Range{After: after, Through: key})
		after = key
	}
	return append(all, Range{After: after})
}

// Even divides the numbers from the lowest to the highest of a key into ranges of so many rows.
// It is not ok when they are no numbers, or far more than the rows of the table.
func (t *Table) Even(lowest, highest string, rows int) (cuts []Key, ok bool) {
	low, err1 := strconv.ParseInt(lowest, 10, 64)
	high, err2 := strconv.ParseInt(highest, 10, 64)
	if err1 != nil || err2 != nil || high-low < 0 || high-low > 2*t.Rows+int64(rows) {
		return nil, false
	}
	step := int64(rows)
	for at := low - 1; at < math.MaxInt64-step && at+step < high; {
		at += step
		cuts = append(cuts, Key{strconv.FormatInt(at, 10)})
	}
	return cuts, true
}
