package s3api

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type accessControlPolicy struct {
	XMLName xml.Name `xml:"AccessControlPolicy"`
	xmlns
	Owner  *ownerXML
	Grants []grantXML `xml:"AccessControlList>Grant"`
}

type grantXML struct {
	Grantee    granteeXML
	Permission string
}

type granteeXML struct {
	XSI  string `xml:"xmlns:xsi,attr"`
	Type string `xml:"xsi:type,attr"`
	ID   string
}

func writtenACL(acl *bucket.ACL) (*aws.Response, error) {
	id := bucket.CanonicalID(acl.Owner)
	return written(accessControlPolicy{xmlns: ns, Owner: &ownerXML{id}, Grants: []grantXML{{
		Grantee:    granteeXML{"http://www.w3.org/2001/XMLSchema-instance", "CanonicalUser", id},
		Permission: "FULL_CONTROL",
	}}}, versionHeader(acl.VersionID))
}

func getBucketACL(ctx context.Context, c *call) (*aws.Response, error) {
	acl, err := c.view.BucketACL(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	return writtenACL(acl)
}

// putBucketACL passes on a canned list only: every list in a body is one the store refuses.
func putBucketACL(ctx context.Context, c *call) (*aws.Response, error) {
	if _, err := c.body(); err != nil {
		return nil, err
	}
	if err := c.view.PutBucketACL(ctx, c.bucket, accessControl(c.Header)); err != nil {
		return nil, err
	}
	return done(http.StatusOK, nil)
}

func getObjectACL(ctx context.Context, c *call) (*aws.Response, error) {
	acl, err := c.view.ObjectACL(ctx, c.ref())
	if err != nil {
		return nil, err
	}
	return writtenACL(acl)
}

func putObjectACL(ctx context.Context, c *call) (*aws.Response, error) {
	if _, err := c.body(); err != nil {
		return nil, err
	}
	acl, err := c.view.PutObjectACL(ctx, c.ref(), accessControl(c.Header))
	if err != nil {
		return nil, err
	}
	return done(http.StatusOK, versionHeader(acl.VersionID))
}
