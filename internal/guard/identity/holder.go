package identity

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// holder is a kind of bearer of policies, with what differs between users, groups and roles.
type holder struct {
	word   string // as messages say it
	action string // as actions and quotas say it
	inline int    // bytes that all inline policies may have, blanks not counted
	arn    func(account, path, name string) string
}

var (
	ofUser  = holder{"user", "User", 2048, userARN}
	ofGroup = holder{"group", "Group", 5120, groupARN}
	ofRole  = holder{"role", "Role", 10240, roleARN}
)

const (
	maxAttached = 10
	maxTags     = 50
)

// find returns the bearer of a name.
func (h holder) find(s *state, account, name string) (*Bearer, bool) {
	key := nameKey(account, name)
	switch h.word {
	case ofUser.word:
		if u := s.users[key]; u != nil {
			return &u.Bearer, true
		}
	case ofGroup.word:
		if g := s.groups[key]; g != nil {
			return &g.Bearer, true
		}
	default:
		if r := s.roles[key]; r != nil {
			return &r.Bearer, true
		}
	}
	return &Bearer{Account: account, Path: rootPath, Name: name, ARN: h.arn(account, rootPath, name)}, false
}

// put writes a bearer back.
func (h holder) put(s *state, c *change, b Bearer) {
	key := nameKey(b.Account, b.Name)
	switch h.word {
	case ofUser.word:
		c.putUser(&User{Bearer: b, Groups: s.users[key].Groups})
	case ofGroup.word:
		c.putGroup(&Group{b})
	default:
		r := *s.roles[key]
		r.Bearer = b
		c.putRole(&r)
	}
}

// subject is the user, group or role of a name.
type subject struct {
	holder
	name string
}

func (h holder) named(name string) subject { return subject{h, name} }

// get checks a reading call on a bearer and returns a copy.
func (v *View) get(ctx context.Context, on subject, a asked) (Bearer, error) {
	var b *Bearer
	var ok bool
	v.store.read(func(s *state) { b, ok = on.find(s, v.by.Account, on.name) })
	a.on, a.tags = b.ARN, b.Tags
	if err := v.check(ctx, a); err != nil {
		return Bearer{}, err
	}
	if !ok {
		return Bearer{}, noSuchEntity(on.word, on.name)
	}
	return b.copy(), nil
}

// edit is change for what services keep to themselves on the roles that are theirs.
func (v *View) edit(ctx context.Context, on subject, a asked, f func(*state, *Bearer) error) error {
	return v.change(ctx, on, a, func(s *state, b *Bearer) error {
		if err := b.protected(); err != nil {
			return err
		}
		return f(s, b)
	})
}

// change checks a writing call on a bearer and writes what f makes of a copy.
func (v *View) change(ctx context.Context, on subject, a asked, f func(*state, *Bearer) error) error {
	return v.store.update(func(s *state, c *change) error {
		b, ok := on.find(s, v.by.Account, on.name)
		a.on, a.tags = b.ARN, b.Tags
		if err := v.check(ctx, a); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity(on.word, on.name)
		}
		changed := b.copy()
		if err := f(s, &changed); err != nil {
			return err
		}
		on.put(s, c, changed)
		return nil
	})
}

// inlinePolicy is a document under the name it has on its bearer.
type inlinePolicy struct{ name, document string }

// putPolicy adds or replaces an inline policy.
func (v *View) putPolicy(ctx context.Context, on subject, p inlinePolicy) error {
	var bad violations
	bad.text(policyName, p.name)
	if err := bad.err(); err != nil {
		return err
	}
	return v.edit(ctx, on, asked{action: "Put" + on.action + "Policy"}, func(_ *state, b *Bearer) error {
		if _, err := policy.Parse([]byte(p.document), policy.Identity); err != nil {
			return guard.Malformed(err)
		}
		if b.Inline == nil {
			b.Inline = map[string]string{}
		}
		b.Inline[p.name] = p.document
		size := 0
		for _, d := range b.Inline {
			size += solidSize(d)
		}
		if size > on.inline {
			return limitExceeded("Maximum policy size of %d bytes exceeded for %s %s", on.inline, on.word, b.Name)
		}
		return nil
	})
}

