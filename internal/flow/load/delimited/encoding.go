package delimited

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Encodings are the names that Options.Encoding takes.
var encodings = map[string]bool{"": true, "utf8": true, "utf16": true, "utf16le": true, "utf16be": true, "iso88591": true}

// decoder turns a file of another encoding into UTF-8.
type decoder struct {
	in     io.Reader
	coding string // "utf16" until the byte order mark was seen
	raw    [4096]byte
	have   int // bytes of raw not decoded yet
	out    []byte
	kept   [4 * 4096]byte // what out points to
	err    error
}

// content returns the text of a file, in UTF-8.
func (s *Scan) content(in io.Reader) io.Reader {
	if s.opt.Transcode != nil {
		return s.opt.Transcode(in)
	}
	return decode(in, s.opt.Encoding)
}

// decode returns what in holds as UTF-8.
func decode(in io.Reader, coding string) io.Reader {
	if coding == "" || coding == "utf8" {
		return in
	}
	return &decoder{in: in, coding: coding}
}

// Read decodes more of the file.
func (d *decoder) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

func (d *decoder) fill() {
	n, err := d.in.Read(d.raw[d.have:])
	d.have += n
	d.err = err
	b := d.raw[:d.have]
	if d.coding == "utf16" {
		if len(b) < 2 && err == nil {
			return
		}
		if b, d.coding = byteOrder(b); d.coding == "" {
			d.err = wrongEncoding("no byte order mark at the start of a UTF16 file")
			if d.have == 0 && err == io.EOF {
				d.err = io.EOF
			}
			return
		}
	}
	if d.coding == "iso88591" {
		d.out = latin(d.kept[:0], b)
		d.have = 0
		return
	}
	rest := d.units(b)
	d.have = copy(d.raw[:], rest)
	if err == io.EOF && d.have > 0 {
		d.err = wrongEncoding("the file ends within a character")
	}
}

// byteOrder takes the mark off; coding is "" when there is none.
func byteOrder(b []byte) (rest []byte, coding string) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return b[2:], "utf16le"
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return b[2:], "utf16be"
	}
	return b, ""
}

// latin writes ISO 8859-1, whose bytes are the first characters of Unicode.
func latin(out, b []byte) []byte {
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

// units decodes UTF-16 and returns what needs more bytes. Half of a pair
// becomes bytes that are no UTF-8, so that the field with it is refused.
func (d *decoder) units(b []byte) (rest []byte) {
	d.out = d.kept[:0]
	for len(b) >= 2 {
		u := d.unit(b)
		n := 2
		if utf16.IsSurrogate(u) {
			if len(b) < 4 && d.err == nil {
				break
			}
			pair := rune(utf8.RuneError)
			if len(b) >= 4 {
				pair = utf16.DecodeRune(u, d.unit(b[2:]))
			}
			if pair == utf8.RuneError {
				d.out = append(d.out, 0xe0|byte(u>>12), 0x80|byte(u>>6)&0x3f, 0x80|byte(u)&0x3f)
				b = b[2:]
				continue
			}
			u, n = pair, 4
		}
		d.out = utf8.AppendRune(d.out, u)
		b = b[n:]
	}
	return b
}

func (d *decoder) unit(b []byte) rune {
	if d.coding == "utf16be" {
		return rune(b[0])<<8 | rune(b[1])
	}
	return rune(b[1])<<8 | rune(b[0])
}

// wrongEncoding is the error for a file that is not in the encoding of the command.
func wrongEncoding(why string) error {
	return &FileError{Code: codeEncoding, Reason: fmt.Sprintf("The file is not in the encoding given by ENCODING: %s", why)}
}
