package s3api

import (
	"context"
	"encoding/xml"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type listVersionsResult struct {
	XMLName xml.Name `xml:"ListVersionsResult"`
	xmlns
	Name                string
	Prefix              string
	KeyMarker           string
	VersionIDMarker     string `xml:"VersionIdMarker"`
	NextKeyMarker       string `xml:",omitempty"`
	NextVersionIDMarker string `xml:"NextVersionIdMarker,omitempty"`
	MaxKeys             int
	Delimiter           string `xml:",omitempty"`
	EncodingType        string `xml:",omitempty"`
	IsTruncated         bool
	Versions            []versionXML // Each under its own name, in the order of the keys.
	CommonPrefixes      []prefixXML
}

// versionXML is a Version or a DeleteMarker; the latter has no body to tell about.
type versionXML struct {
	XMLName           xml.Name
	Key               string
	VersionID         string `xml:"VersionId"`
	IsLatest          bool
	LastModified      string
	ETag              string           `xml:",omitempty"`
	ChecksumAlgorithm bucket.Algorithm `xml:",omitempty"`
	ChecksumType      string           `xml:",omitempty"`
	Size              *int64
	StorageClass      string `xml:",omitempty"`
}

func (e encoder) version(v *bucket.ListedVersion) versionXML {
	x := versionXML{
		XMLName: xml.Name{Local: "DeleteMarker"}, Key: e.text(v.Key), VersionID: v.VersionID,
		IsLatest: v.Latest, LastModified: stamp(v.LastModified),
	}
	if !v.DeleteMarker {
		x.XMLName.Local = "Version"
		x.ETag, x.Size, x.StorageClass = quote(v.ETag), &v.Size, v.StorageClass
		x.ChecksumAlgorithm, x.ChecksumType = v.Checksum.Algorithm, v.Checksum.Type
	}
	return x
}

func listObjectVersions(ctx context.Context, c *call) (*aws.Response, error) {
	limit, err := c.number("max-keys", bucket.DefaultMaxKeys)
	if err != nil {
		return nil, err
	}
	enc, err := c.encoder()
	if err != nil {
		return nil, err
	}
	in := bucket.ListVersionsInput{
		Bucket: c.bucket, Prefix: c.query.Get("prefix"), Delimiter: c.query.Get("delimiter"),
		HasPrefix: c.query.Has("prefix"), HasDelimiter: c.query.Has("delimiter"),
		KeyMarker: c.query.Get("key-marker"), VersionIDMarker: c.query.Get("version-id-marker"), MaxKeys: limit,
	}
	out, err := c.view.ListVersions(ctx, in)
	if err != nil {
		return nil, err
	}
	x := listVersionsResult{
		xmlns: ns, Name: c.bucket, Prefix: enc.text(in.Prefix), KeyMarker: enc.text(in.KeyMarker), VersionIDMarker: in.VersionIDMarker,
		NextKeyMarker: enc.text(out.NextKeyMarker), NextVersionIDMarker: out.NextVersionIDMarker, MaxKeys: out.MaxKeys,
		Delimiter: enc.text(in.Delimiter), EncodingType: enc.name(), IsTruncated: out.Truncated,
		CommonPrefixes: enc.prefixes(out.CommonPrefixes),
	}
	for i := range out.Versions {
		x.Versions = append(x.Versions, enc.version(&out.Versions[i]))
	}
	return written(x, nil)
}
