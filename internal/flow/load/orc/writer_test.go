package orc_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/orc"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// sketch is a file to be written, right or wrong.
type sketch struct {
	compression uint64
	block       uint64
	types       [][]byte // of the columns
	names       []string
	stripes     []part
	version     []byte
	extra       []byte // of the footer
	rows        int64  // added to the right number
	cut         int    // bytes of a block, halves where 0
}

// part is a stripe.
type part struct {
	rows      uint64
	streams   []streamed
	encodings []uint64 // of the columns
	entries   uint64   // of each dictionary
	zone      string
}

type streamed struct {
	kind, column uint64
	data         []byte
}

// Kinds of streams.
const (
	present    = 0
	data       = 1
	length     = 2
	dictionary = 3
	secondary  = 5
)

func number(field, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, field<<3), v)
}

func message(field uint64, parts ...[]byte) []byte {
	b := bytes.Join(parts, nil)
	return append(binary.AppendUvarint(binary.AppendUvarint(nil, field<<3|2), uint64(len(b))), b...)
}

// typed is a type of a column.
func typed(kind orc.Kind, more ...[]byte) []byte {
	return append(number(1, uint64(kind)), bytes.Join(more, nil)...)
}

// bytes writes the file.
func (s sketch) bytes() []byte {
	if s.block == 0 {
		s.block = 1 << 16
	}
	out := []byte("ORC")
	var footer [][]byte
	rows := uint64(s.rows)
	for _, p := range s.stripes {
		at := uint64(len(out))
		foot := message(2, number(1, 0)) // the root's encoding
		var streams []byte
		for _, x := range p.streams {
			b := s.pack(x.data)
			out = append(out, b...)
			streams = append(streams, message(1, number(1, x.kind), number(2, x.column), number(3, uint64(len(b))))...)
		}
		size := uint64(len(out)) - at
		for _, e := range p.encodings {
			foot = append(foot, message(2, number(1, e), number(2, p.entries))...)
		}
		b := s.pack(append(append(streams, foot...), message(3, []byte(p.zone))...))
		out = append(out, b...)
		footer = append(footer, message(3, number(1, at), number(2, 0), number(3, size), number(4, uint64(len(b))), number(5, p.rows)))
		rows += p.rows
	}
	footer = append(footer, s.schema(), number(6, rows), s.extra)
	b := s.pack(bytes.Join(footer, nil))
	out = append(out, b...)
	if s.version == nil {
		s.version = []byte{0, 12}
	}
	end := bytes.Join([][]byte{number(1, uint64(len(b))), number(2, s.compression), number(3, s.block), message(4, s.version), message(8000, []byte("ORC"))}, nil)
	return append(append(out, end...), byte(len(end)))
}

// schema lists the types: a struct of the columns, unless the first brings its own.
func (s sketch) schema() []byte {
	root := [][]byte{number(1, uint64(orc.Struct))}
	for i := range s.names {
		root = append(root, number(2, uint64(i+1)), message(3, []byte(s.names[i])))
	}
	all := message(4, root...)
	for _, t := range s.types {
		all = append(all, message(4, t)...)
	}
	return all
}

// pack compresses data as one block, or two.
func (s sketch) pack(b []byte) []byte {
	if s.compression == 0 || len(b) == 0 {
		return b
	}
	if s.cut > 0 {
		var all []byte
		for part := range slices.Chunk(b, s.cut) {
			all = append(all, s.packBlock(part)...)
		}
		return all
	}
	if half := len(b) / 2; half > 1000 {
		return append(s.packBlock(b[:half]), s.packBlock(b[half:])...)
	}
	return s.packBlock(b)
}

func (s sketch) packBlock(b []byte) []byte {
	var packed []byte
	switch s.compression {
	case 1:
		var z bytes.Buffer
		w, _ := flate.NewWriter(&z, 9)
		_, _ = w.Write(b)
		_ = w.Close()
		packed = z.Bytes()
	case 2:
		packed = snappy.Encode(nil, b)
	case 3: // literals alone
		packed = append(append([]byte{0}, byte(len(b)-18)), b...)
		if len(b) <= 18 || len(b) > 250 {
			return append(head(len(b), 1), b...)
		}
		packed = append(packed, 0x11, 0, 0)
	case 4: // literals alone
		packed = append([]byte{0xf0}, bytes.Repeat([]byte{255}, (len(b)-15)/255)...)
		if len(b) < 15 {
			return append(head(len(b), 1), b...)
		}
		packed = append(append(packed, byte((len(b)-15)%255)), b...)
	case 5:
		w, _ := zstd.NewWriter(nil)
		packed = w.EncodeAll(b, nil)
	}
	return append(head(len(packed), 0), packed...)
}

