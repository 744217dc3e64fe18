package orc

import "encoding/binary"

// stream is one stream of a stripe, read block by block.
type stream struct {
	unpack  *unpacker
	at, end uint64 // what is left of it in the file
	buf     []byte // what is left of the block
	own     []byte // the block's memory
}

const plainBlock = 64 << 10

// more reads the next block; errEnd says that there is none.
func (s *stream) more() error {
	for {
		if s.at >= s.end {
			s.buf = nil
			return errEnd
		}
		err := s.next()
		if err != nil || len(s.buf) > 0 {
			return err
		}
	}
}

func (s *stream) next() error {
	if s.unpack.file.codec == plain {
		n := min(s.end-s.at, plainBlock)
		err := s.load(int(n))
		s.buf = s.own
		return err
	}
	var head [3]byte
	if s.end-s.at < uint64(len(head)) {
		return errEnd
	}
	if err := s.unpack.file.readAt(head[:], int64(s.at)); err != nil {
		return err
	}
	s.at += uint64(len(head))
	size := uint64(head[0])>>1 | uint64(head[1])<<7 | uint64(head[2])<<15
	if size > s.end-s.at {
		return errEnd
	}
	if head[0]&1 != 0 { // stored as it is
		if int(size) > s.unpack.file.block {
			return invalid("a block has %d bytes, more than the file says", size)
		}
		err := s.load(int(size))
		s.buf = s.own
		return err
	}
	return s.expand(int(size))
}

// load reads so many bytes into the stream's own memory.
func (s *stream) load(n int) error {
	if err := s.reserve(n); err != nil {
		return err
	}
	err := s.unpack.file.readAt(s.own, int64(s.at))
	s.at += uint64(n)
	return err
}

// reserve makes the stream's own memory n bytes long.
func (s *stream) reserve(n int) error {
	if old := cap(s.own); n > old {
		if err := s.unpack.hold(n - old); err != nil {
			return err
		}
		s.own = make([]byte, n)
	}
	s.own = s.own[:n]
	return nil
}

// expand reads a compressed block of n bytes.
func (s *stream) expand(n int) error {
	u := s.unpack
	if cap(u.raw) < n {
		u.raw = make([]byte, n)
	}
	u.raw = u.raw[:n]
	if err := u.file.readAt(u.raw, int64(s.at)); err != nil {
		return err
	}
	s.at += uint64(n)
	b, err := u.block(u.raw)
	if err != nil {
		return err
	}
	if err := s.reserve(len(b)); err != nil {
		return err
	}
	s.buf = s.own[:copy(s.own, b)]
	return nil
}

func (s *stream) byte() (byte, error) {
	if len(s.buf) == 0 {
		if err := s.more(); err != nil {
			return 0, err
		}
	}
	b := s.buf[0]
	s.buf = s.buf[1:]
	return b, nil
}

// read fills b.
func (s *stream) read(b []byte) error {
	for len(b) > 0 {
		if len(s.buf) == 0 {
			if err := s.more(); err != nil {
				return err
			}
		}
		n := copy(b, s.buf)
		b, s.buf = b[n:], s.buf[n:]
	}
	return nil
}

// varint reads seven bits of each byte, the low ones first.
func (s *stream) varint() (uint64, error) {
	if v, n := binary.Uvarint(s.buf); n > 0 {
		s.buf = s.buf[n:]
		return v, nil
	}
	v := uint64(0)
	for shift := uint(0); shift < 64; shift += 7 {
		b, err := s.byte()
		if err != nil {
			return 0, err
		}
		if shift == 63 && b > 1 {
			break
		}
		if v |= uint64(b&0x7f) << shift; b < 0x80 {
			return v, nil
		}
	}
	return 0, invalid("a number has more than 64 bits")
}

// zigzag takes the sign out of the lowest bit.
func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
