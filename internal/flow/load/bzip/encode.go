package bzip

// A block's symbols are written in groups of so many, each with one of a few codes.
const (
	groupSize = 50
	rounds    = 4 // in which the codes are fitted to the groups
)

// encode writes the sorted bytes of a block: which there are, the codes, and the symbols.
func encode(b *bits, last []byte) {
	used := alphabet(b, last)
	symbols := front(last, used)
	size := len(used) + 2 // with two for runs and one for the end, but none for the first byte
	codes, chosen := fit(symbols, size)
	b.put(3, uint32(len(codes)))
	b.put(15, uint32(len(chosen)))
	choices(b, chosen, len(codes))
	for _, c := range codes {
		c.describe(b)
	}
	for i, sym := range symbols {
		c := codes[chosen[i/groupSize]]
		b.put(uint(c.length[sym]), c.word[sym])
	}
}

// alphabet writes which bytes there are, and returns them in order.
func alphabet(b *bits, last []byte) []byte {
	var has [256]bool
	for _, c := range last {
		has[c] = true
	}
	var used []byte
	ranges := uint32(0)
	for c := range 256 {
		if has[c] {
			used = append(used, byte(c))
			ranges |= 1 << (15 - c/16)
		}
	}
	b.put(16, ranges)
	for r := range 16 {
		if ranges>>(15-r)&1 == 0 {
			continue
		}
		set := uint32(0)
		for c := range 16 {
			if has[r*16+c] {
				set |= 1 << (15 - c)
			}
		}
		b.put(16, set)
	}
	return used
}

// front replaces each byte by how many others came since it was seen last, and runs of none
// by their length in the digits 1 and 2 (symbols 0 and 1), the lowest first.
func front(last, used []byte) []uint16 {
	recent := append([]byte(nil), used...)
	symbols := make([]uint16, 0, len(last)/2)
	run := 0
	for _, c := range last {
		if recent[0] == c {
			run++
			continue
		}
		symbols, run = zeros(symbols, run), 0
		i := 1
		for recent[i] != c {
			i++
		}
		copy(recent[1:i+1], recent[:i])
		recent[0] = c
		symbols = append(symbols, uint16(i+1))
	}
	return append(zeros(symbols, run), uint16(len(used)+1))
}

func zeros(symbols []uint16, run int) []uint16 {
	for ; run > 0; run = (run - 1) / 2 {
		symbols = append(symbols, uint16((run-1)%2))
	}
	return symbols
}

// choices writes which code each group has: how far it lies back in a list of recent ones, as so many ones.
func choices(b *bits, chosen []uint8, codes int) {
	recent := make([]uint8, codes)
	for i := range recent {
		recent[i] = uint8(i)
	}
	for _, c := range chosen {
		i := 0
		for recent[i] != c {
			i++
		}
		copy(recent[1:i+1], recent[:i])
		recent[0] = c
		for range i {
			b.put(1, 1)
		}
		b.put(1, 0)
	}
}
