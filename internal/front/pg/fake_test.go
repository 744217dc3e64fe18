package pg_test

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/pg"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// fakeBackend serves tables of results by the text of their query.
type fakeBackend struct {
	mu       sync.Mutex
	startups []pg.Startup
	results  map[string]fakeResult
	openErr  error
	syncErr  error
	closed   int
	started  chan struct{} // gets a value when "wait" runs
	release  chan struct{} // lets it end
}

// fakeResult is what a query gives: columns and a maker of fresh chunks.
type fakeResult struct {
	params  []uint32
	columns []session.Column
	chunks  func() []*warehouse.Chunk
	err     error // after the chunks
}

func newFake() *fakeBackend {
	return &fakeBackend{results: map[string]fakeResult{}, started: make(chan struct{}, 10), release: make(chan struct{}, 10)}
}

func (b *fakeBackend) Password(_ context.Context, user string) (string, bool, error) {
	sum := md5.Sum([]byte("Secret1" + user))
	return "md5" + hex.EncodeToString(sum[:]), user == "ada", nil
}

func (b *fakeBackend) Open(_ context.Context, s pg.Startup) (pg.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.startups = append(b.startups, s)
	if b.openErr != nil {
		return nil, b.openErr
	}
	if s.Database == "nowhere" {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "3D000", Message: `database "nowhere" does not exist`}
	}
	s.SettingChanged(session.Setting{Name: "is_superuser", Value: "on"})
	return &fakeSession{backend: b, startup: s, status: 'I', cancelled: make(chan struct{}, 1)}, nil
}

type fakeSession struct {
	backend   *fakeBackend
	startup   pg.Startup
	status    byte
	cancelled chan struct{}
	open      *fakeRows // the rows that the next statement ends
}

func (s *fakeSession) Prepare(_ context.Context, sql string, params []uint32) ([]pg.Statement, error) {
	s.interruptRows()
	var out []pg.Statement
	for part := range strings.SplitSeq(sql, ";") {
		part = strings.TrimSpace(part)
		if part == "syntax" {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "42601", Message: `syntax error at or near "syntax"`, Position: 3}
		}
		if part != "" {
			out = append(out, &fakeStatement{session: s, sql: part, params: params})
		}
	}
	return out, nil
}

func (s *fakeSession) Sync(context.Context) error { return s.backend.syncErr }

func (s *fakeSession) Fail() {
	if s.status == 'T' {
		s.status = 'E'
	}
}

func (s *fakeSession) Status() byte { return s.status }

func (s *fakeSession) Cancel() {
	select {
	case s.cancelled <- struct{}{}:
	default:
	}
}

func (s *fakeSession) Close() error {
	s.backend.mu.Lock()
	defer s.backend.mu.Unlock()
	s.backend.closed++
	return nil
}

func (s *fakeSession) interruptRows() {
	if s.open != nil {
		s.open.dead = true
		s.open = nil
	}
}

type fakeStatement struct {
	session *fakeSession
	sql     string
	params  []uint32
}

func (t *fakeStatement) Close() error { return nil }

func (t *fakeStatement) Describe(context.Context) ([]uint32, []session.Column, error) {
	t.session.interruptRows()
	r, ok := t.session.backend.results[t.sql]
	if !ok && t.sql != "echo" {
		return t.params, nil, nil
	}
	if t.sql == "echo" {
		return []uint32{23, 1043}, echoColumns, nil
	}
	return r.params, r.columns, nil
}

var echoColumns = []session.Column{text("a"), text("b")}

func text(name string) session.Column {
	return session.Column{Name: name, Type: sqltype.Type{ID: sqltype.Varchar, Length: 256}}
}

