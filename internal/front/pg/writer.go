package pg

import (
	"io"

	"github.com/jackc/pgx/v5/pgproto3"
)

// flushSize is how much is gathered before it goes to the client: enough that encoding
// and writing seldom wait for each other. An idle connection keeps keptSize at most.
const (
	flushSize = 512 << 10
	keptSize  = 16 << 10
)

// writer gathers messages. Its first error sticks, and what follows is dropped. A full
// buffer is written by a goroutine of its own while the next one is filled: two buffers
// are all that a client who does not read can make it hold.
type writer struct {
	w     io.Writer
	buf   []byte
	spare []byte     // what the goroutine before wrote, or nil
	away  chan error // what becomes of the buffer that is being written; nil when none is
	err   error
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

// flush waits until the client has taken everything.
func (w *writer) flush() {
	w.await()
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.w.Write(w.buf)
	}
	w.buf = emptied(w.buf, keptSize)
	w.spare = emptied(w.spare, keptSize)
}

// flushFull lets a full buffer go. It waits until the client has taken the one
// before: that is how a slow client slows its statement down.
func (w *writer) flushFull() {
	if len(w.buf) < flushSize {
		return
	}
	w.await()
	if w.err != nil {
		w.buf = emptied(w.buf, 2*flushSize)
		return
	}
	full, done := w.buf, make(chan error, 1)
	w.buf, w.spare, w.away = w.spare, full, done
	go func() {
		_, err := w.w.Write(full)
		done <- err
	}()
}

// await waits for the goroutine, so that spare is free again.
func (w *writer) await() {
	if w.away == nil {
		return
	}
	err := <-w.away
	w.away, w.spare = nil, emptied(w.spare, 2*flushSize)
	if w.err == nil {
		w.err = err
	}
}

// emptied is a buffer for the next messages; one that had to grow beyond most is not kept.
func emptied(buf []byte, most int) []byte {
	if cap(buf) > most {
		return nil
	}
	return buf[:0]
}
