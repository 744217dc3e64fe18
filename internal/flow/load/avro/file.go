package avro

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/snappy"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
)

// Limits of COPY: a larger header or block is refused.
const (
	maxHeader = 1 << 20
	maxBlock  = 4 << 20
	maxLine   = 64 << 20 // what a block may become as JSON
)

// Reader gives the records of a container file as lines of JSON.
type Reader struct {
	in     *bufio.Reader
	schema *schema
	codec  string
	sync   [16]byte
	out    []byte // lines not yet read
	buffer []byte
	err    error
}

// NewReader makes a reader of a file that in gives. Nothing is read before the first Read.
func NewReader(in io.Reader) *Reader { return &Reader{in: bufio.NewReaderSize(in, 64<<10)} }

// Read gives the next lines.
func (r *Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		if r.err = r.more(); r.err != nil && !errors.Is(r.err, io.EOF) {
			r.err = &delimited.FileError{Reason: "not readable as Avro: " + r.err.Error(), Err: r.err}
		}
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *Reader) more() error {
	if r.schema == nil {
		return r.header()
	}
	return r.block()
}

var magic = []byte("Obj\x01")

// header reads the file's schema and codec. A file of no bytes has no records.
func (r *Reader) header() error {
	if _, err := r.in.Peek(1); errors.Is(err, io.EOF) {
		return io.EOF
	}
	var start [4]byte
	if _, err := io.ReadFull(r.in, start[:]); err != nil || !bytes.Equal(start[:], magic) {
		return errors.New("not an Avro container file")
	}
	meta, err := r.metadata()
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if _, err := io.ReadFull(r.in, r.sync[:]); err != nil {
		return fmt.Errorf("header: %w", cutShort(err))
	}
	switch r.codec = string(meta["avro.codec"]); r.codec {
	case "", "null", "deflate", "snappy":
	default:
		return fmt.Errorf("codec %q is not supported: COPY reads null, deflate and snappy", r.codec)
	}
	r.schema, err = parseSchema(meta["avro.schema"])
	return err
}

// metadata reads the header's map of bytes.
func (r *Reader) metadata() (map[string][]byte, error) {
	meta := map[string][]byte{}
	for size := 0; ; {
		n, err := binary.ReadVarint(r.in)
		if err != nil || n == 0 {
			return meta, cutShort(err)
		}
		if n < 0 {
			if _, err := binary.ReadVarint(r.in); err != nil {
				return nil, cutShort(err)
			}
			n = -n
		}
		for ; n > 0; n-- {
			key, err := r.field()
			if err != nil {
				return nil, err
			}
			value, err := r.field()
			if err != nil {
				return nil, err
			}
			if size += len(key) + len(value) + 2; size > maxHeader {
				return nil, errors.New("larger than 1 MB")
			}
			meta[string(key)] = value
		}
	}
}

func (r *Reader) field() ([]byte, error) {
	n, err := binary.ReadVarint(r.in)
	if err != nil {
		return nil, cutShort(err)
	}
	if n < 0 || n > maxHeader {
		return nil, errors.New("larger than 1 MB")
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r.in, b)
	return b, cutShort(err)
}

// cutShort makes an error of an end where none may be.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// block reads one block of records; io.EOF is the end of the file.
func (r *Reader) block() error {
	if _, err := r.in.Peek(1); err != nil {
		return err
	}
	count, err := binary.ReadVarint(r.in)
	if err != nil {
		return cutShort(err)
	}
	size, err := binary.ReadVarint(r.in)
	if err != nil {
		return cutShort(err)
	}
	if count < 0 || size < 0 || size > maxBlock {
		return fmt.Errorf("a block of %d bytes: COPY takes up to 4 MB", size)
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(r.in, raw); err != nil {
		return cutShort(err)
	}
	var mark [16]byte
	if _, err := io.ReadFull(r.in, mark[:]); err != nil {
		return cutShort(err)
	}
	if mark != r.sync {
		return errors.New("a block does not end with the file's synchronization marker")
	}
	if raw, err = r.expand(raw); err != nil {
		return err
	}
	return r.records(raw, count)
}

// expand undoes the codec.
func (r *Reader) expand(raw []byte) ([]byte, error) {
	switch r.codec {
	case "deflate":
		b, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxLine+1))
		if err == nil && len(b) > maxLine {
			err = errors.New("a block is larger than 64 MB")
		}
		return b, err
	case "snappy":
		if len(raw) < 4 {
			return nil, errShort
		}
		sum := binary.BigEndian.Uint32(raw[len(raw)-4:])
		raw = raw[:len(raw)-4]
		if n, err := snappy.DecodedLen(raw); err != nil || n > maxLine {
			return nil, errors.New("a block is no snappy data of up to 64 MB")
		}
		b, err := snappy.Decode(nil, raw)
		if err == nil && crc32.ChecksumIEEE(b) != sum {
			err = errors.New("a block has a wrong checksum")
		}
		return b, err
	}
	return raw, nil
}

// records writes the records of a block.
func (r *Reader) records(raw []byte, count int64) (err error) {
	d := data{b: raw}
	out := r.buffer[:0]
	for range count {
		if out, err = d.write(out, r.schema); err != nil {
			return err
		}
		if out = append(out, '\n'); len(out) > maxLine {
			return errors.New("a block is larger than 64 MB")
		}
	}
	if len(d.b) > 0 {
		return errors.New("a block has more data than records")
	}
	r.out, r.buffer = out, out
	return nil
}
