package ledger

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Integration mirrors an event integration that has this warehouse as target,
// for SVV_COPY_JOB_INTEGRATIONS; the integration itself lives in station arrival.
type Integration struct {
	ARN, Bucket, State string
	Created, Updated   time.Time
}

// PutIntegration replaces the mirror of one integration. One that was deleted
// stays visible as inactive until the bucket gets another.
func PutIntegration(ctx context.Context, c *warehouse.Client, in Integration) error {
	return c.Atomically(ctx, func() error {
		if _, err := c.Conn().Exec(ctx, "DELETE FROM inlet.integration WHERE arn = ? OR bucket = ? AND state = 'deleting'", in.ARN, in.Bucket); err != nil {
			return err
		}
		_, err := c.Conn().Exec(ctx, "INSERT INTO inlet.integration VALUES (?, ?, ?, ?, ?)", in.ARN, in.Bucket, in.State, in.Created, in.Updated)
		return err
	})
}
