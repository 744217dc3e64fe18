package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type encryptionConfiguration struct {
	XMLName xml.Name `xml:"ServerSideEncryptionConfiguration"`
	xmlns
	Rules []encryptionRule `xml:"Rule"`
}

type encryptionRule struct {
	Default struct {
		SSEAlgorithm   string
		KMSMasterKeyID string `xml:",omitempty"`
	} `xml:"ApplyServerSideEncryptionByDefault"`
	BucketKeyEnabled bool
}

func getBucketEncryption(ctx context.Context, c *call) (*aws.Response, error) {
	e, err := c.view.BucketEncryption(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	rule := encryptionRule{BucketKeyEnabled: e.BucketKey}
	rule.Default.SSEAlgorithm, rule.Default.KMSMasterKeyID = e.Algorithm, e.KMSKeyID
	return written(encryptionConfiguration{xmlns: ns, Rules: []encryptionRule{rule}}, nil)
}

func putBucketEncryption(ctx context.Context, c *call) (*aws.Response, error) {
	var x encryptionConfiguration
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	if len(x.Rules) != 1 {
		return nil, malformedXML()
	}
	rule := x.Rules[0]
	err := c.view.PutBucketEncryption(ctx, c.bucket, bucket.Encryption{
		Algorithm: rule.Default.SSEAlgorithm, KMSKeyID: rule.Default.KMSMasterKeyID, BucketKey: rule.BucketKeyEnabled,
	})
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK, nil)
}

func deleteBucketEncryption(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.view.DeleteBucketEncryption(ctx, c.bucket); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}
