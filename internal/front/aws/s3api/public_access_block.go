package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type publicAccessBlock struct {
	XMLName xml.Name `xml:"PublicAccessBlockConfiguration"`
	xmlns
	BlockPublicACLs       bool `xml:"BlockPublicAcls"`
	IgnorePublicACLs      bool `xml:"IgnorePublicAcls"`
	BlockPublicPolicy     bool
	RestrictPublicBuckets bool
}

func getPublicAccessBlock(ctx context.Context, c *call) (*aws.Response, error) {
	b, err := c.view.PublicAccessBlock(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	return written(publicAccessBlock{
		xmlns: ns, BlockPublicACLs: b.BlockPublicACLs, IgnorePublicACLs: b.IgnorePublicACLs,
		BlockPublicPolicy: b.BlockPublicPolicy, RestrictPublicBuckets: b.RestrictPublicBuckets,
	}, nil)
}

func putPublicAccessBlock(ctx context.Context, c *call) (*aws.Response, error) {
	var x publicAccessBlock
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	err := c.view.PutPublicAccessBlock(ctx, c.bucket, bucket.PublicAccessBlock{
		BlockPublicACLs: x.BlockPublicACLs, IgnorePublicACLs: x.IgnorePublicACLs,
		BlockPublicPolicy: x.BlockPublicPolicy, RestrictPublicBuckets: x.RestrictPublicBuckets,
	})
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK, nil)
}

func deletePublicAccessBlock(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.view.DeletePublicAccessBlock(ctx, c.bucket); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}
