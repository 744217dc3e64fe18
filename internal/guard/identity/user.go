package identity

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// CreateUserInput says what user to make. Path "" means "/".
type CreateUserInput struct {
	Name     string
	Path     string
	Tags     map[string]string
	Boundary string // ARN of a managed policy
}

// CreateUser makes a user.
func (v *View) CreateUser(ctx context.Context, in CreateUserInput) (User, error) {
	in.Path = cmp.Or(in.Path, rootPath)
	if err := in.check(); err != nil {
		return User{}, err
	}
	u := User{Bearer: v.bearer(in.Path, in.Name, ofUser)}
	u.Tags, u.Boundary = in.Tags, in.Boundary
	err := v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, creation("CreateUser", u.ARN, in.Tags, in.Boundary)); err != nil {
			return err
		}
		if _, ok := ofUser.find(s, u.Account, u.Name); ok {
			return alreadyExists("User with name " + u.Name + " already exists.")
		}
		if err := v.boundaryExists(s, in.Boundary); err != nil {
			return err
		}
		c.putUser(u.copy())
		return nil
	})
	return u, err
}

func (in *CreateUserInput) check() error {
	var bad violations
	bad.text(userName, in.Name)
	bad.path(in.Path)
	if err := bad.err(); err != nil {
		return err
	}
	return checkTags(in.Tags)
}

// creation is the question asked before a user or role is made.
func creation(action, on string, tags map[string]string, boundary string) asked {
	a := asked{action: action, on: on, facts: tagFacts(tags)}
	if boundary != "" {
		a.facts["iam:PermissionsBoundary"] = []string{boundary}
	}
	return a
}

func (v *View) boundaryExists(s *state, boundary string) error {
	if boundary == "" {
		return nil
	}
	return v.attachable(s, boundary)
}

var idPrefix = map[string]string{ofUser.word: "AIDA", ofGroup.word: "AGPA", ofRole.word: "AROA"}

// bearer is a new bearer of the caller's account.
func (v *View) bearer(path, name string, h holder) Bearer {
	return Bearer{
		Account: v.by.Account, Path: path, Name: name, ID: uniqueID(idPrefix[h.word]),
		ARN: h.arn(v.by.Account, path, name), Created: v.store.now().UTC(),
	}
}

// GetUser returns a user, the caller itself when no name is given.
func (v *View) GetUser(ctx context.Context, name string) (User, error) {
	name, err := v.orSelf(name)
	if err != nil {
		return User{}, err
	}
	b, err := v.get(ctx, ofUser.named(name), asked{action: "GetUser"})
	return User{Bearer: b}, err
}

// orSelf is the caller's own user name when none was given.
func (v *View) orSelf(name string) (string, error) {
	switch {
	case name != "":
		return name, nil
	case v.by.Type == policy.User:
		return v.by.Name, nil
	}
	return "", validationError("Must specify userName when calling with non-User credentials")
}

// CheckUser checks a call about what users of this node never have, such as
// passwords and devices, and that the user exists.
func (v *View) CheckUser(ctx context.Context, name, action string) error {
	name, err := v.orSelf(name)
	if err != nil {
		return err
	}
	_, err = v.get(ctx, ofUser.named(name), asked{action: action})
	return err
}

// ListVirtualMFADevices checks a call about the devices of the account, which has none.
func (v *View) ListVirtualMFADevices(ctx context.Context) error {
	return v.check(ctx, asked{action: "ListVirtualMFADevices", on: "*"})
}

// NoLoginProfile checks a call about a user's password, which no user of this node has.
func (v *View) NoLoginProfile(ctx context.Context, name, action string) error {
	name, err := v.orSelf(name)
	if err != nil {
		return err
	}
	if err := v.CheckUser(ctx, name, action); err != nil {
		return err
	}
	return noSuchEntityText("Login Profile for User %s cannot be found.", name)
}

