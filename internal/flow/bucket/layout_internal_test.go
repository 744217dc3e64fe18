package bucket

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzRowOrder wants rows to sort as their keys do, newest first within a key,
// and every row to lie between the ends of its key and its prefixes.
func FuzzRowOrder(f *testing.F) {
	f.Add("a", "a/b", uint64(1), uint64(2))
	f.Add("a", "a\x00", uint64(3), uint64(3))
	f.Add("\x00\xff", "\x00\x01", uint64(0), uint64(1<<63))
	f.Fuzz(func(t *testing.T, a, b string, m, n uint64) {
		ra, rb := versionKey(7, a, m), versionKey(7, b, n)
		want := strings.Compare(a, b)
		if want == 0 && m != n {
			want = 1
			if m > n {
				want = -1
			}
		}
		if got := bytes.Compare(ra, rb); got != want {
			t.Errorf("%q/%d against %q/%d: %d, want %d", a, m, b, n, got, want)
		}
		if key, tail, ok := splitRow(ra); !ok || key != a || ^tail != m {
			t.Errorf("%q/%d splits into %q/%d, %v", a, m, key, ^tail, ok)
		}
		if p := scanPrefix(7, b); bytes.HasPrefix(ra, p) != strings.HasPrefix(a, b) {
			t.Errorf("%q begins with %q: %v by row", a, b, bytes.HasPrefix(ra, p))
		}
		if in := bytes.Compare(ra, pastPrefix(7, b)) < 0 && bytes.Compare(ra, scanPrefix(7, b)) >= 0; in != strings.HasPrefix(a, b) {
			t.Errorf("%q lies within %q: %v by row", a, b, in)
		}
		if before := bytes.Compare(ra, pastKey(7, b)) < 0; before != (a <= b) {
			t.Errorf("%q is before the end of %q: %v by row", a, b, before)
		}
	})
}

func fullVersion() *version {
	return &version{
		seq: 9, id: "id", size: 12, etag: "e", modified: time.Unix(5, 0).UTC(), class: "STANDARD",
		sum:     Checksum{CRC32, "AAAAAA==", FullObject},
		headers: ContentHeaders{"a", "b", "c", "d", "e", "f", "g"}, metadata: map[string]string{"k": "v", "l": ""},
		tags: []Tag{{"t", "u"}}, encryption: "AES256", upload: "up",
		pieces: []piece{{number: 1, size: 12, etag: "x", sum: "y", segs: []segment{{id: 3, off: 4, n: 8}, {inline: true, id: 5, n: 4}}}},
	}
}

func TestVersionRoundTrip(t *testing.T) {
	want := fullVersion()
	got, err := decodeVersion(want.encode(), 9)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(version{}, piece{}, segment{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	raw := want.encode()
	for n := range raw {
		if _, err := decodeVersion(raw[:n], 9); err == nil {
			t.Errorf("%d of %d bytes were taken for a record", n, len(raw))
		}
	}
}

// FuzzDecodeVersion wants damaged records to be errors, not panics.
func FuzzDecodeVersion(f *testing.F) {
	f.Add(fullVersion().encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := decodeVersion(b, 1)
		if err != nil {
			return
		}
		again, err := decodeVersion(v.encode(), 1)
		if err != nil || !bytes.Equal(again.encode(), v.encode()) {
			t.Errorf("%x does not survive: %v", b, err)
		}
	})
}

func FuzzRange(f *testing.F) {
	f.Add("bytes=0-1", int64(10))
	f.Add("bytes=-5", int64(0))
	f.Add("bytes=9223372036854775807-9223372036854775807", int64(1))
	f.Fuzz(func(t *testing.T, header string, size int64) {
		size &= 1<<62 - 1
		r, ok := parseRange(header)
		if !ok {
			return
		}
		if off, n, ok := r.within(size); ok && (off < 0 || n <= 0 || off+n > size) {
			t.Errorf("%q of %d bytes selects %d bytes at %d", header, size, n, off)
		}
	})
}
