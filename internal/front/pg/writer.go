package pg

import (
	"io"

	"github.com/jackc/pgx/v5/pgproto3"
)

// flushSize is how much is gathered before it goes to the client.
const flushSize = 64 << 10

// writer gathers messages. Its first error sticks, and what follows is dropped.
type writer struct {
	w   io.Writer
	buf []byte
	err error
}

func newWriter(w io.Writer) writer { return writer{w: w, buf: make([]byte, 0, 4<<10)} }

func (w *writer) send(m pgproto3.BackendMessage) {
	buf, err := m.Encode(w.buf)
	if err != nil {
		if w.err == nil {
			w.err = err
		}
		return
	}
	w.buf = buf
}

// flush waits until the client has taken everything: that is how a slow client slows its statement down.
func (w *writer) flush() {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.w.Write(w.buf)
	}
	if cap(w.buf) > 4*flushSize {
		w.buf = make([]byte, 0, flushSize)
	}
	w.buf = w.buf[:0]
}

func (w *writer) flushFull() {
	if len(w.buf) >= flushSize {
		w.flush()
	}
}
