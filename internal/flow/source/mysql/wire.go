package mysql

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
)

// errMalformed is a packet that does not follow the protocol.
var errMalformed = errors.New("the server sent a malformed packet")

// wire reads the answer to a prepared statement, packet by packet and without copies.
type wire struct {
	r    *bufio.Reader
	skip int    // The packet handed out last, still in the reader.
	long []byte // A packet that is larger than the reader.
}

const (
	wireBuffer = 1 << 20
	maxPacket  = 1<<24 - 1
)

// packet returns the next packet, valid until the next call.
func (w *wire) packet() ([]byte, error) {
	if _, err := w.r.Discard(w.skip); err != nil {
		return nil, err
	}
	w.skip = 0
	n, err := w.header()
	if err != nil {
		return nil, err
	}
	if n < maxPacket && n <= w.r.Size() {
		w.skip = n
		return w.r.Peek(n)
	}
	w.long = w.long[:0]
	for {
		at := len(w.long)
		w.long = append(w.long, make([]byte, n)...)
		if _, err := io.ReadFull(w.r, w.long[at:]); err != nil || n < maxPacket {
			return w.long, err
		}
		if n, err = w.header(); err != nil {
			return nil, err
		}
	}
}

func (w *wire) header() (int, error) {
	h, err := w.r.Peek(4)
	if err != nil {
		return 0, err
	}
	n := int(h[0]) | int(h[1])<<8 | int(h[2])<<16
	_, err = w.r.Discard(4)
	return n, err
}

// failure is the error of a packet that holds one.
func failure(p []byte) error {
	if len(p) < 9 || p[0] != gomysql.ERR_HEADER {
		return nil
	}
	return &gomysql.MyError{Code: binary.LittleEndian.Uint16(p[1:]), State: string(p[4:9]), Message: string(p[9:])}
}

func isEOF(p []byte) bool { return len(p) < 9 && len(p) > 0 && p[0] == gomysql.EOF_HEADER }

// field is the type of one column of an answer.
type field struct {
	typ      byte
	charset  uint16
	length   uint32
	unsigned bool
}

// result is an answer in the binary protocol; its rows are yet to be read.
type result struct {
	*wire
	fields []field
}

// stream prepares and executes a query.
func (c *conn) stream(query string) (*result, error) {
	w := &wire{r: bufio.NewReaderSize(c.Conn.Conn.Conn, wireBuffer)}
	id, err := c.prepare(w, query)
	if err != nil {
		return nil, explain(fmt.Errorf("%s: %w", query, err))
	}
	execute := []byte{0, 0, 0, 0, gomysql.COM_STMT_EXECUTE, 0, 0, 0, 0, 0, 1, 0, 0, 0}
	binary.LittleEndian.PutUint32(execute[5:], id)
	c.ResetSequence()
	if err := c.WritePacket(execute); err != nil {
		return nil, err
	}
	fields, err := w.fields()
	if err != nil {
		return nil, explain(fmt.Errorf("%s: %w", query, err))
	}
	return &result{wire: w, fields: fields}, nil
}

func (c *conn) prepare(w *wire, query string) (uint32, error) {
	c.ResetSequence()
	if err := c.WritePacket(append([]byte{0, 0, 0, 0, gomysql.COM_STMT_PREPARE}, query...)); err != nil {
		return 0, err
	}
	p, err := w.packet()
	if err != nil {
		return 0, err
	}
	if err := failure(p); err != nil {
		return 0, err
	}
	if len(p) < 9 || p[0] != gomysql.OK_HEADER {
		return 0, errMalformed
	}
	id, columns, params := binary.LittleEndian.Uint32(p[1:]), binary.LittleEndian.Uint16(p[5:]), binary.LittleEndian.Uint16(p[7:])
	for _, n := range []uint16{params, columns} {
		if err := w.drop(n); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// drop skips a list of definitions and the packet that ends it.
func (w *wire) drop(n uint16) error {
	for more := n > 0; more; {
		p, err := w.packet()
		if err != nil {
			return err
		}
		more = !isEOF(p)
	}
	return nil
}

func (w *wire) fields() ([]field, error) {
	p, err := w.packet()
	if err != nil {
		return nil, err
	}
	if err := failure(p); err != nil {
		return nil, err
	}
	n, _, size := gomysql.LengthEncodedInt(p)
	if size != len(p) || n == 0 || n > 4096 {
		return nil, errMalformed
	}
	all := make([]field, n)
	for i := range all {
		if p, err = w.packet(); err != nil {
			return nil, err
		}
		if all[i], err = parseField(p); err != nil {
			return nil, err
		}
	}
	return all, w.drop(1)
}

func parseField(p []byte) (field, error) {
	for range 6 { // Catalog, schema, and the names of table and column, given and original.
		_, rest, ok := lenenc(p)
		if !ok {
			return field{}, errMalformed
		}
		p = rest
	}
	if len(p) < 13 {
		return field{}, errMalformed
	}
	// MariaDB may put its extended types before the fixed part, which is the last 13 bytes.
	p = p[len(p)-13:]
	flags := binary.LittleEndian.Uint16(p[8:])
	return field{typ: p[7], charset: binary.LittleEndian.Uint16(p[1:]), length: binary.LittleEndian.Uint32(p[3:]), unsigned: flags&gomysql.UNSIGNED_FLAG != 0}, nil
}

// lenenc cuts a string with its length before it.
func lenenc(p []byte) (value, rest []byte, ok bool) {
	if len(p) == 0 {
		return nil, nil, false
	}
	n, at := uint64(p[0]), 1
	switch {
	case n < 0xfb:
	case n == 0xfc && len(p) >= 3:
		n, at = uint64(binary.LittleEndian.Uint16(p[1:])), 3
	case n == 0xfd && len(p) >= 4:
		n, at = uint64(p[1])|uint64(p[2])<<8|uint64(p[3])<<16, 4
	case n == 0xfe && len(p) >= 9:
		n, at = binary.LittleEndian.Uint64(p[1:]), 9
	default:
		return nil, nil, false
	}
	if n > uint64(len(p)-at) {
		return nil, nil, false
	}
	return p[at : at+int(n)], p[at+int(n):], true
}
