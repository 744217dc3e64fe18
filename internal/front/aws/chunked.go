package aws

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

const (
	minChunk    = 8 << 10 // Every chunk but the last has at least this many bytes.
	maxLine     = 4 << 10 // Longest chunk header or trailer line read.
	maxTrailers = 16
)

// emptySHA256 is the hash of no bytes.
const emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// chunkSigner checks the chain of signatures that begins with the one of the headers.
type chunkSigner struct {
	key         []byte
	time, scope string
	previous    string
}

func (s *chunkSigner) check(got, kind, hashes string) error {
	want := sign(s.key, strings.Join([]string{kind, s.time, s.scope, s.previous, hashes}, "\n"))
	if !matches(got, want) {
		return refuse(fault.Unauthorized, "SignatureDoesNotMatch", badSignatureS3, nil)
	}
	s.previous = want
	return nil
}

// chunkedBody decodes an aws-chunked body while it is read and holds no more
// of it than a small buffer. A chunk's bytes are handed out before its
// signature is seen; so a reader may believe them only after io.EOF. The end
// of the encoding is verified together with the last byte.
type chunkedBody struct {
	src       *bufio.Reader
	signer    *chunkSigner // nil when chunks carry no signature
	announced []string     // lower-case names of x-amz-trailer, nil for the form without trailers
	trailer   http.Header
	want      int64 // x-amz-decoded-content-length

	read    int64 // decoded so far
	left    int64 // of the current chunk
	short   bool  // the current chunk is under minChunk: it must have been the last
	chunkNo int
	sum     hash.Hash
	claimed string // the current chunk's signature
	err     error
}

func newChunkedBody(src io.Reader, want int64, signer *chunkSigner, announced []string) *chunkedBody {
	c := &chunkedBody{src: bufio.NewReaderSize(src, minChunk), want: want, signer: signer, announced: announced}
	if signer != nil {
		c.sum = sha256.New()
	}
	return c
}

// Read hands out decoded bytes.
func (c *chunkedBody) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if c.left == 0 {
		if c.err = c.nextChunk(); c.err != nil {
			return 0, c.err
		}
	}
	n, err := c.src.Read(p[:min(int64(len(p)), c.left)])
	if c.sum != nil {
		c.sum.Write(p[:n])
	}
	c.left -= int64(n)
	c.read += int64(n)
	switch {
	case err != nil && c.left > 0:
		c.err = cutShort(err)
	case c.left == 0:
		c.err = c.endChunk()
	}
	return n, c.err
}

// nextChunk reads a chunk header; at the last one also all that follows, and answers io.EOF.
func (c *chunkedBody) nextChunk() error {
	line, err := c.line()
	if err != nil {
		return err
	}
	size, extension, _ := strings.Cut(line, ";")
	n, err := strconv.ParseUint(size, 16, 63)
	if err != nil || len(size) > 16 {
		return c.badChunk(size)
	}
	c.chunkNo++
	if c.signer != nil {
		_, c.claimed, _ = strings.Cut(extension, "chunk-signature=")
		c.sum.Reset()
	}
	if n == 0 {
		return c.finish()
	}
	if c.short {
		return c.badChunk("less than 8192")
	}
	c.short, c.left = n < minChunk, int64(n)
	if c.left > c.want-c.read {
		return incompleteBody("the x-amz-decoded-content-length header")
	}
	return nil
}

func (c *chunkedBody) badChunk(size string) error {
	return refuse(fault.Invalid, "InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes",
		map[string]string{"Chunk": strconv.Itoa(c.chunkNo), "BadChunkSize": size})
}

// endChunk checks the chunk just read. With the last byte it reads on to the end of the encoding.
func (c *chunkedBody) endChunk() error {
	var crlf [2]byte
	if _, err := io.ReadFull(c.src, crlf[:]); err != nil {
		return cutShort(err)
	}
	if string(crlf[:]) != "\r\n" {
		return incompleteBody("the chunk header")
	}
	if err := c.checkChunk(); err != nil {
		return err
	}
	if c.read < c.want {
		return nil
	}
	if err := c.nextChunk(); err != nil {
		return err
	}
	return incompleteBody("the x-amz-decoded-content-length header")
}

func (c *chunkedBody) checkChunk() error {
	if c.signer == nil {
		return nil
	}
	return c.signer.check(c.claimed, Algorithm+"-PAYLOAD", emptySHA256+"\n"+hex.EncodeToString(c.sum.Sum(nil)))
}

// finish reads what stands behind the zero chunk.
func (c *chunkedBody) finish() error {
	if c.read != c.want {
		return incompleteBody("the x-amz-decoded-content-length header")
	}
	if err := c.checkChunk(); err != nil {
		return err
	}
	if err := c.readTrailers(); err != nil {
		return err
	}
	switch _, err := c.src.ReadByte(); {
	case err == io.EOF:
		return io.EOF
	case err != nil:
		return cutShort(err)
	}
	return malformedTrailer()
}

// readTrailers reads lines up to the empty one. AWS's own examples end the trailer
// with "\n\r\n" and let the signature follow, so one empty line before it is borne.
func (c *chunkedBody) readTrailers() error {
	var signed bytes.Buffer
	signature, blank := "", false
	needsSignature := c.signer != nil && c.announced != nil
	c.trailer = http.Header{}
	for range maxTrailers {
		line, err := c.line()
		if err != nil {
			return err
		}
		if line == "" {
			if needsSignature && signature == "" && !blank {
				blank = true
				continue
			}
			return c.checkTrailers(signature, signed.Bytes())
		}
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch {
		case !ok || c.announced == nil || signature != "":
			return malformedTrailer()
		case needsSignature && name == "x-amz-trailer-signature":
			signature = value
			continue
		case blank || c.trailer.Get(name) != "" || !announces(c.announced, name):
			return malformedTrailer()
		}
		c.trailer.Set(name, value)
		signed.WriteString(name + ":" + value + "\n")
	}
	return malformedTrailer()
}

func (c *chunkedBody) checkTrailers(signature string, signed []byte) error {
	for _, name := range c.announced {
		if c.trailer.Get(name) == "" {
			return malformedTrailer()
		}
	}
	if c.signer == nil || c.announced == nil {
		return nil
	}
	sum := sha256.Sum256(signed)
	return c.signer.check(signature, Algorithm+"-TRAILER", hex.EncodeToString(sum[:]))
}

func announces(announced []string, name string) bool {
	for _, a := range announced {
		if a == name {
			return true
		}
	}
	return false
}

// line reads up to a newline, which may follow a carriage return, and bounds what it holds.
func (c *chunkedBody) line() (string, error) {
	slice, err := c.src.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull) || len(slice) > maxLine:
		return "", c.badChunk("too long")
	case err != nil:
		return "", cutShort(err)
	}
	slice = slice[:len(slice)-1]
	if n := len(slice); n > 0 && slice[n-1] == '\r' {
		slice = slice[:n-1]
	}
	return string(slice), nil
}

// cutShort is a body that ended, or failed, before its time.
func cutShort(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return incompleteBody("the Content-Length HTTP header")
	}
	return err
}

func incompleteBody(by string) error {
	return refuse(fault.Invalid, "IncompleteBody", "You did not provide the number of bytes specified by "+by, nil)
}

func malformedTrailer() error {
	return refuse(fault.Invalid, "MalformedTrailerError",
		"The request contained trailing data that was not well-formed or did not conform to our published schema.", nil)
}
