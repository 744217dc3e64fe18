package guard_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// diary is a guard with its journal on disk.
type diary struct {
	testing.TB
	path    string
	db      *bbolt.DB
	journal *guard.Journal
	*guard.Guard
}

func openDiary(t testing.TB, path string) *diary {
	t.Helper()
	d := &diary{TB: t, path: path}
	var err error
	if d.db, err = bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.db.Close() })
	if d.journal, err = guard.OpenJournal(d.db); err != nil {
		t.Fatal(err)
	}
	d.Guard = guard.New(book{set: allowing(t, `"Action":"s3:ListBucket","Resource":"*"`)})
	d.Keep(d.journal)
	return d
}

func (d *diary) flush() {
	d.Helper()
	if err := d.journal.Flush(); err != nil {
		d.Fatal(err)
	}
}

func (d *diary) restart() *diary {
	d.Helper()
	if err := d.db.Close(); err != nil {
		d.Fatal(err)
	}
	return openDiary(d.TB, d.path)
}

// deny asks for what nobody may, under ids.
func (d *diary) deny(request string, within ...string) *guard.Denied {
	d.Helper()
	by := user
	by.Request.ID = request
	bucket := read(d, `{"Statement":{"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}}`, policy.Bucket).Named("bucket policy of b")
	err := d.Check(guard.Within(context.Background(), within...), guard.Call{By: by, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111",
		Policy: bucket, Context: map[string][]string{"s3:prefix": {"in/"}}})
	denied, ok := errors.AsType[*guard.Denied](err)
	if !ok {
		d.Fatalf("not denied: %v", err)
	}
	return denied
}

// ids are the first ids of denials.
func ids(all []*guard.Denied) (out []string) {
	for _, one := range all {
		out = append(out, one.ID())
	}
	return out
}

func TestJournalKeepsDecisions(t *testing.T) {
	d := openDiary(t, filepath.Join(t.TempDir(), "db"))
	before := d.deny("R1", "host-1", "query-7")
	d.deny("R2", "query-7")
	d.flush()
	d.deny("R3", "query-7")
	if diff := cmp.Diff([]string{"R1", "R2", "R3"}, ids(d.ByRequest("query-7"))); diff != "" {
		t.Errorf("before the restart: %s", diff)
	}
	d = d.restart() // R3 was never written, as after a kill.
	if diff := cmp.Diff([]string{"R1", "R2"}, ids(d.ByRequest("query-7"))); diff != "" {
		t.Errorf("after the restart: %s", diff)
	}
	found := d.ByRequest("host-1")
	if len(found) != 1 || d.Last().ID() != "R2" || len(d.ByRequest("query")) != 0 {
		t.Fatalf("found %v, last %v", ids(found), d.Last())
	}
	after := found[0]
	if after.Error() != before.Error() || after.Explain() != before.Explain() || !after.At.Equal(before.At) {
		t.Errorf("changed:\n%s\n%s", before.Explain(), after.Explain())
	}
	if diff := cmp.Diff(before.Decision, after.Decision); diff != "" {
		t.Errorf("decision: %s", diff)
	}
	if after.Call.Policy.Text() != before.Call.Policy.Text() || after.Call.Policy.Kind() != policy.Bucket {
		t.Errorf("policy: %s", after.Call.Policy.Text())
	}
	if diff := cmp.Diff(before.Call.By, after.Call.By); diff != "" {
		t.Errorf("caller: %s", diff)
	}
}

func TestJournalIsBounded(t *testing.T) {
	const kept, more = 10_000, 37
	d := openDiary(t, filepath.Join(t.TempDir(), "db"))
	for i := range kept + more {
		d.deny(fmt.Sprint("R", i))
		if i%900 == 0 {
			d.flush()
		}
	}
	d.flush()
	for i, want := range map[int]int{0: 0, more - 1: 0, more: 1, kept + more - 1: 1} {
		if got := len(d.ByRequest(fmt.Sprint("R", i))); got != want {
			t.Errorf("R%d is there %d times, want %d", i, got, want)
		}
	}
	err := d.db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			if n := b.Stats().KeyN; n != kept {
				t.Errorf("%s has %d keys, want %d", name, n, kept)
			}
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
}

func TestJournalRunWritesAtTheEnd(t *testing.T) {
	d := openDiary(t, filepath.Join(t.TempDir(), "db"))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.journal.Run(ctx) }()
	for i := range 1200 {
		d.deny(fmt.Sprint("R", i), "all")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	d = d.restart()
	if n := len(d.ByRequest("all")); n != 1200 {
		t.Errorf("%d denials, want 1200", n)
	}
}

func TestMissingThing(t *testing.T) {
	d := openDiary(t, filepath.Join(t.TempDir(), "db"))
	by := service
	by.Request.ID = "R9"
	d.Miss(context.Background(), guard.Call{By: by, Action: "sts:AssumeRole", On: "arn:aws:iam::222222222222:role/r", Owner: "222222222222"}, guard.Attachment)
	d.flush()
	d = d.restart()
	if got := d.Last(); got == nil || got.Missing != guard.Attachment || got.ID() != "R9" {
		t.Errorf("got %+v", got)
	}
}

func BenchmarkDenied(b *testing.B) {
	d := openDiary(b, filepath.Join(b.TempDir(), "db"))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.journal.Run(ctx) }()
	for b.Loop() {
		d.deny("R1")
	}
	cancel()
	<-done
}
