package delimited

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"io"
)

// utf16Text encodes text in two bytes for each unit.
func utf16Text(s string, big bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b.WriteString(string([]byte{byte(u >> 8), byte(u)}))
		} else {
			b.WriteString(string([]byte{byte(u), byte(u >> 8)}))
		}
	}
	return b.String()
}

func TestEncodings(t *testing.T) {
	const content = "1|数据é😀\n2|b\n"
	want := []string{`1|"数据é😀"`, `2|"b"`}
	for _, tt := range []struct{ name, coding, content string }{
		{"little endian", "utf16le", utf16Text(content, false)},
		{"big endian", "utf16be", utf16Text(content, true)},
		{"little endian with a mark", "utf16le", "\xff\xfe" + utf16Text(content, false)},
		{"mark of little endian", "utf16", "\xff\xfe" + utf16Text(content, false)},
		{"mark of big endian", "utf16", "\xfe\xff" + utf16Text(content, true)},
		{"longer than a buffer", "utf16le", utf16Text(content, false)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := scanAll(t, []File{text("a", tt.content)}, cols(t, "id integer; s varchar(20)"), Options{NullAs: `\N`, Encoding: tt.coding})
			if diff := cmp.Diff(want, l.rows); diff != "" || l.err != nil {
				t.Errorf("%v (-want +got):\n%s", l.err, diff)
			}
		})
	}
	l := scanAll(t, []File{text("a", "1|caf\xe9\n")}, cols(t, "id integer; s varchar(20)"), Options{NullAs: `\N`, Encoding: "iso88591"})
	if diff := cmp.Diff([]string{`1|"café"`}, l.rows); diff != "" {
		t.Error(diff)
	}
}

func TestDecoderInSmallPieces(t *testing.T) {
	long := strings.Repeat("数据é😀 plain ", 3000)
	got, err := io.ReadAll(decode(iotest.OneByteReader(strings.NewReader(utf16Text(long, true))), "utf16be"))
	if err != nil || string(got) != long {
		t.Errorf("%v: %d bytes, want %d", err, len(got), len(long))
	}
	if got, err := io.ReadAll(decode(strings.NewReader(""), "utf16")); err != nil || len(got) != 0 {
		t.Errorf("an empty file gave %q, %v", got, err)
	}
}

func TestWrongEncodingFailsTheFile(t *testing.T) {
	for _, tt := range []struct{ name, coding, content string }{
		{"UTF16 without a mark", "utf16", utf16Text("1|a\n", false)},
		{"UTF16 read as UTF8", "", "\xff\xfe" + utf16Text("1|a\n", false)},
		{"half a character", "utf16le", utf16Text("1|a\n", false) + "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := scanAll(t, []File{text("a", tt.content)}, cols(t, "id integer; s varchar(20)"), Options{NullAs: `\N`, Encoding: tt.coding, MaxErrors: 10})
			f, ok := errors.AsType[*FileError](l.err)
			if !ok || f.Code != 1221 {
				t.Errorf("got %v", l.err)
			}
		})
	}
}

func TestHalfASurrogatePairIsRefused(t *testing.T) {
	l := scanAll(t, []File{text("a", "1\x00|\x00\x00\xd8\n\x00")}, cols(t, "id integer; s varchar(20)"), Options{NullAs: `\N`, Encoding: "utf16le"})
	if len(l.errors) != 1 || l.errors[0].Code != 1220 || !strings.Contains(l.errors[0].Reason, "(error 5)") {
		t.Errorf("got %+v, %v", l.errors, l.err)
	}
}

func TestReplacementsAreNoted(t *testing.T) {
	s, err := New(t.Context(), []File{text("a", "1|ok\n2|x\xe6\x95y\n")}, cols(t, "id integer; s varchar(20)"), Options{NullAs: `\N`, AcceptInvChars: true, InvChar: '^'})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := s.Worker()
	defer w.Close()
	chunk := newChunk(s.Columns())
	if n, err := w.Fill(chunk); n != 2 || err != nil || string(chunk.Vectors[1].Bytes(1)) != "x^^y" {
		t.Fatalf("%d rows, %v", n, err)
	}
	want := []Replacement{{File: "s3://b/a", Line: 2, Column: "s", RawLine: []byte("2|x\uFFFDy")}}
	if diff := cmp.Diff(want, s.Replacements()); diff != "" {
		t.Error(diff)
	}
}
