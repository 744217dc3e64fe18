package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/front/aws"
)

type ownershipControls struct {
	XMLName xml.Name `xml:"OwnershipControls"`
	xmlns
	Rules []ownershipRule `xml:"Rule"`
}

type ownershipRule struct {
	ObjectOwnership string
}

func getBucketOwnershipControls(ctx context.Context, c *call) (*aws.Response, error) {
	ownership, err := c.view.BucketOwnershipControls(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	return written(ownershipControls{xmlns: ns, Rules: []ownershipRule{{ownership}}}, nil)
}

func putBucketOwnershipControls(ctx context.Context, c *call) (*aws.Response, error) {
	var x ownershipControls
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	if len(x.Rules) != 1 {
		return nil, malformedXML()
	}
	if err := c.view.PutBucketOwnershipControls(ctx, c.bucket, x.Rules[0].ObjectOwnership); err != nil {
		return nil, err
	}
	return done(http.StatusOK, nil)
}

func deleteBucketOwnershipControls(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.view.DeleteBucketOwnershipControls(ctx, c.bucket); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}