// solidSize is a document's size as quotas count it: without white space.
func solidSize(document string) int {
	n := 0
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

func (v *View) getPolicy(ctx context.Context, on subject, policyName string) (string, error) {
	b, err := v.get(ctx, on, asked{action: "Get" + on.action + "Policy"})
	if err != nil {
		return "", err
	}
	d, ok := b.Inline[policyName]
	if !ok {
		return "", noSuchEntity(on.word+" policy", policyName)
	}
	return d, nil
}

func (v *View) deletePolicy(ctx context.Context, on subject, policyName string) error {
	return v.edit(ctx, on, asked{action: "Delete" + on.action + "Policy"}, func(_ *state, b *Bearer) error {
		if _, ok := b.Inline[policyName]; !ok {
			return noSuchEntity(on.word+" policy", policyName)
		}
		delete(b.Inline, policyName)
		return nil
	})
}

func (v *View) listPolicies(ctx context.Context, on subject) ([]string, error) {
	b, err := v.get(ctx, on, asked{action: "List" + on.action + "Policies"})
	return slices.Sorted(maps.Keys(b.Inline)), err
}

func (v *View) attach(ctx context.Context, on subject, policyARN string) error {
	a := asked{action: "Attach" + on.action + "Policy", facts: map[string][]string{"iam:PolicyARN": {policyARN}}}
	return v.edit(ctx, on, a, func(s *state, b *Bearer) error {
		if err := v.attachable(s, policyARN); err != nil {
			return err
		}
		if slices.Contains(b.Attached, policyARN) {
			return nil
		}
		if len(b.Attached) == maxAttached {
			return limitExceeded("Cannot exceed quota for PoliciesPer%s: %d", on.action, maxAttached)
		}
		b.Attached = append(b.Attached, policyARN)
		return nil
	})
}

// attachable checks that a managed policy exists and is AWS's or the caller's account's.
func (v *View) attachable(s *state, policyARN string) error {
	if !strings.HasPrefix(policyARN, "arn:") {
		return validationError(fmt.Sprintf("ARN %s is not valid.", policyARN))
	}
	p := s.policies[policyARN]
	if p == nil || p.Account != "aws" && p.Account != v.by.Account {
		return noSuchEntityText("Policy %s does not exist or is not attachable.", policyARN)
	}
	if p.Account == "aws" && p.Path == linkedPath {
		return &fault.Error{
			Kind: fault.Invalid, Code: "PolicyNotAttachable", On: policyARN, Message: "Cannot attach a Service Role Policy to a Customer Role.",
		}
	}
	return nil
}

func (v *View) detach(ctx context.Context, on subject, policyARN string) error {
	a := asked{action: "Detach" + on.action + "Policy", facts: map[string][]string{"iam:PolicyARN": {policyARN}}}
	return v.edit(ctx, on, a, func(_ *state, b *Bearer) error {
		i := slices.Index(b.Attached, policyARN)
		if i < 0 {
			return noSuchPolicy(policyARN)
		}
		b.Attached = slices.Delete(b.Attached, i, i+1)
		return nil
	})
}

func (v *View) listAttached(ctx context.Context, on subject) ([]string, error) {
	b, err := v.get(ctx, on, asked{action: "ListAttached" + on.action + "Policies"})
	return b.Attached, err
}

func (v *View) putBoundary(ctx context.Context, on subject, policyARN string) error {
	a := asked{
		action: "Put" + on.action + "PermissionsBoundary", facts: map[string][]string{"iam:PermissionsBoundary": {policyARN}},
	}
	return v.edit(ctx, on, a, func(s *state, b *Bearer) error {
		b.Boundary = policyARN
		return v.attachable(s, policyARN)
	})
}

func (v *View) deleteBoundary(ctx context.Context, on subject) error {
	return v.edit(ctx, on, asked{action: "Delete" + on.action + "PermissionsBoundary"}, func(_ *state, b *Bearer) error {
		if b.Boundary == "" {
			return noSuchEntityText("%s %s does not have a permission boundary.", on.action, b.Name)
		}
		b.Boundary = ""
		return nil
	})
}

func (v *View) tag(ctx context.Context, on subject, tags map[string]string) error {
	if err := checkTags(tags); err != nil {
		return err
	}
	return v.change(ctx, on, asked{action: "Tag" + on.action, facts: tagFacts(tags)}, func(_ *state, b *Bearer) error {
		b.Tags = merged(b.Tags, tags)
		return checkTags(b.Tags)
	})
}

// merged is tags with others over them.
func merged(tags, over map[string]string) map[string]string {
	out := maps.Clone(tags)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, over)
	return out
}

func (v *View) untag(ctx context.Context, on subject, keys []string) error {
	a := asked{action: "Untag" + on.action, facts: map[string][]string{"aws:TagKeys": keys}}
	return v.change(ctx, on, a, func(_ *state, b *Bearer) error {
		for _, k := range keys {
			delete(b.Tags, k)
		}
		return nil
	})
}

func (v *View) listTags(ctx context.Context, on subject) (map[string]string, error) {
	b, err := v.get(ctx, on, asked{action: "List" + on.action + "Tags"})
	return b.Tags, err
}

// checkTags checks number, lengths and that keys differ in more than case.
func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return limitExceeded("The number of tags has reached the maximum limit.")
	}
	seen := map[string]bool{}
	var bad violations
	for k, value := range tags {
		if k == "" || len(k) > 128 {
			bad.add(k, "tags.member.key", "Member must have length less than or equal to 128")
		}
		if len(value) > 256 {
			bad.add(value, "tags.member.value", "Member must have length less than or equal to 256")
		}
		if seen[strings.ToLower(k)] {
			return invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		seen[strings.ToLower(k)] = true
	}
	return bad.err()
}
