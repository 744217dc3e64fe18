package session_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/session"
)

// other opens a further session, for a goroutine of its own.
func (h *house) other(user string, pid int32) *client {
	h.t.Helper()
	s, err := h.manager.Open(context.Background(), session.Options{User: user, Database: "dev", PID: pid})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { s.Close() })
	return &client{session: s}
}

// What is granted and revoked holds in every session from the next statement on.
func TestGrantsInOtherSessions(t *testing.T) {
	h := newHouse(t)
	admin := h.client("awsuser")
	admin.say("CREATE USER bob PASSWORD 'Passw0rd'; CREATE TABLE t (a INT); INSERT INTO t VALUES (1)")
	var readers sync.WaitGroup
	var stop atomic.Bool
	for i := range 4 {
		c := h.other("bob", int32(9000+i))
		readers.Go(func() {
			for !stop.Load() {
				if got := c.say("SELECT a FROM t"); !strings.Contains(got, "\n1\n") && !strings.Contains(got, "permission denied for relation t") {
					t.Error(got)
					return
				}
			}
		})
	}
	bob := h.client("bob")
	for i := range 20 {
		if got := admin.say("GRANT SELECT ON t TO bob"); got != "GRANT" {
			t.Fatal(got)
		}
		if got := bob.say("SELECT a FROM t"); !strings.Contains(got, "\n1\n") {
			t.Errorf("round %d, granted: %s", i, got)
		}
		if got := admin.say("REVOKE SELECT ON t FROM bob"); got != "REVOKE" {
			t.Fatal(got)
		}
		if got := bob.say("SELECT a FROM t"); !strings.Contains(got, "42501") {
			t.Errorf("round %d, revoked: %s", i, got)
		}
	}
	stop.Store(true)
	readers.Wait()
}

// Sessions that grant at the same time do not keep each other from it.
func TestGrantsAtOnce(t *testing.T) {
	h := newHouse(t)
	admin := h.client("awsuser")
	admin.say("CREATE TABLE t (a INT)")
	var all sync.WaitGroup
	for i := range 6 {
		admin.say(fmt.Sprintf("CREATE USER u%d PASSWORD 'Passw0rd'", i))
		c := h.other("awsuser", int32(9000+i))
		all.Go(func() {
			for _, p := range []string{"SELECT", "INSERT", "ALL", "UPDATE"} {
				if got := c.say(fmt.Sprintf("GRANT %s ON t TO u%d", p, i)); got != "GRANT" {
					t.Error(got)
				}
			}
		})
	}
	all.Wait()
	if got := admin.say("SELECT count(*) FROM svv_relation_privileges"); got != "count bigint\n48\nSELECT" {
		t.Error(got)
	}
}

func BenchmarkSelectGranted(b *testing.B) {
	h := newHouse(b)
	h.client("awsuser").say("CREATE USER bob PASSWORD 'Passw0rd'; CREATE SCHEMA s; CREATE TABLE s.t (id INT, name VARCHAR(20)); INSERT INTO s.t VALUES (1, 'one');" +
		"GRANT USAGE ON SCHEMA s TO bob; GRANT SELECT ON s.t TO bob")
	c := h.client("bob")
	for b.Loop() {
		if got := c.say("SELECT name FROM s.t WHERE id = 1"); got != "name character varying(20)\none\nSELECT" {
			b.Fatal(got)
		}
	}
}
