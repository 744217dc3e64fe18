package s3api

import (
	"context"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func putObject(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.requireLength(); err != nil {
		return nil, err
	}
	attributes, err := c.attributes()
	if err != nil {
		return nil, err
	}
	sum, trailer, err := c.checksum()
	if err != nil {
		return nil, err
	}
	out, err := c.view.Put(ctx, bucket.PutInput{
		Bucket: c.bucket, Key: c.key, Body: c.Payload, Size: c.Length, Attributes: attributes,
		ContentMD5: c.Header.Get("Content-MD5"), Checksum: sum, Trailer: trailer,
		IfMatch: c.Header.Get("If-Match"), IfNoneMatch: c.Header.Get("If-None-Match"),
	})
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK, stored(out))
}
