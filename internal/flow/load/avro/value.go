package avro

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// data is what is left of a block of records.
type data struct {
	b     []byte
	depth int
}

var errShort = errors.New("a value runs over the end of its block")

func (d *data) long() (int64, error) {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		return 0, errShort
	}
	d.b = d.b[n:]
	return v, nil
}

func (d *data) bytes(n int64) ([]byte, error) {
	if n < 0 || n > int64(len(d.b)) {
		return nil, errShort
	}
	v := d.b[:n]
	d.b = d.b[n:]
	return v, nil
}

// text reads a length and so many bytes.
func (d *data) text() ([]byte, error) {
	n, err := d.long()
	if err != nil {
		return nil, err
	}
	return d.bytes(n)
}

// write appends the next value as JSON.
func (d *data) write(out []byte, s *schema) ([]byte, error) {
	if d.depth++; d.depth > maxNesting || len(out) > maxLine {
		return nil, errors.New("values are nested too deeply, or a block is larger than 64 MB")
	}
	defer func() { d.depth-- }()
	switch s.kind {
	case "null":
		return append(out, "null"...), nil
	case "boolean":
		b, err := d.bytes(1)
		if err != nil {
			return nil, err
		}
		return strconv.AppendBool(out, b[0] != 0), nil
	case "int", "long":
		v, err := d.long()
		return strconv.AppendInt(out, v, 10), err
	case "float", "double":
		return d.writeFloat(out, s)
	case "string", "bytes", "fixed":
		return d.writeBytes(out, s)
	case "enum":
		return d.choose(out, s.symbols)
	}
	return d.writeComplex(out, s)
}

func (d *data) writeFloat(out []byte, s *schema) ([]byte, error) {
	size := 64
	if s.kind == "float" {
		size = 32
	}
	b, err := d.bytes(int64(size / 8))
	if err != nil {
		return nil, err
	}
	v := 0.0
	if size == 32 {
		v = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	} else {
		v = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) { // JSON has no such numbers; the columns know the words.
		return append(append(append(out, '"'), strconv.FormatFloat(v, 'g', -1, size)...), '"'), nil
	}
	return strconv.AppendFloat(out, v, 'g', -1, size), nil
}

func (d *data) writeBytes(out []byte, s *schema) (_ []byte, err error) {
	var b []byte
	if s.kind == "fixed" {
		b, err = d.bytes(int64(s.size))
	} else {
		b, err = d.text()
	}
	if err != nil {
		return nil, err
	}
	if s.scale >= 0 {
		if len(b) > maxDecimal || s.scale > maxDecimal {
			return nil, fmt.Errorf("a decimal of %d bytes with scale %d is too long", len(b), s.scale)
		}
		return append(out, decimal(b, s.scale)...), nil
	}
	return escape(out, b), nil
}

// maxDecimal bounds the bytes and the scale of a decimal far beyond what a column takes: a file may claim any.
const maxDecimal = 1000

// decimal prints a two's complement integer with its point.
func decimal(b []byte, scale int) string {
	v := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	sign := ""
	if v.Sign() < 0 {
		sign = "-"
	}
	text := v.Abs(v).String()
	if missing := scale + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	if scale == 0 {
		return sign + text
	}
	return sign + text[:len(text)-scale] + "." + text[len(text)-scale:]
}

// escape writes text as JSON. Bytes that are no characters stay as they are, for the column to refuse or replace.
func escape(out, b []byte) []byte {
	const digits = "0123456789abcdef"
	out = append(out, '"')
	for _, c := range b {
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < 0x20:
			out = append(out, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

func (d *data) choose(out []byte, symbols [][]byte) ([]byte, error) {
	i, err := d.long()
	if err != nil {
		return nil, err
	}
	if i < 0 || i >= int64(len(symbols)) {
		return nil, fmt.Errorf("an enum has no symbol %d", i)
	}
	return append(out, symbols[i]...), nil
}

func (d *data) writeComplex(out []byte, s *schema) ([]byte, error) {
	switch s.kind {
	case "union":
		i, err := d.long()
		if err != nil {
			return nil, err
		}
		if i < 0 || i >= int64(len(s.fields)) {
			return nil, fmt.Errorf("a union has no branch %d", i)
		}
		return d.write(out, s.fields[i])
	case "array", "map":
		return d.writeItems(out, s)
	case "record":
		return d.writeRecord(out, s)
	}
	return nil, fmt.Errorf("type %q is not known", s.kind)
}

func (d *data) writeRecord(out []byte, s *schema) (_ []byte, err error) {
	out = append(out, '{')
	for i, f := range s.fields {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, s.names[i]...), ':')
		if out, err = d.write(out, f); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// maxItems bounds arrays of items that take no bytes.
const maxItems = 1 << 24

// writeItems writes an array or a map, which comes in blocks with counts.
func (d *data) writeItems(out []byte, s *schema) ([]byte, error) {
	brackets := "[]"
	if s.kind == "map" {
		brackets = "{}"
	}
	out = append(out, brackets[0])
	for total := int64(0); ; {
		n, err := d.count()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return append(out, brackets[1]), nil
		}
		if total+n > maxItems {
			return nil, errors.New("an array has too many items")
		}
		for range n {
			if total++; total > 1 {
				out = append(out, ',')
			}
			if out, err = d.writeItem(out, s); err != nil {
				return nil, err
			}
		}
	}
}

func (d *data) writeItem(out []byte, s *schema) ([]byte, error) {
	if s.kind == "map" {
		key, err := d.text()
		if err != nil {
			return nil, err
		}
		out = append(escape(out, key), ':')
	}
	return d.write(out, s.items)
}

// count reads how many items a block has. A negative count is followed by the block's size.
func (d *data) count() (int64, error) {
	n, err := d.long()
	if err != nil || n >= 0 {
		return n, err
	}
	_, err = d.long()
	if n == math.MinInt64 {
		return 0, errShort
	}
	return -n, err
}
