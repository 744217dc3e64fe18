package spool

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// A record is its length, a CRC-32C of length and content, and the content, whose
// first byte is the kind.
const (
	head      = 8
	maxRecord = 1 << 30
)

type kind byte

const (
	kindBase   kind = iota + 1 // The first of a segment: what came before it.
	kindMark                   // How far the segment was synced when this was written.
	kindShape                  // A table, by a number of the segment.
	kindRows                   // Changes of rows.
	kindDDL                    // A statement.
	kindCommit                 // The end of a transaction.
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// begin starts a record at the end of buf.
func begin(buf []byte, k kind) []byte {
	return append(buf, 0, 0, 0, 0, 0, 0, 0, 0, byte(k))
}

// end finishes the record that starts at a place in buf.
func end(buf []byte, at int) {
	binary.LittleEndian.PutUint32(buf[at:], uint32(len(buf)-at-head))
	binary.LittleEndian.PutUint32(buf[at+4:], checksum(buf[at:]))
}

// checksum is that of a whole record.
func checksum(record []byte) uint32 {
	return crc32.Update(crc32.Checksum(record[:4], castagnoli), castagnoli, record[head:])
}

// whole tells the length of the record that data begins with, 0 when it is none or damaged.
func whole(data []byte) int {
	if len(data) < head {
		return 0
	}
	n := int64(binary.LittleEndian.Uint32(data))
	if n < 1 || n > maxRecord || n > int64(len(data)-head) {
		return 0
	}
	record := data[:head+n]
	if binary.LittleEndian.Uint32(data[4:]) != checksum(record) {
		return 0
	}
	return len(record)
}

func appendString[T ~string](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// appendImages writes rows: columns, fields, length of the data, length of each field, data.
func appendImages(dst []byte, m *source.Images) []byte {
	ends, data := m.Ends(), m.Data()
	if m.Len() == 0 {
		return append(dst, 0)
	}
	dst = binary.AppendUvarint(dst, uint64(m.Columns()))
	dst = binary.AppendUvarint(dst, uint64(len(ends)))
	dst = binary.AppendUvarint(dst, uint64(len(data)))
	start := uint32(0)
	for _, e := range ends {
		if n := e - start; n < 0x80 {
			dst = append(dst, byte(n))
		} else {
			dst = binary.AppendUvarint(dst, uint64(n))
		}
		start = e + 1
	}
	return append(dst, data...)
}

// decoder takes a record's content apart; after a failure everything is zero.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.b, d.bad = nil, true
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count is a number of things of at least one byte each.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.b, d.bad = nil, true
		return 0
	}
	return int(n)
}

func (d *decoder) bytes() []byte { return d.take(d.count()) }

func (d *decoder) take(n int) []byte {
	if n > len(d.b) {
		d.b, d.bad = nil, true
		return nil
	}
	v := d.b[:n]
	d.b = d.b[n:]
	return v
}

func (d *decoder) string() string { return string(d.bytes()) }

func (d *decoder) byte() byte {
	if v := d.take(1); len(v) == 1 {
		return v[0]
	}
	return 0
}

func (d *decoder) bool() bool { return d.byte() != 0 }

func (d *decoder) fixed() uint64 {
	if v := d.take(8); len(v) == 8 {
		return binary.LittleEndian.Uint64(v)
	}
	return 0
}

// images reads rows in place: they share the record's memory. It returns ends to be used again.
func (d *decoder) images(m *source.Images, ends []uint32) []uint32 {
	columns := d.count()
	if columns == 0 {
		m.Reset(0)
		return ends
	}
	fields, size := d.count(), d.uvarint()
	if d.bad || fields%columns != 0 || size > uint64(len(d.b)) {
		d.bad = true
		return ends
	}
	ends = d.ends(ends[:0], fields)
	if data := d.take(int(size)); !d.bad && len(ends) > 0 && ends[len(ends)-1]+1 == uint32(len(data)) {
		m.Set(columns, data, ends)
		return ends
	}
	d.bad = true
	return ends
}

// ends sums up the lengths of fields, each followed by one byte.
func (d *decoder) ends(ends []uint32, fields int) []uint32 {
	b, at, end := d.b, 0, uint64(0)
	for range fields {
		if at >= len(b) {
			d.bad = true
			return ends
		}
		n := uint64(b[at])
		if n < 0x80 {
			at++
		} else {
			var width int
			if n, width = binary.Uvarint(b[at:]); width <= 0 || n > maxRecord {
				d.bad = true
				return ends
			}
			at += width
		}
		end += n
		ends = append(ends, uint32(end))
		if end++; end > maxRecord {
			d.bad = true
			return ends
		}
	}
	d.b = b[at:]
	return ends
}
