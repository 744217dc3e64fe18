package identity

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	maxVersions   = 5
	maxPolicySize = 6144
)

// CreatePolicyInput says what managed policy to make. Path "" means "/".
type CreatePolicyInput struct {
	Name        string
	Path        string
	Document    string
	Description string
	Tags        map[string]string
}

// CreatePolicy makes a managed policy.
func (v *View) CreatePolicy(ctx context.Context, in CreatePolicyInput) (ManagedPolicy, error) {
	in.Path = cmp.Or(in.Path, rootPath)
	var bad violations
	bad.text(policyName, in.Name)
	bad.path(in.Path)
	if err := firstError(bad.err(), checkTags(in.Tags)); err != nil {
		return ManagedPolicy{}, err
	}
	p := v.newPolicy(in)
	err := v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, asked{action: "CreatePolicy", on: p.ARN, facts: tagFacts(in.Tags)}); err != nil {
			return err
		}
		if s.hasPolicy(p.Account, p.Name) {
			return alreadyExists("A policy called " + p.Name + " already exists. Duplicate names are not allowed.")
		}
		if err := checkManaged(in.Document); err != nil {
			return err
		}
		c.putPolicy(p.copy())
		return nil
	})
	return p, err
}

func (v *View) newPolicy(in CreatePolicyInput) ManagedPolicy {
	now := v.store.now().UTC()
	return ManagedPolicy{
		ARN: policyARN(v.by.Account, in.Path, in.Name), Account: v.by.Account, Path: in.Path, Name: in.Name,
		ID: uniqueID("ANPA"), Description: in.Description, Created: now, Updated: now,
		Versions: []PolicyVersion{{ID: "v1", Document: in.Document, Created: now}}, Default: "v1", NextVersion: 2, Tags: in.Tags,
	}
}

func (s *state) hasPolicy(account, name string) bool {
	for _, p := range s.policies {
		if p.Account == account && strings.EqualFold(p.Name, name) {
			return true
		}
	}
	return false
}

func checkManaged(document string) error {
	if _, err := policy.Parse([]byte(document), policy.Identity); err != nil {
		return guard.Malformed(err)
	}
	if solidSize(document) > maxPolicySize {
		return limitExceeded("Cannot exceed quota for PolicySize: %d", maxPolicySize)
	}
	return nil
}

// visible returns a managed policy that the caller's account may see.
func (v *View) visible(s *state, policyARN string) (*ManagedPolicy, error) {
	p := s.policies[policyARN]
	if p == nil || p.Account != "aws" && p.Account != v.by.Account {
		return nil, noSuchPolicy(policyARN)
	}
	return p, nil
}

// ownPolicy returns a managed policy that the caller's account may change.
func (v *View) ownPolicy(s *state, policyARN string) (*ManagedPolicy, error) {
	p, err := v.visible(s, policyARN)
	if err == nil && p.Account == "aws" {
		// However wide the caller's policies are, AWS's own are AWS's.
		err = &fault.Error{Kind: fault.Denied, Code: "AccessDenied", On: policyARN, Message: "Cannot perform the operation on the protected policy " + policyARN}
	}
	return p, err
}

// policyTags are the tags that conditions of a question about a policy see.
func (v *View) policyTags(policyARN string) (tags map[string]string) {
	v.store.read(func(s *state) {
		if p, err := v.visible(s, policyARN); err == nil {
			tags = p.Tags
		}
	})
	return tags
}

// copy returns a policy that can be changed without the original noticing.
func (p *ManagedPolicy) copy() *ManagedPolicy {
	c := *p
	c.Versions, c.Tags = slices.Clone(p.Versions), maps.Clone(p.Tags)
	return &c
}

// shown is a policy as the caller's account gets it.
func (v *View) shown(s *state, p *ManagedPolicy) *ManagedPolicy {
	c := p.copy()
	u := s.uses(p.ARN, v.by.Account)
	c.Attachments, c.Boundaries = len(u.permissions), len(u.boundaries)
	return c
}

// GetPolicy returns a managed policy with its versions.
func (v *View) GetPolicy(ctx context.Context, policyARN string) (ManagedPolicy, error) {
	return v.policy(ctx, "GetPolicy", policyARN)
}

func (v *View) policy(ctx context.Context, action, policyARN string) (out ManagedPolicy, err error) {
	if err := v.check(ctx, asked{action: action, on: policyARN, tags: v.policyTags(policyARN)}); err != nil {
		return out, err
	}
	v.store.read(func(s *state) {
		var p *ManagedPolicy
		if p, err = v.visible(s, policyARN); err == nil {
			out = *v.shown(s, p)
		}
	})
	return out, err
}

