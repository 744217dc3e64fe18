package arrival_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

func TestDelivery(t *testing.T) {
	w := newWorld(t)
	w.ready()
	w.put("drop", "before")
	w.run()
	in, err := w.create("i", "drop")
	w.ok(err)
	w.put("my.drop", "elsewhere")
	w.put("drop", "a")
	w.delivered(1)
	w.put("drop", "b")
	w.delivered(1)
	_, err = w.in.As(w.by1).Delete(w.ctx, in.ARN)
	w.ok(err)
	w.put("drop", "after")
	w.ok(err)
	again, err := w.create("i", "drop")
	w.ok(err)
	w.put("drop", "c")
	w.delivered(1)
	w.want("drop/a 00aa", "drop/b 00aa", "drop/c 00aa")
	if again.ARN == in.ARN {
		t.Errorf("the new integration has the old ARN")
	}
}

// A failure of the warehouse, or an end between its answer and the mark,
// repeats events; none is lost.
func TestDeliveryIsRepeated(t *testing.T) {
	w := newWorld(t)
	w.ready()
	_, err := w.create("i", "drop")
	w.ok(err)
	w.sink.fail = errors.New("the warehouse is away")
	w.put("drop", "a")
	w.run()
	w.delivered(2)
	w.stop()
	w.want("drop/a 00aa", "drop/a 00aa")

	w.put("drop", "b")
	w.restart()
	w.run()
	w.delivered(1)
	w.put("drop", "c")
	w.delivered(1)
	w.stop()
	if got := w.sink.keys[len(w.sink.keys)-2:]; !slices.Equal(got, []string{"drop/b 00aa", "drop/c 00aa"}) {
		t.Errorf("delivered %q", w.sink.keys)
	}
	left, err := w.buckets.Events(0, 10)
	if err != nil || len(left) > 1 {
		t.Errorf("%d events are kept, %v", len(left), err)
	}
}

func TestBacklogComesInOrder(t *testing.T) {
	w := newWorld(t)
	w.ready()
	_, err := w.create("i", "drop")
	w.ok(err)
	var want []string
	for i := range 1200 {
		key := fmt.Sprintf("%04d", i)
		w.put("drop", key)
		want = append(want, "drop/"+key+" 00aa")
	}
	w.run()
	w.delivered(2)
	w.stop()
	w.want(want...)
}

// A bucket of the same name made by another account is another bucket.
func TestForeignBucketOfTheSameName(t *testing.T) {
	w := newWorld(t)
	w.ready()
	_, err := w.create("i", "drop")
	w.ok(err)
	w.ok(w.buckets.As(w.by1).DeleteBucket(w.ctx, "drop"))
	_, err = w.buckets.As(w.by2).CreateBucket(w.ctx, bucket.CreateBucketInput{Bucket: "drop"})
	w.ok(err)
	_, err = w.buckets.As(w.by2).Put(w.ctx, bucket.PutInput{Bucket: "drop", Key: "x", Body: strings.NewReader("1"), Size: 1})
	w.ok(err)
	w.run()
	for left := []bucket.Event{{}}; len(left) > 0; {
		left, err = w.buckets.Events(0, 1)
		w.ok(err)
	}
	w.stop()
	w.want()
}

func (w *world) want(keys ...string) {
	w.Helper()
	w.sink.mu.Lock()
	defer w.sink.mu.Unlock()
	if !slices.Equal(w.sink.keys, keys) {
		w.Errorf("delivered %q, want %q", w.sink.keys, keys)
	}
}
