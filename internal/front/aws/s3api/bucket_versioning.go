package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type versioningConfiguration struct {
	XMLName xml.Name `xml:"VersioningConfiguration"`
	xmlns
	Status    bucket.Versioning `xml:",omitempty"`
	MFADelete string            `xml:"MfaDelete,omitempty"`
}

func getBucketVersioning(ctx context.Context, c *call) (*aws.Response, error) {
	state, err := c.view.BucketVersioning(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	return written(versioningConfiguration{xmlns: ns, Status: state}, nil)
}

func putBucketVersioning(ctx context.Context, c *call) (*aws.Response, error) {
	var x versioningConfiguration
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	if x.MFADelete == "Enabled" {
		return nil, notImplemented("Element", "MfaDelete")
	}
	if err := c.view.PutBucketVersioning(ctx, c.bucket, x.Status); err != nil {
		return nil, err
	}
	return done(http.StatusOK, nil)
}
