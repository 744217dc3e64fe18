package stage_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/s3api"
	"github.com/inlet-data/inlet/internal/front/aws/stsapi"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

var versioned = &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}

const account = "111111111111"

// endpoint is inlet's S3 with its real store and guard; a test may stand between.
type endpoint struct {
	url string
	ids *identity.Store

	mu      sync.Mutex
	between func(http.Handler) http.Handler
	lines   []tasklog.Line
}

func newEndpoint(t testing.TB) *endpoint {
	t.Helper()
	dir := t.TempDir()
	db, err := bbolt.Open(filepath.Join(dir, "control"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	e := &endpoint{}
	if e.ids, err = identity.Open(db); err != nil {
		t.Fatal(err)
	}
	if err := e.ids.CreateAccount(account, account); err != nil {
		t.Fatal(err)
	}
	store, err := bucket.Open(bucket.Config{Dir: filepath.Join(dir, "s3"), Guard: guard.New(e.ids)})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	door := aws.New(aws.Config{Credentials: e.ids, Services: []aws.Service{s3api.New(store), stsapi.New(e.ids)}, Log: log})
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = aws.NewHTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.handler(door).ServeHTTP(w, r) }), log)
	srv.Start()
	e.url = srv.URL
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func (e *endpoint) handler(door http.Handler) http.Handler {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.between == nil {
		return door
	}
	return e.between(door)
}

// wrap puts a handler before the door from now on.
func (e *endpoint) wrap(between func(http.Handler) http.Handler) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.between = between
}

// options are those of a stage for the account's administrator, whose client tries again quickly.
func (e *endpoint) options(t testing.TB) stage.Options {
	t.Helper()
	key, err := e.ids.CreateAdmin(account, "admin-"+strings.ToLower(time.Now().Format("150405.000000000")))
	if err != nil {
		t.Fatal(err)
	}
	return stage.Options{Client: client(t, e.url, key), Bucket: "dms-stage", Folder: "task-a", Log: tasklog.New(e.note, nil)}
}

func client(t testing.TB, url string, key identity.AccessKey) *s3.Client {
	t.Helper()
	c, err := stage.Client(t.Context(), stage.Credentials{
		Region: "us-east-1", Endpoint: url, Provider: credentials.NewStaticCredentialsProvider(key.ID, key.Secret, ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s3.New(c.Options(), func(o *s3.Options) {
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts = 4
			r.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Millisecond, nil })
		})
	})
}

func (e *endpoint) note(l tasklog.Line) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines = append(e.lines, l)
}

// logged are the texts of a level.
func (e *endpoint) logged(level tasklog.Level) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []string
	for _, l := range e.lines {
		if l.Level == level {
			all = append(all, l.Text)
		}
	}
	return all
}

// ready is a stage whose bucket is there.
func ready(t testing.TB, o stage.Options) *stage.Stage {
	t.Helper()
	s := stage.New(o)
	if err := s.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// keys are those of all objects in the bucket.
func keys(t testing.TB, o stage.Options) []string {
	t.Helper()
	out, err := o.Client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: &o.Bucket})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range out.Contents {
		all = append(all, sdk.ToString(c.Key))
	}
	slices.Sort(all)
	return all
}

func object(t testing.TB, o stage.Options, key string) []byte {
	t.Helper()
	out, err := o.Client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &o.Bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Body.Close() }()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
