package s3api

import (
	"context"
	"net/http"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type createBucketConfiguration struct {
	LocationConstraint string
	Location           *struct{ Type, Name string }
	Bucket             *struct{ DataRedundancy, Type string }
	Tags               []tagXML `xml:"Tags>Tag"`
}

func createBucket(ctx context.Context, c *call) (*aws.Response, error) {
	var x createBucketConfiguration
	if err := c.document(&x, true); err != nil {
		return nil, err
	}
	if x.Location != nil || x.Bucket != nil {
		return nil, notImplemented("Element", "Location")
	}
	var tags []bucket.Tag
	for _, t := range x.Tags {
		tags = append(tags, bucket.Tag{Key: t.Key, Value: t.Value})
	}
	_, err := c.view.CreateBucket(ctx, bucket.CreateBucketInput{
		Bucket: c.bucket, Location: x.LocationConstraint, ACL: accessControl(c.Header),
		Ownership:  c.Header.Get("x-amz-object-ownership"),
		ObjectLock: strings.EqualFold(c.Header.Get("x-amz-bucket-object-lock-enabled"), "true"), Tags: tags,
	})
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK, http.Header{"Location": {"/" + c.bucket}})
}
