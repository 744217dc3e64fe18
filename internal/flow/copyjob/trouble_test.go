package copyjob_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func TestRetries(t *testing.T) {
	slow := &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Please reduce your request rate."}
	for _, tt := range []struct {
		name    string
		err     error
		tries   int // that fail
		want    string
		batches int
	}{
		{"as often as set", slow, 2, "I", 3},
		{"once more than set", slow, 3, "E", 3},
		{"wrapped by the engine", &warehouse.EngineError{Kind: warehouse.ErrorOther, Message: "scan", Err: fmt.Errorf("read: %w", slow)}, 3, "E", 3},
		{"the engine's own are not counted", &warehouse.EngineError{Kind: warehouse.ErrorOutOfMemory, Message: "memory"}, 4, "I", 5},
		{"lasting ones are not repeated", &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "no"}, 1, "E", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			n := 0
			w.loader.before = func([]load.Object) error {
				if n++; n <= tt.tries {
					return tt.err
				}
				return nil
			}
			w.ok(w.create("j", "orders", "", "ON"))
			w.ok(w.set("j", "retries = 2"))
			w.arrive("a@1")
			w.run()
			w.settled("j")
			w.want(states, "a "+tt.want)
			if len(w.loader.batches) != tt.batches {
				t.Errorf("%d loads, want %d", len(w.loader.batches), tt.batches)
			}
		})
	}
}

func TestRunRetries(t *testing.T) {
	w := newWorld(t)
	n := 0
	w.loader.before = func([]load.Object) error {
		if n++; n < 3 {
			return &fault.Error{Kind: fault.Unavailable, Code: "InternalError", Message: "We encountered an internal error."}
		}
		return nil
	}
	w.loader.listed = []load.Object{{Bucket: "drop", Key: "a", ETag: "1"}}
	w.ok(w.create("j", "orders", "", "OFF"))
	_, err := w.runNow("j")
	w.refused(err, "InternalError", "internal error")
	w.ok(w.set("j", "retries = 1"))
	_, err = w.runNow("j")
	w.ok(err)
	w.want(loaded, "a@1")
}

func TestQuarantine(t *testing.T) {
	w := newWorld(t)
	w.loader.before = func(files []load.Object) error {
		if i := slices.IndexFunc(files, func(o load.Object) bool { return strings.Contains(o.Key, "bad") }); i >= 0 {
			return &load.BadFiles{Files: files[i : i+1], Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "Load into table 'orders' failed."}}
		}
		if files[0].Key == "in/gone" {
			return &load.BadFiles{Files: files[:1], Err: &fault.Error{Kind: fault.NotFound, Code: "NoSuchKey", Message: "gone"}}
		}
		return nil
	}
	w.loader.move = func(o load.Object) error {
		if o.Key == "in/bad2" {
			return &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "S3ServiceException:Access Denied,Status 403,Error AccessDenied", Hint: "Allow s3:PutObject."}
		}
		return nil
	}
	w.ok(w.create("j", "orders", "in/", "ON"))
	w.ok(w.set("j", "quarantine = 's3://drop/bad/'"))
	w.arrive("in/a@1", "in/bad1@1", "in/bad2@1", "in/z@1")
	w.run()
	w.settled("j")
	w.arrive("in/gone@1")
	w.settled("j")
	w.want(loaded, "in/a@1", "in/z@1")
	w.want("SELECT key || ' ' || state || ' ' || target FROM inlet.copy_job_quarantine WHERE state <> 'due' ORDER BY 1",
		"in/bad1 done s3://drop/bad/in/bad1", "in/bad2 left s3://drop/bad/in/bad2")
	w.want("SELECT message FROM inlet.copy_job_message WHERE message LIKE '%moved%' ORDER BY 1",
		"Error: s3://drop/in/bad2 stays where it is, it could not be moved to s3://drop/bad/in/bad2: S3ServiceException:Access Denied,Status 403,Error AccessDenied Hint: Allow s3:PutObject.",
		"File s3://drop/in/bad1 was moved to s3://drop/bad/in/bad1")
}

// A bad file that a crash kept in its place is moved by the next start.
func TestQuarantineAfterACrash(t *testing.T) {
	w := newWorld(t)
	w.loader.before = func([]load.Object) error {
		return &load.BadFiles{Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad"}}
	}
	moving := make(chan struct{}, 10)
	w.loader.move = func(load.Object) error {
		moving <- struct{}{}
		return &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "slow"}
	}
	w.ok(w.create("j", "orders", "in/", "ON"))
	w.ok(w.set("j", "quarantine = 's3://drop/bad/'"))
	w.run()
	w.arrive("in/a@1")
	<-moving
	w.stop()
	w.loader.set(func(l *fakeLoader) { l.move = nil })
	w.restart()
	w.run()
	w.settled("j")
	w.want("SELECT state FROM inlet.copy_job_quarantine ORDER BY 1", "done", "due")
	if got := w.loader.moved; !slices.Equal(got, []string{"s3://drop/in/a to s3://drop/bad/in/a"}) {
		t.Errorf("moved %q", got)
	}
}

// A bad file that could not be moved yet, and that is loaded after the table was mended, stays where it is.
func TestQuarantineOfALoadedFile(t *testing.T) {
	w := newWorld(t)
	w.loader.before = func([]load.Object) error {
		return &load.BadFiles{Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad"}}
	}
	slow := &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "slow"}
	w.loader.move = func(load.Object) error { return slow }
	w.loader.listed = []load.Object{{Bucket: "drop", Key: "in/a", ETag: "1"}, {Bucket: "drop", Key: "in/b", ETag: "1"}}
	w.ok(w.create("j", "orders", "in/", "OFF"))
	w.ok(w.set("j", "quarantine = 's3://drop/bad/'"))
	_, err := w.runNow("j")
	w.refused(err, "XX000", "bad")
	w.want(states, "in/a E", "in/b E")
	w.loader.set(func(l *fakeLoader) {
		l.move = nil
		l.before = func(files []load.Object) error {
			if i := slices.IndexFunc(files, func(o load.Object) bool { return o.Key == "in/b" }); i >= 0 {
				return &load.BadFiles{Files: files[i : i+1], Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad"}}
			}
			return nil
		}
	})
	_, err = w.runNow("j")
	w.refused(err, "XX000", "bad")
	w.want(loaded, "in/a@1")
	w.want(states, "in/a I", "in/b E")
	for _, moved := range w.loader.moved {
		if moved != "s3://drop/in/b to s3://drop/bad/in/b" {
			t.Errorf("moved %s", moved)
		}
	}
	w.want("SELECT DISTINCT key || ' ' || state || ' ' || message FROM inlet.copy_job_quarantine WHERE state <> 'due' ORDER BY 1",
		"in/a left it was loaded meanwhile", "in/b done ")
}