// ListUsers returns the users under a path, by name.
func (v *View) ListUsers(ctx context.Context, path string) ([]User, error) {
	path = cmp.Or(path, rootPath)
	if err := v.check(ctx, asked{action: "ListUsers", on: userARN(v.by.Account, path, "")}); err != nil {
		return nil, err
	}
	var out []User
	v.store.read(func(s *state) {
		for u := range maps.Values(s.users) {
			if u.Account == v.by.Account && strings.HasPrefix(u.Path, path) {
				out = append(out, *u.copy())
			}
		}
	})
	slices.SortFunc(out, func(a, b User) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// DeleteUser removes a user that has neither keys nor policies left.
func (v *View) DeleteUser(ctx context.Context, name string) error {
	return v.store.update(func(s *state, c *change) error {
		b, ok := ofUser.find(s, v.by.Account, name)
		if err := v.check(ctx, asked{action: "DeleteUser", on: b.ARN, tags: b.Tags}); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity("user", name)
		}
		if len(s.keysOf(b.Account, b.Name)) > 0 {
			return deleteConflict("Cannot delete entity, must delete access keys first.")
		}
		u := s.users[nameKey(b.Account, b.Name)]
		if len(u.Groups) > 0 {
			return deleteConflict("Cannot delete entity, must remove users from group first.")
		}
		if err := b.free(); err != nil {
			return err
		}
		c.put(userTable, nameKey(b.Account, b.Name), nil, func(s *state) error { s.dropUser(u); return nil })
		return nil
	})
}

// free checks that nothing hangs on a bearer that is to be deleted.
func (b *Bearer) free() error {
	switch {
	case len(b.Attached) > 0:
		return deleteConflict("Cannot delete entity, must detach all policies first.")
	case len(b.Inline) > 0:
		return deleteConflict("Cannot delete entity, must delete policies first.")
	}
	return nil
}

// PutUserPolicy adds or replaces an inline policy of a user.
func (v *View) PutUserPolicy(ctx context.Context, user, name, document string) error {
	return v.putPolicy(ctx, ofUser.named(user), inlinePolicy{name, document})
}

// GetUserPolicy returns the document of an inline policy of a user.
func (v *View) GetUserPolicy(ctx context.Context, user, name string) (string, error) {
	return v.getPolicy(ctx, ofUser.named(user), name)
}

// DeleteUserPolicy removes an inline policy of a user.
func (v *View) DeleteUserPolicy(ctx context.Context, user, name string) error {
	return v.deletePolicy(ctx, ofUser.named(user), name)
}

// ListUserPolicies returns the names of a user's inline policies.
func (v *View) ListUserPolicies(ctx context.Context, user string) ([]string, error) {
	return v.listPolicies(ctx, ofUser.named(user))
}

// AttachUserPolicy attaches a managed policy to a user.
func (v *View) AttachUserPolicy(ctx context.Context, user, policyARN string) error {
	return v.attach(ctx, ofUser.named(user), policyARN)
}

// DetachUserPolicy detaches a managed policy from a user.
func (v *View) DetachUserPolicy(ctx context.Context, user, policyARN string) error {
	return v.detach(ctx, ofUser.named(user), policyARN)
}

// ListAttachedUserPolicies returns the ARNs of the managed policies of a user.
func (v *View) ListAttachedUserPolicies(ctx context.Context, user string) ([]string, error) {
	return v.listAttached(ctx, ofUser.named(user))
}

// PutUserPermissionsBoundary sets a managed policy as a user's boundary.
func (v *View) PutUserPermissionsBoundary(ctx context.Context, user, policyARN string) error {
	return v.putBoundary(ctx, ofUser.named(user), policyARN)
}

// DeleteUserPermissionsBoundary removes a user's boundary.
func (v *View) DeleteUserPermissionsBoundary(ctx context.Context, user string) error {
	return v.deleteBoundary(ctx, ofUser.named(user))
}

// TagUser adds or replaces tags of a user.
func (v *View) TagUser(ctx context.Context, user string, tags map[string]string) error {
	return v.tag(ctx, ofUser.named(user), tags)
}

// UntagUser removes tags of a user.
func (v *View) UntagUser(ctx context.Context, user string, keys []string) error {
	return v.untag(ctx, ofUser.named(user), keys)
}

// ListUserTags returns a user's tags.
func (v *View) ListUserTags(ctx context.Context, user string) (map[string]string, error) {
	return v.listTags(ctx, ofUser.named(user))
}
