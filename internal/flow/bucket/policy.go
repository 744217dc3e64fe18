package bucket

import (
	"context"
	"errors"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Principals knows the unique ids behind the ARNs of users and roles. A policy
// means the one that had the ARN when the policy was put, not a later one.
type Principals interface {
	// PrincipalID returns the unique id of a user's or role's ARN.
	PrincipalID(arn string) (id string, ok bool)
}

// BucketPolicy returns the policy's text as it was put. A principal that was
// deleted since is shown by its unique id.
func (v *View) BucketPolicy(ctx context.Context, name string) ([]byte, error) {
	r, err := v.openPolicy(ctx, name, "s3:GetBucketPolicy", "GET")
	if err != nil {
		return nil, err
	}
	if r.Policy == "" {
		return nil, noSuchPolicy(name)
	}
	return []byte(r.doc.TextWith(v.store.shownPrincipal)), nil
}

func (s *Store) shownPrincipal(arn, id string) string {
	if s.principals != nil {
		if now, ok := s.principals.PrincipalID(arn); ok && now == id {
			return arn
		}
	}
	return id
}

func noSuchPolicy(name string) error {
	return notFound("NoSuchBucketPolicy", "The bucket policy does not exist", map[string]string{"BucketName": name})
}

// openPolicy finds a bucket for a policy action. The owner's root user may
// always mend the policy, whatever it says; other accounts never reach it.
func (v *View) openPolicy(ctx context.Context, name, action, method string) (*row, error) {
	r, err := v.bucket(name)
	if err != nil {
		return nil, err
	}
	asked := r
	if v.by.ARN == arn.Root(r.Owner) {
		bare := *r
		bare.doc, bare.public = nil, false
		asked = &bare
	}
	if err := v.askBucket(ctx, asked, action, nil); err != nil {
		return nil, err
	}
	if v.by.Account != r.Owner && v.by.Type != policy.Service {
		return nil, methodNotAllowed(method, "BUCKETPOLICY")
	}
	return r, nil
}

// PutBucketPolicy sets the policy. Unless confirm is set, a policy that bars the caller from setting the next one is refused.
func (v *View) PutBucketPolicy(ctx context.Context, name string, text []byte, confirm bool) error {
	r, err := v.openPolicy(ctx, name, "s3:PutBucketPolicy", "PUT")
	if err != nil {
		return err
	}
	next := *r
	next.Policy = string(text)
	if err := v.store.acceptPolicy(&next); err != nil {
		return err
	}
	if next.public && r.Block != nil && r.Block.BlockPublicPolicy {
		return v.publicPolicyRefused(name)
	}
	if !confirm && v.by.ARN != arn.Root(r.Owner) {
		if err := v.keepsAccess(ctx, &next); err != nil {
			return err
		}
	}
	return v.store.change(r, "s3:PutBucketPolicy", func(r *row) error {
		r.Policy, r.Principals = next.Policy, next.Principals
		return nil
	})
}

// acceptPolicy checks a new policy as S3 does and ties its principals to their ids.
func (s *Store) acceptPolicy(r *row) error {
	doc, err := policy.Parse([]byte(r.Policy), policy.Bucket)
	if err == nil {
		err = doc.FitsBucket(r.Name)
	}
	if err != nil {
		return malformedPolicy(err)
	}
	r.Principals = nil
	if s.principals != nil {
		r.Principals = map[string]string{}
		for _, p := range doc.Principals() {
			id, ok := s.principals.PrincipalID(p)
			if !ok {
				return malformedPolicy(doc.UnknownPrincipal(p))
			}
			r.Principals[p] = id
		}
	}
	return r.compile()
}

func malformedPolicy(err error) error {
	e := invalid("MalformedPolicy", err.Error())
	if p, ok := errors.AsType[*policy.Error](err); ok && p.Detail != "" {
		e.Fields = map[string]string{"Detail": p.Detail}
	}
	e.Err = err
	return e
}

func (v *View) publicPolicyRefused(name string) error {
	e := &fault.Error{
		Kind: fault.Denied, Code: "AccessDenied", On: arn.Bucket(name),
		Hint: "Name the principals in the policy, or turn BlockPublicPolicy off with put-public-access-block.",
	}
	e.Message = "User: " + v.by.ARN + " is not authorized to perform: s3:PutBucketPolicy on resource: \"" + arn.Bucket(name) +
		"\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
	return e
}

// keepsAccess refuses a policy under which the caller could not put another.
func (v *View) keepsAccess(ctx context.Context, next *row) error {
	err := v.askBucket(ctx, next, "s3:PutBucketPolicy", nil)
	if err == nil {
		return nil
	}
	return &fault.Error{
		Kind: fault.Denied, Code: "AccessDenied", On: arn.Bucket(next.Name), Err: err,
		Message: "The policy would take from you the permission s3:PutBucketPolicy on this bucket.",
		Hint:    "Confirm it with x-amz-confirm-remove-self-bucket-access: true; the root user of the bucket's account can still change the policy.",
	}
}

// DeleteBucketPolicy removes the policy. A missing one is no error.
func (v *View) DeleteBucketPolicy(ctx context.Context, name string) error {
	r, err := v.openPolicy(ctx, name, "s3:DeleteBucketPolicy", "DELETE")
	if err != nil {
		return err
	}
	return v.store.change(r, "s3:DeleteBucketPolicy", func(r *row) error {
		r.Policy, r.Principals = "", nil
		return nil
	})
}

// BucketPolicyStatus tells whether the policy is public.
func (v *View) BucketPolicyStatus(ctx context.Context, name string) (public bool, err error) {
	r, err := v.open(ctx, name, "s3:GetBucketPolicyStatus")
	if err != nil {
		return false, err
	}
	if r.Policy == "" {
		return false, noSuchPolicy(name)
	}
	return r.public, nil
}
