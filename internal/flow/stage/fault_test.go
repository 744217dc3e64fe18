package stage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/stage"
)

// faulty answers every other try of a call in its own way, the rest goes through.
func faulty(fail func(w http.ResponseWriter, r *http.Request)) func(http.Handler) http.Handler {
	var mu sync.Mutex
	tries := map[string]int{}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			tries[r.Method+r.URL.Path]++
			odd := tries[r.Method+r.URL.Path]%2 == 1
			mu.Unlock()
			if odd {
				fail(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func refuse(status int, code string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>Try again.</Message></Error>", code)
	}
}

// lose takes half of the body and ends the connection.
func lose(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, r.ContentLength/2)
	panic(http.ErrAbortHandler)
}

// TestRetries: what passes is tried again, and every file is there once and whole.
func TestRetries(t *testing.T) {
	tests := []struct {
		name string
		fail func(http.ResponseWriter, *http.Request)
	}{
		{"500", refuse(500, "InternalError")},
		{"503", refuse(503, "SlowDown")},
		{"lost connection", lose},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := newEndpoint(t)
			o := e.options(t)
			o.FileBytes, o.Streams = 64<<10, 3
			s := ready(t, o)
			e.wrap(faulty(tt.fail))
			set := s.Set(t.Context(), "x")
			row := []byte(strings.Repeat("a", 999) + "\n")
			for range 400 {
				if _, err := set.Write(row); err != nil {
					t.Fatal(err)
				}
			}
			files, err := set.Close(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			e.wrap(nil)
			var all []byte
			for _, key := range keys(t, o) {
				if strings.HasSuffix(key, ".csv") {
					all = append(all, object(t, o, key)...)
				}
			}
			if !bytes.Equal(all, bytes.Repeat(row, 400)) || files.Files != 7 {
				t.Errorf("%d bytes in %d files", len(all), files.Files)
			}
			e.wrap(faulty(tt.fail))
			if err := set.Remove(t.Context()); err != nil {
				t.Error(err)
			}
			e.wrap(nil)
			if left := keys(t, o); len(left) != 0 {
				t.Errorf("left are %q", left)
			}
		})
	}
}

// TestPartial: after a failure in the middle Remove takes away all that was written.
func TestPartial(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	o.FileBytes = 1 << 10
	s := ready(t, o)
	var puts atomic.Int64
	e.wrap(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && puts.Add(1) > 5 {
				next.ServeHTTP(devNull{http.Header{}}, r) // Written, but the answer is lost.
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		})
	})
	set := s.Set(t.Context(), "x")
	row := []byte(strings.Repeat("a", 600) + "\n")
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		_, err = set.Write(row)
	}
	if fault.CodeOf(err) != "S3Unreachable" || !strings.Contains(err.Error(), "s3:PutObject: s3://dms-stage/task-a/x/LOAD") {
		t.Errorf("write: %v", err)
	}
	if _, err := set.Close(t.Context()); fault.CodeOf(err) != "S3Unreachable" {
		t.Errorf("close: %v", err)
	}
	if left := keys(t, o); len(left) < 6 {
		t.Errorf("before Remove there are %q", left)
	}
	if err := set.Remove(t.Context()); err != nil {
		t.Error(err)
	}
	if left := keys(t, o); len(left) != 0 {
		t.Errorf("left are %q", left)
	}
}

// devNull is an answer that nobody gets.
type devNull struct{ h http.Header }

func (d devNull) Header() http.Header       { return d.h }
func (devNull) Write(p []byte) (int, error) { return len(p), nil }
func (devNull) WriteHeader(int)             {}

