package ledger

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Job is a COPY JOB as it is kept.
type Job struct {
	ID         int64
	Name       string
	Owner      int32
	Database   string
	Auto       bool
	Statement  string // the COPY, without its JOB clause
	Parameters string // what follows the authorization
	DataSource string // s3://bucket/prefix
	Bucket     string
	Prefix     string
	Role       string
	TableID    int64
	TableName  string
	Created    time.Time
	Settings   Settings
}

// FileStatus is where a file of a job stands.
type FileStatus string

// States of a file. Source: Redshift Database Developer Guide, "SYS_COPY_JOB_DETAIL".
const (
	Pending  FileStatus = "P"
	Ingested FileStatus = "I"
	Failed   FileStatus = "E"
)

// JobFile is one event in the life of a file of a job.
type JobFile struct {
	Seq      int64
	JobID    int64
	Bucket   string
	Key      string
	ETag     string
	Version  string
	Size     int64
	Modified time.Time
	Enqueued time.Time
	Status   FileStatus
	Query    int64
}

// CreateJob stores a job.
func CreateJob(ctx context.Context, c *warehouse.Client, j Job) error {
	_, err := c.Conn().Exec(ctx, `INSERT INTO inlet.copy_job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, j.ID, j.Name, int64(j.Owner),
		j.Database, j.Auto, j.Statement, j.Parameters, j.DataSource, j.Bucket, j.Prefix, j.Role, j.TableID, j.TableName, j.Created)
	return err
}

// SetAuto changes a job's AUTO flag.
func SetAuto(ctx context.Context, c *warehouse.Client, job int64, auto bool) error {
	_, err := c.Conn().Exec(ctx, "UPDATE inlet.copy_job SET auto = ? WHERE id = ?", auto, job)
	return err
}

// DropJob removes a job. What it loaded stays known as loads and files.
func DropJob(ctx context.Context, c *warehouse.Client, job int64) error {
	for _, sql := range []string{"DELETE FROM inlet.copy_job WHERE id = ?", "DELETE FROM inlet.copy_job_file WHERE job_id = ?",
		"DELETE FROM inlet.copy_job_setting WHERE job_id = ?", "DELETE FROM inlet.copy_job_backlog WHERE job_id = ?",
		"DELETE FROM inlet.copy_job_quarantine WHERE job_id = ?"} {
		if _, err := c.Conn().Exec(ctx, sql, job); err != nil {
			return err
		}
	}
	return nil
}

// Jobs reads all jobs, oldest first.
func Jobs(ctx context.Context, conn warehouse.Conn) ([]Job, error) {
	settings, err := readSettings(ctx, conn)
	if err != nil {
		return nil, err
	}
	var all []Job
	err = warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		str := func(col int) string { return string(ch.Vectors[col].Bytes(i)) }
		n := func(col int) int64 { return warehouse.Values[int64](&ch.Vectors[col])[i] }
		all = append(all, Job{ID: n(0), Name: str(1), Owner: int32(n(2)), Database: str(3), Auto: n(4) == 1, Statement: str(5), Parameters: str(6),
			DataSource: str(7), Bucket: str(8), Prefix: str(9), Role: str(10), TableID: n(11), TableName: str(12),
			Created: time.UnixMicro(n(13)).UTC(), Settings: settings[n(0)]})
		return nil
	}, `SELECT id, name, owner::BIGINT, database, auto::BIGINT, statement, parameters, data_source, bucket, prefix, iam_role, table_id, table_name,
	           epoch_us(created) FROM inlet.copy_job ORDER BY id`)
	return all, err
}

// JobsNamed reads the ids of the jobs of a name, of which there is one at most that runs.
func JobsNamed(ctx context.Context, conn warehouse.Conn, name string) (ids []int64, err error) {
	err = warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		ids = append(ids, warehouse.Values[int64](&ch.Vectors[0])[i])
		return nil
	}, "SELECT id FROM inlet.copy_job WHERE name = ?", name)
	return ids, err
}

// RecordJobFiles appends events of files in c's open transaction.
func RecordJobFiles(ctx context.Context, c *warehouse.Client, files []JobFile) error {
	b := warehouse.NewBatch("inlet.copy_job_file", col("seq", long), col("job_id", long), col("bucket", text), col("key", text), col("etag", text),
		col("version", text), col("size", long), col("modified", stamp), col("enqueued", stamp), col("status", text), col("query", long), col("at", stamp))
	now := time.Now()
	for _, f := range files {
		b.Add(f.Seq, f.JobID, f.Bucket, f.Key, f.ETag, f.Version, f.Size, f.Modified, f.Enqueued, string(f.Status), f.Query, now)
	}
	return b.Insert(ctx, c.Database().Engine(), c.Conn())
}

// JobCount is how much the ledger holds of a job, or of one that was dropped while it loaded.
type JobCount struct {
	JobID    int64
	Ingested int64
	LastSeq  int64
}

// JobCounts counts the ledger's events of files by job.
func JobCounts(ctx context.Context, conn warehouse.Conn) ([]JobCount, error) {
	var all []JobCount
	err := warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		n := func(col int) int64 { return warehouse.Values[int64](&ch.Vectors[col])[i] }
		all = append(all, JobCount{n(0), n(1), n(2)})
		return nil
	}, "SELECT job_id, count(*) FILTER (status = 'I'), max(seq) FROM inlet.copy_job_file GROUP BY job_id")
	return all, err
}

// Message appends a line to a job's log, in a transaction of c or its own.
func Message(ctx context.Context, c *warehouse.Client, job int64, message string) error {
	_, err := c.Conn().Exec(ctx, "INSERT INTO inlet.copy_job_message VALUES (?, now()::TIMESTAMP, ?)", job, message)
	return err
}

// NextJob hands out the id of a new job.
func NextJob(ctx context.Context, conn warehouse.Conn) (id int64, err error) {
	err = warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		id = warehouse.Values[int64](&ch.Vectors[0])[i]
		return nil
	}, "SELECT nextval('inlet.oid')")
	return id, err
}

// JobLoaded reports whether a load of a job was committed.
func JobLoaded(ctx context.Context, conn warehouse.Conn, job, query int64) (loaded bool, err error) {
	err = warehouse.EachRow(ctx, conn, func(*warehouse.Chunk, int) error {
		loaded = true
		return nil
	}, "SELECT 1 FROM inlet.copy_job_file WHERE job_id = ? AND query = ? AND status = 'I' LIMIT 1", job, query)
	return loaded, err
}
