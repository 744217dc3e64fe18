// Package postgres reads PostgreSQL: a snapshot by COPY, whose CSV is passed on as it
// comes, and changes by logical decoding with pgoutput, from a slot and a publication
// of this reader's own.
package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Config says how to reach the server, and what is kept there for this reader.
type Config struct {
	Addrs       []string // host:port, or /directory:port of a socket. The first that takes writes is used.
	Database    string
	User        string
	Password    string
	TLS         *tls.Config   // Nil for a connection in clear text; ServerName is filled in when it is empty.
	Slot        string        // "inlet" when empty; one reader each.
	Publication string        // The slot's name when empty.
	Tables      []source.Name // What is to be published; see Select.
}

// Source is a database of a PostgreSQL server.
type Source struct {
	config  Config
	applied atomic.Uint64
	held    time.Duration
	members membership

	mu       sync.Mutex
	open     map[*conn]bool // Nil when closed.
	selected []source.Name
}

// New returns a source that connects when it is used.
func New(config Config) *Source {
	if config.Slot == "" {
		config.Slot = "inlet"
	}
	if config.Publication == "" {
		config.Publication = config.Slot
	}
	return &Source{config: config, selected: config.Tables, held: held, open: map[*conn]bool{}}
}

// Select says which tables Position is to publish, instead of those of the Config.
// Without either it publishes all whose changes can be followed.
func (s *Source) Select(tables []source.Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.selected = tables
}

// Resume says which tables were followed until now, and from which position on their changes
// count, where they were read after one. As Select, but Position publishes none of them anew: the
// changes between would be missing.
func (s *Source) Resume(since map[source.Name]source.Position) {
	s.Select(sorted(slices.Collect(maps.Keys(since))))
	s.members.expect(since)
}

func (s *Source) tables() []source.Name {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.selected
}

// conn is a session whose values are printed in one way, whatever the server is set to.
type conn struct {
	*pgconn.PgConn
	wire   *wire
	owner  *Source
	detach func() bool
}

// session makes snapshot and changes print values alike; lc_monetary is left alone, because values of money mean what it says.
var session = map[string]string{
	"client_encoding": "UTF8", "DateStyle": "ISO, YMD", "TimeZone": "UTC", "IntervalStyle": "postgres", "extra_float_digits": "1", "bytea_output": "hex",
	"search_path": "pg_catalog", "standard_conforming_strings": "on", "quote_all_identifiers": "off", "jit": "off",
	"row_security":       "off",   // A query whose rows a policy would hide fails.
	"synchronous_commit": "local", // A standby that is away does not keep this reader waiting.
	"statement_timeout":  "0", "lock_timeout": "0", "idle_in_transaction_session_timeout": "0",
}

// connect opens a session that ends with the context or the source.
func (s *Source) connect(ctx context.Context) (*conn, error) { return s.dial(ctx, false) }

