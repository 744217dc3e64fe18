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
		facts["dms:"+kindOf(q.on)+"-tag/"+key] = []string{value}
	}
	for _, t := range q.given {
		facts["aws:RequestTag/"+t.Key] = []string{t.Value}
		facts["dms:req-tag/"+t.Key] = []string{t.Value}
		facts["aws:TagKeys"] = append(facts["aws:TagKeys"], t.Key)
	}
	if len(q.keys) > 0 {
		facts["aws:TagKeys"] = q.keys
	}
	return v.store.Guard.Check(ctx, guard.Call{
		By: v.by, Action: "dms:" + q.action, On: cmp.Or(q.on, "*"), Owner: accountOf(q.on, v.by.Account), Context: facts,
	})
}

// askNew asks whether the caller may make a resource, and give it the tags that it is made with.
func (v *View) askNew(ctx context.Context, action string, r *Resource, given []Tag) error {
	if err := v.ask(ctx, question{action: action, on: r.ARN, given: given}); err != nil {
		return err
	}
	return v.askTags(ctx, r, given)
}

// askTags asks whether the caller may give tags to a new resource.
func (v *View) askTags(ctx context.Context, r *Resource, given []Tag) error {
	if len(given) == 0 {
		return nil
	}
	return v.ask(ctx, question{action: "AddTagsToResource", on: r.ARN, given: given})
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
	if !ok || !v.mine(base(&one)) {
		var none T
		return none, notFound(nouns[kindOf(q.on)], q.on)
	}
	return one, nil
}

// kinds is what is said of the records of one kind that an account has too many of.
type kinds struct {
	plural string
	most   int
}

// free refuses a new record whose names are in use, or one too many. It needs Store.mu.
func free[T any](v *View, kept *shelf[T], base func(*T) *Resource, r *Resource, k kinds) error {
	if kept.all[r.ARN] != nil {
		return exists(nouns[kindOf(r.ARN)], r.Identifier, r.ARN)
	}
	if err := unique(v, kept, base, r); err != nil {
		return err
	}
	if len(kept.where(func(one *T) bool { return v.mine(base(one)) })) >= k.most {
		return overQuota(k.plural, k.most)
	}
	return nil
}

// unique refuses the name of a record that another of its kind has. It needs Store.mu.
func unique[T any](v *View, kept *shelf[T], base func(*T) *Resource, r *Resource) error {
	for _, one := range kept.all {
		if o := base(one); v.mine(o) && o.Identifier == r.Identifier && o.ARN != r.ARN {
			return exists(nouns[kindOf(o.ARN)], r.Identifier, o.ARN)
		}
	}
	return nil
}

// foundTask finds a task, or a serverless replication when the action is on one: an action on the
// one does not reach the other.
func (v *View) foundTask(ctx context.Context, action, name string) (Task, error) {
	t, err := found(ctx, v, &v.store.tasks, question{action: action, on: name}, taskBase)
	if err == nil && (t.Compute != nil) != onReplication[action] {
		return Task{}, notFound(nouns[kindOf(name)], name)
	}
	return t, err
}

// onReplication are the actions on serverless replications.
var onReplication = map[string]bool{
	"ModifyReplicationConfig": true, "DeleteReplicationConfig": true, "StartReplication": true, "StopReplication": true,
	"ReloadReplicationTables": true, "DescribeReplicationTableStatistics": true,
}

// nouns are the words for kinds of resources in messages.
var nouns = map[string]string{
	kindInstance: "Replication Instance", kindEndpoint: "Endpoint", kindTask: "Replication Task", kindGroup: "Replication Subnet Group",
	kindCertificate: "Certificate", kindConfig: "Replication Config", kindSubscriber: "Event Subscription", kindRun: "Assessment Run", "": "Resource",
}
