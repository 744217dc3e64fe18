package orc_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/load/orc"
)

// TestBrokenFiles: each is refused with a reason, and none with a row too many.
func TestBrokenFiles(t *testing.T) {
	good := one(typed(orc.Int), 0, 2, streamed{kind: data, data: ints(true, 1, 2)})
	change := func(f func(*sketch)) []byte {
		s := good
		s.stripes = slices.Clone(good.stripes)
		s.stripes[0].streams = slices.Clone(good.stripes[0].streams)
		f(&s)
		return s.bytes()
	}
	bomb := bytes.Repeat([]byte{0}, 1<<20)
	for name, c := range map[string]struct {
		file  []byte
		types string
		want  string
	}{
		"empty":                 {nil, "integer", "not an ORC file"},
		"only a length":         {[]byte{255}, "integer", "not an ORC file"},
		"text":                  {[]byte("1,x\n"), "integer", "not an ORC file"},
		"cut":                   {good.bytes()[10:], "integer", "broken"},
		"version":               {change(func(s *sketch) { s.version = []byte{1, 9} }), "integer", "version"},
		"too many rows":         {change(func(s *sketch) { s.rows = 5 }), "integer", "its stripes 2"},
		"stripe of too much":    {change(func(s *sketch) { s.stripes[0].rows = 5 }), "integer", "ends too early"},
		"encrypted":             {change(func(s *sketch) { s.extra = message(10, nil) }), "integer", "encrypted"},
		"type twice":            {change(func(s *sketch) { s.types = [][]byte{typed(orc.List, number(2, 1))} }), "super", "no tree"},
		"list of nothing":       {change(func(s *sketch) { s.types = [][]byte{typed(orc.List)} }), "super", "children"},
		"unknown type":          {change(func(s *sketch) { s.types = [][]byte{typed(99)} }), "integer", "type 99"},
		"unknown encoding":      {change(func(s *sketch) { s.stripes[0].encodings = []uint64{9} }), "integer", "encoding 9"},
		"no encoding":           {change(func(s *sketch) { s.stripes[0].encodings = nil }), "integer", "no encoding"},
		"unknown zone":          {change(func(s *sketch) { s.stripes[0].zone = "../../etc/passwd" }), "integer", "time zone"},
		"stream twice":          {change(func(s *sketch) { s.stripes[0].streams = append(s.stripes[0].streams, s.stripes[0].streams[0]) }), "integer", "two streams"},
		"stripe within another": {change(func(s *sketch) { s.extra = message(3, number(1, 3), number(3, 4)) }), "integer", "within another"},
		"huge blocks":           {change(func(s *sketch) { s.block = 1 << 40 }), "integer", "blocks"},
		"bomb": {change(func(s *sketch) { s.compression, s.block, s.stripes[0].streams[0].data = 1, 1<<12, bomb }), "integer",
			"longer than the file says"},
		"number beyond its type": {one(typed(orc.Int), 0, 1, streamed{kind: data, data: ints(true, 1<<40)}).bytes(), "integer", "out of range"},
		"patch outside its run": {one(typed(orc.Long), 2, 1, streamed{kind: data, data: []byte("\x8e\x00\x2b\x21\x07\xd0\x1e\xfc\xe8\xff")}).bytes(), "bigint",
			"outside its run"},
		"length of everything": {one(typed(orc.String), 0, 1, streamed{kind: length, data: ints(false, -1)}).bytes(), "varchar(10)", "longer than"},
		"word of everything":   {one(typed(orc.String), 1, 1, streamed{kind: data, data: ints(false, -1)}).bytes(), "varchar(10)", "word"},
		"time beyond all": {one(typed(orc.Timestamp), 0, 1, streamed{kind: data, data: ints(true, 1<<62)}, streamed{kind: secondary, data: ints(false, 0)}).bytes(),
			"timestamp", "out of range"},
		"nanoseconds of more than a second": {one(typed(orc.Timestamp), 0, 1, streamed{kind: data, data: ints(true, 0)}, streamed{kind: secondary, data: ints(false, 99<<3|7)}).bytes(),
			"timestamp", "out of range"},
		"decimal of 130 bits": {one(typed(orc.Decimal, number(5, 38)), 0, 1, streamed{kind: data, data: []byte(strings.Repeat("\xff", 18) + "\x7f")},
			streamed{kind: secondary, data: ints(true, 0)}).bytes(), "decimal(38,0)", "128 bits"},
		"decimal that does not fit": {one(typed(orc.Decimal, number(5, 4)), 0, 1, streamed{kind: data, data: []byte("\xc0\x9a\x0c")},
			streamed{kind: secondary, data: ints(true, 0)}).bytes(), "decimal(4,0)", "does not fit"},
		"list of everything": {sketch{types: [][]byte{typed(orc.List, number(2, 2)), typed(orc.Boolean)}, names: []string{"a"},
			stripes: []part{{rows: 1, streams: []streamed{{length, 1, ints(false, -1)}, {data, 2, bytes.Repeat([]byte{0x7f, 0}, 1<<15)}}, encodings: []uint64{0, 0}}}}.bytes(),
			"super", "longer than SUPER"},
		"text that is none": {one(typed(orc.String), 0, 2, streamed{kind: data, data: []byte("\xc3\xa9")}, streamed{kind: length, data: ints(false, 1, 1)}).bytes(),
			"varchar(10)", "UTF8"},
		"text too long":       {one(typed(orc.String), 0, 1, streamed{kind: data, data: []byte("abc")}, streamed{kind: length, data: ints(false, 3)}).bytes(), "varchar(2)", "Table: 2, Data: 3"},
		"accents in CHAR":     {one(typed(orc.String), 0, 1, streamed{kind: data, data: []byte("é")}, streamed{kind: length, data: ints(false, 2)}).bytes(), "char(2)", "Multibyte"},
		"NULL where none may": {one(typed(orc.Int), 0, 2, streamed{kind: present, data: []byte{0xff, 0}}).bytes(), "integer!", "not-null"},
		"other type":          {good.bytes(), "bigint", "does not go into"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := read(c.file, c.types, orc.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q and %v, want %q", rows, err, c.want)
			}
		})
	}
}

