package s3api

import (
	"context"
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type listMultipartUploadsResult struct {
	XMLName xml.Name `xml:"ListMultipartUploadsResult"`
	xmlns
	Bucket             string
	KeyMarker          string
	UploadIDMarker     string `xml:"UploadIdMarker"`
	NextKeyMarker      string `xml:",omitempty"`
	NextUploadIDMarker string `xml:"NextUploadIdMarker,omitempty"`
	Prefix             string
	Delimiter          string `xml:",omitempty"`
	EncodingType       string `xml:",omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Uploads            []uploadXML `xml:"Upload"`
	CommonPrefixes     []prefixXML
}

type uploadXML struct {
	Key               string
	UploadID          string `xml:"UploadId"`
	Initiator         *ownerXML
	StorageClass      string
	Initiated         string
	ChecksumAlgorithm bucket.Algorithm `xml:",omitempty"`
	ChecksumType      string           `xml:",omitempty"`
}

func listMultipartUploads(ctx context.Context, c *call) (*aws.Response, error) {
	limit, err := c.number("max-uploads", 1000)
	if err != nil {
		return nil, err
	}
	enc, err := c.encoder()
	if err != nil {
		return nil, err
	}
	in := bucket.ListUploadsInput{
		Bucket: c.bucket, Prefix: c.query.Get("prefix"), Delimiter: c.query.Get("delimiter"),
		KeyMarker: c.query.Get("key-marker"), UploadIDMarker: c.query.Get("upload-id-marker"), MaxUploads: limit,
	}
	out, err := c.view.ListMultipartUploads(ctx, in)
	if err != nil {
		return nil, err
	}
	x := listMultipartUploadsResult{
		xmlns: ns, Bucket: c.bucket, KeyMarker: enc.text(in.KeyMarker), UploadIDMarker: in.UploadIDMarker,
		NextKeyMarker: enc.text(out.NextKeyMarker), NextUploadIDMarker: out.NextUploadIDMarker,
		Prefix: enc.text(in.Prefix), Delimiter: enc.text(in.Delimiter), EncodingType: enc.name(),
		MaxUploads: out.MaxUploads, IsTruncated: out.Truncated, CommonPrefixes: enc.prefixes(out.CommonPrefixes),
	}
	for _, u := range out.Uploads {
		x.Uploads = append(x.Uploads, uploadXML{
			enc.text(u.Key), u.ID, &ownerXML{u.Initiator}, u.StorageClass, stamp(u.Initiated), u.Checksum.Algorithm, u.Checksum.Type,
		})
	}
	return written(x, nil)
}
