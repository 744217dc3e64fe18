package orc

import "runtime"

// arena is memory for text that vectors point to. It is pinned, for the engine
// holds its address where Go does not see it, and lives until reset.
type arena struct {
	pin    runtime.Pinner
	blocks [][]byte // of usual size, kept
	large  int      // bytes in others
	block  int      // in use
	used   int      // of it
}

const (
	arenaBlock = 1 << 20
	keptBlocks = 16
	maxArena   = 512 << 20
)

// alloc returns n bytes.
func (a *arena) alloc(n int) ([]byte, error) {
	if n > arenaBlock/4 {
		if a.large += n; a.large > maxArena {
			return nil, invalid("its values need more than %d MB of memory", maxArena>>20)
		}
		b := make([]byte, n)
		a.pin.Pin(&b[0])
		return b, nil
	}
	if a.block < len(a.blocks) && a.used+n > arenaBlock {
		a.block, a.used = a.block+1, 0
	}
	if a.block == len(a.blocks) {
		if len(a.blocks)*arenaBlock > maxArena {
			return nil, invalid("its values need more than %d MB of memory", maxArena>>20)
		}
		b := make([]byte, arenaBlock)
		a.pin.Pin(&b[0])
		a.blocks = append(a.blocks, b)
	}
	a.used += n
	return a.blocks[a.block][a.used-n : a.used : a.used], nil
}

// size is how much is in use.
func (a *arena) size() int { return a.large + a.block*arenaBlock + a.used }

// reset forgets what was allocated, and keeps some of the blocks.
func (a *arena) reset() {
	if a.large > 0 || len(a.blocks) > keptBlocks {
		a.pin.Unpin()
		a.blocks = a.blocks[:min(len(a.blocks), keptBlocks)]
		for _, b := range a.blocks {
			a.pin.Pin(&b[0])
		}
	}
	a.large, a.block, a.used = 0, 0, 0
}

// close lets go of all memory.
func (a *arena) close() {
	a.pin.Unpin()
	a.blocks, a.large, a.block, a.used = nil, 0, 0, 0
}
