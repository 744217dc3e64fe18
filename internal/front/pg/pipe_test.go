package pg_test

import (
	"context"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/front/pg"
)

// pipes is a listener whose connections are pairs of net.Pipe, for tests without sockets or real time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// halfClosing is a pipe whose client may end what it says and still listen.
type halfClosing struct {
	net.Conn
	r *io.PipeReader // what the server reads
	w *io.PipeWriter // what the client writes
}

func (h *halfClosing) Read(p []byte) (int, error) {
	if h.r != nil {
		return h.r.Read(p)
	}
	return h.Conn.Read(p)
}

func (h *halfClosing) Write(p []byte) (int, error) {
	if h.w != nil {
		return h.w.Write(p)
	}
	return h.Conn.Write(p)
}

func (h *halfClosing) CloseWrite() error { return h.w.Close() }

func (h *halfClosing) SetReadDeadline(t time.Time) error {
	if h.r != nil && t.Before(time.Now()) && !t.IsZero() {
		return h.r.CloseWithError(os.ErrDeadlineExceeded)
	}
	return h.Conn.SetReadDeadline(t)
}

func (h *halfClosing) SetDeadline(t time.Time) error {
	if err := h.SetReadDeadline(t); err != nil {
		return err
	}
	return h.Conn.SetDeadline(t)
}

func (h *halfClosing) Close() error {
	if h.r != nil {
		h.r.Close()
	}
	return h.Conn.Close()
}

func (p *pipes) dialHalfClosing() *halfClosing {
	client, server := net.Pipe()
	r, w := io.Pipe()
	p.conns <- &halfClosing{Conn: server, r: r}
	return &halfClosing{Conn: client, w: w}
}

// startOnPipes serves a backend on pipes until the test ends.
func startOnPipes(t testing.TB, cfg pg.Config) *pipes {
	t.Helper()
	l := newPipes()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- pg.New(cfg).Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l
}
