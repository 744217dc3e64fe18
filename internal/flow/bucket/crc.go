package bucket

import "hash/crc32"

// crcKind is what joining the checksums of parts needs: the reflected polynomial and its width.
type crcKind struct {
	poly  uint64
	width int
}

var crcKinds = map[Algorithm]crcKind{
	CRC32:     {crc32.IEEE, 32},
	CRC32C:    {crc32.Castagnoli, 32},
	CRC64NVME: {0x9a6c9329ac4bc9b5, 64},
}

// matrix is a linear map over GF(2); column n is the image of bit n.
type matrix [64]uint64

func (m *matrix) times(v uint64) uint64 {
	var sum uint64
	for n := 0; v != 0; n, v = n+1, v>>1 {
		if v&1 != 0 {
			sum ^= m[n]
		}
	}
	return sum
}

func (m *matrix) squared(width int) *matrix {
	var s matrix
	for n := range width {
		s[n] = m.times(m[n])
	}
	return &s
}

// crcJoiner computes the checksum of data from the checksums of its parts. It
// remembers the map for the last length, because parts are mostly of one size.
type crcJoiner struct {
	kind  crcKind
	crc   uint64
	bytes int64
	shift *matrix
}

// add appends a part of n bytes with the checksum crc.
func (j *crcJoiner) add(crc uint64, n int64) {
	if n == 0 {
		return
	}
	if n != j.bytes {
		j.bytes, j.shift = n, j.kind.shiftBy(n)
	}
	j.crc = j.shift.times(j.crc) ^ crc
}

// shiftBy is the map that appends n zero bytes to what a checksum covers.
func (k crcKind) shiftBy(n int64) *matrix {
	power := &matrix{k.poly} // One zero bit.
	for i := 1; i < k.width; i++ {
		power[i] = 1 << (i - 1)
	}
	for range 3 { // One zero byte.
		power = power.squared(k.width)
	}
	var shift matrix
	for i := range k.width {
		shift[i] = 1 << i
	}
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			var next matrix
			for i := range k.width {
				next[i] = power.times(shift[i])
			}
			shift = next
		}
		power = power.squared(k.width)
	}
	return &shift
}
