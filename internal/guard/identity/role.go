package identity

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	// DefaultMaxSession is the longest session of a role that says nothing else, in seconds.
	DefaultMaxSession = 3600
	maxSessionLimit   = 43200
	maxTrustSize      = 2048
)

// CreateRoleInput says what role to make. Path "" means "/", MaxSession 0 one hour.
type CreateRoleInput struct {
	Name        string
	Path        string
	Trust       string
	Description string
	MaxSession  int
	Tags        map[string]string
	Boundary    string // ARN of a managed policy
}

// CreateRole makes a role.
func (v *View) CreateRole(ctx context.Context, in CreateRoleInput) (Role, error) {
	in.Path, in.MaxSession = cmp.Or(in.Path, rootPath), cmp.Or(in.MaxSession, DefaultMaxSession)
	if err := in.check(); err != nil {
		return Role{}, err
	}
	r := Role{Bearer: v.bearer(in.Path, in.Name, ofRole), Trust: in.Trust, Description: in.Description, MaxSession: in.MaxSession}
	r.Tags, r.Boundary = in.Tags, in.Boundary
	err := v.store.update(func(s *state, c *change) error {
		if err := v.check(ctx, creation("CreateRole", r.ARN, in.Tags, in.Boundary)); err != nil {
			return err
		}
		if _, ok := ofRole.find(s, r.Account, r.Name); ok {
			return alreadyExists("Role with name " + r.Name + " already exists.")
		}
		if err := v.boundaryExists(s, in.Boundary); err != nil {
			return err
		}
		if err := s.setTrust(&r, in.Trust); err != nil {
			return err
		}
		kept := r
		kept.Bearer = r.copy()
		c.putRole(&kept)
		return nil
	})
	return r, err
}

func (in *CreateRoleInput) check() error {
	var bad violations
	bad.text(roleName, in.Name)
	bad.path(in.Path)
	if strings.HasPrefix(in.Path, linkedPath) {
		return invalidInput("The path %s is kept for service-linked roles.", linkedPath)
	}
	bad.number(in.MaxSession, DefaultMaxSession, maxSessionLimit, "maxSessionDuration")
	if len(in.Description) > 1000 {
		bad.add(in.Description, "description", "Member must have length less than or equal to 1000")
	}
	if err := bad.err(); err != nil {
		return err
	}
	return checkTags(in.Tags)
}

// setTrust checks a trust policy and ties its principals to who they are now.
func (s *state) setTrust(r *Role, document string) error {
	d, err := policy.Parse([]byte(document), policy.Trust)
	if err != nil {
		return guard.Malformed(err)
	}
	if solidSize(document) > maxTrustSize {
		return limitExceeded("Cannot exceed quota for ACLSizePerRole: %d", maxTrustSize)
	}
	r.Trust = document
	r.TrustIDs, err = s.resolve(d)
	return err
}

// resolve finds the unique ids of a document's principals. Those of accounts
// that this node does not know are taken on trust.
func (s *state) resolve(d *policy.Document) (map[string]string, error) {
	ids := map[string]string{}
	for _, a := range d.Principals() {
		id, ok := s.idOf(a)
		switch {
		case ok:
			ids[a] = id
		case s.accounts[accountOf(a)] != nil:
			return nil, guard.Malformed(d.UnknownPrincipal(a))
		}
	}
	return ids, nil
}

// Resolve finds the unique ids that the principals of a resource policy have
// now, for Document.Bind. A principal that does not exist in an account of this
// node makes the document malformed.
func (s *Store) Resolve(d *policy.Document) (ids map[string]string, err error) {
	s.read(func(st *state) { ids, err = st.resolve(d) })
	return ids, err
}

// PrincipalID returns the unique id of a user's or role's ARN; ok is false when there is none.
func (s *Store) PrincipalID(principalARN string) (id string, ok bool) {
	s.read(func(st *state) { id, ok = st.idOf(principalARN) })
	return id, ok
}

