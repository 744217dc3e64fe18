package doctor

import (
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Facts are what is known of a refused call.
type Facts struct {
	ID      string // it can be asked for again with
	At      time.Time
	Said    policy.Decision // what was decided then
	Missing Thing           // what is not there; "" when policies decide

	Request policy.Request // with its whole context
	Set     policy.Set     // every policy that has a say, as it is now
	Keeper  Keeper         // whose bucket, namespace or role it is, and what is known of it

	Region   string
	Profiles map[string]string // of the aws CLI, by account
}

// Thing is what a call can fail for besides a permission.
type Thing string

// The things that can be missing.
const (
	Attachment Thing = "attachment" // The role is not attached to the warehouse.
	Bucket     Thing = "bucket"
	Role       Thing = "role"
)

// Keeper describes the resource and its surroundings.
type Keeper struct {
	Account    string   // that owns the resource
	Cluster    string   // of a provisioned warehouse
	Namespace  string   // name of a Serverless one
	Attached   []string // roles of the warehouse
	PublicOpen []string // settings of Block Public Access that are on, for example "BlockPublicAcls"
}

// profile is the aws CLI's profile of an account.
func (f *Facts) profile(account string) string {
	if p := f.Profiles[account]; p != "" {
		return p
	}
	return account
}

func (f *Facts) service() string {
	s, _, _ := strings.Cut(f.Request.Action, ":")
	return strings.ToLower(s)
}

// key is a single value of the request's context, "" when there is none.
func (f *Facts) key(name string) string {
	v, ok := f.Request.Context.Get(name)
	if !ok {
		return ""
	}
	return v.Values[0]
}

// session reports whether a role calls, and its role.
func (f *Facts) role() (arn string, ok bool) {
	p := &f.Request.Principal
	return p.RoleARN, p.Type == policy.AssumedRole && p.RoleARN != ""
}

// caller is the user or role whose policies bind the call.
func (f *Facts) caller() string {
	if r, ok := f.role(); ok {
		return r
	}
	return f.Request.Principal.ARN
}

// bucket is the bucket's name in the resource.
func (f *Facts) bucket() string {
	b, _, _ := strings.Cut(strings.TrimPrefix(f.Request.Resource, "arn:aws:s3:::"), "/")
	return b
}

// lastPart is the name at the end of a path.
func lastPart(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// resourceKind is the kind of policy that the resource has, or would have.
func (f *Facts) resourceKind() policy.Kind {
	if f.Set.Resource != nil {
		return f.Set.Resource.Kind()
	}
	switch f.service() {
	case "s3":
		return policy.Bucket
	case "sts":
		return policy.Trust
	case "redshift", "redshift-serverless":
		return policy.Namespace
	case "kms":
		return policy.Key
	}
	return policy.Resource
}

// decider is the kind that decided, also where the resource has no policy yet.
func (f *Facts) decider(d *policy.Decision) policy.Kind {
	switch d.By {
	case policy.Resource, policy.Bucket, policy.Namespace, policy.Trust, policy.Key:
		return f.resourceKind()
	case policy.Identity:
		if d.Effect == policy.ImplicitDeny && f.leftToNamespace() {
			return policy.Namespace
		}
	}
	return d.By
}

// leftToNamespace reports whether the namespace's policy alone can allow the
// call to a caller of another account: what its own policies lack is then no hindrance.
func (f *Facts) leftToNamespace() bool {
	return strings.EqualFold(f.Request.Action, "redshift:CreateInboundIntegration") && f.Request.Principal.Account != f.Keeper.Account
}

// nearest is the statement of the deciding kind that came closest to an allow.
func (f *Facts) nearest(d *policy.Decision) (policy.StatementTrace, bool) {
	here := *d
	if k := f.decider(d); k == policy.Namespace {
		here.By = k
	}
	return here.Nearest()
}
