package pg

import (
	"slices"
	"unsafe"
)

// headSize is the length of a DataRow before its first value.
const headSize = 7

// appendRows lays rows from..to out as DataRow messages, whose values their columns' lanes have.
func appendRows(dst []byte, lanes []*lane, from, to int) []byte {
	room := (to-from)*(headSize+4*len(lanes)) + slotSize
	for _, l := range lanes {
		room += l.room(to - from)
	}
	dst = slices.Grow(dst, room)
	// The loop writes without a check for each value: there is room.
	begin := unsafe.Pointer(unsafe.SliceData(dst))
	at := layRows(unsafe.Add(begin, len(dst)), lanes, from, to)
	return dst[:uintptr(at)-uintptr(begin)]
}

// layRows writes rows to at, and returns where they end.
func layRows(at unsafe.Pointer, lanes []*lane, from, to int) unsafe.Pointer {
	head := uint64('D') | uint64(len(lanes)>>8)<<40 | uint64(len(lanes)&0xff)<<48
	for row := from; row < to; row++ {
		start, place := at, uint(row)%blockRows
		littleEndian.PutUint64((*[8]byte)(at)[:], head)
		at = unsafe.Add(at, headSize)
		for _, l := range lanes {
			size := l.sizes[place]
			bigEndian.PutUint32((*[4]byte)(at)[:], uint32(size)) // -1 is how NULL is written.
			at = unsafe.Add(at, 4)
			length := int(size &^ (size >> 31))
			switch l.source {
			case inSlots:
				// Always a whole slot: what follows is written over what is too much.
				value := unsafe.Add(unsafe.Pointer(&l.slots), int(place+1)*slotSize-int(size))
				*(*[slotSize / 2]byte)(at) = *(*[slotSize / 2]byte)(value)
				*(*[slotSize / 2]byte)(unsafe.Add(at, slotSize/2)) = *(*[slotSize / 2]byte)(unsafe.Add(value, slotSize/2))
			case inVector:
				if length > 0 {
					copy(unsafe.Slice((*byte)(at), length), l.vec.Bytes(row))
				}
			case inSpill:
				copy(unsafe.Slice((*byte)(at), length), l.spill[l.at:])
				l.at += length
			}
			at = unsafe.Add(at, length)
		}
		bigEndian.PutUint32((*[4]byte)(unsafe.Add(start, 1))[:], uint32(uintptr(at)-uintptr(start)-1))
	}
	return at
}
