package bzip

import "io"

// bits writes numbers of so many bits, the highest first.
type bits struct {
	out io.Writer
	buf []byte
	acc uint64
	n   uint // bits in acc
	err error
}

// flushAt is how many bytes are gathered before they are written.
const flushAt = 64 << 10

// put writes the low n bits of v; n is at most 32.
func (b *bits) put(n uint, v uint32) {
	b.acc = b.acc<<n | uint64(v)
	b.n += n
	for b.n >= 8 {
		b.n -= 8
		b.buf = append(b.buf, byte(b.acc>>b.n))
	}
	b.acc &= 1<<b.n - 1
	if len(b.buf) >= flushAt {
		b.flush()
	}
}

// put48 writes one of the two marks of a stream.
func (b *bits) put48(v uint64) {
	b.put(24, uint32(v>>24)&0xffffff)
	b.put(24, uint32(v)&0xffffff)
}

// end fills the last byte with zeros and writes what is left.
func (b *bits) end() {
	if b.n > 0 {
		b.put(8-b.n, 0)
	}
	b.flush()
}

func (b *bits) flush() {
	if b.err == nil && len(b.buf) > 0 {
		_, b.err = b.out.Write(b.buf)
	}
	b.buf = b.buf[:0]
}
