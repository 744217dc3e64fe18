package orc_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/load/orc"
)

func kept(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFilesOfAnotherWriter reads files that a library wrote; the answers are that library's own.
func TestFilesOfAnotherWriter(t *testing.T) {
	rows, err := read(kept(t, "small.orc"), "integer varchar(10)", orc.Options{})
	want(t, rows, err, "1|one", "2|∅", "3|three")

	rows, err = read(kept(t, "nested.orc"), "integer super super", orc.Options{})
	want(t, rows, err, `1|["a","b"]|{"x":1.5,"y":-2}`, `2|[]|{"x":0.25,"y":4}`)

	rows, err = read(kept(t, "orders.orc"), "integer bigint smallint varchar(20) varchar(40) double real boolean date timestamp", orc.Options{})
	cities := []string{"Zürich", "Oslo", "São Paulo", "Lyon", "Graz"}
	var all []string
	at := time.Date(2024, 1, 31, 10, 0, 0, 123456000, time.UTC)
	for i := range 1000 {
		note := fmt.Sprintf("order %d of the day", i)
		if i%7 == 0 {
			note = "∅"
		}
		all = append(all, fmt.Sprintf("%d|%d|%d|%s|%s|%v|%v|%v|%d|%d", i, i*7919*1e6, i%5, cities[i%5], note, float64(i)/4, float32(i)/8, i%3 == 0,
			at.AddDate(0, 0, i).Unix()/86400, at.Add(time.Duration(i)*1001*time.Minute).UnixMicro()))
	}
	want(t, rows, err, all...)
}

func TestIntegers(t *testing.T) {
	for name, c := range map[string]struct {
		encoding uint64
		data     string
		want     string
	}{
		"version 1, run":                {0, "\x02\x01\x0e", "7 8 9 10 11"},
		"version 1, falling run":        {0, "\x00\xff\xc8\x01", "100 99 98"},
		"version 1, literals":           {0, "\xfb\x04\x06\x0c\x0e\x16", "2 3 6 7 11"},
		"version 2, short repeat":       {2, "\x0a\x4e\x20", "10000 10000 10000 10000 10000"},
		"version 2, direct":             {2, "\x5e\x03\xb8\x56\xad\x38\x7b\xb8\x02\x46", "23595 22172 15836 291"},
		"version 2, delta":              {2, "\xc6\x09\x04\x02\x22\x42\x42\x46", "2 3 5 7 11 13 17 19 23 29"},
		"version 2, falling by one":     {2, "\xc0\x03\x14\x01", "10 9 8 7"},
		"version 2, delta of one value": {2, "\xc0\x00\x54\x00", "42"},
		"version 2, patched base": {2, "\x8e\x13\x2b\x21\x07\xd0\x1e\x00\x14\x70\x28\x32\x3c\x46\x50\x5a\x64\x6e\x78\x82\x8c\x96\xa0\xaa\xb4\xbe\xfc\xe8",
			"2030 2000 2020 1000000 2040 2050 2060 2070 2080 2090 2100 2110 2120 2130 2140 2150 2160 2170 2180 2190"},
	} {
		t.Run(name, func(t *testing.T) {
			all := strings.Fields(c.want)
			rows, err := read(one(typed(orc.Long), c.encoding, uint64(len(all)), streamed{kind: data, data: []byte(c.data)}).bytes(), "bigint", orc.Options{})
			want(t, rows, err, all...)
		})
	}
}

// TestWidths reads each number of bits that packed numbers may have.
func TestWidths(t *testing.T) {
	for code := range 32 {
		width := code + 1
		if code >= 24 {
			width = []int{26, 28, 30, 32, 40, 48, 56, 64}[code-24]
		}
		top := uint64(1)<<(width-1) | 1
		values := []uint64{top, 0, top - 1, 1, top}
		packed := []byte{0x40 | byte(code)<<1, byte(len(values) - 1)}
		bits, have := make([]byte, 0, 400), 0
		for _, v := range values {
			for i := width - 1; i >= 0; i-- {
				if have%8 == 0 {
					bits = append(bits, 0)
				}
				bits[have/8] |= byte(v>>i&1) << (7 - have%8)
				have++
			}
		}
		var all []string
		for _, v := range values {
			all = append(all, fmt.Sprint(int64(v>>1)^-int64(v&1)))
		}
		rows, err := read(one(typed(orc.Long), 2, uint64(len(values)), streamed{kind: data, data: append(packed, bits...)}).bytes(), "bigint", orc.Options{})
		want(t, rows, err, all...)
	}
}

// ints writes numbers one by one, in version 1.
func ints(signed bool, all ...int64) []byte {
	var b []byte
	for _, v := range all {
		u := uint64(v)
		if signed {
			u = uint64(v)<<1 ^ uint64(v>>63)
		}
		b = binary.AppendUvarint(append(b, 0xff), u)
	}
	return b
}

func TestTypes(t *testing.T) {
	precision := func(p, s uint64) []byte { return append(number(5, p), number(6, s)...) }
	for name, c := range map[string]struct {
		file  sketch
		types string
		want  string
	}{
		"boolean": {one(typed(orc.Boolean), 0, 3, streamed{kind: data, data: []byte{0xff, 0xa0}}), "boolean", "true false true"},
		"absent values": {one(typed(orc.Int), 0, 4, streamed{kind: present, data: []byte{0xff, 0x50}}, streamed{kind: data, data: ints(true, 7, 8)}),
			"integer", "∅ 7 ∅ 8"},
		"nothing but absent values": {one(typed(orc.Int), 0, 2, streamed{kind: present, data: []byte{0xff, 0}}), "integer", "∅ ∅"},
		"tinyint":                   {one(typed(orc.Byte), 0, 4, streamed{kind: data, data: []byte{0x00, 0x80, 0xff, 0x07}}), "smallint", "-128 -128 -128 7"},
		"date":                      {one(typed(orc.Date), 0, 2, streamed{kind: data, data: ints(true, -1, 19723)}), "date", "-1 19723"},
		"double":                    {one(typed(orc.Double), 0, 1, streamed{kind: data, data: []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x3f}}), "double", "1.5"},
		"float":                     {one(typed(orc.Float), 0, 1, streamed{kind: data, data: []byte{0, 0, 0xc0, 0x3f}}), "real", "1.5"},
		"decimal": {one(typed(orc.Decimal, precision(10, 2)), 0, 3, streamed{kind: data, data: []byte{0xf2, 0x14, 0x03, 0x02}},
			streamed{kind: secondary, data: ints(true, 2, 0, 1)}), "decimal(10,2)", "1337 -200 10"},
		"decimal of 38 digits": {one(typed(orc.Decimal, precision(38, 0)), 0, 2, streamed{kind: data, data: []byte("\xfe\xff\xff\xff\xff\x8f\x91\x8a\x93\xe8\xa3\xec\xd0\x96\xd4\xcc\xf6\xac\x02\x01")},
			streamed{kind: secondary, data: ints(true, 0, 0)}), "decimal(38,0)", "{687399551400673279,5421010862427522170} {18446744073709551615,-1}"},
		"decimal of Hive's first writer": {one(typed(orc.Decimal), 0, 1, streamed{kind: data, data: []byte{0x64}}, streamed{kind: secondary, data: ints(true, 1)}),
			"decimal(8,3)", "5000"},
		"string": {one(typed(orc.String), 0, 3, streamed{kind: data, data: []byte("onehéé")}, streamed{kind: length, data: ints(false, 3, 0, 5)}), "varchar(10)", "one  héé"},
		"char":   {one(typed(orc.Char, number(4, 5)), 0, 1, streamed{kind: data, data: []byte("ab   ")}, streamed{kind: length, data: ints(false, 5)}), "char(5)", "ab"},
		"binary": {one(typed(orc.Binary), 0, 1, streamed{kind: data, data: []byte("\xff\x01")}, streamed{kind: length, data: ints(false, 2)}), "varbyte(10)", "\xff\x01"},
		"timestamp": {one(typed(orc.Timestamp), 0, 3, streamed{kind: data, data: ints(true, 0, 1, -1420070401)},
			streamed{kind: secondary, data: ints(false, 0, 5<<3|7, 123456789<<3)}), "timestamp", "1420070400000000 1420070401500000 -1876544"},
		"moment": {one(typed(orc.Instant), 0, 1, streamed{kind: data, data: ints(true, 1)}, streamed{kind: secondary, data: ints(false, 0)}),
			"timestamptz", "1420070401000000"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := read(c.file.bytes(), c.types, orc.Options{})
			want(t, rows, err, strings.Split(c.want, " ")...)
		})
	}
}

