package arrival_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const (
	account1 = "111111111111"
	account2 = "222222222222"
)

// fakeSink is the warehouses: it notes what it was given.
type fakeSink struct {
	mu     sync.Mutex
	keys   []string
	states []string
	fail   error // of the next Arrived
	// failState is what Integration fails with.
	failState error
	got       chan struct{} // after each Arrived
}

func (s *fakeSink) Arrived(_ context.Context, namespace string, files []arrival.Arrival) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.got <- struct{}{} }()
	for _, f := range files {
		s.keys = append(s.keys, f.Bucket+"/"+f.Key+" "+namespace[len(namespace)-4:])
	}
	err := s.fail
	s.fail = nil
	return err
}

func (s *fakeSink) Integration(_ context.Context, _ string, in arrival.Integration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states = append(s.states, in.Name+" "+string(in.Status))
	return s.failState
}

type world struct {
	testing.TB
	ctx        context.Context
	dir        string
	db         *bbolt.DB
	ids        *identity.Store
	buckets    *bucket.Store
	namespaces *warehouse.Namespaces
	sink       *fakeSink
	in         *arrival.Integrations
	by1, by2   guard.Session
	target     *warehouse.Namespace
	stop       func()
}

func newWorld(t testing.TB) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	w := &world{TB: t, ctx: ctx, dir: t.TempDir(), sink: &fakeSink{got: make(chan struct{}, 10_000)}}
	t.Cleanup(func() { w.close(); cancel() })
	w.open()
	w.by1, w.by2 = w.admin(account1), w.admin(account2)
	for _, name := range []string{"drop", "my.drop"} {
		_, err := w.buckets.As(w.by1).CreateBucket(ctx, bucket.CreateBucketInput{Bucket: name})
		w.ok(err)
	}
	var err error
	w.target, err = w.namespaces.Put(warehouse.Namespace{ID: "b7c1f0de-0000-4000-8000-0000000000aa", Kind: warehouse.Provisioned, Account: account2, Region: "us-east-1", Cluster: "wh"})
	w.ok(err)
	return w
}

func (w *world) open() {
	w.Helper()
	var err error
	w.db, err = bbolt.Open(filepath.Join(w.dir, "control.db"), 0o600, nil)
	w.ok(err)
	w.ids, err = identity.Open(w.db)
	w.ok(err)
	g := guard.New(w.ids)
	w.buckets, err = bucket.Open(bucket.Config{Dir: filepath.Join(w.dir, "s3"), Guard: g, Principals: w.ids})
	w.ok(err)
	w.namespaces, err = warehouse.OpenNamespaces(w.db, g)
	w.ok(err)
	w.in, err = arrival.Open(w.db, g, w.buckets, w.namespaces, w.sink)
	w.ok(err)
}

func (w *world) close() {
	if w.stop != nil {
		w.stop()
	}
	w.ok(w.buckets.Close())
	w.ok(w.db.Close())
}

func (w *world) restart() {
	w.Helper()
	w.close()
	w.open()
}

func (w *world) run() {
	ctx, cancel := context.WithCancel(w.ctx)
	done, in := make(chan error, 1), w.in
	go func() { done <- in.Run(ctx) }()
	w.stop = func() { cancel(); w.ok(<-done); w.stop = nil }
}

func (w *world) admin(account string) guard.Session {
	w.Helper()
	w.ok(w.ids.CreateAccount(account, account))
	key, err := w.ids.CreateAdmin(account, "admin")
	w.ok(err)
	_, _, by, err := w.ids.Credential(key.ID)
	w.ok(err)
	return by
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%v", err)
	}
}

func (w *world) refused(err error, code string) {
	w.Helper()
	if fault.CodeOf(err) != code {
		w.Errorf("got %v (%s), want %s", err, fault.CodeOf(err), code)
	}
}

func (w *world) denied(err error, action string) {
	w.Helper()
	d, ok := errors.AsType[*guard.Denied](err)
	if !ok || d.Call.Action != action {
		w.Errorf("got %v, want %s denied", err, action)
	}
}

// The policies that make everything work; an action left out is missing.
var (
	bucketActions = []string{"s3:GetBucketLocation", "s3:GetBucketNotification", "s3:PutBucketNotification"}
	authorize     = `{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"redshift:AuthorizeInboundIntegration","Resource":"NS","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:s3:::drop"}}}`
	inbound       = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"redshift:CreateInboundIntegration","Resource":"NS"}`
)

func (w *world) bucketPolicy(actions ...string) {
	w.Helper()
	text := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":["` + strings.Join(actions, `","`) +
		`"],"Resource":"arn:aws:s3:::drop","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:redshift:us-east-1:111111111111:integration:*"},"StringEquals":{"aws:SourceAccount":"111111111111"}}}]}`
	w.ok(w.buckets.As(w.by1).PutBucketPolicy(w.ctx, "drop", []byte(text), false))
}

func (w *world) namespacePolicy(statements ...string) {
	w.Helper()
	text := `{"Version":"2012-10-17","Statement":[` + strings.ReplaceAll(strings.Join(statements, ","), "NS", w.target.ARN()) + `]}`
	w.ok(w.namespaces.As(w.by2).PutPolicy(w.ctx, w.target.ARN(), text))
}

// ready allows everything.
func (w *world) ready() {
	w.Helper()
	w.bucketPolicy(bucketActions...)
	w.namespacePolicy(authorize, inbound)
}

func (w *world) create(name, source string) (arrival.Integration, error) {
	return w.in.As(w.by1).Create(w.ctx, arrival.CreateInput{Name: name, SourceARN: arn.Bucket(source), TargetARN: w.target.ARN()})
}

// settled waits until an integration is made or gone, running what makes it if it does not run.
func (w *world) settled(integration string) (arrival.Integration, error) {
	w.Helper()
	if w.stop == nil {
		w.run()
		defer w.stop()
	}
	return w.in.Settled(w.ctx, integration)
}

// made makes an integration and waits for it.
func (w *world) made(name, source string) arrival.Integration {
	w.Helper()
	in, err := w.create(name, source)
	w.ok(err)
	if in.Status != arrival.Creating || len(in.Errors) > 0 {
		w.Errorf("began as %+v", in)
	}
	in, err = w.settled(in.ARN)
	w.ok(err)
	return in
}

// describe returns an integration, or all of account 1.
func (w *world) describe(integration string) ([]arrival.Integration, error) {
	found, _, err := w.in.As(w.by1).Describe(w.ctx, arrival.DescribeInput{ARN: integration})
	return found, err
}

func (w *world) put(name, key string) {
	w.Helper()
	_, err := w.buckets.As(w.by1).Put(w.ctx, bucket.PutInput{Bucket: name, Key: key, Body: strings.NewReader("1\n"), Size: 2})
	w.ok(err)
}

// delivered waits for n deliveries.
func (w *world) delivered(n int) {
	w.Helper()
	for range n {
		select {
		case <-w.sink.got:
		case <-w.ctx.Done():
			w.Fatalf("nothing was delivered: %v", w.ctx.Err())
		}
	}
}
