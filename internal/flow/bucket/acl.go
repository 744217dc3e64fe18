package bucket

import "context"

// ACL is what an access control list says when the bucket owner owns everything: FULL_CONTROL for Owner.
type ACL struct {
	Owner     string // Account; CanonicalID turns it into an owner id.
	VersionID string
}

// BucketACL returns the bucket's access control list.
func (v *View) BucketACL(ctx context.Context, name string) (*ACL, error) {
	r, err := v.open(ctx, name, "s3:GetBucketAcl")
	if err != nil {
		return nil, err
	}
	return &ACL{Owner: r.Owner}, nil
}

// PutBucketACL accepts the canned list bucket-owner-full-control and refuses others.
func (v *View) PutBucketACL(ctx context.Context, name, canned string) error {
	r, err := v.bucket(name)
	if err != nil {
		return err
	}
	k := keys{}
	k.set("s3:x-amz-acl", canned)
	if err := v.askBucket(ctx, r, "s3:PutBucketAcl", k); err != nil {
		return err
	}
	return requireOwnerACL(canned)
}

// ObjectACL returns the object's access control list.
func (v *View) ObjectACL(ctx context.Context, ref Ref) (*ACL, error) {
	f, err := v.locate(ctx, ref, false, versioned(ref, "s3:GetObjectAcl", "s3:GetObjectVersionAcl"))
	if err != nil {
		return nil, err
	}
	return &ACL{Owner: f.row.Owner, VersionID: f.row.shownID(f.ver.id)}, nil
}

// PutObjectACL accepts the canned list bucket-owner-full-control and refuses others.
func (v *View) PutObjectACL(ctx context.Context, ref Ref, canned string) (*ACL, error) {
	k := keys{}
	k.set("s3:x-amz-acl", canned)
	f, err := v.locateWith(ctx, ref, versioned(ref, "s3:PutObjectAcl", "s3:PutObjectVersionAcl"), k)
	if err != nil {
		return nil, err
	}
	if err := requireOwnerACL(canned); err != nil {
		return nil, err
	}
	return &ACL{Owner: f.row.Owner, VersionID: f.row.shownID(f.ver.id)}, nil
}

// checkObjectACL allows a writer to leave the list out or to name the one that holds anyway.
func checkObjectACL(canned string) error {
	if canned == "" {
		return nil
	}
	return requireOwnerACL(canned)
}

func requireOwnerACL(canned string) error {
	if canned != "bucket-owner-full-control" {
		return invalid("AccessControlListNotSupported", "The bucket does not allow ACLs")
	}
	return nil
}
