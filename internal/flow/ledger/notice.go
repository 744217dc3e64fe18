package ledger

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Notice is a notification of a COPY JOB's failure that is to be sent.
type Notice struct {
	ID, JobID               int64
	Topic, Subject, Message string
}

// RecordNotice notes a notification in c's open transaction and gives it its ID.
func RecordNotice(ctx context.Context, c *warehouse.Client, n *Notice) (err error) {
	if n.ID, err = NextJob(ctx, c.Conn()); err != nil {
		return err
	}
	_, err = c.Conn().Exec(ctx, "INSERT INTO inlet.copy_job_notice VALUES (?, ?, ?, ?, ?)", n.ID, n.JobID, n.Topic, n.Subject, n.Message)
	return err
}

// ForgetNotice removes a notification that was sent, or that never can be.
func ForgetNotice(ctx context.Context, c *warehouse.Client, id int64) error {
	_, err := c.Conn().Exec(ctx, "DELETE FROM inlet.copy_job_notice WHERE id = ?", id)
	return err
}

// DueNotices reads the notifications that a crash kept from being sent, oldest first.
func DueNotices(ctx context.Context, conn warehouse.Conn) ([]Notice, error) {
	var all []Notice
	err := warehouse.EachRow(ctx, conn, func(ch *warehouse.Chunk, i int) error {
		str := func(col int) string { return string(ch.Vectors[col].Bytes(i)) }
		n := func(col int) int64 { return warehouse.Values[int64](&ch.Vectors[col])[i] }
		all = append(all, Notice{ID: n(0), JobID: n(1), Topic: str(2), Subject: str(3), Message: str(4)})
		return nil
	}, "SELECT id, job_id, topic, subject, message FROM inlet.copy_job_notice ORDER BY id")
	return all, err
}
