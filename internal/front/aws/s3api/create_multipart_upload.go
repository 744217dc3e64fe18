package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type initiateMultipartUploadResult struct {
	XMLName xml.Name `xml:"InitiateMultipartUploadResult"`
	xmlns
	Bucket   string
	Key      string
	UploadID string `xml:"UploadId"`
}

func createMultipartUpload(ctx context.Context, c *call) (*aws.Response, error) {
	attributes, err := c.attributes()
	if err != nil {
		return nil, err
	}
	sum := bucket.Checksum{
		Algorithm: bucket.Algorithm(c.Header.Get("x-amz-checksum-algorithm")),
		Type:      c.Header.Get("x-amz-checksum-type"),
	}
	if sum.Type != "" && sum.Algorithm == "" {
		return nil, invalid("InvalidRequest", "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
	}
	out, err := c.view.CreateMultipartUpload(ctx, bucket.UploadInput{Bucket: c.bucket, Key: c.key, Attributes: attributes, Checksum: sum})
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	set(h, "x-amz-server-side-encryption", out.Encryption)
	if sum.Algorithm != "" {
		set(h, "x-amz-checksum-algorithm", string(out.Checksum.Algorithm))
		set(h, "x-amz-checksum-type", out.Checksum.Type)
	}
	return written(initiateMultipartUploadResult{xmlns: ns, Bucket: out.Bucket, Key: out.Key, UploadID: out.ID}, h)
}

func abortMultipartUpload(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.view.AbortMultipartUpload(ctx, c.upload()); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}
