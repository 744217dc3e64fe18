package avro

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/snappy"
)

// container writes a file of one block.
func container(t testing.TB, schema, codec string, count int, block []byte) []byte {
	t.Helper()
	var b []byte
	b = append(b, magic...)
	b = binary.AppendVarint(b, 2)
	for _, s := range []string{"avro.schema", schema, "avro.codec", codec} {
		b = append(binary.AppendVarint(b, int64(len(s))), s...)
	}
	b = binary.AppendVarint(b, 0)
	mark := []byte("0123456789abcdef")
	b = append(b, mark...)
	if count == 0 {
		return b
	}
	block = packed(t, codec, block)
	b = binary.AppendVarint(binary.AppendVarint(b, int64(count)), int64(len(block)))
	return append(append(b, block...), mark...)
}

func packed(t testing.TB, codec string, block []byte) []byte {
	t.Helper()
	switch codec {
	case "deflate":
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, 6)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	case "snappy":
		return binary.BigEndian.AppendUint32(snappy.Encode(nil, block), crc32.ChecksumIEEE(block))
	}
	return block
}

// long and text append values.
func long(b []byte, v int64) []byte  { return binary.AppendVarint(b, v) }
func text(b []byte, s string) []byte { return append(long(b, int64(len(s))), s...) }

const allTypes = `{"type":"record","name":"r","namespace":"n","fields":[
 {"name":"l","type":"long"}, {"name":"s","type":["null","string"]}, {"name":"b","type":"boolean"},
 {"name":"f","type":"float"}, {"name":"d","type":"double"}, {"name":"e","type":{"type":"enum","name":"color","symbols":["RED","BLUE"]}},
 {"name":"a","type":{"type":"array","items":"int"}}, {"name":"m","type":{"type":"map","values":"string"}},
 {"name":"x","type":{"type":"fixed","name":"two","size":2}}, {"name":"p","type":{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}},
 {"name":"again","type":"color"}, {"name":"in","type":{"type":"record","name":"inner","fields":[{"name":"i","type":"int"}]}}]}`

func record() []byte {
	b := long(nil, -5)
	b = text(long(b, 1), "q\"\\\n é")
	b = append(b, 1)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(1.5))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(-0.25))
	b = long(b, 1)
	b = long(long(long(long(b, 2), 7), 8), 0)
	b = long(long(b, -1), 4) // a block with its size
	b = long(text(text(b, "k"), "v"), 0)
	b = append(b, "zz"...)
	b = text(b, "\xff\x85") // -123
	b = long(b, 0)
	return long(b, 42)
}

const asJSON = `{"l":-5,"s":"q\"\\\u000a é","b":true,"f":1.5,"d":-0.25,"e":"BLUE","a":[7,8],"m":{"k":"v"},"x":"zz","p":-1.23,"again":"RED","in":{"i":42}}` + "\n"

func TestRecordsBecomeLines(t *testing.T) {
	for _, codec := range []string{"null", "deflate", "snappy"} {
		t.Run(codec, func(t *testing.T) {
			file := container(t, allTypes, codec, 2, append(record(), record()...))
			got, err := io.ReadAll(NewReader(bytes.NewReader(file)))
			if diff := cmp.Diff(asJSON+asJSON, string(got)); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestEmptyFiles(t *testing.T) {
	for name, file := range map[string][]byte{"no bytes": nil, "no records": container(t, allTypes, "null", 0, nil)} {
		if got, err := io.ReadAll(NewReader(bytes.NewReader(file))); err != nil || len(got) != 0 {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	good := container(t, allTypes, "null", 1, record())
	damaged := bytes.Clone(good)
	damaged[len(damaged)-1] ^= 1
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"no container", []byte("1,2,3\n"), "not an Avro container file"},
		{"cut in the header", good[:40], "unexpected EOF"},
		{"cut in a block", good[:len(good)-20], "unexpected EOF"},
		{"wrong marker", damaged, "synchronization marker"},
		{"codec", container(t, allTypes, "zstandard", 1, record()), `codec "zstandard" is not supported`},
		{"no record", container(t, `"string"`, "null", 1, text(nil, "x")), "must be a record"},
		{"unknown type", container(t, `{"type":"record","name":"r","fields":[{"name":"a","type":"nope"}]}`, "null", 0, nil), `type "nope" is not known`},
		{"more data", container(t, allTypes, "null", 1, append(record(), 0)), "more data than records"},
		{"too little data", container(t, allTypes, "null", 2, record()), "over the end"},
		{"decimal with two billion zeros", container(t, `{"type":"record","name":"r","fields":[{"name":"a","type":{"type":"bytes","logicalType":"decimal","scale":2000000000}}]}`,
			"null", 1, text(nil, "x")), "scale 2000000000 is too long"},
		{"decimal of a megabyte", container(t, `{"type":"record","name":"r","fields":[{"name":"a","type":{"type":"bytes","logicalType":"decimal","scale":2}}]}`,
			"deflate", 1, text(nil, strings.Repeat("x", 1<<20))), "a decimal of 1048576 bytes"},
		{"endless record", container(t, `{"type":"record","name":"r","fields":[{"name":"a","type":"r"}]}`, "null", 1, nil), "nested too deeply"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := io.ReadAll(NewReader(bytes.NewReader(tt.file))); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzReader(f *testing.F) {
	f.Add(container(f, allTypes, "null", 1, record()))
	f.Add(container(f, allTypes, "deflate", 1, record()))
	f.Fuzz(func(_ *testing.T, file []byte) {
		_, _ = io.Copy(io.Discard, NewReader(bytes.NewReader(file))) // Any error is right; a panic is not.
	})
}
