package pg_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/front/pg"
)

// logbook is a log that tests read while a server still writes.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logbook) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func TestTooManyConnections(t *testing.T) {
	addr := start(t, pg.Config{Backend: newFake(), MaxConns: 1})
	first := login(t, addr)
	c := dial(t, addr)
	c.start(map[string]string{"user": "ada"})
	c.password("ada", "Secret1")
	if got := c.until("Z"); got != lines("AuthenticationOk", "E FATAL 53300 too many connections", "closed") {
		t.Errorf("got %s", got)
	}
	first.send(&pgproto3.Terminate{})
	first.until("closed")
	login(t, addr)
}

func TestCancel(t *testing.T) {
	b := newFake()
	addr := start(t, pg.Config{Backend: b})
	c := dial(t, addr)
	c.start(map[string]string{"user": "ada"})
	c.password("ada", "Secret1")
	var key pgproto3.BackendKeyData
	for ready := false; !ready; {
		switch m := c.receive().(type) {
		case *pgproto3.BackendKeyData:
			key = *m
		case *pgproto3.ReadyForQuery:
			ready = true
		}
	}
	c.send(&pgproto3.Query{String: "wait"})
	<-b.started
	for _, secret := range []uint32{key.SecretKey + 1, key.SecretKey} {
		canceller := dial(t, addr)
		canceller.send(&pgproto3.CancelRequest{ProcessID: key.ProcessID, SecretKey: secret})
		if _, err := canceller.nc.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("cancel request was answered: %v", err)
		}
	}
	want := lines("E ERROR 57014 Query cancelled on user's request", "Z I")
	if got := c.until("Z"); got != want {
		t.Errorf("got %s", got)
	}
}

func TestMalformedMessages(t *testing.T) {
	addr := start(t, pg.Config{Backend: newFake(), MaxMessage: 1 << 20})
	for _, tc := range []struct{ name, send, want string }{
		{"too large", "Q\x00\x20\x00\x00", "E FATAL 08P01 invalid message length\nclosed"},
		{"large for its type", "S\x00\x01\x00\x00", "E FATAL 08P01 invalid message length\nclosed"},
		{"negative", "Q\xff\xff\xff\xff", "E FATAL 08P01 invalid message length\nclosed"},
		{"unknown type", "z\x00\x00\x00\x04", "E FATAL 08P01 invalid frontend message type 122\nclosed"},
		{"query without end", "Q\x00\x00\x00\x05x", "E ERROR 08P01 invalid message format\nZ I"},
		{"negative value in Bind", "B\x00\x00\x00\x10\x00\x00\x00\x00\x00\x01\xff\xff\xff\x00\x00\x00S\x00\x00\x00\x04", "E ERROR 08P01 invalid message format\nZ I"},
		{"short function call", "F\x00\x00\x00\x05x", "E ERROR 0A000 function call messages are not supported\nZ I"},
		{"password late", "p\x00\x00\x00\x05\x00S\x00\x00\x00\x04", "E ERROR 08P01 unexpected password message\nZ I"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := login(t, addr)
			if _, err := io.WriteString(c.nc, tc.send); err != nil {
				t.Fatal(err)
			}
			if got := c.until("Z"); got != tc.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

// serving runs a server that the test stops itself.
func serving(t *testing.T, cfg pg.Config) (addr string, stop func(), stopped chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	stopped = make(chan error, 1)
	go func() { stopped <- pg.New(cfg).Serve(ctx, l) }()
	return l.Addr().String(), cancel, stopped
}

func TestStop(t *testing.T) {
	b := newFake()
	addr, stop, stopped := serving(t, pg.Config{Backend: b, StopTimeout: 50 * time.Millisecond})
	idle, busy := login(t, addr), login(t, addr)
	busy.send(&pgproto3.Query{String: "wait"})
	<-b.started
	stop()
	if got := idle.until("closed"); got != "E FATAL 57P01 terminating connection due to administrator command\nclosed" {
		t.Errorf("idle client: %s", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := busy.until("closed"); !strings.HasSuffix(got, "closed") {
		t.Errorf("busy client: %s", got)
	}
	if b.closed != 2 {
		t.Errorf("%d of 2 sessions closed", b.closed)
	}
}

func TestStopLetsStatementsFinish(t *testing.T) {
	b := newFake()
	addr, stop, stopped := serving(t, pg.Config{Backend: b})
	c := dial(t, addr)
	c.start(map[string]string{"user": "ada"})
	c.password("ada", "Secret1")
	c.until("Z")
	c.send(&pgproto3.Query{String: "wait"})
	<-b.started
	stop()
	b.release <- struct{}{}
	want := lines("C WAIT", "Z I", "E FATAL 57P01 terminating connection due to administrator command", "closed")
	if got := c.until("closed"); got != want {
		t.Errorf("got %s", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// TestSlowClient stops a server whose client does not read: the statement waits for
// it, in bounded memory, and the stop does not.
func TestSlowClient(t *testing.T) {
	b := newFake()
	endless := integers(2048)
	chunks := endless.chunks()
	endless.chunks = func() []*chunk { return repeat(chunks[0], 1_000_000) }
	b.results["endless"] = endless
	addr, stop, stopped := serving(t, pg.Config{Backend: b, StopTimeout: 50 * time.Millisecond})
	c := login(t, addr)
	c.send(&pgproto3.Query{String: "endless"})
	if _, ok := c.receive().(*pgproto3.RowDescription); !ok {
		t.Fatal("no rows")
	}
	stop()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

type failingListener struct{ net.Listener }

var errListener = errors.New("no more")

func (failingListener) Accept() (net.Conn, error) { return nil, errListener }
func (failingListener) Close() error              { return nil }

func TestServeSaysWhyItEnds(t *testing.T) {
	if err := pg.New(pg.Config{Backend: newFake()}).Serve(context.Background(), failingListener{}); !errors.Is(err, errListener) {
		t.Errorf("got %v", err)
	}
}
