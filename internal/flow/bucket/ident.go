package bucket

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
)

// nullVersion is the id of a version made while versioning was not enabled.
const nullVersion = "null"

// idEncoding avoids a leading dash, which command lines would take for an option.
var idEncoding = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._").WithPadding(base64.NoPadding)

// makeID turns a sequence number into an opaque id of 32 characters that still
// leads to its row without an index.
func makeID(seq uint64) string {
	var b [24]byte
	rand.Read(b[:16]) // crypto/rand.Read never fails.
	binary.BigEndian.PutUint64(b[16:], seq^binary.BigEndian.Uint64(b[:8]))
	return idEncoding.EncodeToString(b[:])
}

// idSeq returns the sequence number inside an id.
func idSeq(id string) (uint64, bool) {
	b, err := idEncoding.DecodeString(id)
	if err != nil || len(b) != 24 {
		return 0, false
	}
	return binary.BigEndian.Uint64(b[16:]) ^ binary.BigEndian.Uint64(b[:8]), true
}

// CanonicalID is the owner id of an account, 64 hexadecimal digits.
func CanonicalID(account string) string {
	sum := sha256.Sum256([]byte("canonical user " + account))
	return hex.EncodeToString(sum[:])
}
