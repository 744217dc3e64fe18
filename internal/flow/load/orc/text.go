package orc

import (
	"runtime"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// textColumn reads text and bytes, each value written out or as the number of one in a dictionary.
type textColumn struct {
	base
	opt    Options
	memory *arena
	limit  int
	binary bool
	char   bool

	lengths *integers // nil with a dictionary
	data    *stream
	numbers *integers
	words   *dictionary
	dense   [warehouse.ChunkSize]int64
}

// dictionary is the values of a column in a stripe.
type dictionary struct {
	text []byte
	ends []uint32
	pin  runtime.Pinner
}

// Limits of dictionaries.
const (
	maxWords    = 16 << 20
	maxWordText = 128 << 20
)

func (s *stripe) textColumn(b base, t *Type, opt Options) (column, error) {
	e, err := s.encodingOf(t)
	if err != nil {
		return nil, err
	}
	c := &textColumn{base: b, opt: opt, memory: s.memory, limit: b.target.Type.Length, binary: t.Kind == Binary, char: b.target.Type.ID == sqltype.Char}
	if !e.dictionary() {
		c.data = s.open(t, streamData)
		c.lengths, err = s.integers(t, streamLength, false)
		return c, err
	}
	if c.numbers, err = s.integers(t, streamData, false); err != nil {
		return nil, err
	}
	if c.words, err = s.dictionary(t, e); err != nil {
		return nil, err
	}
	if c.binary {
		return c, nil
	}
	return c, c.words.each(c.legible)
}

// dictionary reads the values of a column.
func (s *stripe) dictionary(t *Type, e encoding) (*dictionary, error) {
	if e.entries > maxWords {
		return nil, invalid("a dictionary has %d words", e.entries)
	}
	lengths, err := s.integers(t, streamLength, false)
	if err != nil {
		return nil, err
	}
	d := &dictionary{}
	end := uint64(0)
	for range e.entries {
		n, err := lengths.next()
		if err != nil {
			return nil, err
		}
		if end += uint64(n); uint64(n) > maxWordText || end > maxWordText {
			return nil, invalid("a dictionary has more than %d MB", maxWordText>>20)
		}
		d.ends = append(d.ends, uint32(end))
	}
	if err := s.unpack.hold(int(end) + 4*len(d.ends)); err != nil { // Packed, a thousand columns of this may be a small file.
		return nil, err
	}
	if err := d.read(s.open(t, streamDictionary), int(end)); err != nil {
		return nil, err
	}
	return d, nil
}

// read fetches the text, whose length may be a lie.
func (d *dictionary) read(in *stream, length int) error {
	for len(d.text) < length {
		if len(in.buf) == 0 {
			if err := in.more(); err != nil {
				return err
			}
		}
		n := min(len(in.buf), length-len(d.text))
		d.text = append(d.text, in.buf[:n]...)
		in.buf = in.buf[n:]
	}
	if len(d.text) > 0 {
		d.pin.Pin(&d.text[0])
	}
	return nil
}

func (d *dictionary) word(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = d.ends[i-1]
	}
	return d.text[from:d.ends[i]:d.ends[i]]
}

// each calls f for all words.
func (d *dictionary) each(f func([]byte) error) error {
	for i := range d.ends {
		if err := f(d.word(i)); err != nil {
			d.pin.Unpin()
			return err
		}
	}
	return nil
}

func (c *textColumn) close() {
	if c.words != nil {
		c.words.pin.Unpin()
	}
}

func (c *textColumn) fill(v *warehouse.Vector, n int) error {
	rows, count, err := c.rows(v, n)
	if err != nil {
		return err
	}
	if c.words != nil {
		return c.fillWords(v, rows, count)
	}
	lengths := c.dense[:count]
	if err := c.lengths.fill(lengths); err != nil {
		return err
	}
	total := 0
	for _, n := range lengths {
		if uint64(n) > uint64(c.limit) {
			return c.tooLong(n)
		}
		total += int(n)
	}
	text, err := c.memory.alloc(total)
	if err != nil {
		return err
	}
	if err := c.data.read(text); err != nil {
		return err
	}
	return c.split(v, rows, text, lengths)
}

// split cuts the text of a chunk into its values.
func (c *textColumn) split(v *warehouse.Vector, rows []int32, text []byte, lengths []int64) error {
	valid := c.binary || utf8.Valid(text)
	for i, n := range lengths {
		b := text[:n:n]
		text = text[n:]
		// Where all is valid, only a value that begins within a character is not.
		if !valid || !c.binary && n > 0 && b[0]&0xc0 == 0x80 {
			valid = false
			if err := c.legible(b); err != nil {
				return err
			}
		}
		if err := c.set(v, row(rows, i), b); err != nil {
			return err
		}
	}
	return nil
}

func (c *textColumn) fillWords(v *warehouse.Vector, rows []int32, count int) error {
	numbers := c.dense[:count]
	if err := c.numbers.fill(numbers); err != nil {
		return err
	}
	for i, k := range numbers {
		if uint64(k) >= uint64(len(c.words.ends)) {
			return invalid("a value is word %d of %d", uint64(k), len(c.words.ends))
		}
		if err := c.set(v, row(rows, i), c.words.word(int(k))); err != nil {
			return err
		}
	}
	return nil
}

// set stores a value, which CHAR keeps without blanks at its end.
func (c *textColumn) set(v *warehouse.Vector, row int, b []byte) error {
	if len(b) > c.limit {
		return c.tooLong(int64(len(b)))
	}
	if c.char {
		for _, x := range b {
			if x >= utf8.RuneSelf {
				return refused("Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Column: %s", c.name)
			}
		}
		for len(b) > 0 && b[len(b)-1] == ' ' {
			b = b[:len(b)-1]
		}
	}
	v.SetBytes(row, b)
	return nil
}

func (c *textColumn) tooLong(n int64) error {
	return refused("The length of the data column %s is longer than the length defined in the table. Table: %d, Data: %d", c.name, c.limit, uint64(n))
}

// legible refuses bytes that are no text, or replaces them.
func (c *textColumn) legible(b []byte) error {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			if !c.opt.AcceptInvChars {
				return refused("String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: % x. Column: %s", b[i:min(i+4, len(b))], c.name)
			}
			b[i] = c.opt.InvChar
		}
		i += n
	}
	return nil
}
