package bucket

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
