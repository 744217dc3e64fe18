package s3api

import (
	"context"
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/front/aws"
)

type locationConstraint struct {
	XMLName xml.Name `xml:"LocationConstraint"`
	xmlns
	Region string `xml:",chardata"`
}

func getBucketLocation(ctx context.Context, c *call) (*aws.Response, error) {
	region, err := c.view.BucketLocation(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	if region == "us-east-1" { // S3's first region has no constraint.
		region = ""
	}
	return written(locationConstraint{xmlns: ns, Region: region}, nil)
}
