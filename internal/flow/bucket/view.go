package bucket

import (
	"context"
	"maps"
	"strconv"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// View is the store as one session sees it. Every method asks the guard first.
type View struct {
	store *Store
	by    guard.Session
	extra map[string][]string

	expect, expectSource string
}

// Expect returns a view that refuses buckets of other accounts, as the headers
// x-amz-expected-bucket-owner and x-amz-source-expected-bucket-owner ask. ""
// expects nothing.
func (v *View) Expect(owner, sourceOwner string) *View {
	w := *v
	w.expect, w.expectSource = owner, sourceOwner
	return &w
}

// bucket finds a bucket that belongs to whom the request expects.
func (v *View) bucket(name string) (*row, error) {
	r, err := v.store.bucket(name)
	if err != nil {
		return nil, err
	}
	return r, v.expected(r)
}

func (v *View) expected(r *row) error {
	if v.expect == "" || v.expect == r.Owner {
		return nil
	}
	return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "Access Denied", On: arn.Bucket(r.Name), Hint: "The bucket belongs to another account than the request expects."}
}

// source is the view of a copy's source.
func (v *View) source() *View {
	w := *v
	w.expect = v.expectSource
	return &w
}

// With returns a view whose guard questions also carry these condition keys of the
// request, for example s3:signatureAge, s3:TlsVersion or s3:x-amz-content-sha256.
func (v *View) With(keys map[string][]string) *View {
	w := *v
	w.extra = maps.Clone(v.extra)
	if w.extra == nil {
		w.extra = map[string][]string{}
	}
	maps.Copy(w.extra, keys)
	return &w
}

// keys are the condition keys of one question.
type keys map[string][]string

// set adds a key when the request has the value: for S3 absent and empty differ.
func (k keys) set(name, value string) {
	if value != "" {
		k[name] = []string{value}
	}
}

func (k keys) setTags(prefix string, tags []Tag) {
	for _, t := range tags {
		k[prefix+t.Key] = []string{t.Value}
	}
}

// askBucket asks for an action on the bucket itself.
func (v *View) askBucket(ctx context.Context, r *row, action string, with keys) error {
	return v.store.guard.Check(ctx, v.call(r, action, arn.Bucket(r.Name), with))
}

// askObject asks for an action on an object of the bucket.
func (v *View) askObject(ctx context.Context, r *row, action, key string, with keys) error {
	return v.store.guard.Check(ctx, v.call(r, action, arn.Object(r.Name, key), with))
}

func (v *View) call(r *row, action, on string, with keys) guard.Call {
	return guard.Call{
		By: v.by, Action: action, On: on, Owner: r.Owner, Policy: r.doc,
		RestrictPublic: r.public && r.Block != nil && r.Block.RestrictPublicBuckets,
		Context:        v.conditions(r.Owner, with),
	}
}

// conditions are the S3 keys that every request has, and those of this one.
func (v *View) conditions(owner string, with keys) map[string][]string {
	all := make(map[string][]string, len(with)+len(v.extra)+3)
	all["s3:ResourceAccount"] = []string{owner}
	if v.by.Request.AuthType != "" {
		all["s3:authType"] = []string{v.by.Request.AuthType}
		all["s3:signatureversion"] = []string{"AWS4-HMAC-SHA256"}
	}
	maps.Copy(all, v.extra)
	maps.Copy(all, with)
	return all
}

// open looks a bucket up and asks for one action on it: the way of all bucket settings.
func (v *View) open(ctx context.Context, name, action string) (*row, error) {
	r, err := v.bucket(name)
	if err != nil {
		return nil, err
	}
	return r, v.askBucket(ctx, r, action, nil)
}

// edit changes a bucket's row after asking for action on the bucket.
func (v *View) edit(ctx context.Context, name, action string, change func(*row) error) error {
	r, err := v.open(ctx, name, action)
	if err != nil {
		return err
	}
	return v.store.change(r, action, change)
}

// writeKeys are the condition keys of a request that writes an object.
func writeKeys(a *Attributes, ifMatch, ifNoneMatch string) keys {
	k := keys{}
	k.set("s3:x-amz-acl", a.ACL)
	k.set("s3:x-amz-server-side-encryption", a.Encryption)
	k.set("s3:x-amz-storage-class", a.StorageClass)
	k.set("s3:x-amz-website-redirect-location", a.Headers.WebsiteRedirect)
	k.set("s3:if-match", ifMatch)
	k.set("s3:if-none-match", ifNoneMatch)
	k.tagging(a.Tags)
	return k
}

// tagging adds the keys that describe the tags a request sets.
func (k keys) tagging(tags []Tag) {
	k.setTags("s3:RequestObjectTag/", tags)
	for _, t := range tags {
		k["s3:RequestObjectTagKeys"] = append(k["s3:RequestObjectTagKeys"], t.Key)
	}
}

// askWrite asks for everything a write of an object with these attributes needs.
func (v *View) askWrite(ctx context.Context, r *row, key string, a *Attributes, with keys) error {
	if err := v.askObject(ctx, r, "s3:PutObject", key, with); err != nil {
		return err
	}
	if len(a.Tags) > 0 {
		if err := v.askObject(ctx, r, "s3:PutObjectTagging", key, with); err != nil {
			return err
		}
	}
	if a.ACL != "" {
		return v.askObject(ctx, r, "s3:PutObjectAcl", key, with)
	}
	return nil
}

// listKeys are the condition keys of a listing.
func listKeys(maxKeys int) keys { return keys{"s3:max-keys": {strconv.Itoa(maxKeys)}} }

// setSent adds a key whose parameter the request had, even if empty.
func (k keys) setSent(name, value string, sent bool) keys {
	if sent || value != "" {
		k[name] = []string{value}
	}
	return k
}
