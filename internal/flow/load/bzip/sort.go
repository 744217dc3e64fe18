package bzip

// sorter sorts the rotations of a block. It keeps its memory for the next one.
type sorter struct {
	order, other []int32 // rotations, by where they begin
	rank, next   []int32 // of the rotation that begins there, by its first bytes
	count        []int32
	last         []byte
}

// columns returns the last byte of each rotation in their order, and where the
// block itself is among them. Ranks by the first k bytes give those by the
// first 2k, so that text that repeats itself costs no more than a few rounds.
func (s *sorter) columns(block []byte) (last []byte, first int) {
	n := len(block)
	s.grow(n)
	classes := s.firstByte(block)
	for k := 1; k < n && classes < n; k *= 2 {
		classes = s.double(k, classes)
	}
	s.last = s.last[:0]
	for i, start := range s.order {
		if start == 0 {
			first, start = i, int32(n)
		}
		s.last = append(s.last, block[start-1])
	}
	return s.last, first
}

func (s *sorter) grow(n int) {
	for _, all := range []*[]int32{&s.order, &s.other, &s.rank, &s.next} {
		if cap(*all) < n {
			*all = make([]int32, n)
		}
		*all = (*all)[:n]
	}
	if most := max(n, 256) + 1; cap(s.count) < most {
		s.count = make([]int32, most)
	}
}

// firstByte sorts by the first byte and returns how many ranks there are.
func (s *sorter) firstByte(block []byte) int {
	count := s.zeroed(256)
	for _, c := range block {
		count[int(c)+1]++
	}
	class, classes := [256]int32{}, 0
	for c := range 256 {
		if count[c+1] > 0 {
			class[c] = int32(classes)
			classes++
		}
		count[c+1] += count[c]
	}
	for i, c := range block {
		s.order[count[c]] = int32(i)
		count[c]++
		s.rank[i] = class[c]
	}
	return classes
}

// double sorts by the first 2k bytes what is sorted by the first k.
func (s *sorter) double(k, classes int) int {
	n := int32(len(s.order))
	for i, start := range s.order { // They are in the order of their second half now.
		if start -= int32(k); start < 0 {
			start += n
		}
		s.other[i] = start
	}
	count := s.zeroed(classes)
	for _, r := range s.rank {
		count[r+1]++
	}
	for c := range classes {
		count[c+1] += count[c]
	}
	for _, start := range s.other {
		r := s.rank[start]
		s.order[count[r]] = start
		count[r]++
	}
	return s.rerank(int32(k))
}

// rerank gives each rotation its place among the different ones by twice k bytes.
func (s *sorter) rerank(k int32) int {
	n := int32(len(s.order))
	half := func(start int32) int32 {
		if start += k; start >= n {
			start -= n
		}
		return s.rank[start]
	}
	class := int32(0)
	s.next[s.order[0]] = 0
	for i := int32(1); i < n; i++ {
		a, b := s.order[i-1], s.order[i]
		if s.rank[a] != s.rank[b] || half(a) != half(b) {
			class++
		}
		s.next[b] = class
	}
	s.rank, s.next = s.next, s.rank
	return int(class) + 1
}

// zeroed is room to count n different things.
func (s *sorter) zeroed(n int) []int32 {
	count := s.count[:n+1]
	clear(count)
	return count
}
