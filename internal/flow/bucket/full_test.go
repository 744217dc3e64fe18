//go:build unix

package bucket_test

import (
	"bytes"
	"fmt"
	"os/signal"
	"syscall"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

// TestNoRoom lets every write behind a small offset fail, as on a full disk,
// and wants refusals that leave nothing behind and harm nothing.
func TestNoRoom(t *testing.T) {
	f := newStore(t)
	kept := map[string][]byte{"small": pattern(4000), "large": pattern(100_000)}
	for key, data := range kept {
		f.put(t, key, data)
	}
	files := f.files(t)
	failed := f.withLimit(t, 300<<10, func() (failed int) {
		for i := range 200 {
			in := bucket.PutInput{Bucket: "data", Key: fmt.Sprint("new", i), Body: bytes.NewReader(pattern(4000)), Size: -1}
			if i%2 == 0 {
				in.Body = bytes.NewReader(pattern(400_000))
			}
			if _, err := f.view.Put(t.Context(), in); err != nil {
				wantCode(t, err, "InternalError")
				failed++
				continue
			}
			kept[in.Key] = pattern(4000)
		}
		return failed
	})
	if failed < 100 || failed == 200 || f.files(t) != files {
		t.Fatalf("%d of 200 failed; %d files, were %d", failed, f.files(t), files)
	}
	kept["after"] = pattern(50_000)
	f.put(t, "after", kept["after"])
	for key, data := range kept {
		if !bytes.Equal(f.read(t, ref(key)), data) {
			t.Errorf("%s differs", key)
		}
	}
	if vs := f.versions(t); len(vs) != len(kept) {
		t.Errorf("%d objects, want %d", len(vs), len(kept))
	}
}

// withLimit runs do while files of this process cannot grow beyond size.
func (f *fixture) withLimit(t *testing.T, size uint64, do func() int) int {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)
	return do()
}