func head(n, stored int) []byte {
	n = n<<1 | stored
	return []byte{byte(n), byte(n >> 8), byte(n >> 16)}
}

// sqlType reads the type names of the tests.
func sqlType(name string) sqltype.Type {
	var t sqltype.Type
	switch {
	case strings.HasPrefix(name, "decimal"):
		t.ID = sqltype.Decimal
		_, _ = fmt.Sscanf(name, "decimal(%d,%d)", &t.Precision, &t.Scale)
	case strings.HasPrefix(name, "varchar"):
		t.ID = sqltype.Varchar
		_, _ = fmt.Sscanf(name, "varchar(%d)", &t.Length)
	case strings.HasPrefix(name, "char"):
		t.ID = sqltype.Char
		_, _ = fmt.Sscanf(name, "char(%d)", &t.Length)
	case strings.HasPrefix(name, "varbyte"):
		t.ID = sqltype.Varbyte
		_, _ = fmt.Sscanf(name, "varbyte(%d)", &t.Length)
	default:
		t.ID = map[string]sqltype.ID{"boolean": sqltype.Boolean, "smallint": sqltype.Smallint, "integer": sqltype.Integer, "bigint": sqltype.Bigint,
			"real": sqltype.Real, "double": sqltype.Double, "date": sqltype.Date, "timestamp": sqltype.Timestamp, "timestamptz": sqltype.TimestampTZ,
			"super": sqltype.Super}[name]
	}
	return t
}

// columnsOf are columns of these types, separated by blanks; an exclamation mark means NOT NULL.
func columnsOf(types string) []delimited.Column {
	var all []delimited.Column
	for i, name := range strings.Fields(types) {
		bare, strict := strings.CutSuffix(name, "!")
		all = append(all, delimited.Column{Name: fmt.Sprintf("c%d", i), Type: sqlType(bare), NotNull: strict})
	}
	return all
}

// read gives the rows of a file as text.
func read(file []byte, types string, opt orc.Options) (rows []string, err error) {
	f, err := orc.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	s, err := f.NewScan(context.Background(), columnsOf(types), opt)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	w := s.Worker()
	var out warehouse.Chunk
	for _, c := range s.Columns() {
		out.Vectors = append(out.Vectors, warehouse.NewVector(c.Type))
	}
	for {
		for i, c := range s.Columns() {
			out.Vectors[i] = warehouse.NewVector(c.Type)
		}
		n, err := w.Fill(&out)
		if err != nil || n == 0 {
			return rows, err
		}
		for i := range n {
			rows = append(rows, printed(&out, i))
		}
	}
}

// printed is a row as text.
func printed(c *warehouse.Chunk, row int) string {
	fields := make([]string, len(c.Vectors))
	for i := range c.Vectors {
		v := &c.Vectors[i]
		kind := v.Type.Kind
		if kind == warehouse.KindDecimal {
			kind = warehouse.DecimalKind(v.Type.Precision)
		}
		switch {
		case v.Null(row):
			fields[i] = "∅"
		case kind == warehouse.KindBool:
			fields[i] = fmt.Sprint(warehouse.Values[bool](v)[row])
		case kind == warehouse.KindInt16:
			fields[i] = fmt.Sprint(warehouse.Values[int16](v)[row])
		case kind == warehouse.KindInt32, kind == warehouse.KindDate:
			fields[i] = fmt.Sprint(warehouse.Values[int32](v)[row])
		case kind == warehouse.KindInt128:
			wide := warehouse.Values[warehouse.Int128](v)[row]
			fields[i] = fmt.Sprintf("{%d,%d}", wide.Lo, wide.Hi)
		case kind == warehouse.KindFloat:
			fields[i] = fmt.Sprint(warehouse.Values[float32](v)[row])
		case kind == warehouse.KindDouble:
			fields[i] = fmt.Sprint(warehouse.Values[float64](v)[row])
		case kind == warehouse.KindVarchar, kind == warehouse.KindBlob:
			fields[i] = string(v.Bytes(row))
		default:
			fields[i] = fmt.Sprint(warehouse.Values[int64](v)[row])
		}
	}
	return strings.Join(fields, "|")
}

// one is a file with one column.
func one(t []byte, encoding, rows uint64, streams ...streamed) sketch {
	for i := range streams {
		streams[i].column = 1
	}
	return sketch{types: [][]byte{t}, names: []string{"a"}, stripes: []part{{rows: rows, streams: streams, encodings: []uint64{encoding}}}}
}

func want(t *testing.T, got []string, err error, wanted ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "\n") != strings.Join(wanted, "\n") {
		t.Errorf("got %q, want %q", got, wanted)
	}
}
