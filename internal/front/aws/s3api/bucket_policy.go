package s3api

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/inlet-data/inlet/internal/front/aws"
)

func getBucketPolicy(ctx context.Context, c *call) (*aws.Response, error) {
	text, err := c.view.BucketPolicy(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	return aws.NewBytes(http.StatusOK, "application/json", text), nil
}

func putBucketPolicy(ctx context.Context, c *call) (*aws.Response, error) {
	text, err := c.body()
	if err != nil {
		return nil, err
	}
	confirm := strings.EqualFold(c.Header.Get("x-amz-confirm-remove-self-bucket-access"), "true")
	if err := c.view.PutBucketPolicy(ctx, c.bucket, text, confirm); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}

func deleteBucketPolicy(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.view.DeleteBucketPolicy(ctx, c.bucket); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}

type policyStatus struct {
	XMLName xml.Name `xml:"PolicyStatus"`
	xmlns
	IsPublic bool
}

func getBucketPolicyStatus(ctx context.Context, c *call) (*aws.Response, error) {
	public, err := c.view.BucketPolicyStatus(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	return written(policyStatus{xmlns: ns, IsPublic: public}, nil)
}
