package identity

import (
	"context"
	"time"
)

// TagPolicy adds or replaces tags of a managed policy.
func (v *View) TagPolicy(ctx context.Context, policyARN string, tags map[string]string) error {
	if err := checkTags(tags); err != nil {
		return err
	}
	a := asked{action: "TagPolicy", on: policyARN, facts: tagFacts(tags)}
	return v.editPolicy(ctx, a, func(p *ManagedPolicy, _ time.Time) error {
		p.Tags = merged(p.Tags, tags)
		return checkTags(p.Tags)
	})
}

// UntagPolicy removes tags of a managed policy.
func (v *View) UntagPolicy(ctx context.Context, policyARN string, keys []string) error {
	a := asked{action: "UntagPolicy", on: policyARN, facts: map[string][]string{"aws:TagKeys": keys}}
	return v.editPolicy(ctx, a, func(p *ManagedPolicy, _ time.Time) error {
		for _, k := range keys {
			delete(p.Tags, k)
		}
		return nil
	})
}

// ListPolicyTags returns the tags of a managed policy.
func (v *View) ListPolicyTags(ctx context.Context, policyARN string) (map[string]string, error) {
	p, err := v.policy(ctx, "ListPolicyTags", policyARN)
	return p.Tags, err
}
