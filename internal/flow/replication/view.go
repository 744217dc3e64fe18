package replication

import (
	"cmp"
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// View is the store as one session sees it: every method asks the guard first.
type View struct {
	store *Store
	by    guard.Session
}

// As binds the store to a session.
func (s *Store) As(by guard.Session) *View { return &View{s, by} }

// question is what the guard is asked.
type question struct {
	action string            // without "dms:"
	on     string            // "" means "*"
	tags   map[string]string // of the resource
	given  []Tag             // in the request
	keys   []string          // of tags in the request
}

func (v *View) ask(ctx context.Context, q question) error {
	facts := map[string][]string{}
	for key, value := range q.tags {
		facts["aws:ResourceTag/"+key] = []string{value}
	}
	for _, t := range q.given {
		facts["aws:RequestTag/"+t.Key] = []string{t.Value}
		facts["aws:TagKeys"] = append(facts["aws:TagKeys"], t.Key)
	}
	if len(q.keys) > 0 {
		facts["aws:TagKeys"] = q.keys
	}
	return v.store.Guard.Check(ctx, guard.Call{
		By: v.by, Action: "dms:" + q.action, On: cmp.Or(q.on, "*"), Owner: accountOf(q.on, v.by.Account), Context: facts,
	})
}

// passRole asks whether the caller may hand a role to DMS.
func (v *View) passRole(ctx context.Context, role string) error {
	if role == "" {
		return nil
	}
	a, err := arn.Parse(role)
	if err != nil || a.Service != "iam" || !strings.HasPrefix(a.Resource, "role/") {
		return invalid("The IAM role ARN " + role + " is not valid.")
	}
	if a.Account != v.by.Account {
		return &fault.Error{Kind: fault.Denied, Code: "AccessDeniedFault", On: role, Message: "Cross-account pass role is not allowed."}
	}
	return v.store.Guard.Check(ctx, guard.Call{By: v.by, Action: "iam:PassRole", On: role, Owner: a.Account,
		Context: map[string][]string{"iam:PassedToService": {"dms.amazonaws.com"}}})
}

// mine reports whether a resource is of the caller's account and region.
func (v *View) mine(r *Resource) bool {
	return r.Account == v.by.Account && (v.by.Request.Region == "" || r.Region == v.by.Request.Region)
}

// found looks a record up that an ARN names, asking the guard whether or not it is there.
func found[T any](ctx context.Context, v *View, kept *shelf[T], q question, base func(*T) *Resource) (T, error) {
	v.store.mu.Lock()
	one, ok := kept.get(q.on)
	v.store.mu.Unlock()
	if ok {
		q.tags = base(&one).Tags
	}
	if err := v.ask(ctx, q); err != nil {
		return one, err
	}
	if !ok {
		return one, notFound(nouns[kindOf(q.on)], q.on)
	}
	return one, nil
}

// nouns are the words for kinds of resources in messages.
var nouns = map[string]string{
	kindInstance: "Replication Instance", kindEndpoint: "Endpoint", kindTask: "Replication Task", kindGroup: "Replication Subnet Group",
	kindCertificate: "Certificate", kindConfig: "Replication Config", "": "Resource",
}