func TestDictionary(t *testing.T) {
	file := one(typed(orc.String), 1, 4, streamed{kind: data, data: ints(false, 1, 0, 1, 2)}, streamed{kind: dictionary, data: []byte("OsloZürich")},
		streamed{kind: length, data: ints(false, 4, 7, 0)})
	file.stripes[0].entries = 3
	rows, err := read(file.bytes(), "varchar(10)", orc.Options{})
	want(t, rows, err, "Zürich", "Oslo", "Zürich", "")
	file.stripes[0].entries = 2
	if _, err := read(file.bytes(), "varchar(10)", orc.Options{}); err == nil {
		t.Error("word 2 of 2 was found")
	}
}

// TestWritersClock: what the writer's clock showed is what is read, whatever the zone.
func TestWritersClock(t *testing.T) {
	for zone, shift := range map[string]int{"": 0, "UTC": 0, "America/Los_Angeles": 8, "GMT-08:00": 8} {
		at := time.Date(2024, 1, 31, 10+shift, 0, 0, 0, time.UTC)
		file := one(typed(orc.Timestamp), 0, 1, streamed{kind: data, data: ints(true, at.Unix()-time.Date(2015, 1, 1, shift, 0, 0, 0, time.UTC).Unix())},
			streamed{kind: secondary, data: ints(false, 0)})
		file.stripes[0].zone = zone
		rows, err := read(file.bytes(), "timestamp", orc.Options{})
		want(t, rows, err, fmt.Sprint(time.Date(2024, 1, 31, 10, 0, 0, 0, time.UTC).UnixMicro()))
	}
}

