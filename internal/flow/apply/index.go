package apply

import (
	"bytes"
	"hash/maphash"
)

// seed is of all tables of this process.
var seed = maphash.MakeSeed()

// index finds entries by the bytes of their keys: open addressing over entry numbers.
type index struct {
	slots []uint32 // An entry's number and one; 0 is empty.
	hash  []uint32 // Of each entry.
}

// find returns the entry of a key, or its hash and -1.
func (x *index) find(key []byte, at func(int) []byte) (entry int, hash uint32) {
	hash = uint32(maphash.Bytes(seed, key))
	if len(x.slots) == 0 {
		return -1, hash
	}
	mask := uint32(len(x.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		n := x.slots[i]
		if n == 0 {
			return -1, hash
		}
		if x.hash[n-1] == hash && bytes.Equal(at(int(n-1)), key) {
			return int(n - 1), hash
		}
	}
}

// add enters the next entry, which find did not find.
func (x *index) add(hash uint32) int {
	n := len(x.hash)
	x.hash = append(x.hash, hash)
	if 4*(n+1) > 3*len(x.slots) {
		x.grow()
		return n
	}
	x.place(uint32(n))
	return n
}

func (x *index) place(n uint32) {
	mask := uint32(len(x.slots) - 1)
	i := x.hash[n] & mask
	for x.slots[i] != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = n + 1
}

func (x *index) grow() {
	x.slots = make([]uint32, max(64, 2*len(x.slots)))
	for n := range x.hash {
		x.place(uint32(n))
	}
}

func (x *index) bytes() int64 { return int64(4*len(x.slots) + 4*cap(x.hash)) }
