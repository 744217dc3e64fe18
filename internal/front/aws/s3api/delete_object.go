package s3api

import (
	"context"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func deleteObject(ctx context.Context, c *call) (*aws.Response, error) {
	out, err := c.view.Delete(ctx, bucket.DeleteInput{Ref: c.ref(), IfMatch: c.Header.Get("If-Match")})
	if err != nil {
		return nil, err
	}
	h := versionHeader(out.VersionID)
	if out.DeleteMarker {
		h.Set("x-amz-delete-marker", "true")
	}
	return done(http.StatusNoContent, h)
}
