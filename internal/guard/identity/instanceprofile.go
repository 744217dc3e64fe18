package identity

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// InstanceProfile is a role as machines carry it. Nothing here runs machines;
// templates make profiles beside roles and ask for them when a role is deleted.
type InstanceProfile struct {
	Account string
	Path    string
	Name    string
	ID      string // AIPA…
	ARN     string
	Created time.Time
	Tags    map[string]string
	Role    string // name of the role it holds, "" for none

	roles []Role // in answers
}

// Roles are the roles in the profile, one at most. They are only in answers.
func (p *InstanceProfile) Roles() []Role { return p.roles }

var profileName = constraint{"instanceProfileName", 1, 128, "_+=,.@-", `[\w+=,.@-]+`}

func profileARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":instance-profile" + path + name
}

func (p *InstanceProfile) copy() *InstanceProfile {
	c := *p
	c.Tags = maps.Clone(p.Tags)
	return &c
}

func (s *state) setProfile(p *InstanceProfile) { s.profiles[nameKey(p.Account, p.Name)] = p }

func (c *change) putProfile(p *InstanceProfile) {
	c.put(profileTable, nameKey(p.Account, p.Name), p, func(s *state) error { s.setProfile(p); return nil })
}

// shownProfile is a profile as callers get it, with its role.
func (s *state) shownProfile(p *InstanceProfile) InstanceProfile {
	c := p.copy()
	if r := s.roles[nameKey(p.Account, p.Role)]; r != nil && p.Role != "" {
		c.roles = []Role{r.answer(s.nameOf)}
	}
	return *c
}

// unprofiled checks that a role that is to be deleted is in no profile.
func (s *state) unprofiled(role *Bearer) error {
	for _, p := range s.profiles {
		if p.Account == role.Account && strings.EqualFold(p.Role, role.Name) {
			return deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
		}
	}
	return nil
}

// CreateInstanceProfile makes a profile without a role. Path "" means "/".
func (v *View) CreateInstanceProfile(ctx context.Context, path, name string, tags map[string]string) (InstanceProfile, error) {
	path = cmp.Or(path, rootPath)
	var bad violations
	bad.text(profileName, name)
	bad.path(path)
	if err := firstError(bad.err(), checkTags(tags)); err != nil {
		return InstanceProfile{}, err
	}
	p := InstanceProfile{
		Account: v.by.Account, Path: path, Name: name, ID: uniqueID("AIPA"), ARN: profileARN(v.by.Account, path, name),
		Created: v.store.now().UTC(), Tags: tags,
	}
	return p, v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, asked{action: "CreateInstanceProfile", on: p.ARN, facts: tagFacts(tags)}); err != nil {
			return err
		}
		if s.profiles[nameKey(p.Account, p.Name)] != nil {
			return alreadyExists("Instance Profile " + p.Name + " already exists.")
		}
		c.putProfile(p.copy())
		return nil
	})
}

func noSuchProfile(name string) error {
	return noSuchEntityText("Instance Profile %s cannot be found.", name)
}

// profileOf checks a call on a profile, which may be nil for there is none.
func (v *View) profileOf(ctx context.Context, p *InstanceProfile, name string, a asked) (*InstanceProfile, error) {
	a.on = profileARN(v.by.Account, rootPath, name)
	if p != nil {
		a.on, a.tags = p.ARN, p.Tags
	}
	if err := v.check(ctx, a); err != nil {
		return nil, err
	}
	if p == nil {
		return nil, noSuchProfile(name)
	}
	return p, nil
}

// editProfile checks a writing call on a profile and writes what f makes of a copy.
func (v *View) editProfile(ctx context.Context, name string, a asked, f func(*state, *InstanceProfile) error) error {
	return v.store.update(func(s *state, c *change) error {
		p, err := v.profileOf(ctx, s.profiles[nameKey(v.by.Account, name)], name, a)
		if err != nil {
			return err
		}
		changed := p.copy()
		if err := f(s, changed); err != nil {
			return err
		}
		c.putProfile(changed)
		return nil
	})
}

// GetInstanceProfile returns a profile.
func (v *View) GetInstanceProfile(ctx context.Context, name string) (InstanceProfile, error) {
	return v.seenProfile(ctx, name, "GetInstanceProfile")
}

// seenProfile checks a reading call on a profile. The guard is asked outside
// of the store's lock, which it takes itself.
func (v *View) seenProfile(ctx context.Context, name, action string) (InstanceProfile, error) {
	var found *InstanceProfile
	var out InstanceProfile
	v.store.read(func(s *state) {
		if found = s.profiles[nameKey(v.by.Account, name)]; found != nil {
			out = s.shownProfile(found)
		}
	})
	if _, err := v.profileOf(ctx, found, name, asked{action: action}); err != nil {
		return InstanceProfile{}, err
	}
	return out, nil
}

