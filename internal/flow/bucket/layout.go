package bucket

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// The tables of meta.bbolt. FORMAT of the keys:
//
//	buckets   name
//	versions  bucket id, escaped key, inverted sequence: newest first within a key
//	inline    id
//	blobs     file id
//	uploads   bucket id, escaped key, upload sequence
//	parts     upload sequence, part number
//	events    sequence
var (
	tableMeta     = []byte("meta")
	tableBuckets  = []byte("buckets")
	tableVersions = []byte("versions")
	tableInline   = []byte("inline")
	tableBlobs    = []byte("blobs")
	tableUploads  = []byte("uploads")
	tableParts    = []byte("parts")
	tableEvents   = []byte("events")
)

var tables = [][]byte{tableMeta, tableBuckets, tableVersions, tableInline, tableBlobs, tableUploads, tableParts, tableEvents}

// An object key may hold any byte. A zero byte is written as 00 FF and the end
// of the key as 00 01, so that the order of escaped keys is the order of keys
// and a key sorts before every longer key that begins with it.
const (
	escapedZero = 0xFF
	keyEnd      = 0x01
	pastKeyEnd  = 0x02
)

func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// appendEscaped appends key without its end mark, which makes it a scan prefix.
func appendEscaped(b []byte, key string) []byte {
	for {
		i := strings.IndexByte(key, 0)
		if i < 0 {
			return append(b, key...)
		}
		b = append(append(b, key[:i]...), 0, escapedZero)
		key = key[i+1:]
	}
}

// scanPrefix is what all rows begin with whose object key begins with prefix.
func scanPrefix(bucket uint64, prefix string) []byte {
	return appendEscaped(binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(prefix)+16), bucket), prefix)
}

// keyPrefix is what all rows of exactly this object key begin with.
func keyPrefix(bucket uint64, key string) []byte {
	return append(scanPrefix(bucket, key), 0, keyEnd)
}

// pastKey sorts behind every row of key and before those of the next key.
func pastKey(bucket uint64, key string) []byte {
	return append(scanPrefix(bucket, key), 0, pastKeyEnd)
}

// pastPrefix sorts behind every row whose object key begins with prefix.
func pastPrefix(bucket uint64, prefix string) []byte {
	b := scanPrefix(bucket, prefix)
	for len(b) > 0 && b[len(b)-1] == 0xFF {
		b = b[:len(b)-1]
	}
	if len(b) > 0 {
		b[len(b)-1]++
	}
	return b
}

func versionKey(bucket uint64, key string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(keyPrefix(bucket, key), ^seq)
}

func uploadKey(bucket uint64, key string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(keyPrefix(bucket, key), seq)
}

func partKey(upload uint64, number int) []byte {
	return binary.BigEndian.AppendUint16(u64(upload), uint16(number))
}

// splitRow takes a row key of versions or uploads apart: the object key and the eight bytes behind it.
func splitRow(k []byte) (key string, tail uint64, ok bool) {
	if len(k) < 8+2+8 {
		return "", 0, false
	}
	mid := k[8 : len(k)-10]
	if !bytes.Equal(k[len(k)-10:len(k)-8], []byte{0, keyEnd}) {
		return "", 0, false
	}
	tail = binary.BigEndian.Uint64(k[len(k)-8:])
	if bytes.IndexByte(mid, 0) < 0 {
		return string(mid), tail, true
	}
	return string(bytes.ReplaceAll(mid, []byte{0, escapedZero}, []byte{0})), tail, true
}
