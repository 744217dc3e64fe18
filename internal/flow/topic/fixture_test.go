package topic_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	account1 = "111111111111"
	account2 = "222222222222"
)

// clock stands still but for the waits of Run, each of which passes at once.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	passed := make(chan time.Time, 1)
	passed <- c.now
	return passed
}

type world struct {
	testing.TB
	dir    string
	db     *bbolt.DB
	ids    *identity.Store
	topics *topic.Topics
	clock  *clock
	stop   func()
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), clock: &clock{now: time.Date(2026, 1, 5, 9, 30, 0, 0, time.UTC)}}
	w.open()
	for _, account := range []string{account1, account2} {
		w.ok(w.ids.CreateAccount(account, account))
	}
	t.Cleanup(w.close)
	return w
}

func (w *world) open() {
	w.Helper()
	var err error
	w.db, err = bbolt.Open(filepath.Join(w.dir, "control"), 0o600, &bbolt.Options{NoSync: true})
	w.ok(err)
	w.ids, err = identity.Open(w.db)
	w.ok(err)
	g := guard.New(w.ids)
	w.ids.SetChecker(g)
	w.topics, err = topic.Open(w.db, topic.Config{Guard: g, Principals: w.ids, Dir: filepath.Join(w.dir, "notifications"), Region: "us-east-1",
		Now: w.clock.Now, After: w.clock.After})
	w.ok(err)
	w.topics.SetEndpoint("http://127.0.0.1:4566")
}

func (w *world) close() {
	if w.stop != nil {
		w.stop()
	}
	w.ok(w.db.Close())
}

func (w *world) restart() {
	w.Helper()
	w.close()
	w.open()
}

func (w *world) run() {
	ctx, cancel := context.WithCancel(w.Context())
	done, topics := make(chan error, 1), w.topics
	go func() { done <- topics.Run(ctx) }()
	w.stop = func() { cancel(); w.ok(<-done); w.stop = nil }
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refused(err error, code string) {
	w.Helper()
	if fault.CodeOf(err) != code {
		w.Errorf("got %v (%s), want %s", err, fault.CodeOf(err), code)
	}
}

func (w *world) root(account string) *topic.View { return w.topics.As(w.ids.Root(account)) }

// user makes a user of account 1 with a policy, or with none.
func (w *world) user(name, document string) *topic.View {
	w.Helper()
	view := w.ids.As(w.ids.Root(account1))
	_, err := view.CreateUser(w.Context(), identity.CreateUserInput{Name: name})
	w.ok(err)
	if document != "" {
		w.ok(view.PutUserPolicy(w.Context(), name, "p", document))
	}
	key, err := view.CreateAccessKey(w.Context(), name)
	w.ok(err)
	_, _, by, err := w.ids.Credential(key.ID)
	w.ok(err)
	return w.topics.As(by)
}

func (w *world) topic(name string) string {
	w.Helper()
	arn, err := w.root(account1).Create(w.Context(), topic.CreateInput{Name: name})
	w.ok(err)
	return arn
}

// got is a message that an endpoint was sent.
type got struct {
	header http.Header
	body   string
	fields map[string]any
}

// endpoint is an HTTP endpoint that answers with the statuses it is given, and then with 200.
type endpoint struct {
	url  string
	sent chan got
}

func (w *world) endpoint(statuses ...int) *endpoint {
	e := &endpoint{sent: make(chan got, 100)}
	answers := make(chan int, len(statuses))
	for _, s := range statuses {
		answers <- s
	}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		one := got{r.Header, string(body), nil}
		_ = json.Unmarshal(body, &one.fields)
		select {
		case s := <-answers:
			rw.WriteHeader(s)
		default:
		}
		e.sent <- one
	}))
	w.Cleanup(srv.Close)
	e.url = srv.URL + "/hook"
	return e
}

func (w *world) receive(e *endpoint) got {
	w.Helper()
	select {
	case one := <-e.sent:
		return one
	case <-time.After(time.Minute):
		w.Fatal("nothing was sent")
		return got{}
	}
}

// subscribe subscribes an endpoint to a topic and confirms it.
func (w *world) subscribe(arn string, e *endpoint) topic.Subscription {
	w.Helper()
	s, err := w.root(account1).Subscribe(w.Context(), topic.SubscribeInput{TopicARN: arn, Protocol: "http", Endpoint: e.url})
	w.ok(err)
	token, _ := w.receive(e).fields["Token"].(string)
	_, err = w.topics.As(guard.Session{Type: policy.Anonymous}).Confirm(w.Context(), arn, token, false)
	w.ok(err)
	return s
}

func (w *world) publish(arn, message string) {
	w.Helper()
	_, err := w.root(account1).Publish(w.Context(), topic.PublishInput{TopicARN: arn, Message: message})
	w.ok(err)
}

// lines waits until a notifications file has n lines.
func (w *world) lines(name string, n int) []string {
	w.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		text, err := os.ReadFile(filepath.Join(w.dir, "notifications", name))
		if lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"); err == nil && len(lines) >= n {
			return lines
		}
		select {
		case <-look.C:
		case <-w.Context().Done():
			w.Fatalf("%s has no %d lines: %s, %v", name, n, text, err)
		}
	}
}
