package orc

import "encoding/binary"

// field is one field of a protobuf message.
type field struct {
	number uint64
	value  uint64 // of numbers
	bytes  []byte // of messages, text and packed numbers; nil for numbers
}

// Wire types of protobuf.
const (
	wireVarint = 0
	wireFixed8 = 1
	wireBytes  = 2
	wireFixed4 = 5
)

// fields calls each for every field of a message.
func fields(b []byte, each func(field) error) error {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return invalid("its metadata is broken")
		}
		f, size, ok := value(tag, b[n:])
		if !ok {
			return invalid("its metadata is broken")
		}
		if err := each(f); err != nil {
			return err
		}
		b = b[n+size:]
	}
	return nil
}

// value reads what follows a tag and says how long it is.
func value(tag uint64, b []byte) (f field, size int, ok bool) {
	f.number = tag >> 3
	switch tag & 7 {
	case wireVarint:
		f.value, size = binary.Uvarint(b)
		return f, size, size > 0
	case wireFixed8:
		return f, 8, len(b) >= 8
	case wireFixed4:
		return f, 4, len(b) >= 4
	case wireBytes:
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return f, 0, false
		}
		size = n + int(length)
		f.bytes = b[n:size:size]
		return f, size, true
	}
	return f, 0, false
}

// numbers calls each for the numbers of a repeated field, packed or not.
func (f field) numbers(each func(uint64)) error {
	if f.bytes == nil {
		each(f.value)
		return nil
	}
	for b := f.bytes; len(b) > 0; {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return invalid("its metadata is broken")
		}
		each(v)
		b = b[n:]
	}
	return nil
}
