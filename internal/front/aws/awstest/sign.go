// Package awstest signs requests as an AWS client would, and makes what the test of a service stands on.
// The signer is written apart from the verifier, so that the two check each other.
package awstest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// Key is an access key that signs.
type Key struct {
	ID, Secret, Token string
	Service, Region   string
	Time              time.Time // zero means now
	Payload           string    // x-amz-content-sha256; "" hashes the body
}

// Sign adds the headers of Signature Version 4 to r and leaves its body readable.
func (k Key) Sign(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	if k.Time.IsZero() {
		k.Time = time.Now()
	}
	stamp := k.Time.UTC().Format("20060102T150405Z")
	if k.Payload == "" {
		k.Payload = Hash(string(takeBody(t, r)))
	}
	r.Header.Set("X-Amz-Date", stamp)
	if k.Service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", k.Payload)
	}
	if k.Token != "" {
		r.Header.Set("X-Amz-Security-Token", k.Token)
	}
	scope := strings.Join([]string{stamp[:8], k.Region, k.Service, "aws4_request"}, "/")
	canonical, names := canonicalRequest(r, k.Payload)
	text := "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + Hash(canonical)
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%x",
		k.ID, scope, names, MAC(k.Derive(stamp[:8]), text)))
	return r
}

// Derive is the signing key of a day.
func (k Key) Derive(day string) []byte {
	key := []byte("AWS4" + k.Secret)
	for _, step := range []string{day, k.Region, k.Service, "aws4_request"} {
		key = MAC(key, step)
	}
	return key
}

func canonicalRequest(r *http.Request, payload string) (text, names string) {
	signed := []string{"host"}
	for name := range r.Header {
		name = strings.ToLower(name)
		if name != "authorization" && name != "expect" && name != "user-agent" {
			signed = append(signed, name)
		}
	}
	slices.Sort(signed)
	lines := make([]string, len(signed))
	for i, name := range signed {
		value := strings.Join(r.Header.Values(name), ",")
		if name == "host" {
			value = r.Host
		}
		lines[i] = name + ":" + strings.Join(strings.Fields(value), " ")
	}
	names = strings.Join(signed, ";")
	query := strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")
	return strings.Join([]string{
		r.Method, path(r.URL), query, strings.Join(lines, "\n"), "", names, payload,
	}, "\n"), names
}

func path(u *url.URL) string {
	if u.Path == "" {
		return "/"
	}
	parts := strings.Split(u.Path, "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(url.QueryEscape(p), "+", "%20")
	}
	return strings.Join(parts, "/")
}

// SignQuery is the signature of a presigned URL whose parameters, but for the signature itself, are q.
func (k Key) SignQuery(method, host, path string, q url.Values) string {
	stamp := q.Get("X-Amz-Date")
	_, scope, _ := strings.Cut(q.Get("X-Amz-Credential"), "/")
	canonical := strings.Join([]string{
		method, path, strings.ReplaceAll(q.Encode(), "+", "%20"), "host:" + host, "", "host", "UNSIGNED-PAYLOAD",
	}, "\n")
	day := stamp
	if len(day) > 8 {
		day = day[:8]
	}
	return hex.EncodeToString(MAC(k.Derive(day), "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+Hash(canonical)))
}

// Hash is the hexadecimal SHA-256 of text.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// MAC is the HMAC-SHA-256 of text.
func MAC(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func takeBody(t testing.TB, r *http.Request) []byte {
	t.Helper()
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}
