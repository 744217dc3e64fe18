package bzip

import (
	"io"
	"sync"
)

// blockSize is what a block holds at most after runs were shortened: the largest level, "9".
const blockSize = 900_000

// room is what one more run may take: four bytes and how many follow.
const room = 5

const (
	header    = "BZh9"
	blockMark = 0x314159265359
	endMark   = 0x177245385090
)

// Writer compresses what is written to it. Close must be called.
type Writer struct {
	bits  bits
	begun bool
	block []byte // run-length coded
	crc   uint32 // of the block's bytes as they came
	sum   uint32 // of all blocks
	last  byte
	run   int // how often last came, 0 at the start
}

// sorters are shared: each has memory for a block, and many files may be written at a time.
var sorters = sync.Pool{New: func() any { return new(sorter) }}

// NewWriter writes a stream into out.
func NewWriter(out io.Writer) *Writer {
	return &Writer{bits: bits{out: out}, crc: initial}
}

// Write compresses p.
func (w *Writer) Write(p []byte) (int, error) {
	for _, c := range p {
		if w.run > 0 && c == w.last && w.run < 255 {
			w.run++
			continue
		}
		w.endRun()
		if len(w.block)+room > blockSize {
			w.endBlock()
		}
		w.last, w.run = c, 1
	}
	return len(p), w.bits.err
}

// Close ends the stream; it does not close what is below.
func (w *Writer) Close() error {
	w.endRun()
	w.endBlock()
	w.begin()
	w.bits.put48(endMark)
	w.bits.put(32, w.sum)
	w.bits.end()
	return w.bits.err
}

func (w *Writer) begin() {
	if w.begun {
		return
	}
	w.begun = true
	for _, c := range []byte(header) {
		w.bits.put(8, uint32(c))
	}
}

// endRun writes the run that was being counted: of more than three equal bytes four and the number of the others.
func (w *Writer) endRun() {
	for range w.run {
		w.crc = w.crc<<8 ^ table[byte(w.crc>>24)^w.last]
	}
	for range min(w.run, 4) {
		w.block = append(w.block, w.last)
	}
	if w.run >= 4 {
		w.block = append(w.block, byte(w.run-4))
	}
	w.run = 0
}

// endBlock compresses the block, if there is anything in it.
func (w *Writer) endBlock() {
	if len(w.block) == 0 {
		return
	}
	w.begin()
	crc := ^w.crc
	w.sum = (w.sum<<1 | w.sum>>31) ^ crc
	w.bits.put48(blockMark)
	w.bits.put(32, crc)
	w.bits.put(1, 0) // It is not randomised.
	s := sorters.Get().(*sorter)
	defer sorters.Put(s)
	last, first := s.columns(w.block)
	w.bits.put(24, uint32(first))
	encode(&w.bits, last)
	w.block, w.crc = w.block[:0], initial
}

const initial = 0xffffffff

// table is that of the CRC with the polynomial 0x04c11db7, the highest bit first.
var table = func() (t [256]uint32) {
	for i := range t {
		c := uint32(i) << 24
		for range 8 {
			c = c<<1 ^ 0x04c11db7*(c>>31)
		}
		t[i] = c
	}
	return t
}()
