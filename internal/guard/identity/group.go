package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// maxGroups is how many groups a user may be in.
const maxGroups = 10

var groupName = constraint{"groupName", 1, 128, "_+=,.@-", `[\w+=,.@-]+`}

// CreateGroup makes a group. Path "" means "/".
func (v *View) CreateGroup(ctx context.Context, path, name string) (Group, error) {
	path = cmp.Or(path, rootPath)
	var bad violations
	bad.text(groupName, name)
	bad.path(path)
	if err := bad.err(); err != nil {
		return Group{}, err
	}
	g := Group{v.bearer(path, name, ofGroup)}
	return g, v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, asked{action: "CreateGroup", on: g.ARN}); err != nil {
			return err
		}
		if _, ok := ofGroup.find(s, g.Account, g.Name); ok {
			return alreadyExists("Group with name " + g.Name + " already exists.")
		}
		c.putGroup(&Group{g.copy()})
		return nil
	})
}

// GetGroup returns a group and its users, by name.
func (v *View) GetGroup(ctx context.Context, name string) (Group, []User, error) {
	b, err := v.get(ctx, ofGroup.named(name), asked{action: "GetGroup"})
	if err != nil {
		return Group{}, nil, err
	}
	var users []User
	v.store.read(func(s *state) {
		for _, u := range s.members(&Group{b}) {
			users = append(users, *u.copy())
		}
	})
	return Group{b}, users, nil
}

// ListGroups returns the groups under a path, by name.
func (v *View) ListGroups(ctx context.Context, path string) ([]Group, error) {
	path = cmp.Or(path, rootPath)
	if err := v.check(ctx, asked{action: "ListGroups", on: groupARN(v.by.Account, path, "")}); err != nil {
		return nil, err
	}
	var out []Group
	v.store.read(func(s *state) {
		for _, g := range s.groups {
			if g.Account == v.by.Account && strings.HasPrefix(g.Path, path) {
				out = append(out, Group{g.copy()})
			}
		}
	})
	sortByName(out)
	return out, nil
}

func sortByName(groups []Group) {
	slices.SortFunc(groups, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
}

// ListGroupsForUser returns the groups of a user, by name.
func (v *View) ListGroupsForUser(ctx context.Context, user string) ([]Group, error) {
	b, err := v.get(ctx, ofUser.named(user), asked{action: "ListGroupsForUser"})
	if err != nil {
		return nil, err
	}
	var out []Group
	v.store.read(func(s *state) {
		if u := s.users[nameKey(b.Account, b.Name)]; u != nil {
			for _, g := range s.groupsOf(u) {
				out = append(out, Group{g.copy()})
			}
		}
	})
	sortByName(out)
	return out, nil
}

// withMember checks a writing call about a user in a group and writes what f makes of a copy of the user.
func (v *View) withMember(ctx context.Context, group, user, action string, f func(*Group, *User) error) error {
	return v.store.update(func(s *state, c *change) error {
		b, ok := ofGroup.find(s, v.by.Account, group)
		if err := v.check(ctx, asked{action: action, on: b.ARN}); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity(ofGroup.word, group)
		}
		u := s.users[nameKey(v.by.Account, user)]
		if u == nil {
			return noSuchEntity(ofUser.word, user)
		}
		changed := u.copy()
		if err := f(&Group{*b}, changed); err != nil {
			return err
		}
		c.putUser(changed)
		return nil
	})
}

// AddUserToGroup puts a user into a group; one that is in it stays so.
func (v *View) AddUserToGroup(ctx context.Context, group, user string) error {
	return v.withMember(ctx, group, user, "AddUserToGroup", func(g *Group, u *User) error {
		switch {
		case slices.Contains(u.Groups, g.ID):
			return nil
		case len(u.Groups) == maxGroups:
			return limitExceeded("Cannot exceed quota for GroupsPerUser: %d", maxGroups)
		}
		u.Groups = append(u.Groups, g.ID)
		return nil
	})
}

// RemoveUserFromGroup takes a user out of a group.
func (v *View) RemoveUserFromGroup(ctx context.Context, group, user string) error {
	return v.withMember(ctx, group, user, "RemoveUserFromGroup", func(g *Group, u *User) error {
		i := slices.Index(u.Groups, g.ID)
		if i < 0 {
			return noSuchEntityText("The user with name %s is not in the group %s.", u.Name, g.Name)
		}
		u.Groups = slices.Delete(u.Groups, i, i+1)
		return nil
	})
}

// UpdateGroup gives a group another path or name; "" leaves either.
func (v *View) UpdateGroup(ctx context.Context, name, newPath, newName string) error {
	r := renaming{name: name, newPath: newPath, newName: newName}
	return v.rename(ctx, ofGroup, r, func(s *state, c *change, old, renamed Bearer) {
		g := s.groups[nameKey(old.Account, old.Name)]
		c.put(groupTable, nameKey(old.Account, old.Name), nil, func(s *state) error { s.dropGroup(g); return nil })
		c.putGroup(&Group{renamed})
	})
}

// DeleteGroup removes a group without users and policies.
func (v *View) DeleteGroup(ctx context.Context, name string) error {
	return v.store.update(func(s *state, c *change) error {
		b, ok := ofGroup.find(s, v.by.Account, name)
		if err := v.check(ctx, asked{action: "DeleteGroup", on: b.ARN}); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity(ofGroup.word, name)
		}
		g := s.groups[nameKey(b.Account, b.Name)]
		if len(s.members(g)) > 0 {
			return deleteConflict("Cannot delete entity, must remove users from group first.")
		}
		if err := b.free(); err != nil {
			return err
		}
		c.put(groupTable, nameKey(b.Account, b.Name), nil, func(s *state) error { s.dropGroup(g); return nil })
		return nil
	})
}

// PutGroupPolicy adds or replaces an inline policy of a group.
func (v *View) PutGroupPolicy(ctx context.Context, group, name, document string) error {
	return v.putPolicy(ctx, ofGroup.named(group), inlinePolicy{name, document})
}

// GetGroupPolicy returns the document of an inline policy of a group.
func (v *View) GetGroupPolicy(ctx context.Context, group, name string) (string, error) {
	return v.getPolicy(ctx, ofGroup.named(group), name)
}

// DeleteGroupPolicy removes an inline policy of a group.
func (v *View) DeleteGroupPolicy(ctx context.Context, group, name string) error {
	return v.deletePolicy(ctx, ofGroup.named(group), name)
}

// ListGroupPolicies returns the names of a group's inline policies.
func (v *View) ListGroupPolicies(ctx context.Context, group string) ([]string, error) {
	return v.listPolicies(ctx, ofGroup.named(group))
}

// AttachGroupPolicy attaches a managed policy to a group.
func (v *View) AttachGroupPolicy(ctx context.Context, group, policyARN string) error {
	return v.attach(ctx, ofGroup.named(group), policyARN)
}

// DetachGroupPolicy detaches a managed policy from a group.
func (v *View) DetachGroupPolicy(ctx context.Context, group, policyARN string) error {
	return v.detach(ctx, ofGroup.named(group), policyARN)
}

// ListAttachedGroupPolicies returns the ARNs of the managed policies of a group.
func (v *View) ListAttachedGroupPolicies(ctx context.Context, group string) ([]string, error) {
	return v.listAttached(ctx, ofGroup.named(group))
}
