package s3api

import (
	"context"
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type listBucketResult struct {
	XMLName xml.Name `xml:"ListBucketResult"`
	xmlns
	Name                  string
	Prefix                string
	Marker                *string // First version only.
	NextMarker            string  `xml:",omitempty"`
	StartAfter            string  `xml:",omitempty"`
	ContinuationToken     string  `xml:",omitempty"`
	NextContinuationToken string  `xml:",omitempty"`
	KeyCount              *int    // Second version only.
	MaxKeys               int
	Delimiter             string `xml:",omitempty"`
	EncodingType          string `xml:",omitempty"`
	IsTruncated           bool
	Contents              []objectXML
	CommonPrefixes        []prefixXML
}

type objectXML struct {
	Key               string
	LastModified      string
	ETag              string
	ChecksumAlgorithm bucket.Algorithm `xml:",omitempty"`
	ChecksumType      string           `xml:",omitempty"`
	Size              int64
	Owner             *ownerXML
	StorageClass      string
}

func (e encoder) objects(list []bucket.ListedObject, owner *ownerXML) []objectXML {
	out := make([]objectXML, len(list))
	for i := range list {
		o := &list[i]
		out[i] = objectXML{
			Key: e.text(o.Key), LastModified: stamp(o.LastModified), ETag: quote(o.ETag),
			ChecksumAlgorithm: o.Checksum.Algorithm, ChecksumType: o.Checksum.Type,
			Size: o.Size, Owner: owner, StorageClass: o.StorageClass,
		}
	}
	return out
}

// listing is what both versions of ListObjects share.
func (c *call) listing() (in bucket.ListInput, enc encoder, err error) {
	in = bucket.ListInput{
		Bucket: c.bucket, Prefix: c.query.Get("prefix"), Delimiter: c.query.Get("delimiter"),
		HasPrefix: c.query.Has("prefix"), HasDelimiter: c.query.Has("delimiter"),
	}
	if in.MaxKeys, err = c.number("max-keys", bucket.DefaultMaxKeys); err != nil {
		return in, false, err
	}
	enc, err = c.encoder()
	return in, enc, err
}

func listObjectsV2(ctx context.Context, c *call) (*aws.Response, error) {
	if t := c.query.Get("list-type"); t != "2" {
		return nil, invalidArgument("Invalid List Type specified in Request", "list-type", t)
	}
	in, enc, err := c.listing()
	if err != nil {
		return nil, err
	}
	in.After, in.Token = c.query.Get("start-after"), c.query.Get("continuation-token")
	if c.query.Has("continuation-token") && in.Token == "" {
		return nil, invalidArgument("The continuation token provided is incorrect", "continuation-token", "")
	}
	out, err := c.view.List(ctx, in)
	if err != nil {
		return nil, err
	}
	var owner *ownerXML
	if c.query.Get("fetch-owner") == "true" {
		owner = c.ownerOfBucket(ctx)
	}
	count := len(out.Objects) + len(out.CommonPrefixes)
	return written(listBucketResult{
		xmlns: ns, Name: c.bucket, Prefix: enc.text(in.Prefix), StartAfter: enc.text(in.After),
		ContinuationToken: in.Token, NextContinuationToken: out.NextToken, KeyCount: &count, MaxKeys: out.MaxKeys,
		Delimiter: enc.text(in.Delimiter), EncodingType: enc.name(), IsTruncated: out.Truncated,
		Contents: enc.objects(out.Objects, owner), CommonPrefixes: enc.prefixes(out.CommonPrefixes),
	}, nil)
}

func listObjects(ctx context.Context, c *call) (*aws.Response, error) {
	in, enc, err := c.listing()
	if err != nil {
		return nil, err
	}
	in.After = c.query.Get("marker")
	out, err := c.view.List(ctx, in)
	if err != nil {
		return nil, err
	}
	marker := enc.text(in.After)
	x := listBucketResult{
		xmlns: ns, Name: c.bucket, Prefix: enc.text(in.Prefix), Marker: &marker, MaxKeys: out.MaxKeys,
		Delimiter: enc.text(in.Delimiter), EncodingType: enc.name(), IsTruncated: out.Truncated,
		Contents: enc.objects(out.Objects, c.ownerOfBucket(ctx)), CommonPrefixes: enc.prefixes(out.CommonPrefixes),
	}
	if in.Delimiter != "" { // Without one the last key is the next marker, and S3 leaves it out.
		x.NextMarker = enc.text(out.NextMarker)
	}
	return written(x, nil)
}

// ownerOfBucket asks the same permission as a listing, so that behind one it answers.
func (c *call) ownerOfBucket(ctx context.Context) *ownerXML {
	b, err := c.view.HeadBucket(ctx, c.bucket)
	if err != nil {
		return nil
	}
	return ownerOf(b.Owner)
}
