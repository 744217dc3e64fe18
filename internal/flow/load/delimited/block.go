package delimited

import (
	"fmt"
	"sync"
	"syscall"

	"github.com/inlet-data/inlet/internal/fault"
)

// slack is readable memory behind a block's data, so that the scan may load
// whole words at its end. The first byte of it takes a missing last newline.
const slack = 64

// block is a piece of memory outside Go's heap, which strings in the engine's
// vectors may point to, and the records in it.
type block struct {
	mem  []byte // capacity for data, without the slack
	segs []segment
}

// segment is whole records of one file within a block. Its last byte is a
// newline, or in ESCAPE mode a NUL.
type segment struct {
	file         int
	start, end   int
	line, offset int64 // of its first byte in the file
	added        bool  // The last newline is ours: the file ends without one.
}

// idleBlocks keeps mapped blocks of the usual size between loads.
var idleBlocks = blockPool{limit: 8}

type blockPool struct {
	mu    sync.Mutex
	free  []*block
	limit int
}

// get returns an empty block that holds size bytes.
func (p *blockPool) get(size int) (*block, error) {
	if size == defaultBlock {
		p.mu.Lock()
		if n := len(p.free); n > 0 {
			b := p.free[n-1]
			p.free = p.free[:n-1]
			p.mu.Unlock()
			return b, nil
		}
		p.mu.Unlock()
	}
	mem, err := syscall.Mmap(-1, 0, size+slack, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Internal, Code: "53200", Op: "COPY", Message: fmt.Sprintf("the system has no memory for a block of %d bytes", size+slack), Err: err,
			Hint: "Stop other programs, or give the machine more memory."}
	}
	return &block{mem: mem[:size]}, nil
}

// put takes back a block that nothing points to any more.
func (p *blockPool) put(b *block) {
	b.segs = b.segs[:0]
	if len(b.mem) == defaultBlock {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.free) < p.limit {
			p.free = append(p.free, b)
			return
		}
	}
	// Unmapping a mapping of ours fails only when it is not one, and then there is nothing to do.
	_ = syscall.Munmap(b.mem[:cap(b.mem)])
}

// arena is memory outside Go's heap for values that are not a piece of their
// block, such as unescaped text. It lives until reset.
type arena struct {
	blocks []*block
	used   int // in the last block
}

const arenaBlock = 64 << 10

// alloc returns n bytes.
func (a *arena) alloc(n int) ([]byte, error) {
	if k := len(a.blocks); k > 0 {
		if mem := a.blocks[k-1].mem; a.used+n <= len(mem) {
			a.used += n
			return mem[a.used-n : a.used : a.used], nil
		}
	}
	b, err := idleBlocks.get(max(n, arenaBlock))
	if err != nil {
		return nil, err
	}
	a.blocks = append(a.blocks, b)
	a.used = n
	return b.mem[:n:n], nil
}

// reset forgets what was allocated but keeps one usual block for the next values.
func (a *arena) reset() {
	for len(a.blocks) > 0 && (len(a.blocks) > 1 || len(a.blocks[0].mem) != arenaBlock) {
		k := len(a.blocks) - 1
		idleBlocks.put(a.blocks[k])
		a.blocks = a.blocks[:k]
	}
	a.used = 0
}

// close gives all memory back.
func (a *arena) close() {
	for _, b := range a.blocks {
		idleBlocks.put(b)
	}
	a.blocks, a.used = nil, 0
}
