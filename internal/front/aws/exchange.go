package aws

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// maxCall is the largest body of a call that is no upload; templates and policies stay far below.
const maxCall = 4 << 20

// exchange is one call on its way through the server.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	id     ids
	random [64]byte
	now    time.Time // by the server's clock
	begun  time.Time
	stream io.Reader // the body as it arrives

	claim    *signature
	claimErr error
	service  Service
	request  Request
	body     []byte // of calls that are read whole
	buffered bool

	response *Response
	err      error // why the call failed, for the log
	status   int
	sent     int64
	sendErr  error
}

func newExchange(w http.ResponseWriter, r *http.Request, now time.Time) *exchange {
	x := &exchange{w: w, r: r, now: now, begun: time.Now()}
	_, _ = rand.Read(x.random[:]) // Never fails (crypto/rand).
	x.id.request = strings.ToUpper(hex.EncodeToString(x.random[:8]))
	x.id.host = base64.StdEncoding.EncodeToString(x.random[16:])
	// r.Body itself stays as it is: net/http knows by it that a client still waits for "100 Continue".
	x.stream = http.NoBody
	if r.Body != nil && r.Body != http.NoBody {
		x.stream = &patientBody{src: r.Body, control: http.NewResponseController(w)}
	}
	return x
}

// name sets the service, and the form of request id its clients expect.
func (x *exchange) name(svc Service) {
	x.service = svc
	if _, s3 := svc.Protocol().(RESTXML); !s3 {
		x.id.request = uuid(x.random[:16])
	}
}

// uuid prints random bytes as a version 4 UUID.
func uuid(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// buffer reads the whole body, once.
func (x *exchange) buffer() ([]byte, error) {
	if x.buffered {
		return x.body, nil
	}
	body, err := io.ReadAll(io.LimitReader(x.stream, maxCall+1))
	if err != nil {
		return nil, cutShort(err)
	}
	if len(body) > maxCall {
		return nil, refuse(fault.TooLarge, "RequestEntityTooLarge", "The request is larger than "+strconv.Itoa(maxCall)+" bytes.", nil)
	}
	x.body, x.buffered = body, true
	return body, nil
}

func (x *exchange) bufferedForm() (url.Values, error) {
	body, err := x.buffer()
	if err != nil {
		return nil, err
	}
	form, _ := url.ParseQuery(string(body)) // What can be read is enough to find the service; it reads the form itself.
	return form, nil
}

// authenticate establishes the caller and opens the body.
func (s *Server) authenticate(x *exchange) error {
	x.request = Request{Request: x.r, Trailer: func() http.Header { return nil }}
	known := &verified{}
	if x.claim != nil {
		var err error
		if known, err = s.auth.verify(x.r, x.claim, x.service, x.payloadHash); err != nil {
			return err
		}
		known.session.AccessKeyID = x.claim.accessKeyID
	} else {
		known.session.Type = policy.Anonymous
	}
	x.request.Session = known.session
	x.request.Session.Request = x.describe(s.auth.region)
	return x.openBody(known.key)
}

// payloadHash is the last line of the canonical request.
func (x *exchange) payloadHash() (string, error) {
	declared := x.declaredHash()
	if _, s3 := x.service.Protocol().(RESTXML); s3 {
		if declared == "" && !x.claim.presigned {
			return "", headerMissing("x-amz-content-sha256")
		}
		return orElse(declared, unsignedPayload), nil
	}
	body, err := x.buffer()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

// declaredHash is x-amz-content-sha256; in presigned URLs it counts only when it is signed.
func (x *exchange) declaredHash() string {
	header := x.r.Header.Get("X-Amz-Content-Sha256")
	if x.claim == nil || !x.claim.presigned {
		return header
	}
	for _, name := range x.claim.signedHeaders {
		if name == "x-amz-content-sha256" {
			return header
		}
	}
	return x.r.URL.Query().Get("X-Amz-Content-Sha256")
}

// openBody hands S3 its body as a stream and every other service a whole one.
func (x *exchange) openBody(key []byte) error {
	if _, s3 := x.service.Protocol().(RESTXML); !s3 || x.buffered {
		body, err := x.buffer()
		if err != nil {
			return err
		}
		x.request.Payload, x.request.Length = bytes.NewReader(body), int64(len(body))
		return nil
	}
	var signer *chunkSigner
	if x.claim != nil {
		signer = &chunkSigner{key: key, time: x.claim.time.UTC().Format(timeFormat), scope: x.claim.scope.String(), previous: x.claim.value}
	}
	p, err := openPayload(x.r, x.stream, x.declaredHash(), signer)
	if err != nil {
		return err
	}
	x.request.Payload, x.request.Length, x.request.Trailer = p.body, p.length, p.trailer
	return nil
}

// describe says what condition keys and the log want to know of the request.
func (x *exchange) describe(region string) guard.Request {
	host, _, err := net.SplitHostPort(x.r.RemoteAddr)
	if err != nil {
		host = x.r.RemoteAddr
	}
	ip := net.ParseIP(host)
	q := guard.Request{
		ID: x.id.request, Time: x.now, SourceIP: host, Region: region, UserAgent: x.r.UserAgent(),
		// A connection that never leaves the machine is as private as TLS; CDK's EnforceSSL would bar it otherwise.
		Secure: x.r.TLS != nil || (ip != nil && ip.IsLoopback()),
	}
	switch {
	case x.claim == nil:
	case x.claim.presigned:
		q.Region, q.AuthType = x.claim.scope.region, "REST-QUERY-STRING"
	default:
		q.Region, q.AuthType = x.claim.scope.region, "REST-HEADER"
	}
	return q
}

func (s *Server) serve(x *exchange) error {
	res, err := x.service.ServeAWS(guard.Within(x.r.Context(), x.id.host), &x.request)
	x.response = res
	if err == nil && res == nil {
		return fmt.Errorf("%s answered %s with nothing", x.service.Name(), x.request.Operation)
	}
	return err
}
