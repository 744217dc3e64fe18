package bucket_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/guard"
)

const (
	account1 = "111111111111"
	account2 = "222222222222"
)

// judge answers the store's questions from a list of refused actions, and notes what it was asked.
type judge struct {
	mu     sync.Mutex
	refuse map[string]bool // "action" or "action resource"
	asked  []guard.Call
}

var errRefused = errors.New("refused")

func (j *judge) Check(_ context.Context, c guard.Call) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.asked = append(j.asked, c)
	if j.refuse[c.Action] || j.refuse[c.Action+" "+c.On] {
		return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "Access Denied", On: c.Action, Err: errRefused}
	}
	return nil
}

func (j *judge) set(actions ...string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.refuse, j.asked = map[string]bool{}, nil
	for _, a := range actions {
		j.refuse[a] = true
	}
}

func (j *judge) actions() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []string
	for _, c := range j.asked {
		out = append(out, c.Action)
	}
	return out
}

func session(account string) guard.Session {
	return guard.Session{ARN: arn.User(account, "/", "tester"), Account: account, Name: "tester"}
}

type fixture struct {
	*bucket.Store
	judge *judge
	dir   string
	view  *bucket.View // account 1's
}

func open(t testing.TB, dir string) *fixture {
	t.Helper()
	j := &judge{}
	s, err := bucket.Open(bucket.Config{Dir: dir, Guard: j})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &fixture{Store: s, judge: j, dir: dir, view: s.As(session(account1))}
}

// newStore opens an empty store with one bucket called "data".
func newStore(t testing.TB) *fixture {
	t.Helper()
	f := open(t, t.TempDir())
	f.bucket(t, "data")
	return f
}

func (f *fixture) bucket(t testing.TB, name string) {
	t.Helper()
	if _, err := f.view.CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: name}); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) put(t testing.TB, key string, data []byte) *bucket.PutOutput {
	t.Helper()
	out, err := f.view.Put(t.Context(), bucket.PutInput{Bucket: "data", Key: key, Body: bytes.NewReader(data), Size: int64(len(data))})
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
	return out
}

func (f *fixture) read(t testing.TB, ref bucket.Ref) []byte {
	t.Helper()
	o, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref})
	if err != nil {
		t.Fatalf("get %v: %v", ref, err)
	}
	defer o.Close()
	b, err := io.ReadAll(o.Reader())
	if err != nil {
		t.Fatalf("read %v: %v", ref, err)
	}
	var streamed bytes.Buffer
	if _, err := o.WriteTo(&streamed); err != nil || !bytes.Equal(streamed.Bytes(), b) {
		t.Fatalf("WriteTo of %v: %d bytes, %v; Reader gave %d", ref, streamed.Len(), err, len(b))
	}
	return b
}

func (f *fixture) versioning(t testing.TB, to bucket.Versioning) {
	t.Helper()
	if err := f.view.PutBucketVersioning(t.Context(), "data", to); err != nil {
		t.Fatal(err)
	}
}

func ref(key string) bucket.Ref { return bucket.Ref{Bucket: "data", Key: key} }

func at(key, version string) bucket.Ref {
	return bucket.Ref{Bucket: "data", Key: key, VersionID: version}
}

// wantCode fails unless err is a fault with the code.
func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if got := fault.CodeOf(err); got != code {
		t.Fatalf("got %q (%v), want %s", got, err, code)
	}
}

func md5Hex(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

// pattern is n bytes that differ from place to place.
func pattern(n int) []byte {
	b := make([]byte, n)
	x := uint32(n)*2654435761 + 1
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return b
}

func TestOpenRefusesSecondProcess(t *testing.T) {
	f := newStore(t)
	if _, err := bucket.Open(bucket.Config{Dir: f.dir, Guard: f.judge}); err == nil {
		t.Fatal("the same directory was opened twice")
	}
	if _, err := bucket.Open(bucket.Config{Dir: t.TempDir()}); err == nil {
		t.Fatal("a store without a guard was opened")
	}
}

func TestPutAndGet(t *testing.T) {
	sizes := map[string]int{
		"empty": 0, "one byte": 1, "largest inline": 8 << 10, "smallest file": 8<<10 + 1,
		"one chunk": 512 << 10, "chunk and a byte": 512<<10 + 1, "several chunks": 3<<20 + 77,
	}
	f := newStore(t)
	for name, n := range sizes {
		for _, size := range []int64{int64(n), -1} {
			t.Run(name, func(t *testing.T) {
				data := pattern(n)
				out, err := f.view.Put(t.Context(), bucket.PutInput{Bucket: "data", Key: name, Body: bytes.NewReader(data), Size: size})
				if err != nil {
					t.Fatal(err)
				}
				if out.ETag != md5Hex(data) || out.Size != int64(n) || out.VersionID != "" {
					t.Fatalf("got %+v", out)
				}
				if got := f.read(t, ref(name)); !bytes.Equal(got, data) {
					t.Fatalf("read %d bytes, want %d", len(got), n)
				}
			})
		}
	}
}

func TestPutKeepsAttributes(t *testing.T) {
	f := newStore(t)
	in := bucket.PutInput{Bucket: "data", Key: "k", Body: strings.NewReader("x"), Size: 1}
	in.Headers = bucket.ContentHeaders{CacheControl: "no-cache", ContentType: "text/csv", ContentEncoding: "gzip", ContentLanguage: "de", ContentDisposition: "inline", Expires: "never"}
	in.Metadata = map[string]string{"a": "1", "b": "ü"}
	in.Tags = []bucket.Tag{{Key: "team", Value: "blue"}}
	in.StorageClass = "STANDARD_IA"
	if _, err := f.view.Put(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	sel, err := f.view.Head(t.Context(), bucket.GetInput{Ref: ref("k")})
	if err != nil {
		t.Fatal(err)
	}
	i := sel.Info
	if i.Headers != in.Headers || i.Metadata["b"] != "ü" || len(i.Metadata) != 2 || i.TagCount != 1 || i.StorageClass != "STANDARD_IA" || i.Encryption != "AES256" {
		t.Fatalf("got %+v", i)
	}
	f.put(t, "plain", nil)
	if sel, err = f.view.Head(t.Context(), bucket.GetInput{Ref: ref("plain")}); err != nil || sel.Info.Headers.ContentType != "binary/octet-stream" || sel.Info.StorageClass != "STANDARD" {
		t.Fatalf("got %+v, %v", sel, err)
	}
}

func TestReopenKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	f.bucket(t, "data")
	small, large := pattern(100), pattern(100_000)
	f.put(t, "small", small)
	f.put(t, "large", large)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f = open(t, dir)
	if !bytes.Equal(f.read(t, ref("small")), small) || !bytes.Equal(f.read(t, ref("large")), large) {
		t.Fatal("data changed")
	}
	f.put(t, "next", pattern(20_000))
	if !bytes.Equal(f.read(t, ref("large")), large) {
		t.Fatal("a new file took the place of an old one")
	}
}

func TestReadWhileReplaced(t *testing.T) {
	f := newStore(t)
	data := pattern(50_000)
	f.put(t, "k", data)
	o, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref("k")})
	if err != nil {
		t.Fatal(err)
	}
	f.put(t, "k", pattern(10))
	if _, err := f.view.Delete(t.Context(), bucket.DeleteInput{Ref: ref("k")}); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(o.Reader()); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("read %d bytes, %v", len(got), err)
	}
	path := o.Segments()[0].Path
	o.Close()
	if exists(path) {
		t.Fatal("the file outlived its last reader")
	}
}

