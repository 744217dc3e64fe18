package ledger

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// States that a person gives a file. SYS_COPY_JOB_DETAIL has no letter for
// them and shows both as U, unknown.
const (
	Skipped  FileStatus = "S" // is not to be loaded
	Unloaded FileStatus = "U" // was loaded, and its rows were removed
)

// LastJobFile reads the newest event of a key of a job: where the file stands.
func LastJobFile(ctx context.Context, conn warehouse.Conn, job int64, bucket, key string) (last JobFile, found bool, err error) {
	err = warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		last, found = jobFile(ch, i), true
		return nil
	}, jobFileColumns+" WHERE job_id = ? AND bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1", job, bucket, key)
	return last, found, err
}

const jobFileColumns = `SELECT seq, job_id, bucket, key, etag, version, size, epoch_us(modified), epoch_us(enqueued), status, query
	FROM inlet.copy_job_file`

// jobFile reads a row of jobFileColumns.
func jobFile(ch *warehouse.Chunk, i int) JobFile {
	str := func(col int) string { return string(ch.Vectors[col].Bytes(i)) }
	n := func(col int) int64 { return warehouse.Values[int64](&ch.Vectors[col])[i] }
	return JobFile{Seq: n(0), JobID: n(1), Bucket: str(2), Key: str(3), ETag: str(4), Version: str(5), Size: n(6),
		Modified: time.UnixMicro(n(7)).UTC(), Enqueued: time.UnixMicro(n(8)).UTC(), Status: FileStatus(str(9)), Query: n(10)}
}

// Brought reads into which table a load went and how many rows it took out of one file.
func Brought(ctx context.Context, conn warehouse.Conn, query int64, url string) (table, rows int64, err error) {
	err = warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		table, rows = warehouse.Values[int64](&ch.Vectors[0])[i], warehouse.Values[int64](&ch.Vectors[1])[i]
		return nil
	}, `SELECT table_id, coalesce((SELECT sum(rows) FROM inlet.load_file WHERE query = l.query AND url = ?), 0)::BIGINT
	    FROM inlet.load l WHERE query = ? AND status = 'completed'`, url, query)
	return table, rows, err
}

// Unload is one file whose rows were removed.
type Unload struct {
	Query, XID         int64
	PID                int32
	UserID             int32
	TableID            int64
	TableName          string
	JobID              int64
	Load               int64 // the load that had brought the rows
	URL, ETag, Version string
	Rows               int64
	Started, Ended     time.Time
}

// RecordUnload writes an un-load in the open transaction of c, the one that removes the rows.
func RecordUnload(ctx context.Context, c *warehouse.Client, u Unload) error {
	_, err := c.Conn().Exec(ctx, "INSERT INTO inlet.unload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", u.Query, u.XID, int64(u.PID),
		int64(u.UserID), u.TableID, u.TableName, u.JobID, u.Load, u.URL, u.ETag, u.Version, u.Rows, u.Started, u.Ended)
	return err
}

// RecordVisible notes when the commit of a load was over: from then on its rows are seen.
func RecordVisible(ctx context.Context, c *warehouse.Client, query int64, at time.Time) error {
	_, err := c.Conn().Exec(ctx, "INSERT INTO inlet.load_visible VALUES (?, ?)", query, at)
	return err
}
