package pg_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
)

// client speaks single messages to a server.
type client struct {
	t    testing.TB
	nc   net.Conn
	wire *pgproto3.Frontend
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return talk(t, nc)
}

func talk(t testing.TB, nc net.Conn) *client {
	_ = nc.SetDeadline(time.Now().Add(20 * time.Second))
	return &client{t: t, nc: nc, wire: pgproto3.NewFrontend(nc, nc)}
}

// login starts a session as ada and returns what the server said.
func login(t testing.TB, addr string) *client {
	t.Helper()
	c := dial(t, addr)
	c.start(map[string]string{"user": "ada", "database": "dev"})
	c.password("ada", "Secret1")
	if got := c.until("Z"); !strings.HasSuffix(got, "Z I") {
		t.Fatalf("login: %s", got)
	}
	return c
}

func (c *client) start(params map[string]string) {
	c.t.Helper()
	c.send(&pgproto3.StartupMessage{ProtocolVersion: pgproto3.ProtocolVersionNumber, Parameters: params})
}

func (c *client) password(user, password string) {
	c.t.Helper()
	m, ok := c.receive().(*pgproto3.AuthenticationMD5Password)
	if !ok {
		c.t.Fatalf("no MD5 request")
	}
	c.send(&pgproto3.PasswordMessage{Password: "md5" + md5Hex(md5Hex(password+user)+string(m.Salt[:]))})
}

func md5Hex(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func (c *client) send(ms ...pgproto3.FrontendMessage) {
	c.t.Helper()
	for _, m := range ms {
		c.wire.Send(m)
	}
	if err := c.wire.Flush(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) receive() pgproto3.BackendMessage {
	c.t.Helper()
	m, err := c.wire.Receive()
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// until prints messages, one a line, up to the first whose line starts with prefix.
func (c *client) until(prefix string) string {
	c.t.Helper()
	var lines []string
	for {
		m, err := c.wire.Receive()
		if err != nil {
			return strings.Join(append(lines, "closed"), "\n")
		}
		lines = append(lines, line(m))
		if strings.HasPrefix(lines[len(lines)-1], prefix) {
			return strings.Join(lines, "\n")
		}
	}
}

func (c *client) ask(ms ...pgproto3.FrontendMessage) string {
	c.t.Helper()
	c.send(ms...)
	return c.until("Z")
}

func (c *client) query(sql string) string {
	c.t.Helper()
	return c.ask(&pgproto3.Query{String: sql})
}

// line prints a message in short.
func line(m pgproto3.BackendMessage) string {
	switch m := m.(type) {
	case *pgproto3.ReadyForQuery:
		return "Z " + string(m.TxStatus)
	case *pgproto3.CommandComplete:
		return "C " + string(m.CommandTag)
	case *pgproto3.ErrorResponse:
		return fmt.Sprintf("E %s %s %s", m.Severity, m.Code, m.Message)
	case *pgproto3.NoticeResponse:
		return fmt.Sprintf("N %s %s", m.Severity, m.Message)
	case *pgproto3.ParameterStatus:
		return fmt.Sprintf("S %s=%s", m.Name, m.Value)
	case *pgproto3.ParameterDescription:
		return fmt.Sprintf("t %v", m.ParameterOIDs)
	case *pgproto3.DataRow:
		var values []string
		for _, v := range m.Values {
			if v == nil {
				values = append(values, "NULL")
			} else {
				values = append(values, string(v))
			}
		}
		return "D " + strings.Join(values, "|")
	case *pgproto3.RowDescription:
		var names []string
		for _, f := range m.Fields {
			names = append(names, fmt.Sprintf("%s:%d:%d:%d:%d", f.Name, f.DataTypeOID, f.DataTypeSize, f.TypeModifier, f.Format))
		}
		return "T " + strings.Join(names, "|")
	case *pgproto3.BackendKeyData:
		return "K"
	}
	name := fmt.Sprintf("%T", m)
	return strings.TrimPrefix(name, "*pgproto3.")
}
