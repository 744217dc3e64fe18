package bucket_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

const crashDir = "BUCKET_CRASH_DIR"

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		writeUntilKilled(dir, os.Getenv("BUCKET_CRASH_ROUND"))
		return
	}
	os.Exit(m.Run())
}

// writeUntilKilled stores objects from several goroutines and prints key and
// MD5 of each once it is acknowledged.
func writeUntilKilled(dir, round string) {
	s, err := bucket.Open(bucket.Config{Dir: dir, Guard: &judge{}})
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	v := s.As(session(account1))
	var wg sync.WaitGroup
	var out sync.Mutex
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("r%s/w%d/%06d", round, w, i)
				data := pattern([]int{10, 5000, 20_000, 700_000}[(w+i)%4] + i)
				if err := store(v, key, data, i); err != nil {
					fmt.Println("put:", err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Println(key, md5Hex(data))
				out.Unlock()
			}
		})
	}
	wg.Wait()
}

// store puts an object, now and then twice, in one part or as a copy.
func store(v *bucket.View, key string, data []byte, i int) error {
	ctx := context.Background()
	put := bucket.PutInput{Bucket: "data", Key: key, Body: bytes.NewReader(data), Size: int64(len(data))}
	switch i % 5 {
	case 3:
		put.Key += ".source"
		if _, err := v.Put(ctx, put); err != nil {
			return err
		}
		if _, err := v.Copy(ctx, bucket.CopyInput{Source: ref(put.Key), Bucket: "data", Key: key}); err != nil {
			return err
		}
		_, err := v.Delete(ctx, bucket.DeleteInput{Ref: ref(put.Key)})
		return err
	case 4:
		first := put
		first.Body, first.Size = bytes.NewReader(pattern(30_000)), -1
		if _, err := v.Put(ctx, first); err != nil {
			return err
		}
	}
	_, err := v.Put(ctx, put)
	return err
}

func TestKilledWhileWriting(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	f.bucket(t, "data")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	acked := map[string]string{}
	for round := range 4 {
		runAndKill(t, dir, round, 60+90*round, acked)
		checkSurvivors(t, dir, acked)
	}
}

// runAndKill starts the writing process and kills it after n acknowledgements.
func runAndKill(t *testing.T, dir string, round, n int, acked map[string]string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), crashDir+"="+dir, fmt.Sprintf("BUCKET_CRASH_ROUND=%d", round))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); {
		key, sum, ok := strings.Cut(lines.Text(), " ")
		if !ok || !strings.HasPrefix(key, "r") {
			t.Errorf("the writer said %q", lines.Text())
			continue
		}
		acked[key] = sum
		if seen++; seen == n {
			c.Process.Kill() // What it printed before it died is still read.
		}
	}
	c.Wait()
}

func checkSurvivors(t *testing.T, dir string, acked map[string]string) {
	t.Helper()
	f := open(t, dir)
	defer f.Close()
	if err := f.WaitSweep(); err != nil {
		t.Fatal(err)
	}
	for key, sum := range acked {
		if got := md5Hex(f.read(t, ref(key))); got != sum {
			t.Errorf("%s reads as %s, acknowledged as %s", key, got, sum)
		}
	}
	f.checkEvents(t, acked)
	f.checkFiles(t)
}

// checkEvents wants an event for everything acknowledged, and an object behind every event.
func (f *fixture) checkEvents(t *testing.T, acked map[string]string) {
	t.Helper()
	es, err := f.Events(0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]string{}
	for i, e := range es {
		if i > 0 && e.Seq != es[i-1].Seq+1 {
			t.Errorf("event %d follows %d", e.Seq, es[i-1].Seq)
		}
		last[e.Key] = e.ETag
	}
	for key, sum := range acked {
		if last[key] != sum {
			t.Errorf("last event of %s has ETag %q, want %s", key, last[key], sum)
		}
	}
	for key, etag := range last {
		sel, err := f.view.Head(t.Context(), bucket.GetInput{Ref: ref(key)})
		if err != nil && strings.HasSuffix(key, ".source") {
			continue // Deleted after it was copied.
		}
		if err != nil || sel.Info.ETag != etag {
			t.Errorf("event of %s without its object: %v", key, err)
		}
	}
}

// checkFiles wants exactly the files that objects need.
func (f *fixture) checkFiles(t *testing.T) {
	t.Helper()
	need := map[string]bool{}
	in := bucket.ListInput{Bucket: "data", MaxKeys: 1000}
	for {
		out, err := f.view.List(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range out.Objects {
			open, err := f.view.Get(t.Context(), bucket.GetInput{Ref: ref(o.Key)})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range open.Segments() {
				if s.Path != "" {
					need[s.Path] = true
				}
			}
			open.Close()
		}
		if !out.Truncated {
			break
		}
		in.Token = out.NextToken
	}
	if n := f.files(t); n != len(need) {
		t.Errorf("%d files, objects need %d", n, len(need))
	}
}
