package bzip

import (
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// packed is the stream of data that is written in pieces.
func packed(t testing.TB, data []byte, piece int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for rest := data; len(rest) > 0; {
		n := min(piece, len(rest))
		if m, err := w.Write(rest[:n]); m != n || err != nil {
			t.Fatal(m, err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func same(t testing.TB, data []byte, piece int) []byte {
	t.Helper()
	z := packed(t, data, piece)
	got, err := io.ReadAll(bzip2.NewReader(bytes.NewReader(z)))
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%d bytes in pieces of %d came back as %d: %v", len(data), piece, len(got), err)
	}
	return z
}

func TestWriter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	var rows strings.Builder
	for i := range 35_000 {
		fmt.Fprintf(&rows, "%d|name %d|2024-01-%02d|%d.%02d\n", i, r.IntN(1000), i%28+1, r.IntN(500), i%100)
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for name, data := range map[string]string{
		"nothing": "", "one byte": "a", "two": "ab", "the same twice": "aa", "a run of four": "aaaa", "of five": "aaaaa", "of 255": strings.Repeat("a", 255),
		"of 256": strings.Repeat("a", 256), "of 1000": strings.Repeat("a", 1000), "zeros": strings.Repeat("\x00", 3_000_000), "banana": "banana",
		"rows that repeat": strings.Repeat("1|x\n", 230_000), "halves that repeat": strings.Repeat("abcdefgh", 4096), "every byte": string(all),
		"noise": string(noise), "rows": rows.String(), "runs at the edge": strings.Repeat("ab", blockSize/2-2) + strings.Repeat("c", 600),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := same(t, []byte(data), 4096)
			if len(data) > 1000 && name != "noise" && len(z) > len(data)/3 {
				t.Errorf("%d bytes became %d", len(data), len(z))
			}
			if len(data) < 1000 {
				same(t, []byte(data), 1)
			}
		})
	}
}

// The checksum is bzip2's own, which Go's reader shares.
func TestKnownStream(t *testing.T) {
	want := "BZh91AY&SY\xc1\xc0\x80\xe2"
	if z := packed(t, []byte("hello\n"), 10); string(z[:14]) != want {
		t.Errorf("got % x", z)
	}
}

func TestWriterTellsErrors(t *testing.T) {
	full := errors.New("no room")
	w := NewWriter(refusing{full})
	if _, err := w.Write([]byte("some text")); err != nil {
		t.Error("before anything is written:", err)
	}
	if err := w.Close(); !errors.Is(err, full) {
		t.Errorf("closed with %v", err)
	}
}

type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }

func FuzzWriter(f *testing.F) {
	f.Add([]byte("banana"), uint16(3))
	f.Add(bytes.Repeat([]byte("aab"), 100), uint16(300))
	f.Fuzz(func(t *testing.T, data []byte, times uint16) {
		same(t, bytes.Repeat(data, int(times)%64+1), int(times)+1)
	})
}

func BenchmarkWriter(b *testing.B) {
	var rows bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&rows, "%d|name %d|2024-01-%02d\n", i, i*7919%1000, i%28+1)
	}
	b.SetBytes(int64(rows.Len()))
	for b.Loop() {
		packed(b, rows.Bytes(), 64<<10)
	}
}
