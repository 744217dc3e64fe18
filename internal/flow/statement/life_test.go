package statement_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/statement"
)

// A statement and its rows are kept for a day.
func TestExpiry(t *testing.T) {
	w := newWorld(t)
	in := sql("SELECT 1")
	in.Token = "a"
	old := w.run(in)
	results := func() int {
		files, err := os.ReadDir(filepath.Join(w.dir, "results"))
		w.ok(err)
		return len(files)
	}
	if results() != 1 {
		t.Errorf("%d results", results())
	}
	w.store.SetClock(func() time.Time { return time.Now().Add(9 * time.Hour) })
	if again := w.submit(in); again == old.ID {
		t.Error("a token still counts after eight hours")
	} else {
		w.ended(again)
	}
	w.store.SetClock(func() time.Time { return time.Now().Add(25 * time.Hour) })
	_, err := w.store.As(w.admin).Describe(w.ctx, old.ID)
	w.refused(err, "ResourceNotFoundException")
	if list, _, err := w.store.As(w.admin).List(w.ctx, statement.ListInput{Status: statement.All}); err != nil || len(list) != 1 {
		t.Errorf("%d statements, %v", len(list), err)
	}
	w.ok(w.store.Purge())
	if results() != 1 {
		t.Errorf("%d results are left", results())
	}
}

// A kept session ends when nobody uses it for as long as it was to be kept.
func TestSessionEnds(t *testing.T) {
	w := newWorld(t)
	second := 1
	in := sql("SELECT 1")
	in.KeepAlive = &second
	st := w.run(in)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ; w.ctx.Err() == nil; <-tick.C {
		_, err := w.store.As(w.admin).Submit(w.ctx, statement.Input{SessionID: st.SessionID, SQL: []string{" "}}) // Refused before it would wake the session.
		if fault.CodeOf(err) != "ValidationException" {
			t.Fatalf("got %v", err)
		}
		if strings.Contains(err.Error(), "is not found") {
			break
		}
	}
	in.KeepAlive = nil
	in.Place, in.SessionID = statement.Place{}, st.SessionID
	_, err := w.store.As(w.user("colleague", may("redshift-data:*"))).Submit(w.ctx, in)
	w.refused(err, "ValidationException")
}

func TestQuotas(t *testing.T) {
	w := newWorld(t)
	minute := 60
	in := sql("SELECT 1")
	in.KeepAlive = &minute
	first := w.run(in)
	ns, err := w.namespaces.Cluster(account, region, "wh")
	w.ok(err)
	w.store.Fill(ns.ARN(), 0, statement.MaxSessions)
	_, err = w.store.As(w.admin).Submit(w.ctx, in)
	w.refused(err, "ActiveSessionsExceededException")
	w.store.Fill(ns.ARN(), statement.MaxActive, 1)
	_, err = w.store.As(w.admin).Submit(w.ctx, sql("SELECT 1"))
	w.refused(err, "ActiveStatementsExceededException")
	stranger := w.user("stranger", may("redshift-data:*"))
	_, err = w.store.As(stranger).Submit(w.ctx, statement.Input{SessionID: first.SessionID, SQL: []string{"SELECT 1"}})
	w.refused(err, "ValidationException")
	w.store.Fill(ns.ARN(), 0, 1)
}
