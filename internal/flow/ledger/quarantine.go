package ledger

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Quarantine is a bad file that is to leave its place, or has left it.
type Quarantine struct {
	JobID             int64
	Bucket, Key, ETag string
	Size              int64
	Target            string // s3://bucket/key
	State             QuarantineState
	Message           string // why it stays
}

// QuarantineState is how far a bad file came.
type QuarantineState string

// States of a bad file.
const (
	QuarantineDue  QuarantineState = "due"
	QuarantineDone QuarantineState = "done"
	QuarantineLeft QuarantineState = "left" // it stays where it is
)

// RecordQuarantine appends events of bad files in c's open transaction.
func RecordQuarantine(ctx context.Context, c *warehouse.Client, all []Quarantine) error {
	b := warehouse.NewBatch("inlet.copy_job_quarantine", col("job_id", long), col("bucket", text), col("key", text), col("etag", text),
		col("size", long), col("target", text), col("state", text), col("message", text))
	for _, q := range all {
		b.Add(q.JobID, q.Bucket, q.Key, q.ETag, q.Size, q.Target, string(q.State), q.Message)
	}
	return b.Insert(ctx, c.Database().Engine(), c.Conn())
}

// DueQuarantine reads the bad files that a crash kept from leaving.
func DueQuarantine(ctx context.Context, conn warehouse.Conn) ([]Quarantine, error) {
	var all []Quarantine
	err := warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		str := func(col int) string { return string(ch.Vectors[col].Bytes(i)) }
		n := func(col int) int64 { return warehouse.Values[int64](&ch.Vectors[col])[i] }
		all = append(all, Quarantine{JobID: n(0), Bucket: str(1), Key: str(2), ETag: str(3), Size: n(4), Target: str(5), State: QuarantineDue})
		return nil
	}, `SELECT job_id, bucket, key, etag, max(size), max(target) FROM inlet.copy_job_quarantine GROUP BY job_id, bucket, key, etag
	    HAVING count(*) FILTER (state = 'due') > count(*) FILTER (state <> 'due')`)
	return all, err
}
