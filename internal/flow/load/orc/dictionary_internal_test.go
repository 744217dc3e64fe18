package orc

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// The dictionaries of all columns share the memory of a stripe, whatever each of them may have.
func TestDictionariesShareMemory(t *testing.T) {
	data := append([]byte{0xff, 100}, strings.Repeat("x", 100)...) // one length, and the text
	for _, tt := range []struct {
		held int
		fits bool
	}{{0, true}, {maxHeld - 150, false}} {
		f := &File{in: bytes.NewReader(data), size: int64(len(data)), codec: plain}
		u := newUnpacker(f)
		s := &stripe{file: f, unpack: u, encodings: []encoding{{encodingDictionary, 1}},
			streams: map[streamKey]section{{0, streamLength}: {0, 2}, {0, streamDictionary}: {2, 100}}}
		u.held = tt.held
		d, err := s.dictionary(&Type{}, s.encodings[0])
		if _, refused := errors.AsType[*InvalidError](err); refused == tt.fits {
			t.Errorf("with %d bytes held: %v", tt.held, err)
		}
		if d != nil {
			d.pin.Unpin()
		}
		if tt.fits && (err != nil || len(d.word(0)) != 100) {
			t.Errorf("read %+v, %v", d, err)
		}
	}
}
