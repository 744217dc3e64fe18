package s3api

import (
	"context"
	"encoding/xml"
	"net/url"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type copyObjectResult struct {
	XMLName xml.Name `xml:"CopyObjectResult"`
	xmlns
	LastModified string
	ETag         string
	checksumXML
}

func copyObject(ctx context.Context, c *call) (*aws.Response, error) {
	source, err := copySource(c.Header.Get(copySourceHeader))
	if err != nil {
		return nil, err
	}
	in := bucket.CopyInput{
		Source: source, Conditions: conditions(c.Header, "x-amz-copy-source-"), Bucket: c.bucket, Key: c.key,
		MetadataDirective: c.Header.Get("x-amz-metadata-directive"),
		Algorithm:         bucket.Algorithm(strings.ToUpper(c.Header.Get("x-amz-checksum-algorithm"))),
		IfMatch:           c.Header.Get("If-Match"), IfNoneMatch: c.Header.Get("If-None-Match"),
	}
	if in.Attributes, err = c.attributes(); err != nil {
		return nil, err
	}
	if in.ReplaceMetadata, err = c.directive("x-amz-metadata-directive", "Unknown metadata directive."); err != nil {
		return nil, err
	}
	if in.ReplaceTags, err = c.directive("x-amz-tagging-directive", "Unknown tagging directive."); err != nil {
		return nil, err
	}
	out, err := c.view.Copy(ctx, in)
	if err != nil {
		return nil, err
	}
	h := storedBeside(&out.PutOutput)
	set(h, "x-amz-copy-source-version-id", out.SourceVersionID)
	return written(copyObjectResult{
		xmlns: ns, LastModified: stamp(out.LastModified), ETag: quote(out.ETag), checksumXML: checksumOf(out.Checksum),
	}, h)
}

// directive reads a header that is COPY or REPLACE.
func (c *call) directive(name, message string) (replace bool, err error) {
	switch v := c.Header.Get(name); strings.ToUpper(v) {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, invalidArgument(message, name, v)
	}
}

// copySource reads [/]bucket/key[?versionId=id], which is encoded like a path.
func copySource(header string) (bucket.Ref, error) {
	path, version := header, ""
	if i := strings.LastIndex(header, "?versionId="); i >= 0 {
		path, version = header[:i], header[i+len("?versionId="):]
	}
	path, err := url.PathUnescape(path)
	if err != nil {
		return bucket.Ref{}, invalidArgument("The x-amz-copy-source header is not URL-encoded.", copySourceHeader, header)
	}
	if strings.HasPrefix(path, "arn:") {
		return bucket.Ref{}, notImplemented("Header", copySourceHeader)
	}
	name, key, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if name == "" || key == "" {
		return bucket.Ref{}, invalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey", copySourceHeader, header)
	}
	return bucket.Ref{Bucket: name, Key: key, VersionID: version}, nil
}
