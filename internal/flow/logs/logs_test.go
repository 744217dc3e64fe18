package logs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const account = "222222222222"

// world is a store with an administrator and a user without policies.
type world struct {
	testing.TB
	ctx   context.Context
	db    *bbolt.DB
	ids   *identity.Store
	dir   string
	store *logs.Store
	by    guard.Session
	view  *logs.View
	now   time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, ctx: context.Background(), dir: t.TempDir(), now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	var err error
	w.db, err = bbolt.Open(filepath.Join(t.TempDir(), "control"), 0o600, &bbolt.Options{NoSync: true})
	w.ok(err)
	t.Cleanup(func() { w.db.Close() })
	w.ids, err = identity.Open(w.db)
	w.ok(err)
	w.ids.SetChecker(guard.New(w.ids))
	w.ok(w.ids.CreateAccount(account, "two"))
	w.by = w.ids.Root(account)
	w.open(0)
	w.ok(w.view.CreateGroup(w.ctx, logs.CreateGroupInput{Name: "g"}))
	w.ok(w.view.CreateStream(w.ctx, "g", "s"))
	return w
}

func (w *world) open(most int64) {
	w.Helper()
	var err error
	w.store, err = logs.Open(w.db, logs.Config{Guard: guard.New(w.ids), Dir: w.dir, Region: "us-east-1", StreamBytes: most, Now: func() time.Time { return w.now }})
	w.ok(err)
	w.view = w.store.As(w.by)
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refused(err error, code, text string) {
	w.Helper()
	if got := fault.CodeOf(err); got != code || !strings.Contains(err.Error(), text) {
		w.Errorf("error %v (%s), want %s: %s", err, got, code, text)
	}
}

// put writes numbered lines, a second apart, the last of them now.
func (w *world) put(stream string, from, n int) {
	w.Helper()
	lines := make([]logs.Line, n)
	for i := range lines {
		lines[i] = logs.Line{Time: w.now.Add(time.Duration(i-n) * time.Second), Message: fmt.Sprintf("line %d", from+i)}
	}
	_, err := w.view.Put(w.ctx, "g", stream, lines)
	w.ok(err)
}

func messages(all []logs.Event) []string {
	var out []string
	for _, e := range all {
		out = append(out, e.Message)
	}
	return out
}

func (w *world) get(in logs.GetInput) logs.Read {
	w.Helper()
	in.Group, in.Stream = "g", "s"
	read, err := w.view.Get(w.ctx, in)
	w.ok(err)
	return read
}

// TestPages reads forward and backward until tokens stay the same, also what comes meanwhile.
func TestPages(t *testing.T) {
	w := newWorld(t)
	empty := w.get(logs.GetInput{})
	if len(empty.Events) != 0 || w.get(logs.GetInput{Token: empty.Forward}).Forward != empty.Forward {
		t.Errorf("an empty stream has %+v", empty)
	}
	w.put("s", 1, 5)
	last := w.get(logs.GetInput{Limit: 2})
	if diff := cmp.Diff([]string{"line 4", "line 5"}, messages(last.Events)); diff != "" {
		t.Error(diff)
	}
	before := w.get(logs.GetInput{Limit: 2, Token: last.Backward})
	if diff := cmp.Diff([]string{"line 2", "line 3"}, messages(before.Events)); diff != "" {
		t.Error(diff)
	}
	first := w.get(logs.GetInput{Limit: 2, Token: before.Backward})
	none := w.get(logs.GetInput{Limit: 2, Token: first.Backward})
	if len(first.Events) != 1 || len(none.Events) != 0 || none.Backward != first.Backward {
		t.Errorf("the beginning is %+v, then %+v", first, none)
	}
	var seen []string
	token := ""
	for {
		page := w.get(logs.GetInput{Limit: 2, Head: true, Token: token})
		if page.Forward == token {
			break
		}
		token = page.Forward
		seen = append(seen, messages(page.Events)...)
	}
	w.put("s", 6, 1)
	seen = append(seen, messages(w.get(logs.GetInput{Token: token}).Events)...)
	seen = append(seen, messages(w.get(logs.GetInput{Token: last.Forward}).Events)...)
	if diff := cmp.Diff([]string{"line 1", "line 2", "line 3", "line 4", "line 5", "line 6", "line 6"}, seen); diff != "" {
		t.Error(diff)
	}
	some := w.get(logs.GetInput{Head: true, Start: w.now.Add(-4 * time.Second), End: w.now.Add(-2 * time.Second)})
	if diff := cmp.Diff([]string{"line 2", "line 3"}, messages(some.Events)); diff != "" {
		t.Error(diff)
	}
	_, err := w.view.Get(w.ctx, logs.GetInput{Group: "g", Stream: "s", Token: "x/1/s"})
	w.refused(err, "InvalidParameterException", "nextToken")
}

// TestOpenAgain has the same events after a start, without one that a crash cut off.
func TestOpenAgain(t *testing.T) {
	w := newWorld(t)
	w.put("s", 1, 3)
	files, err := filepath.Glob(filepath.Join(w.dir, "*", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	f, err := os.OpenFile(files[0], os.O_APPEND|os.O_WRONLY, 0)
	w.ok(err)
	_, err = f.Write([]byte{0, 0, 0, 200, 1, 2, 3})
	w.ok(errors.Join(err, f.Close()))
	w.open(0)
	w.put("s", 4, 1)
	if diff := cmp.Diff([]string{"line 1", "line 2", "line 3", "line 4"}, messages(w.get(logs.GetInput{Head: true}).Events)); diff != "" {
		t.Error(diff)
	}
	streams, _, err := w.view.Streams(w.ctx, logs.StreamsInput{Group: "g", Page: logs.Page{Max: 50}})
	w.ok(err)
	if s := streams[0]; !s.Last.Equal(w.now.Add(-time.Second)) || !s.First.Equal(w.now.Add(-3*time.Second)) || !s.Ingested.Equal(w.now) || s.Bytes == 0 {
		t.Errorf("stream %+v", s)
	}
}

// TestBounded drops the oldest events of a stream that is too long, and those whose retention is over.
func TestBounded(t *testing.T) {
	w := newWorld(t)
	w.open(3 << 20)
	long := strings.Repeat("x", 100<<10)
	for i := range 60 {
		_, err := w.view.Put(w.ctx, "g", "s", []logs.Line{{Time: w.now, Message: fmt.Sprintf("%d %s", i, long)}})
		w.ok(err)
	}
	groups, _, err := w.view.Groups(w.ctx, logs.GroupsInput{Action: "DescribeLogGroups", Page: logs.Page{Max: 50}})
	w.ok(err)
	if got := groups[0].Bytes; got > 4<<20 || got < 2<<20 {
		t.Errorf("%d bytes are kept", got)
	}
	read := w.get(logs.GetInput{Head: true, Limit: 1})
	if first := read.Events[0]; first.Seq == 0 || !strings.HasPrefix(first.Message, fmt.Sprint(first.Seq)) {
		t.Errorf("the first event is %d", first.Seq)
	}
	w.refused(w.view.SetRetention(w.ctx, "g", 2), "InvalidParameterException", "retentionInDays")
	w.ok(w.view.SetRetention(w.ctx, "g", 1))
	w.now = w.now.Add(25 * time.Hour)
	if got := w.get(logs.GetInput{Head: true}); len(got.Events) != 0 {
		t.Errorf("%d events are older than the retention", len(got.Events))
	}
	w.put("s", 1, 1)
	w.ok(w.store.Sweep())
	files, _ := filepath.Glob(filepath.Join(w.dir, "*", "*"))
	if len(files) != 1 {
		t.Errorf("%d files are left", len(files))
	}
	w.ok(w.view.SetRetention(w.ctx, "g", 0))
}

// TestPut refuses batches as the service does, and leaves out events of other times.
func TestPut(t *testing.T) {
	w := newWorld(t)
	at := func(d time.Duration) time.Time { return w.now.Add(d) }
	for _, c := range []struct {
		name, text string
		lines      []logs.Line
	}{
		{"order", "chronological order", []logs.Line{{at(0), "a"}, {at(-1), "b"}}},
		{"span", "24 hours", []logs.Line{{at(-25 * time.Hour), "a"}, {at(0), "b"}}},
		{"event", "Log event too large", []logs.Line{{at(0), strings.Repeat("x", 1<<20)}}},
		{"batch", "Upload too large", []logs.Line{{at(0), strings.Repeat("x", 1<<19)}, {at(0), strings.Repeat("x", 1<<19)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.view.Put(w.ctx, "g", "s", c.lines)
			(&world{TB: t}).refused(err, "InvalidParameterException", c.text)
		})
	}
	old, err := w.view.Put(w.ctx, "g", "s", []logs.Line{{at(-15 * 24 * time.Hour), "old"}, {at(-15*24*time.Hour + time.Second), "old"}})
	w.ok(err)
	late, err := w.view.Put(w.ctx, "g", "s", []logs.Line{{at(0), "now"}, {at(3 * time.Hour), "new"}})
	w.ok(err)
	if old.TooOldEnd == nil || *old.TooOldEnd != 2 || late.TooNewStart == nil || *late.TooNewStart != 1 {
		t.Errorf("rejected %+v, %+v", old, late)
	}
	if diff := cmp.Diff([]string{"now"}, messages(w.get(logs.GetInput{}).Events)); diff != "" {
		t.Error(diff)
	}
	_, err = w.view.Put(w.ctx, "g", "none", nil)
	w.refused(err, "ResourceNotFoundException", "log stream")
	_, err = w.view.Put(w.ctx, "none", "s", nil)
	w.refused(err, "ResourceNotFoundException", "log group")
}

// TestFilter finds events of several streams in the order of their times, page by page.
func TestFilter(t *testing.T) {
	w := newWorld(t)
	w.ok(w.view.CreateStream(w.ctx, "g", "t"))
	for i, text := range []string{"TARGET_LOAD E: one", "SOURCE_UNLOAD I: two", "TARGET_LOAD I: three", "TARGET_LOAD E: four and more"} {
		_, err := w.view.Put(w.ctx, "g", []string{"s", "t"}[i%2], []logs.Line{{w.now.Add(time.Duration(i) * time.Second), text}})
		w.ok(err)
	}
	find := func(in logs.FilterInput) []string {
		t.Helper()
		in.Group, in.Limit = "g", 1
		var all []string
		for {
			found, next, err := w.view.Filter(w.ctx, in)
			w.ok(err)
			for _, f := range found {
				all = append(all, f.Stream+" "+f.Message[strings.Index(f.Message, ":")+2:])
			}
			if in.Token = next; next == "" {
				return all
			}
		}
	}
	for _, c := range []struct {
		name string
		in   logs.FilterInput
		want []string
	}{
		{"all", logs.FilterInput{}, []string{"s one", "t two", "s three", "t four and more"}},
		{"term", logs.FilterInput{Pattern: "TARGET_LOAD"}, []string{"s one", "s three", "t four and more"}},
		{"two terms", logs.FilterInput{Pattern: `TARGET_LOAD E:`}, []string{"s one", "t four and more"}},
		{"phrase", logs.FilterInput{Pattern: `"four and"`}, []string{"t four and more"}},
		{"but", logs.FilterInput{Pattern: `TARGET_LOAD -one`}, []string{"s three", "t four and more"}},
		{"either", logs.FilterInput{Pattern: `?one ?two`}, []string{"s one", "t two"}},
		{"stream", logs.FilterInput{Streams: []string{"t"}}, []string{"t two", "t four and more"}},
		{"prefix", logs.FilterInput{Prefix: "s"}, []string{"s one", "s three"}},
		{"time", logs.FilterInput{Start: w.now.Add(time.Second), End: w.now.Add(3 * time.Second)}, []string{"t two", "s three"}},
		{"none", logs.FilterInput{Pattern: "nothing"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, find(c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, pattern := range []string{`{ $.a = 1 }`, `[a, b]`, `"open`, `- x`} {
		_, _, err := w.view.Filter(w.ctx, logs.FilterInput{Group: "g", Pattern: pattern})
		w.refused(err, "InvalidParameterException", "")
	}
	_, _, err := w.view.Filter(w.ctx, logs.FilterInput{Group: "g", Streams: []string{"none"}})
	w.refused(err, "ResourceNotFoundException", "log stream")
}

// TestGroups has names, prefixes, pages, tags and what deleting takes along.
func TestGroups(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"dms-tasks-a", "dms-tasks-b", "other"} {
		w.ok(w.view.CreateGroup(w.ctx, logs.CreateGroupInput{Name: name, Protected: name == "other"}))
	}
	w.refused(w.view.CreateGroup(w.ctx, logs.CreateGroupInput{Name: "other"}), "ResourceAlreadyExistsException", "log group")
	w.refused(w.view.CreateStream(w.ctx, "g", "s"), "ResourceAlreadyExistsException", "log stream")
	list := func(in logs.GroupsInput) (names []string) {
		t.Helper()
		in.Action, in.Max = "DescribeLogGroups", 1
		for {
			all, next, err := w.view.Groups(w.ctx, in)
			w.ok(err)
			for _, g := range all {
				names = append(names, g.Name)
			}
			if in.Token = next; next == "" {
				return names
			}
		}
	}
	for _, c := range []struct {
		in   logs.GroupsInput
		want []string
	}{
		{logs.GroupsInput{}, []string{"dms-tasks-a", "dms-tasks-b", "g", "other"}},
		{logs.GroupsInput{Prefix: "dms-"}, []string{"dms-tasks-a", "dms-tasks-b"}},
		{logs.GroupsInput{Pattern: "TASKS-B"}, []string{"dms-tasks-b"}},
		{logs.GroupsInput{Pattern: "^oth|s-a", Expression: true}, []string{"dms-tasks-a", "other"}},
		{logs.GroupsInput{Names: []string{"g", "arn:aws:logs:us-east-1:222222222222:log-group:other"}}, []string{"g", "other"}},
	} {
		if diff := cmp.Diff(c.want, list(c.in)); diff != "" {
			t.Errorf("%+v: %s", c.in, diff)
		}
	}
	w.refused(w.view.DeleteGroup(w.ctx, "other"), "ValidationException", "protected")
	w.ok(w.view.Tag(w.ctx, "TagResource", "arn:aws:logs:us-east-1:222222222222:log-group:g", map[string]string{"a": "1", "b": "2"}))
	w.ok(w.view.Untag(w.ctx, "UntagLogGroup", "g", []string{"a"}))
	tags, err := w.view.Tags(w.ctx, "ListTagsForResource", "g")
	w.ok(err)
	if diff := cmp.Diff(map[string]string{"b": "2"}, tags); diff != "" {
		t.Error(diff)
	}
	w.put("s", 1, 1)
	w.ok(w.view.DeleteGroup(w.ctx, "g"))
	if files, _ := filepath.Glob(filepath.Join(w.dir, "*")); len(files) != 0 {
		t.Errorf("files %v are left", files)
	}
	w.open(0)
	_, err = w.view.Get(w.ctx, logs.GetInput{Group: "g", Stream: "s"})
	w.refused(err, "ResourceNotFoundException", "log group")
}

// TestStreams are listed by name and by their last events, and deleted one by one.
func TestStreams(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"a", "b", "c"} {
		w.ok(w.view.CreateStream(w.ctx, "g", name))
		w.now = w.now.Add(time.Duration(10-i) * time.Minute)
		w.put(name, 1, 1)
	}
	list := func(in logs.StreamsInput) (names []string) {
		t.Helper()
		in.Group, in.Max = "g", 2
		for {
			all, next, err := w.view.Streams(w.ctx, in)
			w.ok(err)
			for _, s := range all {
				names = append(names, s.Name)
			}
			if in.Token = next; next == "" {
				return names
			}
		}
	}
	for _, c := range []struct {
		in   logs.StreamsInput
		want []string
	}{
		{logs.StreamsInput{}, []string{"a", "b", "c", "s"}},
		{logs.StreamsInput{Descending: true}, []string{"s", "c", "b", "a"}},
		{logs.StreamsInput{ByTime: true, Descending: true}, []string{"c", "b", "a", "s"}},
		{logs.StreamsInput{Prefix: "b"}, []string{"b"}},
	} {
		if diff := cmp.Diff(c.want, list(c.in)); diff != "" {
			t.Errorf("%+v: %s", c.in, diff)
		}
	}
	w.ok(w.view.DeleteStream(w.ctx, "g", "b"))
	w.refused(w.view.DeleteStream(w.ctx, "g", "b"), "ResourceNotFoundException", "log stream")
	if diff := cmp.Diff([]string{"a", "c", "s"}, list(logs.StreamsInput{})); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkPut(b *testing.B) {
	w := newWorld(b)
	lines := []logs.Line{{w.now, "2026-01-31T12:00:00 [TARGET_LOAD     ]I:  Load finished for table 'demo1'.'cdcdata' (Id = 1). 500 rows received."}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.view.Put(w.ctx, "g", "s", lines); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzTornFile opens a stream whose file holds anything: what is whole is read, and more can be written.
func FuzzTornFile(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 'x', 0, 0})
	f.Add([]byte{255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, content []byte) {
		w := newWorld(t)
		w.put("s", 1, 1)
		files, err := filepath.Glob(filepath.Join(w.dir, "*", "*"))
		if err != nil || len(files) != 1 {
			t.Fatalf("files %v, %v", files, err)
		}
		w.ok(os.WriteFile(files[0], content, 0o600))
		w.open(0)
		before := len(w.get(logs.GetInput{Head: true}).Events)
		w.put("s", 2, 1)
		w.open(0)
		after := w.get(logs.GetInput{Head: true, Start: w.now.Add(-time.Hour), End: w.now}).Events
		if n := len(after); n == 0 || after[n-1].Message != "line 2" {
			t.Errorf("%d events before, %d after: %v", before, n, messages(after))
		}
	})
}
