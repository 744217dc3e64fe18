// Package mysql reads MySQL and MariaDB: a snapshot by the binary protocol,
// straight to CSV, and changes from the binary log.
package mysql

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Config says how to reach the server.
type Config struct {
	Addrs    []string // host:port, the first that answers; the others take over when it fails.
	User     string
	Password string
	TLS      *tls.Config // Nil for a connection in clear text.
	ServerID uint32      // Under which the log is read; unique among the server's replicas. 0 picks one.
}

// Source is a MySQL or MariaDB server.
type Source struct {
	config Config

	mu   sync.Mutex
	open map[*client.Conn]bool // Nil when closed.
	line line                  // Which server's log the positions are of.
}

// New returns a source that connects when it is used.
func New(config Config) *Source {
	if config.ServerID == 0 {
		config.ServerID = pickServerID()
	}
	return &Source{config: config, open: map[*client.Conn]bool{}}
}

// conn is a session in UTC and UTF-8 whose words mean what they say.
type conn struct {
	*client.Conn
	owner  *Source
	addr   string
	detach func() bool
}

var session = [...]string{
	"SET NAMES utf8mb4",
	"SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = 600, wait_timeout = 28800",
}

// connect opens a session that ends with the context or the source.
func (s *Source) connect(ctx context.Context) (*conn, error) {
	var all []error
	for _, addr := range s.config.Addrs {
		c, err := s.dial(ctx, addr)
		if err == nil {
			return c, nil
		}
		all = append(all, explain(fmt.Errorf("connect to %s: %w", addr, err)))
	}
	if len(all) == 0 {
		return nil, errors.New("no address of the source is given")
	}
	return nil, errors.Join(all...)
}

func (s *Source) dial(ctx context.Context, addr string) (*conn, error) {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	raw, err := client.ConnectWithDialer(ctx, "", addr, s.config.User, s.config.Password, "", dialer.DialContext, func(c *client.Conn) error {
		if s.config.TLS != nil {
			c.SetTLSConfig(s.config.TLS)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, owner: s, addr: addr}
	if err := s.keep(raw); err != nil {
		raw.Close()
		return nil, err
	}
	cut := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { raw.Conn.Conn.Close(); close(cut) }) // The socket alone: the rest is in use.
	c.detach = func() bool {
		detached := stop()
		if !detached {
			<-cut // Only one may close it at a time.
		}
		return detached
	}
	limit := "SET SESSION max_execution_time = 0" // A snapshot takes as long as it takes.
	if c.mariadb() {
		limit = "SET SESSION max_statement_time = 0"
	}
	for _, q := range append(session[:], limit) {
		if _, err := c.Execute(q); err != nil {
			c.Close()
			return nil, fmt.Errorf("%s: %w", q, err)
		}
	}
	return c, nil
}

func (s *Source) keep(raw *client.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		return errors.New("the source is closed")
	}
	s.open[raw] = true
	return nil
}

// Close ends the session.
func (c *conn) Close() error {
	c.detach()
	c.owner.mu.Lock()
	delete(c.owner.open, c.Conn)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}

// mariadb reports whether the server is one, which words some things its own way.
func (c *conn) mariadb() bool {
	return strings.Contains(c.GetServerVersion(), "MariaDB")
}

// query runs a statement and returns its rows as text; NULL is "".
func (c *conn) query(sql string, args ...string) ([][]string, error) {
	parts := strings.Split(sql, "?")
	for i, arg := range args {
		parts[i] += quote(arg)
	}
	sql = strings.Join(parts, "")
	r, err := c.Execute(sql)
	if err != nil {
		return nil, explain(fmt.Errorf("%s: %w", sql, err))
	}
	defer r.Close()
	if r.Resultset == nil {
		return nil, nil
	}
	rows := make([][]string, r.RowNumber())
	for i := range rows {
		rows[i] = make([]string, r.ColumnNumber())
		for j := range rows[i] {
			v, err := r.GetValue(i, j)
			if err != nil {
				return nil, err
			}
			rows[i][j] = text(v)
		}
	}
	return rows, nil
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []byte:
		return string(v)
	default:
		return fmt.Sprint(v)
	}
}

// Applied does nothing: the server keeps its log as long as it is set to, whoever reads it.
func (s *Source) Applied(source.Position) {}

// Remove does nothing: the server knows no reader of its log by name.
func (s *Source) Remove(context.Context) error { return nil }

// Close ends all connections; what runs on them fails.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []error
	for c := range s.open {
		all = append(all, c.Close())
	}
	s.open = nil
	return errors.Join(all...)
}

var literal = strings.NewReplacer(`\`, `\\`, `'`, `''`)

// quote writes a string literal.
func quote(s string) string { return "'" + literal.Replace(s) + "'" }

func ident(s string) string { return "`" + strings.ReplaceAll(s, "`", "``") + "`" }

func identOf(n source.Name) string { return ident(n.Schema) + "." + ident(n.Table) }

// codeOf is the server's number of an error, 0 when the server did not say it.
func codeOf(err error) uint16 {
	if e, ok := errors.AsType[*gomysql.MyError](err); ok {
		return e.Code
	}
	return 0
}