// NameOf is how a saved policy shows a principal, for Document.TextWith: its
// ARN while that still means the same user or role, else the bare unique id.
func (s *Store) NameOf(principalARN, id string) (name string) {
	s.read(func(st *state) { name = st.nameOf(principalARN, id) })
	return name
}

func (s *state) nameOf(principalARN, id string) string {
	if now, ok := s.idOf(principalARN); ok && now == id {
		return principalARN
	}
	return id
}

func accountOf(a string) string {
	f := strings.SplitN(a, ":", 6)
	if len(f) < 6 {
		return ""
	}
	return f[4]
}

// answer is a role as a caller gets it, with principals that are gone shown as ids.
func (r *Role) answer(nameOf func(arn, id string) string) Role {
	c := *r
	c.Bearer = r.copy()
	c.Trust = r.trust.TextWith(nameOf)
	return c
}

// GetRole returns a role.
func (v *View) GetRole(ctx context.Context, name string) (Role, error) {
	if _, err := v.get(ctx, ofRole.named(name), asked{action: "GetRole"}); err != nil {
		return Role{}, err
	}
	r, ok := v.roleNow(name)
	if !ok {
		return Role{}, noSuchEntity("role", name)
	}
	return r, nil
}

// roleNow is a role as it is after the guard was asked.
func (v *View) roleNow(name string) (Role, bool) {
	var r *Role
	v.store.read(func(s *state) { r = s.roles[nameKey(v.by.Account, name)] })
	if r == nil {
		return Role{}, false
	}
	return r.answer(v.store.NameOf), true
}

// ListRoles returns the roles under a path, by name.
func (v *View) ListRoles(ctx context.Context, path string) ([]Role, error) {
	path = cmp.Or(path, rootPath)
	if err := v.check(ctx, asked{action: "ListRoles", on: roleARN(v.by.Account, path, "")}); err != nil {
		return nil, err
	}
	var found []*Role
	v.store.read(func(s *state) {
		for r := range maps.Values(s.roles) {
			if r.Account == v.by.Account && strings.HasPrefix(r.Path, path) {
				found = append(found, r)
			}
		}
	})
	slices.SortFunc(found, func(a, b *Role) int { return strings.Compare(a.Name, b.Name) })
	out := make([]Role, 0, len(found))
	for _, r := range found {
		out = append(out, r.answer(v.store.NameOf))
	}
	return out, nil
}

// editRole checks a writing call on a role and writes what f makes of a copy.
func (v *View) editRole(ctx context.Context, name, action string, f func(*state, *Role) error) error {
	return v.store.update(func(s *state, c *change) error {
		b, ok := ofRole.find(s, v.by.Account, name)
		if err := v.check(ctx, asked{action: action, on: b.ARN, tags: b.Tags}); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity("role", name)
		}
		r := *s.roles[nameKey(v.by.Account, name)]
		r.Bearer = b.copy()
		if err := f(s, &r); err != nil {
			return err
		}
		c.putRole(&r)
		return nil
	})
}

// UpdateAssumeRolePolicy replaces a role's trust policy.
func (v *View) UpdateAssumeRolePolicy(ctx context.Context, name, document string) error {
	return v.editRole(ctx, name, "UpdateAssumeRolePolicy", func(s *state, r *Role) error {
		if err := r.protected(); err != nil {
			return err
		}
		return s.setTrust(r, document)
	})
}

// RoleUpdate says what to change of a role; nil and 0 leave what is.
type RoleUpdate struct {
	Description *string
	MaxSession  int
}

// UpdateRole replaces a role's description and longest session.
func (v *View) UpdateRole(ctx context.Context, name string, u RoleUpdate) error {
	return v.updateRole(ctx, name, "UpdateRole", u)
}

// UpdateRoleDescription replaces a role's description and returns the role.
func (v *View) UpdateRoleDescription(ctx context.Context, name, description string) (Role, error) {
	if err := v.updateRole(ctx, name, "UpdateRoleDescription", RoleUpdate{Description: &description}); err != nil {
		return Role{}, err
	}
	r, ok := v.roleNow(name)
	if !ok {
		return Role{}, noSuchEntity("role", name)
	}
	return r, nil
}

