package s3api

import (
	"context"
	"net/http"

	"github.com/inlet-data/inlet/internal/front/aws"
)

func headBucket(ctx context.Context, c *call) (*aws.Response, error) {
	b, err := c.view.HeadBucket(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	h := http.Header{"Content-Type": {"application/xml"}}
	h.Set("x-amz-bucket-region", b.Region)
	h.Set("x-amz-access-point-alias", "false")
	return done(http.StatusOK, h)
}

func deleteBucket(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.view.DeleteBucket(ctx, c.bucket); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}