// dial opens a session; a replication session takes other commands and no parameters.
func (s *Source) dial(ctx context.Context, replication bool) (*conn, error) {
	if len(s.config.Addrs) == 0 {
		return nil, errors.New("no address of the source is given")
	}
	var all []error
	for _, addr := range s.config.Addrs {
		c, err := s.dialOne(ctx, addr, replication)
		if err == nil {
			return c, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		all = append(all, s.explain(fmt.Errorf("connect to %s: %w", addr, err)))
	}
	return nil, errors.Join(all...)
}

func (s *Source) dialOne(ctx context.Context, addr string, replication bool) (*conn, error) {
	c := &conn{owner: s}
	config, err := s.dialConfig(addr)
	if err != nil {
		return nil, err
	}
	if replication {
		config.RuntimeParams["replication"] = "database"
	}
	if len(s.config.Addrs) > 1 {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	config.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		c.wire = newWire(r)
		return pgproto3.NewFrontend(c.wire, w)
	}
	if c.PgConn, err = pgconn.ConnectConfig(ctx, config); err != nil {
		return nil, err
	}
	if err := s.keep(c); err != nil {
		c.Conn().Close()
		return nil, err
	}
	c.detach = context.AfterFunc(ctx, func() { c.Conn().Close() })
	return c, nil
}

func (s *Source) dialConfig(addr string) (*pgconn.Config, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address of the source: %w", err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("address of the source: %w", err)
	}
	// Only a parsed config is taken; every field that the environment could fill is set.
	config, err := pgconn.ParseConfig("host=localhost port=5432 user=u password=p dbname=d sslmode=disable target_session_attrs=any")
	if err != nil {
		return nil, fmt.Errorf("make a connection's config: %w", err)
	}
	config.Host, config.Port, config.User, config.Password, config.Database = host, uint16(number), s.config.User, s.config.Password, s.config.Database
	config.Fallbacks, config.TLSConfig, config.ConnectTimeout = nil, nil, 15*time.Second
	if s.config.TLS != nil && !strings.HasPrefix(host, "/") {
		config.TLSConfig = s.config.TLS.Clone()
		if config.TLSConfig.ServerName == "" {
			config.TLSConfig.ServerName = host
		}
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}
	config.DialFunc = dialer.DialContext
	config.RuntimeParams = map[string]string{"application_name": "inlet " + s.config.Slot}
	for name, value := range session {
		config.RuntimeParams[name] = value
	}
	return config, nil
}

var errClosed = errors.New("the source is closed")

func (s *Source) keep(c *conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		return errClosed
	}
	s.open[c] = true
	return nil
}

// Close ends the session.
func (c *conn) Close() error {
	c.detach()
	c.owner.mu.Lock()
	delete(c.owner.open, c)
	c.owner.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c.PgConn.Close(ctx) // What it could not say, the end of the connection says.
	return nil
}

// query runs a statement with parameters and returns its rows as text; NULL is "".
func (c *conn) query(sql string, args ...string) ([][]string, error) {
	values := make([][]byte, len(args))
	for i, a := range args {
		values[i] = []byte(a)
	}
	return c.rows(sql, c.ExecParams(context.Background(), sql, values, nil, nil, nil).Read())
}

// simple runs a statement of the simple protocol, all that a replication session takes.
func (c *conn) simple(sql string) ([][]string, error) {
	all, err := c.Exec(context.Background(), sql).ReadAll()
	if err != nil || len(all) == 0 {
		return c.rows(sql, &pgconn.Result{Err: err})
	}
	return c.rows(sql, all[len(all)-1])
}

func (c *conn) rows(sql string, r *pgconn.Result) ([][]string, error) {
	if r.Err != nil {
		return nil, c.owner.explain(fmt.Errorf("%s: %w", sql, r.Err))
	}
	rows := make([][]string, len(r.Rows))
	for i, row := range r.Rows {
		rows[i] = make([]string, len(row))
		for j, v := range row {
			rows[i][j] = string(v)
		}
	}
	return rows, nil
}

// one is the only row of a query that always has one.
func (c *conn) one(sql string, args ...string) ([]string, error) {
	rows, err := c.query(sql, args...)
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("%s: %d rows instead of one", sql, len(rows))
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// Applied tells that what happened up to a position is safe elsewhere; the server hears of it
// while changes are followed, and then need not keep its log for this slot any longer.
func (s *Source) Applied(through source.Position) {
	at, _, err := parsePosition(through)
	if err != nil {
		return // No position of this source.
	}
	for old := s.applied.Load(); uint64(at) > old; old = s.applied.Load() {
		if s.applied.CompareAndSwap(old, uint64(at)) {
			return
		}
	}
}

// Close ends all connections; what runs on them fails.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.detach()
		c.Conn().Close()
	}
	s.open = nil
	return nil
}

// quote writes a string literal.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func identOf(n source.Name) string { return ident(n.Schema) + "." + ident(n.Table) }

// codeOf is the server's code of an error, "" when the server did not say it.
func codeOf(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

var _ source.Source = (*Source)(nil)

// conflict is a fault of the source's state, with the way out.
func conflict(code, on, message, hint string) *fault.Error {
	return &fault.Error{Kind: fault.Conflict, Code: code, On: on, Message: message, Hint: hint}
}
