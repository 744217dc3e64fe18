package stage

import "bytes"

// rowEnd is where the last row ends that fits into limit bytes, 0 when none does.
// CSV begins at a row; a newline within quotes ends nothing, and quotes within them
// are doubled, so that a newline after an even number of quotes is a row's end.
func rowEnd(csv []byte, limit int) int {
	if limit >= len(csv) {
		return len(csv)
	}
	if limit <= 0 {
		return 0
	}
	inside := bytes.Count(csv[:limit], quote)%2 == 1
	for i := limit - 1; i >= 0; i-- {
		switch csv[i] {
		case '"':
			inside = !inside
		case '\n':
			if !inside {
				return i + 1
			}
		}
	}
	return 0
}

var quote = []byte{'"'}

// firstRow is the length of the first row with its newline.
func firstRow(csv []byte) int {
	inside := false
	for i, c := range csv {
		switch c {
		case '"':
			inside = !inside
		case '\n':
			if !inside {
				return i + 1
			}
		}
	}
	return len(csv)
}
