package s3api

import (
	"context"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type objectAttributes struct {
	XMLName xml.Name `xml:"GetObjectAttributesResponse"`
	xmlns
	ETag         string       `xml:",omitempty"`
	Checksum     *checksumXML `xml:",omitempty"`
	ObjectParts  *objectParts `xml:",omitempty"`
	StorageClass string       `xml:",omitempty"`
	ObjectSize   *int64
}

type objectParts struct {
	PartsCount           int
	PartNumberMarker     int
	NextPartNumberMarker int
	MaxParts             int
	IsTruncated          bool
	Parts                []attributePart `xml:"Part"`
}

type attributePart struct {
	PartNumber int
	Size       int64
	checksumXML
}

func getObjectAttributes(ctx context.Context, c *call) (*aws.Response, error) {
	wanted := map[string]bool{}
	for _, value := range c.Header.Values("x-amz-object-attributes") {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); !attributeNames[name] {
				return nil, invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", name)
			}
			wanted[name] = true
		}
	}
	if len(wanted) == 0 {
		return nil, invalidArgument("The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty", "x-amz-object-attributes", "")
	}
	out, err := c.view.Attributes(ctx, c.ref())
	if err != nil {
		return stateOf(err), err
	}
	x := objectAttributes{xmlns: ns}
	x.fill(&out.Info, wanted)
	if wanted["ObjectParts"] && len(out.Parts) > 0 {
		x.ObjectParts = c.attributeParts(out.Parts)
	}
	h := versionHeader(out.Info.VersionID)
	h.Set("Last-Modified", out.Info.LastModified.UTC().Format(http.TimeFormat))
	return written(x, h)
}

var attributeNames = map[string]bool{"ETag": true, "Checksum": true, "ObjectParts": true, "StorageClass": true, "ObjectSize": true}

func (x *objectAttributes) fill(i *bucket.ObjectInfo, wanted map[string]bool) {
	if wanted["ETag"] {
		x.ETag = i.ETag
	}
	if wanted["Checksum"] && i.Checksum.Value != "" {
		sum := checksumOf(i.Checksum)
		x.Checksum = &sum
	}
	if wanted["StorageClass"] {
		x.StorageClass = i.StorageClass
	}
	if wanted["ObjectSize"] {
		x.ObjectSize = &i.Size
	}
}

// attributeParts is a page of the parts. Its limits travel in headers, and what is no number there means none.
func (c *call) attributeParts(parts []bucket.Part) *objectParts {
	limit, err := strconv.Atoi(c.Header.Get("x-amz-max-parts"))
	if err != nil || limit < 1 || limit > 1000 {
		limit = 1000
	}
	marker, _ := strconv.Atoi(c.Header.Get("x-amz-part-number-marker"))
	x := &objectParts{PartsCount: len(parts), PartNumberMarker: marker, MaxParts: limit}
	for _, p := range parts {
		if p.Number <= marker {
			continue
		}
		if len(x.Parts) == limit {
			x.IsTruncated = true
			break
		}
		x.Parts = append(x.Parts, attributePart{p.Number, p.Size, checksumOf(p.Checksum)})
		x.NextPartNumberMarker = p.Number
	}
	return x
}
