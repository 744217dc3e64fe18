package s3api

import (
	"context"
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type listAllMyBuckets struct {
	XMLName xml.Name `xml:"ListAllMyBucketsResult"`
	xmlns
	Owner             *ownerXML
	Buckets           []bucketXML `xml:"Buckets>Bucket"`
	ContinuationToken string      `xml:",omitempty"`
	Prefix            string      `xml:",omitempty"`
}

type bucketXML struct {
	Name         string
	CreationDate string
	BucketRegion string `xml:",omitempty"`
}

func listBuckets(ctx context.Context, c *call) (*aws.Response, error) {
	limit, err := c.number("max-buckets", 0)
	if err != nil {
		return nil, err
	}
	if c.query.Has("max-buckets") && (limit < 1 || limit > 10000) {
		return nil, invalidArgument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets", c.query.Get("max-buckets"))
	}
	in := bucket.ListBucketsInput{
		Prefix: c.query.Get("prefix"), Region: c.query.Get("bucket-region"), Token: c.query.Get("continuation-token"), Max: limit,
	}
	out, err := c.view.ListBuckets(ctx, in)
	if err != nil {
		return nil, err
	}
	x := listAllMyBuckets{xmlns: ns, Owner: ownerOf(out.Owner), ContinuationToken: out.NextToken, Prefix: in.Prefix}
	paged := limit > 0 || in.Region != "" || in.Prefix != "" || in.Token != ""
	for _, b := range out.Buckets {
		entry := bucketXML{Name: b.Name, CreationDate: stamp(b.Created)}
		if paged {
			entry.BucketRegion = b.Region
		}
		x.Buckets = append(x.Buckets, entry)
	}
	return written(x, nil)
}
