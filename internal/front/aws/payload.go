package aws

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// The values x-amz-content-sha256 may have besides a hash.
const (
	unsignedPayload       = "UNSIGNED-PAYLOAD"
	signedChunks          = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	signedChunksTrailer   = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	unsignedChunksTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
)

// bodyPatience is how long a client may be silent in the middle of a body.
const bodyPatience = 60 * time.Second

// payload is a request's body as it is handed to a service that streams.
type payload struct {
	body    io.Reader
	length  int64 // decoded, -1 when unknown
	trailer func() http.Header
}

// openPayload decodes and verifies r's body as declared says, while it is read.
// signer is nil for callers without a signature.
func openPayload(r *http.Request, body io.Reader, declared string, signer *chunkSigner) (*payload, error) {
	switch declared {
	case "", unsignedPayload:
		return plainPayload(&plainBody{src: body, left: r.ContentLength}, r.ContentLength), nil
	case signedChunks, signedChunksTrailer, unsignedChunksTrailer:
		return chunkedPayload(r, body, declared, signer)
	}
	if sum, err := hex.DecodeString(declared); err != nil || len(sum) != sha256.Size {
		return nil, refuse(fault.Invalid, "InvalidArgument",
			"x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "+signedChunksTrailer+", "+unsignedChunksTrailer+", "+signedChunks+" or a valid sha256 value.",
			map[string]string{"ArgumentName": "x-amz-content-sha256", "ArgumentValue": declared})
	}
	b := &plainBody{src: body, left: r.ContentLength, sum: sha256.New(), want: strings.ToLower(declared)}
	if b.left == 0 {
		if err := b.check(); err != nil {
			return nil, err
		}
	}
	return plainPayload(b, r.ContentLength), nil
}

func plainPayload(body io.Reader, length int64) *payload {
	return &payload{body: body, length: length, trailer: func() http.Header { return nil }}
}

func chunkedPayload(r *http.Request, body io.Reader, declared string, signer *chunkSigner) (*payload, error) {
	length, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
	if err != nil || length < 0 {
		return nil, refuse(fault.Invalid, "MissingContentLength", "You must provide the Content-Length HTTP header.", nil)
	}
	if declared == unsignedChunksTrailer {
		signer = nil
	} else if signer == nil {
		return nil, refuse(fault.Denied, "AccessDenied", "Access Denied", nil)
	}
	var announced []string
	if declared != signedChunks {
		announced = []string{}
		for name := range strings.SplitSeq(r.Header.Get("X-Amz-Trailer"), ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
				announced = append(announced, name)
			}
		}
	}
	c := newChunkedBody(body, length, signer, announced)
	return &payload{body: c, length: length, trailer: func() http.Header { return c.trailer }}, nil
}

// plainBody passes a body on and checks its length and, where declared, its
// hash, together with the last byte.
type plainBody struct {
	src  io.Reader
	left int64 // negative when unknown
	sum  hash.Hash
	want string
	err  error
}

// Read hands out bytes of the body.
func (b *plainBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.src.Read(p)
	if b.sum != nil {
		b.sum.Write(p[:n])
	}
	if b.left > 0 {
		b.left -= int64(n)
	}
	switch {
	case b.left == 0 || (b.left < 0 && err == io.EOF):
		if b.err = b.check(); b.err == nil {
			b.err = io.EOF
		}
	case err != nil:
		b.err = cutShort(err)
	}
	return n, b.err
}

func (b *plainBody) check() error {
	if b.sum == nil {
		return nil
	}
	got := hex.EncodeToString(b.sum.Sum(nil))
	if matches(got, b.want) {
		return nil
	}
	return refuse(fault.Invalid, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.",
		map[string]string{"ClientComputedContentSHA256": b.want, "S3ComputedContentSHA256": got})
}

// patientBody gives a client time for each piece of its body rather than for
// the whole: an upload may take hours but must not fall silent.
type patientBody struct {
	src     io.Reader
	control *http.ResponseController
	set     time.Time
}

// Read reads and moves the deadline on.
func (b *patientBody) Read(p []byte) (int, error) {
	if now := time.Now(); now.Sub(b.set) > bodyPatience/10 {
		b.set = now
		_ = b.control.SetReadDeadline(now.Add(bodyPatience)) // Not every writer has deadlines; tests' have none.
	}
	n, err := b.src.Read(p)
	if err == nil {
		return n, nil
	}
	// What the server reads behind the body must not run into our deadline.
	_ = b.control.SetReadDeadline(time.Time{})
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return n, refuse(fault.Invalid, "RequestTimeout", "Your socket connection to the server was not read from or written to "+
			"within the timeout period. Idle connections will be closed.", nil)
	}
	return n, err
}
