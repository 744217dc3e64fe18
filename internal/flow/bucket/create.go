package bucket

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// CreateBucket makes a bucket owned by the caller's account.
func (v *View) CreateBucket(ctx context.Context, in CreateBucketInput) (*Bucket, error) {
	if err := checkBucketName(in.Bucket); err != nil {
		return nil, err
	}
	if err := v.askCreate(ctx, in); err != nil {
		return nil, err
	}
	region, err := v.placeBucket(in.Location)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	made := &row{
		Name: in.Bucket, Owner: v.by.Account, Region: region, Created: v.store.stamp(),
		Block: &PublicAccessBlock{true, true, true, true}, Tags: in.Tags,
	}
	err = v.store.commit("s3:CreateBucket", "", func(t *txn) error { return t.createBucket(made) })
	if err != nil {
		return nil, err
	}
	info := made.info()
	return &info, nil
}

func (v *View) askCreate(ctx context.Context, in CreateBucketInput) error {
	k := keys{}
	k.set("s3:LocationConstraint", in.Location)
	k.set("s3:x-amz-acl", in.ACL)
	actions := []string{"s3:CreateBucket"}
	if in.ACL != "" {
		actions = append(actions, "s3:PutBucketAcl")
	}
	if len(in.Tags) > 0 {
		k.setTags("aws:RequestTag/", in.Tags)
		for _, t := range in.Tags {
			k["aws:TagKeys"] = append(k["aws:TagKeys"], t.Key)
		}
		actions = append(actions, "s3:TagResource")
	}
	if in.Ownership != "" {
		actions = append(actions, "s3:PutBucketOwnershipControls")
	}
	for _, action := range actions {
		err := v.store.guard.Check(ctx, guard.Call{
			By: v.by, Action: action, On: arn.Bucket(in.Bucket), Owner: v.by.Account, Context: v.conditions(v.by.Account, k),
		})
		if err != nil {
			return err
		}
	}
	if !arn.ValidAccount(v.by.Account) {
		return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "Access Denied", Hint: "A bucket needs an account to own it."}
	}
	return nil
}

func (in *CreateBucketInput) check() error {
	switch {
	case in.Ownership != "" && in.Ownership != OwnerEnforced:
		return onlyEnforced()
	case in.ACL != "" && in.ACL != "private" && in.ACL != "bucket-owner-full-control":
		return invalid("InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
	case in.ObjectLock:
		return unsupported("Object Lock is not implemented", "Create the bucket without x-amz-bucket-object-lock-enabled.")
	}
	return checkTags(in.Tags, 50, "Bucket tag count cannot be greater than 50")
}

// createBucket is S3's: a name belongs to one account. In us-east-1 creating
// one's own bucket again succeeds and changes nothing.
func (t *txn) createBucket(made *row) error {
	old, err := t.store.lookup(t, made.Name)
	switch {
	case err == nil && old.Owner != made.Owner:
		return bucketExists("BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.", made.Name)
	case err == nil && (made.Region != DefaultRegion || old.Region != DefaultRegion):
		return bucketExists("BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", made.Name)
	case err == nil:
		*made = *old
		return nil
	case fault.CodeOf(err) != "NoSuchBucket":
		return err
	}
	if made.ID, err = t.next(tableBuckets); err != nil {
		return err
	}
	return t.putRow(made)
}

func bucketExists(code, message, name string) error {
	return &fault.Error{Kind: fault.Exists, Code: code, Message: message, Fields: map[string]string{"BucketName": name}}
}

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)

// placeBucket decides the region. A request signed for us-east-1 may place a
// bucket anywhere, others only where they were sent.
func (v *View) placeBucket(constraint string) (string, error) {
	sent := v.by.Request.Region
	if sent == "" {
		sent = v.store.region
	}
	if constraint == "EU" {
		constraint = "eu-west-1"
	}
	switch {
	case constraint == "" && v.by.Request.Region == "":
		return v.store.region, nil
	case constraint == "" && sent == DefaultRegion:
		return DefaultRegion, nil
	case constraint == "":
		return "", illegalLocation("unspecified")
	case constraint == DefaultRegion || !regionName.MatchString(constraint):
		e := invalid("InvalidLocationConstraint", "The specified location-constraint is not valid")
		e.Fields = map[string]string{"LocationConstraint": constraint}
		return "", e
	case constraint != sent && sent != DefaultRegion:
		return "", illegalLocation(constraint)
	}
	return constraint, nil
}

