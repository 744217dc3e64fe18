package s3api

import (
	"context"
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type listPartsResult struct {
	XMLName xml.Name `xml:"ListPartsResult"`
	xmlns
	Bucket               string
	Key                  string
	UploadID             string `xml:"UploadId"`
	PartNumberMarker     int
	NextPartNumberMarker int
	MaxParts             int
	IsTruncated          bool
	Parts                []partXML `xml:"Part"`
	Initiator            *ownerXML
	StorageClass         string
	ChecksumAlgorithm    bucket.Algorithm `xml:",omitempty"`
	ChecksumType         string           `xml:",omitempty"`
}

type partXML struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
	checksumXML
}

func listParts(ctx context.Context, c *call) (*aws.Response, error) {
	marker, err := c.number("part-number-marker", 0)
	if err != nil {
		return nil, err
	}
	limit, err := c.number("max-parts", 1000)
	if err != nil {
		return nil, err
	}
	out, err := c.view.ListParts(ctx, bucket.ListPartsInput{UploadRef: c.upload(), Marker: marker, MaxParts: limit})
	if err != nil {
		return nil, err
	}
	u := &out.Upload
	x := listPartsResult{
		xmlns: ns, Bucket: c.bucket, Key: c.key, UploadID: u.ID, PartNumberMarker: marker,
		NextPartNumberMarker: out.NextMarker, MaxParts: out.MaxParts, IsTruncated: out.Truncated,
		Initiator: &ownerXML{u.Initiator}, StorageClass: u.StorageClass,
		ChecksumAlgorithm: u.Checksum.Algorithm, ChecksumType: u.Checksum.Type,
	}
	for _, p := range out.Parts {
		sum := checksumOf(p.Checksum)
		sum.ChecksumType = ""
		x.Parts = append(x.Parts, partXML{p.Number, stamp(p.LastModified), quote(p.ETag), p.Size, sum})
	}
	return written(x, nil)
}
