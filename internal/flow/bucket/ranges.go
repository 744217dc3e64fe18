package bucket

import (
	"strconv"
	"strings"
)

// byteRange is one range of a Range header.
type byteRange struct {
	first, last int64 // last is -1 when open
	suffix      int64 // Bytes from the end, when first is -1.
}

// parseRange reads "bytes=a-b", "bytes=a-" or "bytes=-n". S3 ignores lists of
// ranges and everything else it does not understand.
func parseRange(header string) (byteRange, bool) {
	spec, ok := strings.CutPrefix(strings.TrimSpace(header), "bytes=")
	if !ok {
		return byteRange{}, false
	}
	a, b, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return byteRange{}, false
	}
	if a == "" {
		n, ok := digits(b)
		return byteRange{first: -1, suffix: n}, ok
	}
	first, ok := digits(a)
	if !ok {
		return byteRange{}, false
	}
	if b == "" {
		return byteRange{first: first, last: -1}, true
	}
	last, ok := digits(b)
	return byteRange{first: first, last: last}, ok && first <= last
}

func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// within says which bytes of an object of this size the range selects.
func (r byteRange) within(size int64) (off, n int64, ok bool) {
	if r.first < 0 {
		n = min(r.suffix, size)
		return size - n, n, n > 0
	}
	if r.first >= size {
		return 0, 0, false
	}
	last := size - 1
	if r.last >= 0 {
		last = min(last, r.last)
	}
	return r.first, last - r.first + 1, true
}