func TestCompressions(t *testing.T) {
	text := strings.Repeat("some words, ", 15)
	for codec := range uint64(6) {
		file := one(typed(orc.String), 0, 1, streamed{kind: data, data: []byte(text)}, streamed{kind: length, data: ints(false, int64(len(text)))})
		file.compression = codec
		rows, err := read(file.bytes(), "varchar(1000)", orc.Options{})
		want(t, rows, err, text)
	}
	file := one(typed(orc.Int), 0, 0)
	file.compression = 6
	if _, err := read(file.bytes(), "integer", orc.Options{}); err == nil || !strings.Contains(err.Error(), "BROTLI") {
		t.Errorf("got %v", err)
	}
}

func TestStripes(t *testing.T) {
	file := one(typed(orc.Int), 0, 2, streamed{kind: data, data: ints(true, 1, 2)})
	file.stripes = append(file.stripes, part{encodings: []uint64{0}}, part{rows: 1, streams: []streamed{{data, 1, ints(true, 3)}}, encodings: []uint64{0}})
	rows, err := read(file.bytes(), "integer", orc.Options{})
	want(t, rows, err, "1", "2", "3")
}

// TestLongValues: chunks become shorter where values are long.
func TestLongValues(t *testing.T) {
	const rows, size = 300, 60_000
	text, lengths := []byte(strings.Repeat("0123456789", rows*size/10)), []byte(nil)
	for range rows {
		lengths = append(lengths, ints(false, size)...)
	}
	got, err := read(one(typed(orc.String), 0, rows, streamed{kind: data, data: text}, streamed{kind: length, data: lengths}).bytes(), "varchar(65535)", orc.Options{})
	if err != nil || len(got) != rows {
		t.Fatalf("%d rows: %v", len(got), err)
	}
	for i, row := range got {
		if row != string(text[i*size:(i+1)*size]) {
			t.Fatalf("row %d differs", i)
		}
	}
}