// TestRefused: errors name bucket, key, action and the request that `inlet why` explains.
func TestRefused(t *testing.T) {
	tests := []struct {
		action, on string
		do         func(context.Context, *stage.Stage) error
	}{
		{"s3:PutObject", "s3://dms-stage/task-a/x/LOAD00000001.csv", func(ctx context.Context, s *stage.Stage) error {
			set := s.Set(ctx, "x")
			if _, err := set.Write([]byte("1\n")); err != nil {
				return err
			}
			_, err := set.Close(ctx)
			return err
		}},
		{"s3:PutObject", "s3://dms-stage/task-a/inlet-probe-", func(ctx context.Context, s *stage.Stage) error { return s.Probe(ctx) }},
		{"s3:GetObject", "s3://dms-stage/task-a/inlet-probe-", func(ctx context.Context, s *stage.Stage) error { return s.Probe(ctx) }},
		{"s3:DeleteObject", "s3://dms-stage/task-a/inlet-probe-", func(ctx context.Context, s *stage.Stage) error { return s.Probe(ctx) }},
		{"s3:ListBucket", "s3://dms-stage", func(ctx context.Context, s *stage.Stage) error { return s.Probe(ctx) }},
		{"s3:ListBucket", "s3://dms-stage/task-a/x/", func(ctx context.Context, s *stage.Stage) error { _, err := s.Sweep(ctx, "x"); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.action+" on "+tt.on, func(t *testing.T) {
			e := newEndpoint(t)
			o := e.options(t)
			s := ready(t, o)
			policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":%q,
				"Resource":["arn:aws:s3:::dms-stage","arn:aws:s3:::dms-stage/*"]}]}`, tt.action)
			if _, err := o.Client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &o.Bucket, Policy: &policy}); err != nil {
				t.Fatal(err)
			}
			err := tt.do(t.Context(), s)
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Denied || f.Op != tt.action || !strings.HasPrefix(f.On, tt.on) {
				t.Fatalf("error %#v: %v", err, err)
			}
			id := f.Fields["RequestId"]
			if len(id) != 16 || f.Hint != "inlet why "+id || !strings.Contains(f.Message, id) {
				t.Errorf("request %q, hint %q, message %q", id, f.Hint, f.Message)
			}
		})
	}
}

// TestBucket: what is made, what is asked for, what is warned of.
func TestBucket(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	o.Folder = ""
	s := stage.New(o)
	for range 2 {
		if err := s.Probe(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if left := keys(t, o); len(left) != 0 {
		t.Errorf("left are %q", left)
	}
	if got := e.logged('W'); len(got) != 0 {
		t.Errorf("warnings %q", got)
	}
	if _, err := o.Client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: &o.Bucket, VersioningConfiguration: versioned,
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := e.logged('W'); len(got) != 1 || !strings.Contains(got[0], "dms-stage is versioned") {
		t.Errorf("warnings %q", got)
	}
	o.Bucket = "staging"
	if err := stage.New(o).Probe(t.Context()); fault.CodeOf(err) != "NoSuchBucket" || fault.KindOf(err) != fault.NotFound {
		t.Errorf("probe of no bucket: %v", err)
	}
	if name := stage.DefaultBucket(account, "us-east-1"); len(name) != 28 || !strings.HasPrefix(name, "dms-") {
		t.Errorf("default bucket %q", name)
	}
}

// TestSweep: a crash's leftovers go, and nothing else.
func TestSweep(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	s := ready(t, o)
	want := []string{
		"task-a/1/LOAD00000001.csvx", "task-a/1/LOAD0000001.csv", "task-a/1/notes.csv", "task-a/10/LOAD00000001.csv", "task-b/1/LOAD00000001.csv",
	}
	gone := []string{"task-a/1/LOAD00000001.csv", "task-a/1/b/LOAD000000FF.csv.gz", "task-a/1/LOAD.manifest"}
	for _, key := range append(gone, want...) {
		if _, err := o.Client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &o.Bucket, Key: sdk.String(key), Body: strings.NewReader("1\n")}); err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.Sweep(t.Context(), "1")
	if n != 3 || err != nil {
		t.Errorf("swept %d: %v", n, err)
	}
	if diff := cmp.Diff(want, keys(t, o)); diff != "" {
		t.Errorf("left differs (-want +got):\n%s", diff)
	}
	for _, prefix := range []string{"", "/", "."} {
		if _, err := s.Sweep(t.Context(), prefix); fault.CodeOf(err) != "SweepWithoutPrefix" {
			t.Errorf("sweep of %q: %v", prefix, err)
		}
	}
}

// TestCancelled: the end of the context ends uploads that hang, and Write with them.
func TestCancelled(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	o.FileBytes, o.Streams = 1<<10, 2
	s := ready(t, o)
	release, reached := make(chan struct{}), make(chan struct{}, 10)
	e.wrap(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached <- struct{}{}; <-release })
	})
	ctx, cancel := context.WithCancel(t.Context())
	set := s.Set(ctx, "x")
	done := make(chan error, 1)
	go func() {
		for {
			if _, err := set.Write([]byte(strings.Repeat("a", 600) + "\n")); err != nil {
				done <- err
				return
			}
		}
	}()
	<-reached
	<-reached
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("write: %v", err)
	}
	close(release)
	e.wrap(nil)
	if err := set.Remove(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := set.Write([]byte("1\n")); err == nil {
		t.Error("a removed set takes rows")
	}
}

// TestMemory: uploads that are slower than the writer hold it back.
func TestMemory(t *testing.T) {
	e := newEndpoint(t)
	o := e.options(t)
	o.FileBytes, o.Memory, o.Streams = 1<<20, 4<<20, 64
	s := ready(t, o)
	release, reached := make(chan struct{}), make(chan struct{}, 100)
	e.wrap(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { reached <- struct{}{}; <-release; next.ServeHTTP(w, r) })
	})
	set := s.Set(t.Context(), "x")
	var written atomic.Int64
	done := make(chan error, 1)
	row := []byte(strings.Repeat("a", 1023) + "\n")
	go func() {
		for range 64 << 10 { // 64 MB.
			n, err := set.Write(row)
			written.Add(int64(n))
			if err != nil {
				done <- err
				return
			}
		}
		_, err := set.Close(context.Background())
		done <- err
	}()
	for range 4 {
		<-reached
	}
	for written.Load() < 5<<20-1<<10 { // One file is filled while four are on their way.
		runtime.Gosched()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if got := written.Load(); got > 5<<20 || len(reached) != 0 {
		t.Errorf("%d bytes are written while 4 MB hang", got)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if m.HeapInuse > 64<<20 {
		t.Errorf("%d bytes of heap", m.HeapInuse)
	}
}
