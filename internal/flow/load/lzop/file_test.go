package lzop

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// rows is what the files in testdata hold, written by lzop 1.04.
func rows() string {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "%d,name %d of the %s one,%d.5\n", i, i%17, []string{"red", "green", "blue"}[i*i%3], i*7919%1000)
	}
	return b.String()
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(b []byte) (string, error) {
	r, err := NewReader(bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	got, err := io.ReadAll(r)
	return string(got), err
}

func TestFilesOfTheTool(t *testing.T) {
	for _, name := range []string{"fast.lzo", "best.lzo"} {
		if got, err := read(file(t, name)); err != nil || got != rows() {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	both := append(file(t, "fast.lzo"), file(t, "best.lzo")...)
	if got, err := read(both); err != nil || got != rows()+rows() {
		t.Errorf("appended: %d bytes, %v", len(got), err)
	}
}

func TestDamagedFiles(t *testing.T) {
	good := file(t, "best.lzo")
	for i := 0; i < len(good); i += 1 + i/20 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		if got, err := read(bad); err == nil && got != rows() {
			t.Fatalf("byte %d changed unnoticed", i)
		}
		if i > 0 {
			if _, err := read(good[:i]); err == nil {
				t.Fatalf("%d of %d bytes are taken for a whole file", i, len(good))
			}
		}
	}
}

func FuzzDecompress(f *testing.F) {
	f.Add([]byte("\x12a\x00\x00abcdefghijklmnopqrs\x11\x00\x00"), 30)
	f.Fuzz(func(_ *testing.T, in []byte, n int) {
		_ = decompress(make([]byte, max(0, min(n, 1<<16))), in) // Any error is right; a panic is not.
	})
}

func BenchmarkDecompress(b *testing.B) {
	content := file(b, "best.lzo")
	b.SetBytes(int64(len(rows())))
	for b.Loop() {
		if _, err := read(content); err != nil {
			b.Fatal(err)
		}
	}
}
