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

// lists are the documents that list settings of which a bucket can have several.
var lists = map[bucket.Setting]string{
	bucket.Analytics: "ListBucketAnalyticsConfigurationResult", bucket.Inventory: "ListInventoryConfigurationsResult",
	bucket.Metrics: "ListMetricsConfigurationsResult", bucket.IntelligentTiering: "ListBucketIntelligentTieringConfigurationsOutput",
}

type settingList struct {
	XMLName xml.Name
	xmlns
	IsTruncated bool
}

func listSettings(name bucket.Setting) handler {
	return func(ctx context.Context, c *call) (*aws.Response, error) {
		if err := c.view.BucketSettings(ctx, c.bucket, name); err != nil {
			return nil, err
		}
		return written(settingList{XMLName: xml.Name{Local: lists[name]}, xmlns: ns}, nil)
	}
}

// putLogging accepts what says that nothing is logged.
func putLogging(ctx context.Context, c *call) (*aws.Response, error) {
	var x struct {
		XMLName xml.Name  `xml:"BucketLoggingStatus"`
		Enabled *struct{} `xml:"LoggingEnabled"`
	}
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	return c.keep(ctx, bucket.Logging, x.Enabled == nil)
}

// putRequestPayment accepts that the bucket's owner pays.
func putRequestPayment(ctx context.Context, c *call) (*aws.Response, error) {
	var x struct {
		XMLName xml.Name `xml:"RequestPaymentConfiguration"`
		Payer   string
	}
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	return c.keep(ctx, bucket.RequestPayment, x.Payer == "BucketOwner")
}

// keep accepts a document that asks for what is so anyway, and refuses others.
func (c *call) keep(ctx context.Context, name bucket.Setting, holds bool) (*aws.Response, error) {
	put := c.view.PutBucketSetting
	if holds {
		put = c.view.RestoreBucketSetting
	}
	if err := put(ctx, c.bucket, name); err != nil {
		return nil, err
	}
	return done(http.StatusOK, nil)
}

// locked answers for retention and legal hold of an object, whose bucket has no Object Lock.
func locked(action string) handler {
	return func(ctx context.Context, c *call) (*aws.Response, error) {
		return nil, c.view.ObjectLocked(ctx, c.ref(), action)
	}
}