// ListInstanceProfiles returns the profiles under a path, by name.
func (v *View) ListInstanceProfiles(ctx context.Context, path string) ([]InstanceProfile, error) {
	path = cmp.Or(path, rootPath)
	a := asked{action: "ListInstanceProfiles", on: profileARN(v.by.Account, path, "")}
	if err := v.check(ctx, a); err != nil {
		return nil, err
	}
	return v.profiles(func(p *InstanceProfile) bool { return strings.HasPrefix(p.Path, path) }), nil
}

func (v *View) profiles(wanted func(*InstanceProfile) bool) []InstanceProfile {
	var out []InstanceProfile
	v.store.read(func(s *state) {
		for _, p := range s.profiles {
			if p.Account == v.by.Account && wanted(p) {
				out = append(out, s.shownProfile(p))
			}
		}
	})
	slices.SortFunc(out, func(a, b InstanceProfile) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ListInstanceProfilesForRole returns the profiles that hold a role.
func (v *View) ListInstanceProfilesForRole(ctx context.Context, role string) ([]InstanceProfile, error) {
	b, err := v.get(ctx, ofRole.named(role), asked{action: "ListInstanceProfilesForRole"})
	if err != nil {
		return nil, err
	}
	return v.profiles(func(p *InstanceProfile) bool { return strings.EqualFold(p.Role, b.Name) }), nil
}

// AddRoleToInstanceProfile puts a role into a profile, which takes the permission to pass it to EC2.
func (v *View) AddRoleToInstanceProfile(ctx context.Context, profile, role string) error {
	return v.editProfile(ctx, profile, asked{action: "AddRoleToInstanceProfile"}, func(s *state, p *InstanceProfile) error {
		b, ok := ofRole.find(s, v.by.Account, role)
		pass := asked{action: "PassRole", on: b.ARN, tags: b.Tags, facts: map[string][]string{"iam:PassedToService": {"ec2.amazonaws.com"}}}
		if err := v.check(ctx, pass); err != nil {
			return err
		}
		switch {
		case !ok:
			return noSuchEntity(ofRole.word, role)
		case p.Role != "":
			return limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
		}
		p.Role = b.Name
		return b.protected()
	})
}

// RemoveRoleFromInstanceProfile takes a role out of a profile.
func (v *View) RemoveRoleFromInstanceProfile(ctx context.Context, profile, role string) error {
	return v.editProfile(ctx, profile, asked{action: "RemoveRoleFromInstanceProfile"}, func(_ *state, p *InstanceProfile) error {
		if p.Role == "" || !strings.EqualFold(p.Role, role) {
			return noSuchEntityText("The role with name %s is not in the instance profile %s.", role, p.Name)
		}
		p.Role = ""
		return nil
	})
}

// DeleteInstanceProfile removes a profile that holds no role.
func (v *View) DeleteInstanceProfile(ctx context.Context, name string) error {
	return v.store.update(func(s *state, c *change) error {
		p, err := v.profileOf(ctx, s.profiles[nameKey(v.by.Account, name)], name, asked{action: "DeleteInstanceProfile"})
		if err != nil {
			return err
		}
		if p.Role != "" {
			return deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
		}
		key := nameKey(p.Account, p.Name)
		c.put(profileTable, key, nil, func(s *state) error { delete(s.profiles, key); return nil })
		return nil
	})
}

// TagInstanceProfile adds or replaces tags of a profile.
func (v *View) TagInstanceProfile(ctx context.Context, name string, tags map[string]string) error {
	if err := checkTags(tags); err != nil {
		return err
	}
	a := asked{action: "TagInstanceProfile", facts: tagFacts(tags)}
	return v.editProfile(ctx, name, a, func(_ *state, p *InstanceProfile) error {
		p.Tags = merged(p.Tags, tags)
		return checkTags(p.Tags)
	})
}

// UntagInstanceProfile removes tags of a profile.
func (v *View) UntagInstanceProfile(ctx context.Context, name string, keys []string) error {
	a := asked{action: "UntagInstanceProfile", facts: map[string][]string{"aws:TagKeys": keys}}
	return v.editProfile(ctx, name, a, func(_ *state, p *InstanceProfile) error {
		for _, k := range keys {
			delete(p.Tags, k)
		}
		return nil
	})
}

// ListInstanceProfileTags returns a profile's tags.
func (v *View) ListInstanceProfileTags(ctx context.Context, name string) (map[string]string, error) {
	p, err := v.seenProfile(ctx, name, "ListInstanceProfileTags")
	return p.Tags, err
}
