package s3api

import (
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"hash/crc32"
	"net/http"
	"strings"

	"github.com/minio/crc64nvme"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

const checksumPrefix = "x-amz-checksum-"

var algorithms = []bucket.Algorithm{bucket.CRC32, bucket.CRC32C, bucket.CRC64NVME, bucket.SHA1, bucket.SHA256}

func checksumHeader(a bucket.Algorithm) string { return checksumPrefix + strings.ToLower(string(a)) }

func unknownChecksum() error {
	return invalid("InvalidRequest", "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
}

// newHash is the hash of a small body; the store computes those of objects.
func newHash(a bucket.Algorithm) hash.Hash {
	switch a {
	case bucket.CRC32:
		return crc32.NewIEEE()
	case bucket.CRC32C:
		return crc32.New(crc32.MakeTable(crc32.Castagnoli))
	case bucket.CRC64NVME:
		return crc64nvme.New()
	case bucket.SHA1:
		return sha1.New()
	case bucket.SHA256:
		return sha256.New()
	}
	return nil
}

// checksum is what a request says about its body's checksum: in a header, or
// behind the body, then with a function to ask for it at the body's end.
func (c *call) checksum() (bucket.Checksum, func() string, error) {
	var sum bucket.Checksum
	for _, a := range algorithms {
		if v := c.Header.Get(checksumHeader(a)); v != "" {
			if sum.Value != "" {
				return sum, nil, invalid("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
			}
			sum = bucket.Checksum{Algorithm: a, Value: v}
		}
	}
	named := bucket.Algorithm(strings.ToUpper(c.Header.Get("x-amz-sdk-checksum-algorithm")))
	if sum.Value != "" {
		if named != "" && named != sum.Algorithm {
			return sum, nil, invalid("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.")
		}
		return sum, nil, nil
	}
	if a, ok := trailing(c.Header); ok {
		return bucket.Checksum{Algorithm: a}, func() string { return c.Trailer().Get(checksumHeader(a)) }, nil
	}
	if named != "" && c.Header.Get("Content-MD5") == "" {
		return sum, nil, invalid("InvalidRequest", "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	}
	return sum, nil, nil
}

// trailing is the algorithm that x-amz-trailer announces.
func trailing(h http.Header) (bucket.Algorithm, bool) {
	for name := range strings.SplitSeq(h.Get("x-amz-trailer"), ",") {
		if a, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(name)), checksumPrefix); ok {
			return bucket.Algorithm(strings.ToUpper(a)), true
		}
	}
	return "", false
}

// setChecksum answers with a checksum, if there is one.
func setChecksum(h http.Header, sum bucket.Checksum) {
	if sum.Value == "" {
		return
	}
	h.Set(checksumHeader(sum.Algorithm), sum.Value)
	if sum.Type != "" {
		h.Set("x-amz-checksum-type", sum.Type)
	}
}

// checksumXML is a checksum inside a document.
type checksumXML struct {
	ChecksumCRC32     string `xml:",omitempty"`
	ChecksumCRC32C    string `xml:",omitempty"`
	ChecksumCRC64NVME string `xml:",omitempty"`
	ChecksumSHA1      string `xml:",omitempty"`
	ChecksumSHA256    string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
}

func checksumOf(sum bucket.Checksum) checksumXML {
	x := checksumXML{}
	if field := x.field(sum.Algorithm); field != nil && sum.Value != "" {
		*field = sum.Value
		x.ChecksumType = sum.Type
	}
	return x
}

func (x *checksumXML) field(a bucket.Algorithm) *string {
	switch a {
	case bucket.CRC32:
		return &x.ChecksumCRC32
	case bucket.CRC32C:
		return &x.ChecksumCRC32C
	case bucket.CRC64NVME:
		return &x.ChecksumCRC64NVME
	case bucket.SHA1:
		return &x.ChecksumSHA1
	case bucket.SHA256:
		return &x.ChecksumSHA256
	}
	return nil
}

// sent is the checksum that a document carries.
func (x *checksumXML) sent() bucket.Checksum {
	for _, a := range algorithms {
		if v := *x.field(a); v != "" {
			return bucket.Checksum{Algorithm: a, Value: v, Type: x.ChecksumType}
		}
	}
	return bucket.Checksum{}
}
