package aws

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Algorithm is the only signing algorithm accepted.
const Algorithm = "AWS4-HMAC-SHA256"

// timeFormat is ISO 8601 as signatures carry it.
const timeFormat = "20060102T150405Z"

// scope is the credential scope of a signature: what a derived key is good for.
type scope struct {
	date, region, service string
}

func (s scope) String() string {
	return s.date + "/" + s.region + "/" + s.service + "/aws4_request"
}

// signature is what a request claims about its signer, before anything is verified.
type signature struct {
	accessKeyID   string
	scope         scope
	signedHeaders []string
	value         string
	time          time.Time
	token         string
	presigned     bool
	expires       time.Duration // of presigned URLs
}

// signingKey derives the key that signs within one scope.
func signingKey(secret string, s scope) []byte {
	key := sum256([]byte("AWS4"+secret), s.date)
	key = sum256(key, s.region)
	key = sum256(key, s.service)
	return sum256(key, "aws4_request")
}

func sum256(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func sign(key []byte, text string) string {
	return hex.EncodeToString(sum256(key, text))
}

// stringToSign is the text under a request's signature.
func (s *signature) stringToSign(canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return strings.Join([]string{
		Algorithm, s.time.UTC().Format(timeFormat), s.scope.String(), hex.EncodeToString(sum[:]),
	}, "\n")
}

// matches compares two hex signatures in constant time.
func matches(got, want string) bool {
	return hmac.Equal([]byte(got), []byte(want))
}
