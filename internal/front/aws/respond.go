package aws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

const (
	sendPiece    = 8 << 20         // Bytes that go out under one deadline.
	sendPatience = 5 * time.Minute // How long a client may take for them.
)

// fail turns an error into its answer. Headers that the service set beside the error stay.
func (x *exchange) fail(err error) *Response {
	x.err = err
	res := x.service.Protocol().failure(err, x.id)
	if x.response != nil {
		for name, values := range x.response.Header {
			res.Header[name] = values
		}
		closeBody(x.response)
	}
	return res
}

// respond writes the answer: the one place where anything is written.
func (x *exchange) respond(res *Response) {
	defer closeBody(res)
	h := x.w.Header()
	for name, values := range res.Header {
		h[name] = values
	}
	x.service.Protocol().identify(h, x.id)
	h.Set("Server", "inlet")
	x.status = res.Status
	if x.status == 0 {
		x.status = http.StatusOK
	}
	bodyless := x.status == http.StatusNoContent || x.status == http.StatusNotModified
	if res.Body == nil && !bodyless && h.Get("Content-Length") == "" {
		h.Set("Content-Length", "0")
	}
	if res.Body != nil && (x.r.Method != http.MethodHead || x.err == nil) {
		h.Set("Content-Length", strconv.FormatInt(res.Length, 10))
	}
	x.w.WriteHeader(x.status)
	if res.Body == nil || bodyless || x.r.Method == http.MethodHead {
		return
	}
	control := http.NewResponseController(x.w)
	x.sent, x.sendErr = res.Body.WriteTo(&pacedWriter{x.w, control})
	// The deadline is the connection's: it must not meet the next answer.
	_ = control.SetWriteDeadline(time.Time{})
}

func closeBody(res *Response) {
	if c, ok := res.Body.(io.Closer); ok {
		_ = c.Close() // It was only read.
	}
}

// pacedWriter gives a slow client time for each piece of a long answer, and
// none to one that has stopped reading. Files still go out by sendfile.
type pacedWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Write writes p under a fresh deadline.
func (p *pacedWriter) Write(b []byte) (int, error) {
	p.extend()
	return p.w.Write(b)
}

// ReadFrom copies from r piece by piece. A *LimitedReader is taken apart, since
// the kernel's copy is found only directly below one.
func (p *pacedWriter) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	if !ok {
		limited = &io.LimitedReader{R: r, N: 1<<63 - 1}
	}
	var total int64
	for limited.N > 0 {
		p.extend()
		piece := &io.LimitedReader{R: limited.R, N: min(limited.N, sendPiece)}
		n, err := io.Copy(p.w, piece)
		total += n
		limited.N -= n
		if err != nil || piece.N > 0 {
			return total, err
		}
	}
	return total, nil
}

func (p *pacedWriter) extend() {
	_ = p.control.SetWriteDeadline(time.Now().Add(sendPatience)) // Not every writer has deadlines; tests' have none.
}

// recovered answers for a handler that panicked.
func (s *Server) recovered(x *exchange, p any) *Response {
	if p == http.ErrAbortHandler { //nolint:errorlint // It is compared as net/http itself does.
		panic(p)
	}
	s.log.Error("panic", "request_id", x.id.request, "operation", x.request.Operation, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	if x.service == nil {
		x.service = nowhere{}
	}
	return x.fail(&fault.Error{Kind: fault.Internal, Message: internalMessage, Err: fmt.Errorf("panic: %v", p)})
}

// logCall writes the call's one line. It holds names and numbers, never a header or a body.
func (s *Server) logCall(x *exchange) {
	level := slog.LevelInfo
	if x.status >= http.StatusInternalServerError && x.status != http.StatusNotImplemented {
		level = slog.LevelError
	}
	ctx := x.r.Context()
	if !s.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("service", orElse(x.service.Name(), "-")),
		slog.String("operation", orElse(x.request.Operation, "-")),
		slog.String("account", orElse(x.request.Session.Account, "-")),
		slog.Int("status", x.status),
		slog.Duration("duration", time.Since(x.begun)),
		slog.Int64("sent", x.sent),
		slog.String("request_id", x.id.request),
	}
	if x.err != nil {
		attrs = append(attrs, slog.String("code", codeOf(x.err)))
		if level == slog.LevelError {
			attrs = append(attrs, slog.String("error", x.err.Error()))
		}
	}
	if x.sendErr != nil && !errors.Is(x.sendErr, context.Canceled) && !errors.Is(x.sendErr, os.ErrDeadlineExceeded) {
		attrs = append(attrs, slog.String("send_error", x.sendErr.Error()))
	}
	s.log.LogAttrs(ctx, level, "aws", attrs...)
}

func codeOf(err error) string {
	if _, ok := errors.AsType[*guard.Denied](err); ok {
		return "AccessDenied"
	}
	return orElse(fault.CodeOf(err), "InternalError")
}
