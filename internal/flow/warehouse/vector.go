package warehouse

import (
	"encoding/binary"
	"unsafe"
)

// ChunkSize is the number of rows a vector holds.
const ChunkSize = 2048

// Kind is how the values of a vector lie in memory.
type Kind uint8

// The kinds of vectors. Integers are little-endian.
const (
	KindNull        Kind = iota // No values, or a type the engine could not name.
	KindBool                    // 1 byte
	KindInt8                    // 1 byte
	KindInt16                   // 2 bytes
	KindInt32                   // 4 bytes
	KindInt64                   // 8 bytes
	KindInt128                  // Int128
	KindFloat                   // 4 bytes
	KindDouble                  // 8 bytes
	KindDecimal                 // an integer, as wide as DecimalKind says
	KindVarchar                 // 16 bytes, see Bytes
	KindBlob                    // 16 bytes, see Bytes
	KindDate                    // int32, days since 1970-01-01
	KindTime                    // int64, microseconds since midnight
	KindTimeTZ                  // uint64, microseconds << 24 | (57599 - offset seconds)
	KindTimestamp               // int64, microseconds since 1970-01-01
	KindTimestampTZ             // int64, microseconds since 1970-01-01 UTC
	KindInterval                // Interval
)

var kindNames = [...]string{"NULL", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE",
	"DECIMAL", "VARCHAR", "BLOB", "DATE", "TIME", "TIMETZ", "TIMESTAMP", "TIMESTAMPTZ", "INTERVAL"}

// String is the engine's name of the type.
func (k Kind) String() string { return kindNames[k] }

// DecimalKind is the integer that stores a decimal of the given precision.
func DecimalKind(precision uint8) Kind {
	switch {
	case precision <= 4:
		return KindInt16
	case precision <= 9:
		return KindInt32
	case precision <= 18:
		return KindInt64
	}
	return KindInt128
}

// Int128 is a signed 128-bit integer as the engine stores it.
type Int128 struct {
	Lo uint64
	Hi int64
}

// Interval is a span of time as the engine stores it.
type Interval struct {
	Months, Days int32
	Micros       int64
}

// Chunk is up to ChunkSize rows, column by column.
type Chunk struct {
	Rows    int
	Vectors []Vector
}

// Vector is one column of a chunk. Its memory belongs to the engine, or to Go
// when made by NewVector.
type Vector struct {
	Type VectorType
	data unsafe.Pointer
	mask *[ChunkSize / 64]uint64 // bit set: valid; nil: all valid (vectors read from the engine)

	nulls   [ChunkSize / 64]uint64 // bit set: null (vectors being filled)
	anyNull bool

	ours bool     // data is Go's memory
	kept [][]byte // what a vector of ours points to
}

// MakeVector wraps the engine's memory for reading. validity may be nil.
func MakeVector(t VectorType, data, validity unsafe.Pointer) Vector {
	return Vector{Type: t, data: data, mask: (*[ChunkSize / 64]uint64)(validity)}
}

// NewVector makes a vector of ChunkSize values in Go's memory, for tests and small results.
func NewVector(t VectorType) Vector {
	buf := make([]Int128, ChunkSize) // the widest value, so that every kind fits and is aligned
	return Vector{Type: t, data: unsafe.Pointer(unsafe.SliceData(buf)), ours: true}
}

// Reset forgets the nulls and points the vector to new memory for the next Fill.
func (v *Vector) Reset(data unsafe.Pointer) {
	v.data = data
	if v.anyNull {
		v.nulls = [ChunkSize / 64]uint64{}
		v.anyNull = false
	}
}

// SetNull marks a row of a vector that is being filled.
func (v *Vector) SetNull(row int) {
	v.nulls[row>>6] |= 1 << (row & 63)
	v.anyNull = true
}

// ClearNull takes SetNull back; scanners use it when they reuse a row.
func (v *Vector) ClearNull(row int) { v.nulls[row>>6] &^= 1 << (row & 63) }

// Nulls returns the null bits of a vector that was filled, nil when there is none.
func (v *Vector) Nulls() *[ChunkSize / 64]uint64 {
	if !v.anyNull {
		return nil
	}
	return &v.nulls
}

// Null reports whether a row is NULL.
func (v *Vector) Null(row int) bool {
	if v.mask != nil {
		return v.mask[row>>6]&(1<<(row&63)) == 0
	}
	return v.anyNull && v.nulls[row>>6]&(1<<(row&63)) != 0
}

// AnyNull reports whether one of the rows from..to is NULL.
func (v *Vector) AnyNull(from, to int) bool {
	for !v.AllValid() && from < to {
		nulls, next := v.nulls[from>>6], from&^63+64
		if v.mask != nil {
			nulls = ^v.mask[from>>6]
		}
		nulls >>= from & 63
		if next > to {
			nulls <<= 64 - (to - from)
		}
		if nulls != 0 {
			return true
		}
		from = next
	}
	return false
}

// AllValid reports that no row can be NULL.
func (v *Vector) AllValid() bool { return v.mask == nil && !v.anyNull }

// Values views the vector's ChunkSize values as T, which must be the type Kind's comment names.
func Values[T any](v *Vector) []T { return unsafe.Slice((*T)(v.data), ChunkSize) }

// inlineLength is the longest string the engine keeps inside its 16-byte header.
const inlineLength = 12

type stringHeader struct {
	length uint32
	prefix [4]byte
	ptr    *byte // bytes 4..12 of a short string share prefix and ptr
}

// Bytes views the text of a row. It is valid as long as the chunk.
func (v *Vector) Bytes(row int) []byte {
	h := (*stringHeader)(unsafe.Add(v.data, row*16))
	if h.length <= inlineLength {
		return unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(h), 4)), h.length)
	}
	return unsafe.Slice(h.ptr, h.length)
}

// SetPadded is SetBytes for the first n bytes of b where b has at least 16; it needs no copy for short text either.
func (v *Vector) SetPadded(row int, b []byte, n int) {
	dst := (*[2]uint64)(unsafe.Add(v.data, row*16))
	first, rest := uint64(binary.LittleEndian.Uint32(b)), binary.LittleEndian.Uint64(b[4:])
	if n > inlineLength {
		dst[0] = uint64(n) | first<<32
		dst[1] = uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) // a number for SetBytes' reason
		return
	}
	// A shift by 64 or more leaves nothing, and so the mask everything.
	dst[0] = uint64(n) | (first&(1<<(8*uint(n))-1))<<32
	dst[1] = rest & (1<<(8*uint(max(n, 4)-4)) - 1)
}

// SetBytes stores text without copying what is longer than twelve bytes: b must
// not change until the chunk has been read, and for the engine's own memory it
// must not lie in Go's heap, unless it is pinned.
func (v *Vector) SetBytes(row int, b []byte) {
	dst := unsafe.Slice((*byte)(unsafe.Add(v.data, row*16)), 16)
	binary.LittleEndian.PutUint32(dst, uint32(len(b)))
	if len(b) <= inlineLength {
		clear(dst[4:])
		copy(dst[4:], b)
		return
	}
	copy(dst[4:8], b)
	if v.ours {
		v.kept = append(v.kept, b)
	}
	// Written as a number: neither the engine's memory nor NewVector's is scanned by Go's collector.
	*(*uintptr)(unsafe.Pointer(&dst[8])) = uintptr(unsafe.Pointer(unsafe.SliceData(b)))
}
