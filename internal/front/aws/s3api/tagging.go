package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type tagging struct {
	XMLName xml.Name `xml:"Tagging"`
	xmlns
	TagSet *tagSetXML
}

type tagSetXML struct {
	Tags []tagXML `xml:"Tag"`
}

type tagXML struct {
	Key, Value string
}

func newTagging(tags []bucket.Tag) tagging {
	x := tagging{xmlns: ns, TagSet: &tagSetXML{}}
	for _, t := range tags {
		x.TagSet.Tags = append(x.TagSet.Tags, tagXML(t))
	}
	return x
}

// tags reads a Tagging document.
func (c *call) tags() ([]bucket.Tag, error) {
	var x tagging
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	if x.TagSet == nil {
		return nil, malformedXML()
	}
	tags := make([]bucket.Tag, len(x.TagSet.Tags))
	for i, t := range x.TagSet.Tags {
		tags[i] = bucket.Tag(t)
	}
	return tags, nil
}

func getBucketTagging(ctx context.Context, c *call) (*aws.Response, error) {
	tags, err := c.view.BucketTagging(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	return written(newTagging(tags), nil)
}

func putBucketTagging(ctx context.Context, c *call) (*aws.Response, error) {
	tags, err := c.tags()
	if err != nil {
		return nil, err
	}
	if err := c.view.PutBucketTagging(ctx, c.bucket, tags); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}

func deleteBucketTagging(ctx context.Context, c *call) (*aws.Response, error) {
	if err := c.view.DeleteBucketTagging(ctx, c.bucket); err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, nil)
}

func getObjectTagging(ctx context.Context, c *call) (*aws.Response, error) {
	tags, version, err := c.view.ObjectTagging(ctx, c.ref())
	if err != nil {
		return nil, err
	}
	return written(newTagging(tags), versionHeader(version))
}

func putObjectTagging(ctx context.Context, c *call) (*aws.Response, error) {
	tags, err := c.tags()
	if err != nil {
		return nil, err
	}
	version, err := c.view.PutObjectTagging(ctx, c.ref(), tags)
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK, versionHeader(version))
}

func deleteObjectTagging(ctx context.Context, c *call) (*aws.Response, error) {
	version, err := c.view.DeleteObjectTagging(ctx, c.ref())
	if err != nil {
		return nil, err
	}
	return done(http.StatusNoContent, versionHeader(version))
}

func versionHeader(id string) http.Header {
	h := http.Header{}
	set(h, "x-amz-version-id", id)
	return h
}
