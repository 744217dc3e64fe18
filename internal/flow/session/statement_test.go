package session_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
)

func prepare(t *testing.T, c *client, sql string, oids ...uint32) *session.Statement {
	t.Helper()
	list, err := c.session.Prepare(context.Background(), sql, oids)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d statements", len(list))
	}
	return list[0]
}

func TestDescribe(t *testing.T) {
	c := newHouse(t).client("awsuser")
	c.say("CREATE TABLE t (id INT, name VARCHAR(20), price DECIMAL(10,2), at TIMESTAMP)")
	tests := []struct {
		sql     string
		oids    []uint32
		params  []uint32
		columns string
	}{
		{"SELECT id, name FROM t WHERE id = $1", nil, []uint32{23}, "id integer, name character varying(20)"},
		{"SELECT id FROM t WHERE name = $1 AND price > $2", []uint32{25}, []uint32{25, 1700}, "id integer"},
		{"INSERT INTO t VALUES ($1, $2, $3, $4)", nil, []uint32{23, 1043, 1700, 1114}, ""},
		{"SELECT 1", nil, []uint32{}, "?column? integer"},
		{"BEGIN", nil, nil, ""},
		{"SHOW timezone", nil, nil, "TimeZone character varying"},
		{"CREATE TABLE u (a INT)", nil, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.sql, func(t *testing.T) {
			st := prepare(t, c, tt.sql, tt.oids...)
			defer st.Close()
			params, columns, err := st.Describe(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.params, params); d != "" {
				t.Error(d)
			}
			var names []string
			for _, col := range columns {
				names = append(names, col.Name+" "+col.Type.String())
			}
			if got := strings.Join(names, ", "); got != tt.columns {
				t.Errorf("columns %s, want %s", got, tt.columns)
			}
			if (columns == nil) != (tt.columns == "") {
				t.Errorf("columns nil: %v", columns == nil)
			}
		})
	}
}

func TestParameters(t *testing.T) {
	c := newHouse(t).client("awsuser")
	c.say("CREATE TABLE t (id INT, name VARCHAR(20), price DECIMAL(10,2), at TIMESTAMP, day DATE, ok BOOLEAN)")
	text := func(s string) session.Arg { return session.Arg{Value: []byte(s)} }
	insert := prepare(t, c, "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)")
	for _, row := range [][]session.Arg{
		{text("1"), text("one"), text("1.255"), text("2024-01-31 10:00:00"), text("2024-01-31"), text("t")},
		{text("2"), {Null: true}, {Null: true}, {Null: true}, {Null: true}, {Null: true}},
	} {
		if _, err := insert.Run(context.Background(), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.session.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := "id integer | name character varying(20) | price numeric(10,2) | at timestamp without time zone | day date | ok boolean\n"
	if got := c.say("SELECT * FROM t WHERE id = $1", text("1")); got != want+"1 | one | 1.26 | 2024-01-31 10:00:00 | 2024-01-31 | t\nSELECT" {
		t.Error(got)
	}
	if got := c.say("SELECT * FROM t WHERE at = $1 AND day = $2 AND price = $3 AND ok = $4",
		text("2024-01-31 10:00:00"), text("2024-01-31"), text("1.26"), text("true")); got != want+"1 | one | 1.26 | 2024-01-31 10:00:00 | 2024-01-31 | t\nSELECT" {
		t.Error(got)
	}
	if got := c.say("SELECT id FROM t LIMIT $1", text("1")); got != "id integer\n1\nSELECT" {
		t.Error(got)
	}
	if got := c.say("INSERT INTO t (name) VALUES ($1)", text(strings.Repeat("x", 21))); got != "ERROR 22001: value too long for type character varying(20)" {
		t.Error(got)
	}
}

// drain reads a result to its end.
func drain(r *session.Result) error {
	defer r.Rows.Close()
	for {
		if _, err := r.Rows.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func TestCancel(t *testing.T) {
	c := newHouse(t).client("awsuser")
	const long = "SELECT count(*) FROM generate_series(1, 1000000) AS a(x), generate_series(1, 1000000) AS b(y) WHERE x + y = 3"
	end := func(sql string) error {
		st := prepare(t, c, sql)
		defer st.Close()
		result, err := st.Run(context.Background(), nil)
		if err == nil {
			err = drain(result)
		}
		c.session.Fail()
		return errors.Join(err, c.session.Sync(context.Background()))
	}
	done := make(chan error)
	go func() { done <- end(long) }()
	for {
		c.session.Cancel()
		select {
		case err := <-done:
			if fault.CodeOf(err) != "57014" {
				t.Errorf("got %v", err)
			}
		default:
			continue
		}
		break
	}
	if got := c.say("SET statement_timeout TO 20"); got != "SET" {
		t.Fatal(got)
	}
	if err := end(long); fault.CodeOf(err) != "57014" {
		t.Errorf("got %v after statement_timeout", err)
	}
	if got := c.say("SELECT 1"); got != "?column? integer\n1\nSELECT" {
		t.Error(got)
	}
}

// Writers wait for each other instead of failing.
func TestWritersWait(t *testing.T) {
	h := newHouse(t)
	c := h.client("awsuser")
	c.say("CREATE TABLE t (n INT); INSERT INTO t VALUES (0); CREATE USER two PASSWORD 'Passw0rd' CREATEUSER")
	done := make(chan string)
	for _, other := range []*client{c, h.client("two")} {
		go func() {
			for range 20 {
				if got := other.say("UPDATE t SET n = n + 1"); got != "UPDATE 1" {
					done <- got
					return
				}
			}
			done <- ""
		}()
	}
	for range 2 {
		if got := <-done; got != "" {
			t.Error(got)
		}
	}
	if got := c.say("SELECT n FROM t"); got != "n integer\n40\nSELECT" {
		t.Error(got)
	}
}

func TestPassword(t *testing.T) {
	h := newHouse(t)
	h.client("awsuser").say("CREATE USER a PASSWORD 'Passw0rd'; CREATE USER b PASSWORD 'Passw0rd' VALID UNTIL '2001-01-01'; CREATE USER c PASSWORD DISABLE")
	for user, want := range map[string]bool{"a": true, "b": false, "c": false, "nobody": false} {
		if _, ok, err := h.manager.Password(context.Background(), user); ok != want || err != nil {
			t.Errorf("%s: %v, %v", user, ok, err)
		}
	}
	if _, err := h.manager.Open(context.Background(), session.Options{User: "a", Database: "other"}); fault.CodeOf(err) != "3D000" {
		t.Errorf("got %v", err)
	}
	if err := h.engine.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.manager.Password(context.Background(), "a"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("an engine that is away is told as %v", err)
	}
}
