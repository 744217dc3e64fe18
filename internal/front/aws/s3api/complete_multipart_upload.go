package s3api

import (
	"context"
	"encoding/xml"
	"net/url"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type completeMultipartUploadXML struct {
	Parts []struct {
		PartNumber int
		ETag       string
		checksumXML
	} `xml:"Part"`
}

type completeMultipartUploadResult struct {
	XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
	xmlns
	Location string
	Bucket   string
	Key      string
	ETag     string
	checksumXML
}

func completeMultipartUpload(ctx context.Context, c *call) (*aws.Response, error) {
	in := bucket.CompleteInput{
		UploadRef: c.upload(), ObjectSize: -1,
		IfMatch: c.Header.Get("If-Match"), IfNoneMatch: c.Header.Get("If-None-Match"),
	}
	var err error
	if in.Checksum, err = c.objectChecksum(); err != nil {
		return nil, err
	}
	if size := c.Header.Get("x-amz-mp-object-size"); size != "" {
		if in.ObjectSize, err = strconv.ParseInt(size, 10, 64); err != nil || in.ObjectSize < 0 {
			return nil, invalid("InvalidRequest", "Value for x-amz-mp-object-size header is invalid.")
		}
	}
	var x completeMultipartUploadXML
	text, err := c.raw() // The checksum headers are the object's, not this document's.
	if err != nil {
		return nil, err
	}
	if err := parse(text, &x); err != nil {
		return nil, err
	}
	for _, p := range x.Parts {
		in.Parts = append(in.Parts, bucket.Part{Number: p.PartNumber, ETag: p.ETag, Checksum: p.sent()})
	}
	out, err := c.view.CompleteMultipartUpload(ctx, in)
	if err != nil {
		return nil, err
	}
	return written(completeMultipartUploadResult{
		xmlns: ns, Location: c.location(), Bucket: c.bucket, Key: c.key, ETag: quote(out.ETag), checksumXML: checksumOf(out.Checksum),
	}, storedBeside(out))
}

// objectChecksum is the checksum of the whole object, which here is not that of the request's body.
func (c *call) objectChecksum() (bucket.Checksum, error) {
	sum, _, err := c.checksum()
	sum.Type = c.Header.Get("x-amz-checksum-type")
	return sum, err
}

// location is the object's address in the style the request was addressed in.
func (c *call) location() string {
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	u := url.URL{Scheme: scheme, Host: c.Host, Path: "/" + c.bucket + "/" + c.key}
	if aws.BucketOfHost(c.Host) != "" {
		u.Path = "/" + c.key
	}
	return u.String()
}