func (v *View) updateRole(ctx context.Context, name, action string, u RoleUpdate) error {
	var bad violations
	if u.MaxSession != 0 {
		bad.number(u.MaxSession, DefaultMaxSession, maxSessionLimit, "maxSessionDuration")
	}
	if err := bad.err(); err != nil {
		return err
	}
	return v.editRole(ctx, name, action, func(_ *state, r *Role) error {
		if u.Description != nil {
			r.Description = *u.Description
		}
		if u.MaxSession == 0 {
			return nil
		}
		r.MaxSession = u.MaxSession
		return r.protected() // Of a service's own role the description alone may change.
	})
}

// DeleteRole removes a role that has no policies left. Its sessions can do nothing from then on.
func (v *View) DeleteRole(ctx context.Context, name string) error {
	return v.store.update(func(s *state, c *change) error {
		b, ok := ofRole.find(s, v.by.Account, name)
		if err := v.check(ctx, asked{action: "DeleteRole", on: b.ARN, tags: b.Tags}); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity("role", name)
		}
		if err := firstError(b.protected(), b.free(), s.unprofiled(b)); err != nil {
			return err
		}
		r := s.roles[nameKey(b.Account, b.Name)]
		c.put(roleTable, nameKey(b.Account, b.Name), nil, func(s *state) error { s.dropRole(r); return nil })
		return nil
	})
}

// PutRolePolicy adds or replaces an inline policy of a role.
func (v *View) PutRolePolicy(ctx context.Context, role, name, document string) error {
	return v.putPolicy(ctx, ofRole.named(role), inlinePolicy{name, document})
}

// GetRolePolicy returns the document of an inline policy of a role.
func (v *View) GetRolePolicy(ctx context.Context, role, name string) (string, error) {
	return v.getPolicy(ctx, ofRole.named(role), name)
}

// DeleteRolePolicy removes an inline policy of a role.
func (v *View) DeleteRolePolicy(ctx context.Context, role, name string) error {
	return v.deletePolicy(ctx, ofRole.named(role), name)
}

// ListRolePolicies returns the names of a role's inline policies.
func (v *View) ListRolePolicies(ctx context.Context, role string) ([]string, error) {
	return v.listPolicies(ctx, ofRole.named(role))
}

// AttachRolePolicy attaches a managed policy to a role.
func (v *View) AttachRolePolicy(ctx context.Context, role, policyARN string) error {
	return v.attach(ctx, ofRole.named(role), policyARN)
}

// DetachRolePolicy detaches a managed policy from a role.
func (v *View) DetachRolePolicy(ctx context.Context, role, policyARN string) error {
	return v.detach(ctx, ofRole.named(role), policyARN)
}

// ListAttachedRolePolicies returns the ARNs of the managed policies of a role.
func (v *View) ListAttachedRolePolicies(ctx context.Context, role string) ([]string, error) {
	return v.listAttached(ctx, ofRole.named(role))
}

// PutRolePermissionsBoundary sets a managed policy as a role's boundary.
func (v *View) PutRolePermissionsBoundary(ctx context.Context, role, policyARN string) error {
	return v.putBoundary(ctx, ofRole.named(role), policyARN)
}

// DeleteRolePermissionsBoundary removes a role's boundary.
func (v *View) DeleteRolePermissionsBoundary(ctx context.Context, role string) error {
	return v.deleteBoundary(ctx, ofRole.named(role))
}

// TagRole adds or replaces tags of a role.
func (v *View) TagRole(ctx context.Context, role string, tags map[string]string) error {
	return v.tag(ctx, ofRole.named(role), tags)
}

// UntagRole removes tags of a role.
func (v *View) UntagRole(ctx context.Context, role string, keys []string) error {
	return v.untag(ctx, ofRole.named(role), keys)
}

// ListRoleTags returns a role's tags.
func (v *View) ListRoleTags(ctx context.Context, role string) (map[string]string, error) {
	return v.listTags(ctx, ofRole.named(role))
}
