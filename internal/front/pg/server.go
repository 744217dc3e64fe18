package pg

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"
)

// Defaults of Config.
const (
	DefaultMaxConns       = 500
	DefaultMaxMessage     = 64 << 20
	DefaultMaxHeld        = 64 << 20
	DefaultStartupTimeout = 10 * time.Second
	DefaultAuthTimeout    = 30 * time.Second
	DefaultStopTimeout    = 10 * time.Second
)

// Config says how a Server behaves. Zero values stand for the defaults.
type Config struct {
	Backend Backend
	// TLS answers SSLRequest; nil refuses it and the connection goes on in clear.
	TLS *tls.Config
	// ClearText asks for the password itself on TLS connections, in place of its MD5.
	ClearText bool
	Logger    *slog.Logger
	MaxConns  int // sessions at a time
	// MaxMessage bounds a message from a client, in bytes.
	MaxMessage int
	// MaxHeld bounds the rows kept of a suspended portal while its connection runs another statement, in bytes.
	MaxHeld        int
	StartupTimeout time.Duration // from connecting to the startup message, TLS included
	AuthTimeout    time.Duration // from there to the password
	StopTimeout    time.Duration // how long running statements may go on when the server stops
}

// Server speaks PostgreSQL's protocol to clients on behalf of a Backend.
type Server struct {
	cfg  Config
	keys keyTable

	mu       sync.Mutex
	conns    map[*conn]struct{}
	sessions int
	stopping bool
	wg       sync.WaitGroup
}

// New makes a server. It listens when Serve is called.
func New(cfg Config) *Server {
	setDefault(&cfg.MaxConns, DefaultMaxConns)
	setDefault(&cfg.MaxMessage, DefaultMaxMessage)
	setDefault(&cfg.MaxHeld, DefaultMaxHeld)
	setDefault(&cfg.StartupTimeout, DefaultStartupTimeout)
	setDefault(&cfg.AuthTimeout, DefaultAuthTimeout)
	setDefault(&cfg.StopTimeout, DefaultStopTimeout)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{cfg: cfg, conns: map[*conn]struct{}{}}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Serve accepts connections until ctx ends; a server serves once. Then idle clients are told to go,
// running statements get StopTimeout to finish, and Serve returns when the last has gone.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	err := s.accept(ctx, work, l)
	l.Close()
	s.stop(cancel)
	return err
}

func (s *Server) accept(ctx, work context.Context, l net.Listener) error {
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			s.start(work, nc)
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return nil
		case !retryable(err):
			return err
		default: // Out of file descriptors, most likely: some will come back.
			s.cfg.Logger.Warn("accept a client", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

func retryable(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
}

// start serves nc in its own goroutine. Sockets are bounded above sessions, so
// that cancel requests and the refusal of one client too many still get through.
func (s *Server) start(ctx context.Context, nc net.Conn) {
	c := newConn(s, nc)
	s.mu.Lock()
	full := s.stopping || len(s.conns) >= 2*s.cfg.MaxConns+64
	if !full {
		s.conns[c] = struct{}{}
		s.wg.Add(1)
	}
	s.mu.Unlock()
	if full {
		nc.Close()
		return
	}
	go func() {
		defer s.wg.Done()
		defer s.forget(c)
		c.serve(ctx)
	}()
}

func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// admit counts a session in, unless there are too many.
func (s *Server) admit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions >= s.cfg.MaxConns {
		return false
	}
	s.sessions++
	return true
}

func (s *Server) dismiss() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions--
}

func (s *Server) stop(cancel context.CancelFunc) {
	s.each((*conn).stopReading)
	abort := time.AfterFunc(s.cfg.StopTimeout, func() {
		cancel()
		s.each((*conn).abort)
	})
	s.wg.Wait()
	abort.Stop()
}

func (s *Server) each(do func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	for c := range s.conns {
		do(c)
	}
}
