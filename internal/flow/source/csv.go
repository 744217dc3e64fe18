package source

import "bytes"

// Null is how NULL stands in a field: the one character that no text may hold, since COPY
// may take a quoted null string for NULL, too. COPY knows it as NULL AS '\0'.
const Null = "\x00"

// AppendText appends text in quotes, the ones inside doubled, without the
// characters U+0000, and tells how many of these there were.
func AppendText(dst, text []byte) ([]byte, int) {
	dst = append(dst, '"')
	nuls := 0
	start := 0
	for i, c := range text {
		if plain[c] {
			continue
		}
		if c == 0 {
			dst = append(dst, text[start:i]...)
			nuls++
		} else {
			dst = append(dst, text[start:i+1]...)
			dst = append(dst, '"')
		}
		start = i + 1
	}
	dst = append(dst, text[start:]...)
	return append(dst, '"'), nuls
}

var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c != 0 && c != '"'
	}
	return t
}()

const digits = "0123456789abcdef"

// AppendHex appends bytes as lower-case hexadecimal digits in quotes.
func AppendHex(dst, value []byte) []byte {
	dst = append(dst, '"')
	for _, c := range value {
		dst = append(dst, digits[c>>4], digits[c&15])
	}
	return append(dst, '"')
}

// AppendBool appends t or f.
func AppendBool(dst []byte, value bool) []byte {
	if value {
		return append(dst, 't')
	}
	return append(dst, 'f')
}

// Text is what a field says, and whether it is NULL.
func Text(field []byte) (text string, null bool) {
	if string(field) == Null {
		return "", true
	}
	if len(field) < 2 || field[0] != '"' {
		return string(field), false
	}
	return string(bytes.ReplaceAll(field[1:len(field)-1], []byte(`""`), []byte(`"`))), false
}
