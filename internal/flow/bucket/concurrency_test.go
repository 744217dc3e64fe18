package bucket_test

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
)

// TestReadersAndWriters replaces, copies, deletes and reads the same few keys
// from many goroutines. Every read must see one whole object.
func TestReadersAndWriters(t *testing.T) {
	f := newStore(t)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 60 {
				key := fmt.Sprint("k", (w+i)%3)
				switch (w*7 + i) % 6 {
				case 0, 1, 2:
					f.put(t, key, bytes.Repeat([]byte{byte(w)}, 1000+i*500))
				case 3:
					_, err := f.view.Copy(t.Context(), bucket.CopyInput{Source: ref(key), Bucket: "data", Key: fmt.Sprint("k", i%3), ReplaceMetadata: true})
					if code := fault.CodeOf(err); err != nil && code != "NoSuchKey" && code != "OperationAborted" {
						t.Error(err)
					}
				case 4:
					f.remove(t, ref(key))
				default:
					f.readUniform(t, key)
				}
			}
		})
	}
	wg.Wait()
	f.checkFiles(t)
}

// readUniform reads an object made of one repeated byte.
func (f *fixture) readUniform(t *testing.T, key string) {
	o, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref(key)})
	if fault.CodeOf(err) == "NoSuchKey" {
		return
	}
	if err != nil {
		t.Error(err)
		return
	}
	defer o.Close()
	b, err := io.ReadAll(o.Reader())
	if err != nil || int64(len(b)) != o.Size() || md5Hex(b) != o.Info.ETag || bytes.Count(b, b[:1]) != len(b) {
		t.Errorf("%s: %d bytes of %d, %v", key, len(b), o.Size(), err)
	}
}

func TestOnlyOneCreates(t *testing.T) {
	f := newStore(t)
	var wg sync.WaitGroup
	var made atomic.Int32
	for range 20 {
		wg.Go(func() {
			_, err := f.view.Put(t.Context(), bucket.PutInput{Bucket: "data", Key: "k", Body: bytes.NewReader(pattern(20_000)), Size: -1, IfNoneMatch: "*"})
			switch {
			case err == nil:
				made.Add(1)
			case fault.CodeOf(err) != "PreconditionFailed":
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := made.Load(); n != 1 || f.files(t) != 1 {
		t.Fatalf("%d writers created the object, %d files", n, f.files(t))
	}
}

func TestListingShowsWhatWasPut(t *testing.T) {
	f := newStore(t)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				key := fmt.Sprintf("%d/%d", w, i)
				f.put(t, key, nil)
				out, err := f.view.List(t.Context(), bucket.ListInput{Bucket: "data", Prefix: key, MaxKeys: 1})
				if err != nil || len(out.Objects) != 1 {
					t.Errorf("%s is not listed: %v", key, err)
				}
			}
		})
	}
	wg.Wait()
}
