package pg

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/jackc/pgx/v5/pgproto3"
)

// smallMessage is the longest message that carries no statement, value or password list, as in PostgreSQL.
const smallMessage = 10000

// receiver reads a client's messages. pgproto3's own reader allocates whatever
// length a client claims, and some of its decoders panic on wrong lengths.
type receiver struct {
	r   *bufio.Reader
	max int
	buf bytes.Buffer
}

// next returns a message's type and body, valid until the following call. After an error
// the place in the stream is lost and the connection has to end.
func (r *receiver) next() (byte, []byte, error) {
	var header [5]byte
	if _, err := io.ReadFull(r.r, header[:1]); err != nil {
		return 0, nil, err
	}
	if _, err := io.ReadFull(r.r, header[1:]); err != nil {
		return 0, nil, unexpected(err)
	}
	size := int(binary.BigEndian.Uint32(header[1:])) - 4
	limit, err := r.limit(header[0])
	if err != nil {
		return 0, nil, err
	}
	if size < 0 || size > limit {
		return 0, nil, refuse(stateProtocol, "invalid message length")
	}
	body, err := r.body(size)
	return header[0], body, err
}

func (r *receiver) limit(kind byte) (int, error) {
	switch kind {
	case 'Q', 'P', 'B', 'F', 'd':
		return r.max, nil
	case 'C', 'D', 'E', 'H', 'S', 'X', 'p', 'c', 'f':
		return min(smallMessage, r.max), nil
	}
	return 0, refuse(stateProtocol, "invalid frontend message type %d", kind)
}

// body grows its buffer as bytes arrive: a claimed length alone costs nothing.
func (r *receiver) body(size int) ([]byte, error) {
	const keep = 64 << 10
	if r.buf.Cap() > keep {
		r.buf = bytes.Buffer{}
	}
	r.buf.Reset()
	if _, err := io.CopyN(&r.buf, r.r, int64(size)); err != nil {
		return nil, unexpected(err)
	}
	return r.buf.Bytes(), nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// decode reads body into m. A message that does not decode is the client's error;
// its frame was whole, so the connection goes on.
func decode(m pgproto3.FrontendMessage, body []byte) (err error) {
	defer func() {
		if recover() != nil { // Bind and FunctionCall index past lengths they did not check.
			err = errMessageFormat
		}
	}()
	if m.Decode(body) != nil {
		return errMessageFormat
	}
	return nil
}
