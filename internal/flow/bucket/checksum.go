package bucket

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/minio/crc64nvme"

	"github.com/inlet-data/inlet/internal/fault"
)

// Algorithm names a checksum as S3 does.
type Algorithm string

// The checksum algorithms.
const (
	CRC32     Algorithm = "CRC32"
	CRC32C    Algorithm = "CRC32C"
	CRC64NVME Algorithm = "CRC64NVME"
	SHA1      Algorithm = "SHA1"
	SHA256    Algorithm = "SHA256"
)

// The checksum types: over the whole object, or over the checksums of its parts.
const (
	FullObject = "FULL_OBJECT"
	Composite  = "COMPOSITE"
)

// Checksum is the checksum of an object or a part; Value is base64, with "-N" behind it when composite.
type Checksum struct {
	Algorithm Algorithm `json:",omitempty"`
	Value     string    `json:",omitempty"`
	Type      string    `json:",omitempty"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// newHash returns nil for an algorithm that S3 does not know.
func (a Algorithm) newHash() hash.Hash {
	switch a {
	case CRC32:
		return crc32.NewIEEE()
	case CRC32C:
		return crc32.New(castagnoli)
	case CRC64NVME:
		return crc64nvme.New()
	case SHA1:
		return sha1.New()
	case SHA256:
		return sha256.New()
	}
	return nil
}

// resolve fills in the algorithm and type that S3 takes when the request names
// none, and refuses what it does not know. For multipart uploads the type of
// the hash algorithms is COMPOSITE, and of the others what the caller chose.
func (c Checksum) resolve(multipart bool) (Checksum, error) {
	if c.Algorithm == "" {
		c.Algorithm = CRC64NVME
	}
	c.Algorithm = Algorithm(strings.ToUpper(string(c.Algorithm)))
	h := c.Algorithm.newHash()
	if h == nil {
		return c, invalid("InvalidRequest", "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
	}
	if c.Value != "" && !multipart && !validSum(c.Value, h.Size()) {
		return c, invalid("InvalidRequest", "Value for "+c.Algorithm.header()+" header is invalid.")
	}
	return c.resolveType(multipart)
}

func (c Checksum) resolveType(multipart bool) (Checksum, error) {
	_, joinable := crcKinds[c.Algorithm]
	switch {
	case !multipart:
		c.Type = FullObject
	case c.Type == "" && c.Algorithm == CRC64NVME:
		c.Type = FullObject
	case c.Type == "":
		c.Type = Composite
	case c.Type == FullObject && !joinable, c.Type == Composite && c.Algorithm == CRC64NVME, c.Type != FullObject && c.Type != Composite:
		return c, invalid("InvalidRequest", fmt.Sprintf("The %s checksum type cannot be used with the %s checksum algorithm.", c.Type, strings.ToLower(string(c.Algorithm))))
	}
	return c, nil
}

func (a Algorithm) header() string { return "x-amz-checksum-" + strings.ToLower(string(a)) }

func validSum(value string, size int) bool {
	b, err := base64.StdEncoding.DecodeString(value)
	return err == nil && len(b) == size
}

// digest computes what S3 keeps of a body: the MD5 that makes the ETag, and one checksum.
type digest struct {
	md5, sum  hash.Hash
	algorithm Algorithm
}

func newDigest(a Algorithm) *digest { return &digest{md5.New(), a.newHash(), a} }

// Write adds to both; it never fails.
func (d *digest) Write(p []byte) (int, error) {
	d.md5.Write(p)
	d.sum.Write(p)
	return len(p), nil
}

func (d *digest) etag() string { return hex.EncodeToString(d.md5.Sum(nil)) }

func (d *digest) checksum() Checksum {
	return Checksum{d.algorithm, base64.StdEncoding.EncodeToString(d.sum.Sum(nil)), FullObject}
}

// decodeMD5 reads a Content-MD5 header into the form of an ETag.
func decodeMD5(header string) (string, error) {
	if header == "" {
		return "", nil
	}
	b, err := base64.StdEncoding.DecodeString(header)
	if err != nil || len(b) != md5.Size {
		e := invalid("InvalidDigest", "The Content-MD5 you specified was invalid.")
		e.Fields = map[string]string{"Content-MD5": header}
		return "", e
	}
	return hex.EncodeToString(b), nil
}

func badDigest(what string) *fault.Error {
	return invalid("BadDigest", "The "+what+" you specified did not match the calculated checksum.")
}

// joinETags is the ETag of an object made of parts: the MD5 of their MD5s, and their number.
func joinETags(parts []piece) string {
	h := md5.New()
	for i := range parts {
		b, _ := hex.DecodeString(parts[i].etag)
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
}

// joinSums is the checksum of an object made of parts.
func joinSums(c Checksum, parts []piece) Checksum {
	if c.Type == FullObject {
		c.Value = joinFull(c.Algorithm, parts)
		return c
	}
	h := c.Algorithm.newHash()
	for i := range parts {
		b, _ := base64.StdEncoding.DecodeString(parts[i].sum)
		h.Write(b)
	}
	c.Value = base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
	return c
}

func joinFull(a Algorithm, parts []piece) string {
	j := crcJoiner{kind: crcKinds[a]}
	for i := range parts {
		b, _ := base64.StdEncoding.DecodeString(parts[i].sum)
		var wide [8]byte
		copy(wide[8-min(len(b), 8):], b)
		j.add(binary.BigEndian.Uint64(wide[:]), parts[i].size)
	}
	var out [8]byte
	binary.BigEndian.PutUint64(out[:], j.crc)
	return base64.StdEncoding.EncodeToString(out[8-j.kind.width/8:])
}
