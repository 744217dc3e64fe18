package apply_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/node/nodetest"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestLargeTransaction applies a transaction that is many times larger than the memory
// for it: all of it at once, or nothing.
func TestLargeTransaction(t *testing.T) {
	w := start(t)
	tab, heap := table("t", col("id!", bigint), col("name", varchar(100))), table("heap", col("n", bigint))
	for i := range 40 {
		var rows []string
		for k := range 250 {
			rows = append(rows, fmt.Sprintf("%d|%s", i*200+k, strings.Repeat("x", 50)))
		}
		w.insert(tab, rows...)
		w.delete(tab, rows[:50]...)
		w.insert(heap, "1", "1", "2")
		w.delete(heap, "1")
	}
	half := len(w.log) / 2
	w.commit()
	tg := w.target(t, nil)
	c := w.config(tg)
	c.Limits = apply.Limits{Bytes: 64 << 10}
	whole := w.log
	w.log = w.log[:half] // The source goes away in the middle.
	err := apply.New(c).Run(t.Context(), "", func(ctx context.Context, from source.Position, to source.Sink) error {
		err := w.feed(ctx, from, to)
		if len(w.log) == half {
			w.log = whole
			to.Rollback()
		}
		return err
	})
	if err == nil || !strings.Contains(err.Error(), errEnd.Error()) {
		t.Fatal(err)
	}
	compare(t, "rows", []string{"6050|50|8049"}, w.SQL(t, "SELECT COUNT(*), MIN(id), MAX(id) FROM shop.t"))
	compare(t, "heap", []string{"1|40", "2|40"}, w.SQL(t, "SELECT n, COUNT(*) FROM shop.heap GROUP BY n"))
	bucket := nodetest.Bucket
	left, err := w.S3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil || len(left.Contents) > 0 {
		t.Errorf("%d files are left in the bucket, %v", len(left.Contents), err)
	}
}
