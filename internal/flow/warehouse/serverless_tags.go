package warehouse

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
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

// SharePolicy is the policy that Redshift Serverless keeps for sharing a
// namespace's snapshots. It grants nothing else: integrations go by PutPolicy's.
func (v *NamespaceView) SharePolicy(ctx context.Context, resource string) (string, error) {
	t, err := v.thing(ctx, question{action: "redshift-serverless:GetResourcePolicy", on: resource})
	if err != nil {
		return "", err
	}
	if t.namespace.Shared == "" {
		return "", &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", On: resource, Message: "No resource policy exists for " + resource + "."}
	}
	return t.namespace.Shared, nil
}

// PutSharePolicy replaces that policy.
func (v *NamespaceView) PutSharePolicy(ctx context.Context, resource, text string) error {
	t, err := v.thing(ctx, question{action: "redshift-serverless:PutResourcePolicy", on: resource})
	if err != nil {
		return err
	}
	if _, err := policy.Parse([]byte(text), policy.Namespace); err != nil {
		return invalidInput("The policy is not valid: " + err.Error())
	}
	_, err = v.store.update(t.namespace.ID, func(n *Namespace) error { n.Shared = text; return nil })
	return err
}

// DeleteSharePolicy removes that policy.
func (v *NamespaceView) DeleteSharePolicy(ctx context.Context, resource string) error {
	t, err := v.thing(ctx, question{action: "redshift-serverless:DeleteResourcePolicy", on: resource})
	if err != nil {
		return err
	}
	_, err = v.store.update(t.namespace.ID, func(n *Namespace) error { n.Shared = ""; return nil })
	return err
}
