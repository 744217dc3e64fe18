package mapping

import (
	"crypto/sha256"
	"math/rand/v2"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// masker makes values unreadable.
type masker struct {
	random bool   // Each digit becomes another.
	hash   bool   // The value becomes its SHA-256.
	with   byte   // What each digit becomes otherwise.
	limit  string // The greatest number that the column holds, empty when any number of digits fits.
}

const upper = "0123456789ABCDEF"

// apply appends what becomes of a value, which is neither NULL nor in quotes.
func (m *masker) apply(dst, value []byte) []byte {
	if m.hash {
		sum := sha256.Sum256(value)
		for _, c := range sum {
			dst = append(dst, upper[c>>4], upper[c&15])
		}
		return dst
	}
	start := len(dst)
	dst = append(dst, value...)
	for i := start; i < len(dst); i++ {
		if dst[i]-'0' > 9 {
			continue
		}
		dst[i] = m.with
		if m.random {
			dst[i] = byte('0' + rand.IntN(10))
		}
	}
	m.fit(dst[start:])
	return dst
}

// fit makes a random number one that its column holds: one with as many digits as the
// greatest begins with 0.
func (m *masker) fit(value []byte) {
	if !m.random || m.limit == "" {
		return
	}
	for i, c := range value {
		if c-'0' <= 9 {
			if len(value)-i >= len(m.limit) {
				value[i] = '0'
			}
			return
		}
	}
}

// highest is the greatest number of a type, where values have one.
func highest(t sqltype.Type) string {
	switch t.ID {
	case sqltype.Smallint:
		return "32767"
	case sqltype.Integer:
		return "2147483647"
	case sqltype.Bigint:
		return "9223372036854775807"
	}
	return ""
}