func TestReadAt(t *testing.T) {
	f := newStore(t)
	for name, n := range map[string]int{"inline": 1000, "file": 20_000} {
		data := pattern(n)
		f.put(t, name, data)
		o, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref(name)})
		if err != nil {
			t.Fatal(err)
		}
		p := make([]byte, 100)
		if k, err := o.ReadAt(p, 333); k != 100 || err != nil || !bytes.Equal(p, data[333:433]) {
			t.Errorf("%s: %d, %v", name, k, err)
		}
		if k, err := o.ReadAt(p, int64(n-40)); k != 40 || err != io.EOF || !bytes.Equal(p[:40], data[n-40:]) {
			t.Errorf("%s at the end: %d, %v", name, k, err)
		}
		if k, err := o.ReadAt(p, int64(n+1)); k != 0 || err != io.EOF {
			t.Errorf("%s behind the end: %d, %v", name, k, err)
		}
		if _, err := o.ReadAt(p, -1); err == nil {
			t.Errorf("%s: a negative offset was read", name)
		}
		o.Close()
	}
}

func TestClosedStore(t *testing.T) {
	f := open(t, t.TempDir())
	f.bucket(t, "data")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := f.view.Put(t.Context(), bucket.PutInput{Bucket: "data", Key: "k", Body: strings.NewReader("x"), Size: 1})
	wantCode(t, err, "InternalError")
	if err := f.WaitEvents(t.Context(), 99); err == nil {
		t.Fatal("waited on a closed store")
	}
}

func TestEvents(t *testing.T) {
	f := newStore(t)
	f.put(t, "a", pattern(3))
	f.put(t, "b", pattern(30_000))
	if _, err := f.view.Copy(t.Context(), bucket.CopyInput{Source: ref("b"), Bucket: "data", Key: "c"}); err != nil {
		t.Fatal(err)
	}
	all, err := f.Events(0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		got = append(got, e.Name+" "+e.Key)
		if e.Bucket != "data" || e.Owner != account1 || e.ETag == "" || e.Time.IsZero() {
			t.Errorf("event %+v", e)
		}
	}
	if want := []string{"ObjectCreated:Put a", "ObjectCreated:Put b", "ObjectCreated:Copy c"}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	if next, err := f.Events(all[0].Seq, 1); err != nil || len(next) != 1 || next[0].Key != "b" {
		t.Fatalf("behind the first: %+v, %v", next, err)
	}
	if err := f.TrimEvents(all[1].Seq); err != nil {
		t.Fatal(err)
	}
	if left, err := f.Events(0, 10); err != nil || len(left) != 1 || left[0].Key != "c" {
		t.Fatalf("after trimming: %+v, %v", left, err)
	}
}

func TestWaitEvents(t *testing.T) {
	f := newStore(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	woken := make(chan error, 1)
	go func() { woken <- f.WaitEvents(ctx, 0) }()
	f.put(t, "a", nil)
	if err := <-woken; err != nil {
		t.Fatal(err)
	}
	if err := f.WaitEvents(ctx, 0); err != nil {
		t.Fatal(err)
	}
	if err := f.TrimEvents(1); err != nil {
		t.Fatal(err)
	}
	go func() { woken <- f.WaitEvents(ctx, 0) }() // Nothing is left to read: it has to wait.
	f.put(t, "b", nil)
	if err := <-woken; err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := f.WaitEvents(ctx, 2); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}