func illegalLocation(constraint string) error {
	return invalid("IllegalLocationConstraintException", fmt.Sprintf("The %s location constraint is incompatible for the region specific endpoint this request was sent to.", constraint))
}

// HeadBucket tells that a bucket exists and may be listed.
func (v *View) HeadBucket(ctx context.Context, name string) (*Bucket, error) {
	r, err := v.open(ctx, name, "s3:ListBucket")
	if err != nil {
		return nil, err
	}
	info := r.info()
	return &info, nil
}

// DeleteBucket removes an empty bucket. Uploads in progress do not keep it.
func (v *View) DeleteBucket(ctx context.Context, name string) error {
	r, err := v.open(ctx, name, "s3:DeleteBucket")
	if err != nil {
		return err
	}
	err = v.store.commit("s3:DeleteBucket", "", func(t *txn) error {
		now, err := t.same(r)
		if err != nil {
			return err
		}
		return t.deleteBucket(now)
	})
	if err == nil {
		v.store.rows.CompareAndDelete(name, r)
	}
	return err
}

func (t *txn) deleteBucket(r *row) error {
	mine := u64(r.ID)
	if k, _ := t.table(tableVersions).Cursor().Seek(mine); bytes.HasPrefix(k, mine) {
		e := conflict("BucketNotEmpty", "The bucket you tried to delete is not empty")
		e.Fields = map[string]string{"BucketName": r.Name}
		return e
	}
	for {
		k, raw := t.table(tableUploads).Cursor().Seek(mine)
		if !bytes.HasPrefix(k, mine) {
			return t.delete(tableBuckets, []byte(r.Name))
		}
		u, err := decodeUpload(k, raw)
		if err != nil {
			return err
		}
		if err := t.dropUpload(r, u, nil); err != nil {
			return err
		}
	}
}

// ListBuckets lists the buckets of the caller's account.
func (v *View) ListBuckets(ctx context.Context, in ListBucketsInput) (*ListBucketsOutput, error) {
	err := v.store.guard.Check(ctx, guard.Call{
		By: v.by, Action: "s3:ListAllMyBuckets", On: "*", Owner: v.by.Account, Context: v.conditions(v.by.Account, nil),
	})
	if err != nil {
		return nil, err
	}
	out := &ListBucketsOutput{Owner: v.by.Account}
	start := in.Prefix
	if in.Token != "" {
		if start, err = readToken(in.Token); err != nil {
			return nil, err
		}
	}
	err = v.store.db.View(func(tx *bbolt.Tx) error { return v.store.collectBuckets(tx, start, in, out) })
	return out, internal("list buckets", err)
}

func (s *Store) collectBuckets(tx reading, start string, in ListBucketsInput, out *ListBucketsOutput) error {
	c := tx.Bucket(tableBuckets).Cursor()
	for k, _ := c.Seek([]byte(start)); k != nil && bytes.HasPrefix(k, []byte(in.Prefix)); k, _ = c.Next() {
		r, err := s.lookup(tx, string(k))
		if err != nil {
			return err
		}
		if r.Owner != out.Owner || in.Region != "" && r.Region != in.Region {
			continue
		}
		if in.Max > 0 && len(out.Buckets) == in.Max {
			out.NextToken = makeToken(r.Name)
			return nil
		}
		out.Buckets = append(out.Buckets, r.info())
	}
	return nil
}

// makeToken hides a position in a listing from callers who would build on its form.
func makeToken(at string) string { return base64.RawURLEncoding.EncodeToString([]byte("1" + at)) }

func readToken(token string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	at, ok := strings.CutPrefix(string(b), "1")
	if err != nil || !ok {
		return "", invalidArgument("The continuation token provided is incorrect", "continuation-token", token)
	}
	return at, nil
}
