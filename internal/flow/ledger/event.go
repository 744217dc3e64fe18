package ledger

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Event is the little of a JobFile that tells where its file stands. The bytes last only as long as the call.
type Event struct {
	JobID, Seq         int64
	Status             byte
	Key, ETag, Version []byte // the last two only where they were asked for
}

// EventsOf asks for events.
type EventsOf struct {
	JobID    int64 // 0: of all jobs
	Versions bool
}

// conditions of the kinds of events. A load is the last event of its file but where one was unloaded.
const (
	unloaded   = "SELECT job_id, key FROM inlet.copy_job_file WHERE status = 'U'"
	isIngested = "status = 'I' AND (job_id, key) NOT IN (" + unloaded + ")"
	isWaiting  = "status = 'P'"
	isOther    = "status IN ('E', 'S', 'U') OR status = 'I' AND (job_id, key) IN (" + unloaded + ")"
)

// EachIngested reads the loads that are their file's last event.
func (q EventsOf) EachIngested(ctx context.Context, conn warehouse.Conn, f func(Event)) error {
	return q.each(ctx, conn, isIngested, f)
}

// EachPending reads the events by which files came to wait.
func (q EventsOf) EachPending(ctx context.Context, conn warehouse.Conn, f func(Event)) error {
	return q.each(ctx, conn, isWaiting, f)
}

// EachOther reads the events that the other two leave out.
func (q EventsOf) EachOther(ctx context.Context, conn warehouse.Conn, f func(Event)) error {
	return q.each(ctx, conn, isOther, f)
}

// each reads events in no order.
func (q EventsOf) each(ctx context.Context, conn warehouse.Conn, where string, f func(Event)) error {
	columns := "job_id, seq, status, key"
	if q.Versions {
		columns += ", etag, version"
	}
	var args []any
	where = "(" + where + ")"
	if q.JobID != 0 {
		where, args = where+" AND job_id = ?", []any{q.JobID}
	}
	return warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		n := func(col int) int64 { return warehouse.Values[int64](&ch.Vectors[col])[i] }
		e := Event{JobID: n(0), Seq: n(1), Status: ch.Vectors[2].Bytes(i)[0], Key: ch.Vectors[3].Bytes(i)}
		if q.Versions {
			e.ETag, e.Version = ch.Vectors[4].Bytes(i), ch.Vectors[5].Bytes(i)
		}
		f(e)
		return nil
	}, "SELECT "+columns+" FROM inlet.copy_job_file WHERE "+where, args...)
}

// PendingJobFiles reads the first events after one by which files of a job came to wait, oldest first.
func PendingJobFiles(ctx context.Context, conn warehouse.Conn, job, after int64, limit int) ([]JobFile, error) {
	var page []JobFile
	err := warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		page = append(page, jobFile(ch, i))
		return nil
	}, jobFileColumns+" WHERE job_id = ? AND status = 'P' AND seq > ? ORDER BY seq LIMIT ?", job, after, int64(limit))
	return page, err
}
