package ledger

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Settings are what a job does that Redshift's does not, by name; what is not there has its default.
type Settings map[string]string

// readSettings reads the settings of all jobs.
func readSettings(ctx context.Context, conn warehouse.Conn) (map[int64]Settings, error) {
	all := map[int64]Settings{}
	err := warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		id := warehouse.Values[int64](&ch.Vectors[0])[i]
		if all[id] == nil {
			all[id] = Settings{}
		}
		all[id][string(ch.Vectors[1].Bytes(i))] = string(ch.Vectors[2].Bytes(i))
		return nil
	}, "SELECT job_id, name, value FROM inlet.copy_job_setting")
	return all, err
}

// PutSettings replaces the settings of a job in c's open transaction.
func PutSettings(ctx context.Context, c *warehouse.Client, job int64, s Settings) error {
	if _, err := c.Conn().Exec(ctx, "DELETE FROM inlet.copy_job_setting WHERE job_id = ?", job); err != nil {
		return err
	}
	b := warehouse.NewBatch("inlet.copy_job_setting", col("job_id", long), col("name", text), col("value", text))
	for name, value := range s {
		b.Add(job, name, value)
	}
	return b.Insert(ctx, c.Database().Engine(), c.Conn())
}

// RecordBacklog notes that all files which a job's prefix had are known to the job.
func RecordBacklog(ctx context.Context, c *warehouse.Client, job int64) error {
	_, err := c.Conn().Exec(ctx, "INSERT INTO inlet.copy_job_backlog VALUES (?, now()::TIMESTAMP)", job)
	return err
}

// BacklogKnown reports whether RecordBacklog was called for a job.
func BacklogKnown(ctx context.Context, conn warehouse.Conn, job int64) (known bool, err error) {
	err = warehouse.EachRow(ctx, conn, func(*warehouse.Chunk, int) error {
		known = true
		return nil
	}, "SELECT 1 FROM inlet.copy_job_backlog WHERE job_id = ? LIMIT 1", job)
	return known, err
}

// ForgetBacklog takes RecordBacklog back, in c's open transaction.
func ForgetBacklog(ctx context.Context, c *warehouse.Client, job int64) error {
	_, err := c.Conn().Exec(ctx, "DELETE FROM inlet.copy_job_backlog WHERE job_id = ?", job)
	return err
}
