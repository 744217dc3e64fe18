package apply

// blockBytes is what an arena takes at a time, firstBytes what a small one begins with.
const (
	blockBytes = 1 << 20
	firstBytes = 4 << 10
)

// arena keeps rows and keys close together, in blocks that never move.
type arena struct {
	blocks [][]byte
	bytes  int64 // Of the blocks.
	spare  *spare
}

// spare are blocks to be used again by the next batches.
type spare struct{ blocks [][]byte }

func (s *spare) take() []byte {
	if n := len(s.blocks); n > 0 {
		b := s.blocks[n-1]
		s.blocks = s.blocks[:n-1]
		return b
	}
	return make([]byte, 0, blockBytes)
}

// span is a piece of an arena.
type span struct {
	block, at, size uint32
	room            uint32 // What fits there when the piece is replaced.
}

// add copies bytes into the arena.
func (a *arena) add(p []byte) span {
	last := len(a.blocks) - 1
	if last < 0 || cap(a.blocks[last])-len(a.blocks[last]) < len(p) {
		b := a.block(len(p))
		a.blocks = append(a.blocks, b)
		a.bytes += int64(cap(b))
		last++
	}
	b := a.blocks[last]
	s := span{uint32(last), uint32(len(b)), uint32(len(p)), uint32(len(p))}
	a.blocks[last] = append(b, p...)
	return s
}

// block is a new block for at least so many bytes: the first ones are small, for there may be many tables.
func (a *arena) block(need int) []byte {
	size := firstBytes << min(8, 2*len(a.blocks))
	switch {
	case need > blockBytes:
		return make([]byte, 0, need)
	case size >= blockBytes || need > size:
		return a.spare.take()
	}
	return make([]byte, 0, size)
}

// replace puts bytes where others were if they fit, else at the end.
func (a *arena) replace(s span, p []byte) span {
	if int(s.room) < len(p) {
		return a.add(p)
	}
	copy(a.blocks[s.block][s.at:], p)
	s.size = uint32(len(p))
	return s
}

func (a *arena) get(s span) []byte {
	if s.size == 0 {
		return nil
	}
	return a.blocks[s.block][s.at : s.at+s.size : s.at+s.size]
}

// release gives the blocks to the next arena.
func (a *arena) release() {
	for _, b := range a.blocks {
		if cap(b) == blockBytes {
			a.spare.blocks = append(a.spare.blocks, b[:0])
		}
	}
	a.blocks, a.bytes = nil, 0
}