func TestInvalidCharactersAreReplaced(t *testing.T) {
	text := streamed{kind: data, data: []byte("a\xff\xfeb")}
	rows, err := read(one(typed(orc.String), 0, 1, text, streamed{kind: length, data: ints(false, 4)}).bytes(), "varchar(10)", orc.Options{AcceptInvChars: true, InvChar: '?'})
	want(t, rows, err, "a??b")
}

// TestDamage changes every byte of a file in turn: what is answered is the file's rows or an error that says what is wrong.
func TestDamage(t *testing.T) {
	file := kept(t, "small.orc")
	for i := range file {
		for _, flip := range []byte{1, 0x80, 0xff} {
			broken := bytes.Clone(file)
			broken[i] ^= flip
			_, err := read(broken, "integer varchar(10)", orc.Options{})
			bad, value := new(orc.InvalidError), new(orc.ValueError)
			if err != nil && !errors.Is(err, orc.ErrMagic) && !errors.As(err, &bad) && !errors.As(err, &value) {
				t.Errorf("byte %d: %v", i, err)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"small.orc", "nested.orc", "orders.orc"} {
		f.Add(kept(f, name))
	}
	f.Add(one(typed(orc.Long), 2, 20, streamed{kind: data, data: []byte("\x8e\x13\x2b\x21\x07\xd0\x1e\x00\x14\x70\x28\x32\x3c\x46\x50\x5a\x64\x6e\x78\x82\x8c\x96\xa0\xaa\xb4\xbe\xfc\xe8")}).bytes())
	f.Add(one(typed(orc.Decimal), 0, 1, streamed{kind: data, data: []byte{0x64}}, streamed{kind: secondary, data: ints(true, 1)}).bytes())
	f.Add(one(typed(orc.Timestamp), 0, 1, streamed{kind: data, data: ints(true, 0)}, streamed{kind: secondary, data: ints(false, 5<<3|7)}).bytes())
	f.Fuzz(func(t *testing.T, file []byte) { readAny(file) })
}

// readAny reads a file with types that take its columns, once as they are and once as JSON.
func readAny(file []byte) {
	x, err := orc.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil || len(x.Fields()) > 20 || x.Rows() > 100_000 {
		return
	}
	var types []string
	for _, field := range x.Fields() {
		name := "super"
		for _, try := range []string{"boolean", "smallint", "integer", "bigint", "real", "double", "decimal(38,2)", "date", "timestamp", "varchar(100)", "varbyte(100)"} {
			if field.Type.Fits(sqlType(try)) {
				name = try
			}
		}
		types = append(types, name)
	}
	_, _ = read(file, strings.Join(types, " "), orc.Options{})
	_, _ = read(file, strings.Repeat("super ", len(types)), orc.Options{})
}
