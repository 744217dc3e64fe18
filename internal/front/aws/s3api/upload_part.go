package s3api

import (
	"context"
	"encoding/xml"
	"net/http"
	"strconv"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (c *call) partNumber() (int, error) {
	text := c.query.Get("partNumber")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", text)
	}
	return n, nil
}

func uploadPart(ctx context.Context, c *call) (*aws.Response, error) {
	number, err := c.partNumber()
	if err != nil {
		return nil, err
	}
	if err := c.requireLength(); err != nil {
		return nil, err
	}
	sum, trailer, err := c.checksum()
	if err != nil {
		return nil, err
	}
	part, err := c.view.UploadPart(ctx, bucket.PartInput{
		UploadRef: c.upload(), Number: number, Body: c.Payload, Size: c.Length,
		ContentMD5: c.Header.Get("Content-MD5"), Checksum: sum, Trailer: trailer,
	})
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	h.Set("ETag", quote(part.ETag))
	h.Set("x-amz-server-side-encryption", "AES256")
	setChecksum(h, bucket.Checksum{Algorithm: part.Checksum.Algorithm, Value: part.Checksum.Value})
	return done(http.StatusOK, h)
}

type copyPartResult struct {
	XMLName xml.Name `xml:"CopyPartResult"`
	xmlns
	LastModified string
	ETag         string
	checksumXML
}

func uploadPartCopy(ctx context.Context, c *call) (*aws.Response, error) {
	number, err := c.partNumber()
	if err != nil {
		return nil, err
	}
	source, err := copySource(c.Header.Get(copySourceHeader))
	if err != nil {
		return nil, err
	}
	out, err := c.view.UploadPartCopy(ctx, bucket.PartCopyInput{
		UploadRef: c.upload(), Number: number, Source: source,
		Conditions: conditions(c.Header, "x-amz-copy-source-"), Range: c.Header.Get("x-amz-copy-source-range"),
	})
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	h.Set("x-amz-server-side-encryption", "AES256")
	set(h, "x-amz-copy-source-version-id", out.SourceVersionID)
	out.Checksum.Type = "" // A part has none.
	return written(copyPartResult{
		xmlns: ns, LastModified: stamp(out.LastModified), ETag: quote(out.ETag), checksumXML: checksumOf(out.Checksum),
	}, h)
}
