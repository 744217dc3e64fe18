package s3api

import (
	"context"
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type deleteXML struct {
	Objects []struct {
		Key       string
		VersionID string `xml:"VersionId"`
		ETag      string
	} `xml:"Object"`
	Quiet bool
}

type deleteResult struct {
	XMLName xml.Name `xml:"DeleteResult"`
	xmlns
	Deleted []deletedXML `xml:",omitempty"`
	Errors  []refusedXML `xml:"Error"`
}

type deletedXML struct {
	Key                   string
	VersionID             string `xml:"VersionId,omitempty"`
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionID string `xml:"DeleteMarkerVersionId,omitempty"`
}

type refusedXML struct {
	Key       string
	VersionID string `xml:"VersionId,omitempty"`
	Code      string
	Message   string
}

func deleteObjects(ctx context.Context, c *call) (*aws.Response, error) {
	sum, trailer, err := c.checksum()
	if err != nil {
		return nil, err
	}
	if c.Header.Get("Content-MD5") == "" && sum.Value == "" && trailer == nil {
		return nil, invalid("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	var x deleteXML
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	in := make([]bucket.DeleteInput, len(x.Objects))
	for i, o := range x.Objects {
		in[i] = bucket.DeleteInput{Ref: bucket.Ref{Bucket: c.bucket, Key: o.Key, VersionID: o.VersionID}, IfMatch: o.ETag}
	}
	out, err := c.view.DeleteObjects(ctx, c.bucket, in)
	if err != nil {
		return nil, err
	}
	return written(deleted(out, x.Quiet), nil)
}

func deleted(out []bucket.DeleteResult, quiet bool) deleteResult {
	res := deleteResult{xmlns: ns}
	for _, r := range out {
		if r.Err != nil {
			code, message := aws.S3Error(r.Err)
			res.Errors = append(res.Errors, refusedXML{r.Ref.Key, r.Ref.VersionID, code, message})
			continue
		}
		if quiet {
			continue
		}
		d := deletedXML{Key: r.Ref.Key, VersionID: r.Ref.VersionID, DeleteMarker: r.DeleteMarker}
		if r.DeleteMarker {
			d.DeleteMarkerVersionID = r.DeleteOutput.VersionID
		}
		res.Deleted = append(res.Deleted, d)
	}
	return res
}
