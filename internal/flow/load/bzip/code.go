package bzip

import (
	"cmp"
	"slices"
)

// maxLength is the longest word of a code; readers take up to 20 bits.
const maxLength = 17

// code has a word for each symbol.
type code struct {
	length []uint8
	word   []uint32
}

// codesFor is how many codes pay for so many symbols; a block has two at least.
func codesFor(symbols int) int {
	n := 2
	for limit := 200; n < 6 && symbols > limit; limit *= 2 {
		n++
	}
	return n
}

// fit makes codes for the symbols and chooses one for each group: first by its place, then each time the one that is shortest for it.
func fit(symbols []uint16, size int) (codes []*code, chosen []uint8) {
	groups := (len(symbols) + groupSize - 1) / groupSize
	codes, chosen = make([]*code, codesFor(len(symbols))), make([]uint8, groups)
	for g := range chosen {
		chosen[g] = uint8(g * len(codes) / groups)
	}
	for round := range rounds {
		counts := make([][]int, len(codes))
		for i := range counts {
			counts[i] = make([]int, size)
		}
		for i, sym := range symbols {
			counts[chosen[i/groupSize]][sym]++
		}
		for i, count := range counts {
			codes[i] = newCode(count)
		}
		if round == rounds-1 {
			break // The last codes are those of the last choice.
		}
		for g := range chosen {
			chosen[g] = cheapest(codes, symbols[g*groupSize:min((g+1)*groupSize, len(symbols))])
		}
	}
	return codes, chosen
}

// cheapest is the code in which a group is shortest.
func cheapest(codes []*code, group []uint16) uint8 {
	best, least := 0, -1
	for i, c := range codes {
		n := 0
		for _, sym := range group {
			n += int(c.length[sym])
		}
		if least < 0 || n < least {
			best, least = i, n
		}
	}
	return uint8(best)
}

// newCode makes a code from how often each symbol comes.
func newCode(count []int) *code {
	weights := slices.Clone(count)
	c := &code{word: make([]uint32, len(count))}
	for {
		for i := range weights {
			weights[i] = max(weights[i], 1) // Every symbol has a word.
		}
		if c.length = lengths(weights); slices.Max(c.length) <= maxLength {
			break
		}
		for i := range weights { // Nearer to each other they make shorter words.
			weights[i] = (weights[i] + 1) / 2
		}
	}
	next := uint32(0)
	for n := uint8(1); n <= maxLength; n++ {
		for i, l := range c.length {
			if l == n {
				c.word[i] = next
				next++
			}
		}
		next <<= 1
	}
	return c
}

// lengths are the depths of the leaves in Huffman's tree. Of leaves and of inner
// nodes the lightest is the first that is left of each: those are made in order of weight.
func lengths(weights []int) []uint8 {
	n := len(weights)
	leaves := make([]int, n)
	for i := range leaves {
		leaves[i] = i
	}
	slices.SortFunc(leaves, func(a, b int) int { return cmp.Or(cmp.Compare(weights[a], weights[b]), cmp.Compare(a, b)) })
	weight, parent := make([]int, 2*n-1), make([]int, 2*n-1)
	for i, leaf := range leaves {
		weight[i] = weights[leaf]
	}
	leaf, inner := 0, n
	for made := n; made < 2*n-1; made++ {
		for range 2 {
			light := inner
			if leaf < n && (inner == made || weight[leaf] <= weight[inner]) {
				light = leaf
				leaf++
			} else {
				inner++
			}
			weight[made] += weight[light]
			parent[light] = made
		}
	}
	depth, all := make([]uint8, 2*n-1), make([]uint8, n)
	for i := 2*n - 3; i >= 0; i-- {
		depth[i] = depth[parent[i]] + 1
		if i < n {
			all[leaves[i]] = depth[i]
		}
	}
	return all
}

// describe writes the lengths of the words: the first, and of each the steps from the one before.
func (c *code) describe(b *bits) {
	at := c.length[0]
	b.put(5, uint32(at))
	for _, l := range c.length {
		for ; at < l; at++ {
			b.put(2, 0b10)
		}
		for ; at > l; at-- {
			b.put(2, 0b11)
		}
		b.put(1, 0)
	}
}