func (t *fakeStatement) Run(ctx context.Context, args []session.Arg) (*session.Result, error) {
	s := t.session
	s.interruptRows()
	word, rest, _ := strings.Cut(t.sql, " ")
	if s.status == 'E' && word != "rollback" {
		return nil, &fault.Error{Kind: fault.Conflict, Code: "25P02", Message: "current transaction is aborted, commands ignored until end of transaction block"}
	}
	switch word {
	case "begin":
		s.status = 'T'
		return &session.Result{Tag: "BEGIN"}, nil
	case "commit", "rollback":
		s.status = 'I'
		return &session.Result{Tag: strings.ToUpper(word)}, nil
	case "insert":
		return &session.Result{Tag: "INSERT 0", Counted: true, Affected: 3}, nil
	case "fail":
		if failures[rest] == nil {
			return nil, errors.New("no such failure")
		}
		return nil, failures[rest]
	case "panic":
		panic("as the test wants")
	case "notice":
		s.startup.Notice(session.Notice{Message: "Load into table 't' completed, 3 record(s) loaded successfully."})
		return &session.Result{Tag: "COPY"}, nil
	case "set":
		name, value, _ := strings.Cut(rest, " ")
		s.startup.SettingChanged(session.Setting{Name: name, Value: value})
		return &session.Result{Tag: "SET"}, nil
	case "wait":
		return s.wait(ctx)
	case "echo":
		return s.rows(fakeResult{columns: echoColumns, chunks: func() []*warehouse.Chunk { return []*warehouse.Chunk{echo(args)} }}), nil
	}
	r, ok := s.backend.results[t.sql]
	if !ok {
		return nil, &fault.Error{Kind: fault.NotFound, Code: "42P01", Message: `relation "` + t.sql + `" does not exist`}
	}
	return s.rows(r), nil
}

func (s *fakeSession) wait(ctx context.Context) (*session.Result, error) {
	s.backend.started <- struct{}{}
	select {
	case <-s.backend.release:
		return &session.Result{Tag: "WAIT"}, nil
	case <-s.cancelled:
		return nil, &warehouse.EngineError{Kind: warehouse.ErrorInterrupted, Message: "INTERRUPT Error: Interrupted!"}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// echo gives back what was bound, one column for each value: its format, type and bytes.
func echo(args []session.Arg) *warehouse.Chunk {
	chunk := &warehouse.Chunk{Rows: 1}
	for i := range 2 {
		v := warehouse.NewVector(warehouse.VectorType{Kind: warehouse.KindVarchar})
		switch {
		case i >= len(args) || args[i].Null:
			v.SetNull(0)
		case args[i].Binary:
			v.SetBytes(0, []byte("b:"+hex.EncodeToString(args[i].Value)))
		default:
			v.SetBytes(0, slices.Concat([]byte("t:"), args[i].Value))
		}
		chunk.Vectors = append(chunk.Vectors, v)
	}
	return chunk
}

func (s *fakeSession) rows(r fakeResult) *session.Result {
	s.open = &fakeRows{chunks: r.chunks(), err: r.err}
	return &session.Result{Columns: r.columns, Rows: s.open, Tag: "SELECT", Counted: true}
}

type fakeRows struct {
	chunks []*warehouse.Chunk
	next   int
	err    error
	dead   bool
	closed bool
}

func (r *fakeRows) Columns() []warehouse.Column {
	var cs []warehouse.Column
	for i := range r.chunks[0].Vectors {
		cs = append(cs, warehouse.Column{Type: r.chunks[0].Vectors[i].Type})
	}
	return cs
}

func (r *fakeRows) Next() (*warehouse.Chunk, error) {
	if r.dead {
		return nil, errors.New("rows were read after the next statement")
	}
	if r.next == len(r.chunks) {
		if r.err != nil {
			return nil, r.err
		}
		return nil, io.EOF
	}
	r.next++
	return r.chunks[r.next-1], nil
}

func (r *fakeRows) Affected() int64 { return 0 }

func (r *fakeRows) Close() error { r.closed = true; return nil }

// integers is a result of one bigint column with the values 1 to n, held as INTEGER.
func integers(n int) fakeResult {
	return fakeResult{
		columns: []session.Column{{Name: "n", Type: sqltype.Type{ID: sqltype.Bigint}}},
		chunks: func() []*warehouse.Chunk {
			chunks := []*warehouse.Chunk{}
			for at := 0; at < n || at == 0; at += warehouse.ChunkSize {
				v := warehouse.NewVector(warehouse.VectorType{Kind: warehouse.KindInt32})
				rows := min(n-at, warehouse.ChunkSize)
				for i := range rows {
					warehouse.Values[int32](&v)[i] = int32(at + i + 1)
				}
				chunks = append(chunks, &warehouse.Chunk{Rows: rows, Vectors: []warehouse.Vector{v}})
			}
			return chunks
		},
	}
}

type chunk = warehouse.Chunk

func repeat(c *chunk, n int) []*chunk {
	cs := make([]*chunk, n)
	for i := range cs {
		cs[i] = c
	}
	return cs
}

// start serves a backend on loopback until the test ends.
func start(t testing.TB, cfg pg.Config) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- pg.New(cfg).Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}
