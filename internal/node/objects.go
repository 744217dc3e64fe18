package node

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// rights gives COPY the rights of roles and keys of this node, over its buckets.
type rights struct {
	ids   *identity.Store
	store *bucket.Store
	guard *guard.Guard
}

var (
	_ load.Credentials = (*rights)(nil)
	_ load.Witness     = (*rights)(nil)
	_ load.Writer      = objects{}
)

// NotAttached notes that the warehouse may not take a role that it was told to take.
func (r *rights) NotAttached(ctx context.Context, ns *warehouse.Namespace, role string) {
	by := guard.Session{Type: policy.Service, ARN: ns.ServiceName(), SourceARN: ns.ARN(), SourceAccount: ns.Account, Request: inside(ns.Region)}
	r.guard.Miss(ctx, guard.Call{By: by, Action: "sts:AssumeRole", On: role, Owner: ns.Account, MustName: true}, guard.Attachment)
}

// Assume takes the first role in the warehouse's name and each further one as the role before it.
func (r *rights) Assume(ctx context.Context, ns *warehouse.Namespace, roles []string, dbUser string) (load.Objects, string, error) {
	request := inside(ns.Region)
	var by guard.Session
	for i, role := range roles {
		var err error
		if i == 0 {
			by, err = r.ids.AssumeAsService(ctx, nil, identity.ServiceAssumption{Services: []string{ns.ServiceName()}, RoleARN: role,
				ExternalID: dbUser, SourceARN: ns.ARN(), SourceAccount: ns.Account, Request: request})
		} else {
			by, err = r.ids.Assume(ctx, nil, by, identity.AssumeRoleInput{RoleARN: role, SessionName: "RedshiftIamRoleSession"})
		}
		if err != nil {
			return nil, role, err
		}
		by.Request = request
	}
	return objects{r.store.As(by), by, r.guard}, "", nil
}

// Keys acts as the holder of an access key.
func (r *rights) Keys(_ context.Context, accessKey, secret, token string) (load.Objects, error) {
	want, wantToken, by, err := r.ids.Credential(accessKey)
	if err != nil {
		return nil, err
	}
	if !same(want, secret) {
		return nil, &fault.Error{Kind: fault.Denied, Code: "SignatureDoesNotMatch",
			Message: "The request signature we calculated does not match the signature you provided. Check your key and signing method."}
	}
	if !same(wantToken, token) {
		return nil, &fault.Error{Kind: fault.Denied, Code: "InvalidToken", Message: "The provided token is malformed or otherwise invalid."}
	}
	by.Request = inside("")
	return objects{r.store.As(by), by, r.guard}, nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// inside describes a request that the node makes itself.
func inside(region string) guard.Request {
	var id [8]byte
	rand.Read(id[:]) // It cannot fail: crypto/rand ends the program instead.
	return guard.Request{ID: hex.EncodeToString(id[:]), Time: time.Now(), Secure: true, Region: region}
}

// objects reads buckets as one session may.
type objects struct {
	view  *bucket.View
	by    guard.Session
	guard *guard.Guard
}

// List calls each for every object below prefix, in the order of keys.
func (o objects) List(ctx context.Context, name, prefix string, each func(load.Object) error) error {
	in := bucket.ListInput{Bucket: name, Prefix: prefix, HasPrefix: true, MaxKeys: bucket.DefaultMaxKeys}
	for {
		page, err := o.view.List(ctx, in)
		if err != nil {
			return o.missed(ctx, name, err)
		}
		for _, x := range page.Objects {
			if err := each(load.Object{Bucket: name, Key: x.Key, ETag: x.ETag, Size: x.Size, Modified: x.LastModified}); err != nil {
				return err
			}
		}
		if !page.Truncated {
			return nil
		}
		in.Token = page.NextToken
	}
}

// missed notes that there is no such bucket, if that is the error, and says where to ask about it.
func (o objects) missed(ctx context.Context, name string, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != "NoSuchBucket" {
		return err
	}
	d := o.guard.Miss(ctx, guard.Call{By: o.by, Action: "s3:ListBucket", On: arn.Bucket(name)}, guard.NoBucket)
	told := *f
	told.Hint = d.Hint()
	return &told
}

// Head describes one object.
func (o objects) Head(ctx context.Context, name, key string) (load.Object, error) {
	s, err := o.view.Head(ctx, bucket.GetInput{Ref: bucket.Ref{Bucket: name, Key: key}})
	if err != nil {
		return load.Object{}, err
	}
	return load.Object{Bucket: name, Key: key, ETag: s.Info.ETag, Version: s.Info.VersionID, Size: s.Info.Size, Modified: s.Info.LastModified}, nil
}

// Open reads an object as it is now. COPY names no version: that would ask for
// s3:GetObjectVersion, which roles that load files do not have.
func (o objects) Open(ctx context.Context, x load.Object) (io.ReadCloser, error) {
	in := bucket.GetInput{Ref: bucket.Ref{Bucket: x.Bucket, Key: x.Key}}
	if x.Match {
		in.IfMatch = x.ETag
	}
	obj, err := o.view.Get(ctx, in)
	if err != nil {
		return nil, err
	}
	return body{obj.Reader(), obj}, nil
}

// Put writes an object, for UNLOAD.
func (o objects) Put(ctx context.Context, name, key string, content io.Reader, size int64) error {
	_, err := o.view.Put(ctx, bucket.PutInput{Bucket: name, Key: key, Body: content, Size: size})
	return err
}

// Delete removes an object, for UNLOAD with CLEANPATH.
func (o objects) Delete(ctx context.Context, name, key string) error {
	_, err := o.view.Delete(ctx, bucket.DeleteInput{Ref: bucket.Ref{Bucket: name, Key: key}})
	return err
}

// body reads an object and releases it.
type body struct {
	io.Reader
	io.Closer
}
