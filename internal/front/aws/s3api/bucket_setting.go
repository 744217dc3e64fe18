package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// emptySettings are the documents of settings that S3 has even when nobody made them.
var emptySettings = map[bucket.Setting]any{
	bucket.Logging: struct {
		XMLName xml.Name `xml:"BucketLoggingStatus"`
		xmlns
	}{xmlns: ns},
	bucket.RequestPayment: struct {
		XMLName xml.Name `xml:"RequestPaymentConfiguration"`
		xmlns
		Payer string
	}{xmlns: ns, Payer: "BucketOwner"},
	bucket.Accelerate: struct {
		XMLName xml.Name `xml:"AccelerateConfiguration"`
		xmlns
	}{xmlns: ns},
}

type handler = func(context.Context, *call) (*aws.Response, error)

func getSetting(name bucket.Setting) handler {
	return func(ctx context.Context, c *call) (*aws.Response, error) {
		if err := c.view.BucketSetting(ctx, c.bucket, name); err != nil {
			return nil, err
		}
		return written(emptySettings[name], nil)
	}
}

func putSetting(name bucket.Setting) handler {
	return func(ctx context.Context, c *call) (*aws.Response, error) {
		if err := c.view.PutBucketSetting(ctx, c.bucket, name); err != nil {
			return nil, err
		}
		return done(http.StatusOK, nil)
	}
}

func deleteSetting(name bucket.Setting) handler {
	return func(ctx context.Context, c *call) (*aws.Response, error) {
		if err := c.view.DeleteBucketSetting(ctx, c.bucket, name); err != nil {
			return nil, err
		}
		return done(http.StatusNoContent, nil)
	}
}
