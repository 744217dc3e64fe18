package pg

import "math/bits"

// The functions here make digits side by side in one word, the first in its lowest byte, as
// a little-endian store writes them. They are numbers from 0 to 9 until zeros is added.
const zeros = 0x3030303030303030

// eightDigits splits a number below 10⁸.
func eightDigits(u uint64) uint64 {
	fours := u/10000 | u%10000<<32
	hundreds := fours * 10486 >> 20 & 0x0000007f_0000007f // 10486/2²⁰ is 1/100, exact enough below 10⁴.
	return pairDigits(hundreds | (fours-100*hundreds)<<16)
}

// pairDigits splits four numbers below 100, each in 16 bits, the first in the lowest.
func pairDigits(pairs uint64) uint64 {
	tens := pairs * 103 >> 10 & 0x000f_000f_000f_000f // 103/2¹⁰ is 1/10, exact enough below 100.
	return tens | (pairs-10*tens)<<8
}

// count8 is how many of eight digits a number has; zero has one.
func count8(digits uint64) int {
	return 8 - bits.TrailingZeros64(digits|1<<56)/8
}

// setDigits writes a number at the end of a slot and returns how many digits it has.
func setDigits(slot *[slotSize]byte, u uint64) int {
	if u < 1e8 {
		low := eightDigits(u)
		littleEndian.PutUint64(slot[24:], low+zeros)
		return count8(low)
	}
	return setManyDigits(slot, u)
}

func setManyDigits(slot *[slotSize]byte, u uint64) int {
	littleEndian.PutUint64(slot[24:], eightDigits(u%1e8)+zeros)
	u /= 1e8
	if u < 1e8 {
		high := eightDigits(u)
		littleEndian.PutUint64(slot[16:], high+zeros)
		return 8 + count8(high)
	}
	littleEndian.PutUint64(slot[16:], eightDigits(u%1e8)+zeros)
	high := eightDigits(u / 1e8)
	littleEndian.PutUint64(slot[8:], high+zeros)
	return 16 + count8(high)
}
