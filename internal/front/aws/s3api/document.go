package s3api

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
)

// namespace is that of every S3 document.
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// maxDocument is the largest XML or JSON body; ten thousand parts and a thousand keys fit in.
const maxDocument = 8 << 20

// xmlns is the root attribute of the documents we write.
type xmlns struct {
	NS string `xml:"xmlns,attr"`
}

var ns = xmlns{namespace}

// raw reads a whole small body.
func (c *call) raw() ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(c.Payload, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	if len(text) > maxDocument {
		return nil, invalid("MaxMessageLengthExceeded", "Your request was too big.")
	}
	return text, nil
}

// body reads a whole small body and checks it against its Content-MD5 and checksum headers.
func (c *call) body() ([]byte, error) {
	text, err := c.raw()
	if err != nil {
		return nil, err
	}
	return text, c.checkBody(text)
}

func (c *call) checkBody(text []byte) error {
	if sent := c.Header.Get("Content-MD5"); sent != "" {
		want, err := base64.StdEncoding.DecodeString(sent)
		if err != nil || len(want) != md5.Size {
			return invalid("InvalidDigest", "The Content-MD5 you specified was invalid.")
		}
		if got := md5.Sum(text); !bytes.Equal(got[:], want) {
			return invalid("BadDigest", "The Content-MD5 you specified did not match what we received.")
		}
	}
	sum, trailer, err := c.checksum()
	if err != nil || (sum.Value == "" && trailer == nil) {
		return err
	}
	want := sum.Value
	if trailer != nil {
		want = trailer()
	}
	h := newHash(sum.Algorithm)
	if h == nil {
		return unknownChecksum()
	}
	h.Write(text)
	if base64.StdEncoding.EncodeToString(h.Sum(nil)) != want {
		return invalid("BadDigest", "The "+string(sum.Algorithm)+" you specified did not match the calculated checksum.")
	}
	return nil
}

// document reads an XML body into v; an empty body is an error unless optional.
func (c *call) document(v any, optional bool) error {
	text, err := c.body()
	if err != nil {
		return err
	}
	if optional && len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	return parse(text, v)
}

func parse(text []byte, v any) error {
	if err := xml.Unmarshal(text, v); err != nil {
		e := malformedXML()
		e.Err = err
		return e
	}
	return nil
}

func malformedXML() *fault.Error {
	return invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

// encoder escapes names in listings when the request asks for encoding-type=url.
type encoder bool

func (c *call) encoder() (encoder, error) {
	switch t := c.query.Get("encoding-type"); t {
	case "":
		return false, nil
	case "url":
		return true, nil
	default:
		return false, invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", t)
	}
}

func (e encoder) name() string {
	if e {
		return "url"
	}
	return ""
}

func (e encoder) text(s string) string {
	if !e {
		return s
	}
	return strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(s))
}

type prefixXML struct {
	Prefix string
}

func (e encoder) prefixes(list []string) []prefixXML {
	out := make([]prefixXML, len(list))
	for i, p := range list {
		out[i].Prefix = e.text(p)
	}
	return out
}

// ownerXML is an account as S3 shows it.
type ownerXML struct {
	ID string
}

func ownerOf(account string) *ownerXML {
	if account == "" {
		return nil
	}
	return &ownerXML{bucket.CanonicalID(account)}
}

// stamp prints a time as S3's documents have it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func quote(etag string) string { return `"` + etag + `"` }
