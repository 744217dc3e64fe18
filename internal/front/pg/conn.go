package pg

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/flow/session"
)

// conn is one client. Its fields belong to its own goroutine, except those below mu, stopping and raw.
type conn struct {
	server   *Server
	raw      net.Conn // what was accepted; deadlines are set on it
	net      net.Conn // raw, or the TLS connection over it
	secure   bool
	in       receiver
	out      writer
	log      *slog.Logger
	startup  Startup
	settings []session.Setting
	greeted  bool
	style    style
	session  Session

	statements map[string]*prepared
	portals    map[string]*portal
	skipping   bool // after an error in the extended protocol, until Sync

	stopping atomic.Bool
	mu       sync.Mutex
	running  Session // the session while it may be cancelled
	news     news
}

func newConn(s *Server, nc net.Conn) *conn {
	return &conn{server: s, raw: nc, net: nc, out: newWriter(nc), style: defaultStyle(),
		log:        s.cfg.Logger.With("remote", nc.RemoteAddr().String()),
		statements: map[string]*prepared{}, portals: map[string]*portal{}}
}

// serve talks to the client until one of the two ends it. A panic, in a session or here, costs this connection only.
func (c *conn) serve(ctx context.Context) {
	defer c.raw.Close()
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("connection ends after a defect", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	err := c.converse(ctx)
	if c.out.err != nil {
		err = c.out.err
	}
	c.farewell(err)
}

func (c *conn) converse(ctx context.Context) error {
	c.limitTime(c.server.cfg.StartupTimeout)
	if err := c.hello(ctx); err != nil {
		return err
	}
	c.in = receiver{r: bufio.NewReaderSize(c.net, 16<<10), max: smallMessage}
	c.limitTime(c.server.cfg.AuthTimeout)
	if err := c.authenticate(ctx); err != nil {
		return err
	}
	if !c.server.admit() {
		return refuse(stateTooMany, "too many connections")
	}
	defer c.server.dismiss()
	c.limitTime(0)
	return c.converseIn(ctx)
}

// converseIn opens the session and serves its messages.
func (c *conn) converseIn(ctx context.Context) error {
	pid, secret := c.server.keys.add(c.cancel)
	defer c.server.keys.remove(pid)
	c.startup.PID, c.startup.Notice, c.startup.SettingChanged = pid, c.notice, c.settingChanged
	c.settings = firstSettings(&c.startup)
	s, err := c.server.cfg.Backend.Open(ctx, c.startup)
	if err != nil {
		return err
	}
	c.log = c.log.With("user", c.startup.User, "pid", pid)
	c.session = s
	c.setRunning(s)
	defer c.closeSession()
	c.greet(secret)
	c.in.max = c.server.cfg.MaxMessage
	c.ready()
	return c.loop(ctx)
}

func (c *conn) loop(ctx context.Context) error {
	for {
		kind, body, err := c.in.next()
		if err != nil {
			return err
		}
		if kind == 'X' {
			return nil
		}
		c.handle(ctx, kind, body)
		if c.out.err != nil {
			return c.out.err
		}
	}
}

// handle answers one message. Errors of statements are told to the client and end here.
func (c *conn) handle(ctx context.Context, kind byte, body []byte) {
	if c.skipping && kind != 'S' {
		return
	}
	var err error
	switch kind {
	case 'Q':
		c.query(ctx, body)
	case 'P':
		err = c.parse(ctx, body)
	case 'B':
		err = c.bind(body)
	case 'D':
		err = c.describe(ctx, body)
	case 'E':
		err = c.execute(ctx, body)
	case 'C':
		err = c.close(body)
	case 'S':
		c.sync(ctx)
	case 'H':
		c.out.flush()
	case 'F':
		c.fail(refuse(stateUnsupported, "function call messages are not supported"))
		c.sync(ctx)
	case 'p':
		err = refuse(stateProtocol, "unexpected password message")
	}
	// 'd', 'c' and 'f' remain: what follows a COPY that failed, which PostgreSQL ignores too.
	if err != nil {
		c.fail(err)
		c.skipping = true
	}
}

// fail tells the client of an error and the session that its transaction cannot go on.
func (c *conn) fail(err error) {
	c.report(err, severityError)
	c.session.Fail()
	c.dropPortals()
}

// ready ends a query cycle.
func (c *conn) ready() {
	c.tellNews()
	c.out.send(&pgproto3.ReadyForQuery{TxStatus: c.session.Status()})
	c.out.flush()
}

// farewell says why the connection ends, when the client is there to hear it.
func (c *conn) farewell(err error) {
	switch {
	case err == nil || errors.Is(err, errDone) || errors.Is(err, io.EOF):
		return
	case c.stopping.Load() && errors.Is(err, os.ErrDeadlineExceeded):
		err = refuse(stateAdmin, messageTerminated)
	case c.out.err != nil || isNetError(err):
		c.log.Debug("connection ends", "err", err)
		return
	}
	_ = c.raw.SetWriteDeadline(time.Now().Add(time.Second)) // The client may be gone; then the write fails.
	c.report(err, severityFatal)
	c.out.flush()
}

func isNetError(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe)
}

func (c *conn) closeSession() {
	c.setRunning(nil)
	c.dropPortals()
	for name := range c.statements {
		c.closeStatement(name)
	}
	if err := c.session.Close(); err != nil {
		c.log.Error("close the session", "err", err)
	}
}

func (c *conn) setRunning(s Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = s
}

// cancel stops what the session runs. Any goroutine may call it.
func (c *conn) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running != nil {
		c.running.Cancel()
	}
}

// stopReading makes the connection end when it would wait for the client's next message.
func (c *conn) stopReading() {
	c.stopping.Store(true)
	_ = c.raw.SetReadDeadline(time.Unix(1, 0)) // A closed connection needs no deadline.
}

// abort ends the connection now.
func (c *conn) abort() {
	c.cancel()
	_ = c.raw.SetDeadline(time.Unix(1, 0)) // A closed connection needs no deadline.
}