// GetPolicyVersion returns one version of a managed policy, and the id of the one in force.
func (v *View) GetPolicyVersion(ctx context.Context, policyARN, version string) (found PolicyVersion, inForce string, err error) {
	p, err := v.policy(ctx, "GetPolicyVersion", policyARN)
	if err != nil {
		return found, "", err
	}
	found, ok := p.Version(version)
	if !ok {
		return found, "", noSuchVersion(policyARN, version)
	}
	return found, p.Default, nil
}

func noSuchVersion(policyARN, version string) error {
	return noSuchEntityText("Policy %s version %s does not exist or is not attachable.", policyARN, version)
}

// ListPolicyVersions returns the versions of a managed policy, newest first, and the id of the one in force.
func (v *View) ListPolicyVersions(ctx context.Context, policyARN string) (all []PolicyVersion, inForce string, err error) {
	p, err := v.policy(ctx, "ListPolicyVersions", policyARN)
	slices.Reverse(p.Versions)
	return p.Versions, p.Default, err
}

// editPolicy checks a writing call on a managed policy and writes what f makes of a copy.
func (v *View) editPolicy(ctx context.Context, a asked, f func(*ManagedPolicy, time.Time) error) error {
	a.tags = v.policyTags(a.on)
	return v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, a); err != nil {
			return err
		}
		p, err := v.ownPolicy(s, a.on)
		if err != nil {
			return err
		}
		changed := p.copy()
		now := v.store.now().UTC()
		if err := f(changed, now); err != nil {
			return err
		}
		changed.Updated = now
		c.putPolicy(changed)
		return nil
	})
}

// CreatePolicyVersion adds a version to a managed policy and may put it in force.
func (v *View) CreatePolicyVersion(ctx context.Context, policyARN, document string, inForce bool) (PolicyVersion, error) {
	var made PolicyVersion
	err := v.editPolicy(ctx, asked{action: "CreatePolicyVersion", on: policyARN}, func(p *ManagedPolicy, now time.Time) error {
		if err := checkManaged(document); err != nil {
			return err
		}
		if len(p.Versions) == maxVersions {
			return limitExceeded("A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", maxVersions)
		}
		made = PolicyVersion{ID: fmt.Sprintf("v%d", p.NextVersion), Document: document, Created: now}
		p.NextVersion++
		p.Versions = append(p.Versions, made)
		if inForce {
			p.Default = made.ID
		}
		return nil
	})
	return made, err
}

// SetDefaultPolicyVersion puts a version of a managed policy in force.
func (v *View) SetDefaultPolicyVersion(ctx context.Context, policyARN, version string) error {
	return v.editPolicy(ctx, asked{action: "SetDefaultPolicyVersion", on: policyARN}, func(p *ManagedPolicy, _ time.Time) error {
		if _, ok := p.Version(version); !ok {
			return noSuchVersion(policyARN, version)
		}
		p.Default = version
		return nil
	})
}

// DeletePolicyVersion removes a version that is not in force.
func (v *View) DeletePolicyVersion(ctx context.Context, policyARN, version string) error {
	return v.editPolicy(ctx, asked{action: "DeletePolicyVersion", on: policyARN}, func(p *ManagedPolicy, _ time.Time) error {
		if _, ok := p.Version(version); !ok {
			return noSuchVersion(policyARN, version)
		}
		if version == p.Default {
			return deleteConflict("Cannot delete the default version of a policy.")
		}
		p.Versions = slices.DeleteFunc(p.Versions, func(o PolicyVersion) bool { return o.ID == version })
		return nil
	})
}

// DeletePolicy removes a managed policy that nothing has attached and that has no other versions.
func (v *View) DeletePolicy(ctx context.Context, policyARN string) error {
	return v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, asked{action: "DeletePolicy", on: policyARN, tags: v.policyTags(policyARN)}); err != nil {
			return err
		}
		p, err := v.ownPolicy(s, policyARN)
		switch {
		case err != nil:
			return err
		case s.uses(policyARN, v.by.Account).any():
			return deleteConflict("Cannot delete a policy attached to entities.")
		case len(p.Versions) > 1:
			return deleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
		}
		c.put(policyTable, policyARN, nil, func(s *state) error { delete(s.policies, policyARN); return nil })
		return nil
	})
}
