package warehouse

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
)

// labelled is a namespace, a cluster or a workgroup, by its namespace.
type labelled struct {
	namespace *Namespace
	group     bool
}

func (t labelled) tags() map[string]string {
	if t.group {
		return t.namespace.Group.Tags
	}
	return t.namespace.Tags
}

// thing finds a namespace or workgroup by its ARN for an action on its tags or its policy.
func (v *NamespaceView) thing(ctx context.Context, q question) (labelled, error) {
	var found labelled
	for _, n := range v.store.list(func(n *Namespace) bool { return n.Kind == Serverless }) {
		if n.ARN() == q.on || n.Group != nil && n.WorkgroupARN() == q.on {
			found = labelled{n, n.ARN() != q.on}
			q.owner, q.tags = n.Account, found.tags()
		}
	}
	if err := v.ask(ctx, q); err != nil {
		return found, err
	}
	if found.namespace == nil {
		return found, missingResource("resource", q.on)
	}
	return found, nil
}

// TagResource adds or replaces tags of a Serverless namespace or workgroup.
func (v *NamespaceView) TagResource(ctx context.Context, resource string, added map[string]string) error {
	t, err := v.thing(ctx, question{action: "redshift-serverless:TagResource", on: resource, facts: tagFacts(added)})
	if err != nil {
		return err
	}
	return v.store.retag(t, func(there map[string]string) (map[string]string, error) {
		return merged(there, added), serverlessTags(checkTags(there, added))
	})
}

// UntagResource removes tags of a Serverless namespace or workgroup.
func (v *NamespaceView) UntagResource(ctx context.Context, resource string, keys []string) error {
	t, err := v.thing(ctx, question{action: "redshift-serverless:UntagResource", on: resource, facts: map[string][]string{"aws:TagKeys": keys}})
	if err != nil {
		return err
	}
	return v.store.retag(t, func(there map[string]string) (map[string]string, error) { return without(there, keys), nil })
}

// ListTags returns the tags of a Serverless namespace or workgroup.
func (v *NamespaceView) ListTags(ctx context.Context, resource string) (map[string]string, error) {
	t, err := v.thing(ctx, question{action: "redshift-serverless:ListTagsForResource", on: resource})
	if err != nil {
		return nil, err
	}
	return t.tags(), nil
}

// SharePolicy would be the policy of a snapshot: Redshift Serverless keeps
// resource policies for nothing else, and this program makes no snapshots.
// Integrations go by PutPolicy's, also those of Serverless namespaces.
// Source: Redshift Serverless API Reference, "PutResourcePolicy".
func (v *NamespaceView) SharePolicy(ctx context.Context, resource string) (string, error) {
	return "", v.unshared(ctx, "redshift-serverless:GetResourcePolicy", resource)
}

// PutSharePolicy refuses a policy for what is no snapshot.
func (v *NamespaceView) PutSharePolicy(ctx context.Context, resource string) error {
	if _, err := v.thing(ctx, question{action: "redshift-serverless:PutResourcePolicy", on: resource}); err != nil {
		return err
	}
	return invalidInput("The resource ARN " + resource + " is not the ARN of a snapshot. Resource policies of Redshift Serverless share snapshots; " +
		"for integrations use PutResourcePolicy of Amazon Redshift.")
}

// DeleteSharePolicy finds none to remove.
func (v *NamespaceView) DeleteSharePolicy(ctx context.Context, resource string) error {
	return v.unshared(ctx, "redshift-serverless:DeleteResourcePolicy", resource)
}

// unshared says that there is no such policy, to who may know.
func (v *NamespaceView) unshared(ctx context.Context, action, resource string) error {
	if _, err := v.thing(ctx, question{action: action, on: resource}); err != nil {
		return err
	}
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", On: resource, Message: "No resource policy exists for " + resource + "."}
}
