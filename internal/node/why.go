package node

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// why answers /_inlet/why?id=ID with a doctor.Report. It shows policies, so it
// is for those alone who may read node.json.
func (n *Node) why(w http.ResponseWriter, r *http.Request) {
	if !n.trusted(w, r) {
		return
	}
	report, err := n.Why(r.Context(), r.FormValue("id"))
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		status := http.StatusInternalServerError
		if fault.KindOf(err) == fault.NotFound {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
		return
	}
	_ = json.NewEncoder(w).Encode(report) // A caller that went away does not matter.
}

// trusted answers who does not hold the token of node.json, and reports who does.
func (n *Node) trusted(w http.ResponseWriter, r *http.Request) bool {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(token), []byte(n.Info.Token)) == 1 {
		return true
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	http.Error(w, "the token of node.json is needed", http.StatusUnauthorized)
	return false
}

// maxExplained is how many refusals one report explains: the newest of its id.
const maxExplained = 20

// Why explains the refusals that have an id, and how to mend them; "" and
// "last" mean the newest.
func (n *Node) Why(ctx context.Context, id string) (doctor.Report, error) {
	var all []*guard.Denied
	if id != "" && id != "last" {
		all = n.guard.ByRequest(id)
	} else if d := n.guard.Last(); d != nil {
		if id = d.ID(); id == "last" {
			all = []*guard.Denied{d}
		} else {
			all = n.guard.ByRequest(id)
		}
	}
	if len(all) == 0 {
		return doctor.Report{}, &fault.Error{Kind: fault.NotFound, Code: "NoRefusal", Message: "nothing was refused under " + nameOr(id, "any id")}
	}
	all = all[max(0, len(all)-maxExplained):]
	facts := make([]doctor.Facts, 0, len(all))
	for _, d := range all {
		f, err := n.facts(ctx, d)
		if err != nil {
			return doctor.Report{}, err
		}
		facts = append(facts, f)
	}
	return doctor.Examine(id, facts), nil
}

func nameOr(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// facts are a refusal with the policies as they are now.
func (n *Node) facts(ctx context.Context, d *guard.Denied) (doctor.Facts, error) {
	c := d.Call
	f := doctor.Facts{ID: d.ID(), At: d.At, Said: d.Decision, Missing: doctor.Thing(d.Missing), Region: n.Info.Region,
		Profiles: map[string]string{Account1: profile1, Account2: profile2}}
	f.Keeper.Account = c.Owner
	var err error
	if c.Policy, err = n.resourcePolicy(ctx, &c, &f); err != nil {
		return f, err
	}
	f.Request, f.Set, err = n.guard.Question(c)
	return f, err
}

// resourcePolicy is the policy of a call's resource as it is now; nil when there
// is none. What is known of the resource besides goes into f.
func (n *Node) resourcePolicy(ctx context.Context, c *guard.Call, f *doctor.Facts) (*policy.Document, error) {
	a, err := arn.Parse(c.On)
	if err != nil {
		return c.Policy, nil
	}
	switch {
	case f.Missing == doctor.Attachment:
		n.describeWarehouse(c.By.SourceARN, f)
		return nil, nil
	case a.Service == "s3":
		return n.bucketPolicy(ctx, a, c, f)
	case c.MustName && a.Service == "iam":
		return n.trustPolicy(ctx, c, f)
	case c.Action == "redshift:CreateInboundIntegration" || c.Action == "redshift:AuthorizeInboundIntegration":
		return n.namespacePolicy(c.On, f)
	}
	return c.Policy, nil
}

// bucketPolicy reads a bucket's policy in the name of its account's root.
func (n *Node) bucketPolicy(ctx context.Context, a arn.ARN, c *guard.Call, f *doctor.Facts) (*policy.Document, error) {
	if f.Missing == doctor.Bucket || c.Owner == "" {
		f.Keeper.Account = Account1 // It owns the files, unless told otherwise.
		return nil, nil
	}
	name := bucketOf(a)
	view := n.buckets.As(n.root(c.Owner))
	if block, err := view.PublicAccessBlock(ctx, name); err == nil {
		for setting, on := range map[string]bool{"BlockPublicAcls": block.BlockPublicACLs, "IgnorePublicAcls": block.IgnorePublicACLs,
			"BlockPublicPolicy": block.BlockPublicPolicy, "RestrictPublicBuckets": block.RestrictPublicBuckets} {
			if on {
				f.Keeper.PublicOpen = append(f.Keeper.PublicOpen, setting)
			}
		}
	}
	text, err := view.BucketPolicy(ctx, name)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return named(string(text), policy.Bucket, "bucket policy of "+name)
}

func named(text string, k policy.Kind, name string) (*policy.Document, error) {
	d, err := policy.Read([]byte(text), k)
	if err != nil {
		return nil, err
	}
	return d.Named(name), nil
}

// trustPolicy reads a role's trust policy. A role that is not there is the thing that is missing.
func (n *Node) trustPolicy(ctx context.Context, c *guard.Call, f *doctor.Facts) (*policy.Document, error) {
	a, err := arn.Parse(c.On)
	if err != nil {
		return nil, err
	}
	role, err := n.identities.As(n.root(a.Account)).GetRole(ctx, lastPart(a.Resource))
	if fault.KindOf(err) == fault.NotFound || err == nil && role.ARN != c.On {
		if f.Said.By == policy.Trust || f.Said.By == policy.Resource {
			f.Missing = doctor.Role
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return named(role.Trust, policy.Trust, "trust policy of "+role.ARN)
}

func (n *Node) namespacePolicy(on string, f *doctor.Facts) (*policy.Document, error) {
	ns, err := n.namespaces.ByARN(on)
	if err != nil || ns.Policy == "" {
		return nil, nil
	}
	n.describeWarehouse(on, f)
	return named(ns.Policy, policy.Namespace, "resource policy of "+on)
}

// describeWarehouse says by which names the warehouse goes.
func (n *Node) describeWarehouse(namespace string, f *doctor.Facts) {
	ns, err := n.namespaces.ByARN(namespace)
	if err != nil {
		return
	}
	f.Keeper.Account = ns.Account
	if ns.Kind == warehouse.Serverless {
		f.Keeper.Namespace = ns.Name
	} else {
		f.Keeper.Cluster = ns.Cluster
	}
	for _, r := range ns.Roles {
		f.Keeper.Attached = append(f.Keeper.Attached, r.ARN)
	}
}

// bucketOf is the bucket that an S3 ARN names.
func bucketOf(a arn.ARN) string {
	name, _, _ := strings.Cut(a.Resource, "/")
	return name
}

func lastPart(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
