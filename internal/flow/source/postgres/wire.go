package postgres

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

const (
	wireBuffer = 256 << 10
	longest    = 1 << 30 // What the server allows one row to have.
)

var errMalformed = errors.New("the server sent a message that cannot be read")

// wire reads the server's messages. Who reads through Read never gets bytes of the
// message after the one begun, so that frame may go on where it stopped.
type wire struct {
	r    *bufio.Reader
	left int // Bytes of the message that Read began.
	skip int // Bytes of the last frame, still in the buffer.
	long []byte
}

func newWire(r io.Reader) *wire { return &wire{r: bufio.NewReaderSize(r, wireBuffer)} }

// Read serves pgconn.
func (w *wire) Read(p []byte) (int, error) {
	if w.left == 0 {
		head, err := w.r.Peek(5)
		if err != nil {
			return 0, err
		}
		w.left = 1 + int(binary.BigEndian.Uint32(head[1:]))
	}
	n, err := w.r.Read(p[:min(len(p), w.left)])
	w.left -= n
	return n, err
}

// frame is the next message; its body is valid until the one after it is asked for.
func (w *wire) frame() (kind byte, body []byte, err error) {
	if _, err := w.r.Discard(w.skip); err != nil {
		return 0, nil, err
	}
	w.skip = 0
	head, err := w.r.Peek(5)
	if err != nil {
		return 0, nil, err
	}
	kind = head[0]
	n := int(binary.BigEndian.Uint32(head[1:])) - 4
	if n < 0 || n > longest {
		return 0, nil, errMalformed
	}
	if 5+n > wireBuffer {
		body, err = w.big(n)
		return kind, body, err
	}
	whole, err := w.r.Peek(5 + n)
	if err != nil {
		return 0, nil, err
	}
	w.skip = 5 + n
	return kind, whole[5:], nil
}

// big reads a message that the buffer does not hold, by pieces: its length is not believed before it comes.
func (w *wire) big(n int) ([]byte, error) {
	if _, err := w.r.Discard(5); err != nil {
		return nil, err
	}
	if cap(w.long) > 16*wireBuffer && n < cap(w.long)/16 {
		w.long = nil // One huge row need not be paid for ever.
	}
	w.long = w.long[:0]
	for len(w.long) < n {
		at := len(w.long)
		piece := min(n-at, 4*wireBuffer)
		w.long = slices.Grow(w.long, piece)[:at+piece]
		if _, err := io.ReadFull(w.r, w.long[at:]); err != nil {
			return nil, err
		}
	}
	return w.long, nil
}

// failure is an ErrorResponse as an error.
func failure(body []byte) error {
	var m pgproto3.ErrorResponse
	if err := m.Decode(body); err != nil {
		return fmt.Errorf("%w: %w", errMalformed, err)
	}
	return pgconn.ErrorResponseToPgError(&m)
}

// reporter tells the server how far this reader is, from any goroutine.
type reporter struct {
	mu   sync.Mutex
	conn net.Conn
	buf  [39]byte
}

// epoch is PostgreSQL's beginning of time.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// report sends a status; the server answers with a keepalive when asked to.
func (r *reporter) report(applied lsn, answer bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := append(r.buf[:0], 'd', 0, 0, 0, 38, 'r')
	for range 3 { // Written, flushed, applied: nothing is safe here before it is applied.
		b = binary.BigEndian.AppendUint64(b, uint64(applied))
	}
	b = binary.BigEndian.AppendUint64(b, uint64(time.Since(epoch).Microseconds()))
	last := byte(0)
	if answer {
		last = 1
	}
	if err := r.conn.SetWriteDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	_, err := r.conn.Write(append(b, last))
	return err
}

// drained reports whether the next frame has yet to come.
func (w *wire) drained() bool { return w.r.Buffered() <= w.skip }
