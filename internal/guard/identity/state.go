package identity

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// state is everything in memory. Values are never changed once they are in it, only replaced.
type state struct {
	accounts map[string]*Account
	users    map[string]*User  // by nameKey
	groups   map[string]*Group // by nameKey
	roles    map[string]*Role  // by nameKey
	arns     map[string]any    // *User and *Role by ARN
	keys     map[string]*AccessKey
	policies map[string]*ManagedPolicy   // by ARN
	profiles map[string]*InstanceProfile // by nameKey
	sessions map[string]*Session         // by access key id
}

func newState() *state {
	return &state{
		accounts: map[string]*Account{}, users: map[string]*User{}, groups: map[string]*Group{}, roles: map[string]*Role{},
		arns: map[string]any{}, keys: map[string]*AccessKey{}, policies: map[string]*ManagedPolicy{},
		profiles: map[string]*InstanceProfile{}, sessions: map[string]*Session{},
	}
}

// compile reads a bearer's documents. They were checked when they were saved.
func (s *state) compile(b *Bearer) error {
	b.identity, b.boundary = []*policy.Document{}, nil
	for _, name := range slices.Sorted(maps.Keys(b.Inline)) {
		d, err := policy.Read([]byte(b.Inline[name]), policy.Identity)
		if err != nil {
			return fmt.Errorf("read policy %s of %s: %w", name, b.ARN, err)
		}
		b.identity = append(b.identity, d.Named("inline policy "+name))
	}
	for _, a := range b.Attached {
		if p := s.policies[a]; p != nil {
			b.identity = append(b.identity, p.document)
		}
	}
	if b.Boundary != "" {
		// A boundary whose policy is gone allows nothing.
		b.boundary = []*policy.Document{}
		if p := s.policies[b.Boundary]; p != nil {
			b.boundary = append(b.boundary, p.boundary())
		}
	}
	return nil
}

func (s *state) setUser(u *User) error {
	if err := s.compile(&u.Bearer); err != nil {
		return err
	}
	for _, g := range s.groupsOf(u) {
		u.identity = append(u.identity, g.identity...)
	}
	s.users[nameKey(u.Account, u.Name)], s.arns[u.ARN] = u, u
	return nil
}

// groupsOf are the groups of a user, in the order in which it joined them.
func (s *state) groupsOf(u *User) []*Group {
	var out []*Group
	for _, id := range u.Groups {
		for _, g := range s.groups {
			if g.ID == id {
				out = append(out, g)
			}
		}
	}
	return out
}

// setGroup replaces a group and what is compiled of its members.
func (s *state) setGroup(g *Group) error {
	if err := s.compile(&g.Bearer); err != nil {
		return err
	}
	for i, d := range g.identity {
		g.identity[i] = d.Named(d.Name() + " of group " + g.Name)
	}
	s.groups[nameKey(g.Account, g.Name)] = g
	for _, u := range s.members(g) {
		if err := s.setUser(u.copy()); err != nil {
			return err
		}
	}
	return nil
}

// members are the users of a group, by name.
func (s *state) members(g *Group) []*User {
	var out []*User
	for _, u := range s.users {
		if slices.Contains(u.Groups, g.ID) {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b *User) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (s *state) setRole(r *Role) error {
	if err := s.compile(&r.Bearer); err != nil {
		return err
	}
	d, err := policy.Read([]byte(r.Trust), policy.Trust)
	if err != nil {
		return fmt.Errorf("read trust policy of %s: %w", r.ARN, err)
	}
	r.trust = d.Bind(r.TrustIDs).Named("trust policy of " + r.ARN)
	s.roles[nameKey(r.Account, r.Name)], s.arns[r.ARN] = r, r
	return nil
}

// setPolicy replaces a managed policy and what is compiled of those it is attached to.
func (s *state) setPolicy(p *ManagedPolicy) error {
	v, ok := p.Version(p.Default)
	if !ok {
		return fmt.Errorf("policy %s has no version %q", p.ARN, p.Default)
	}
	d, err := policy.Read([]byte(v.Document), policy.Identity)
	if err != nil {
		return fmt.Errorf("read policy %s: %w", p.ARN, err)
	}
	p.document = d.Named(p.ARN)
	s.policies[p.ARN] = p
	return s.recompile(p.ARN)
}

// recompile renews the groups, users and roles that have a managed policy.
func (s *state) recompile(policyARN string) error {
	for _, g := range s.groups {
		if g.has(policyARN) {
			if err := s.setGroup(&Group{g.copy()}); err != nil {
				return err
			}
		}
	}
	for _, u := range s.users {
		if u.has(policyARN) {
			if err := s.setUser(u.copy()); err != nil {
				return err
			}
		}
	}
	for _, r := range s.roles {
		if r.has(policyARN) {
			c := *r
			c.Bearer = r.copy()
			if err := s.setRole(&c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Bearer) has(policyARN string) bool {
	return b.Boundary == policyARN || slices.Contains(b.Attached, policyARN)
}

// boundary is the policy's document as a boundary, so that a trace calls it one.
func (p *ManagedPolicy) boundary() *policy.Document {
	d, err := policy.Read([]byte(p.document.Text()), policy.Boundary)
	if err != nil {
		return p.document // The same text was read before.
	}
	return d.Named(p.ARN)
}

func (s *state) dropUser(u *User) {
	delete(s.users, nameKey(u.Account, u.Name))
	delete(s.arns, u.ARN)
}

func (s *state) dropGroup(g *Group) { delete(s.groups, nameKey(g.Account, g.Name)) }

func (s *state) dropRole(r *Role) {
	delete(s.roles, nameKey(r.Account, r.Name))
	delete(s.arns, r.ARN)
}

// idOf is the unique id of the user or role that has the ARN now.
func (s *state) idOf(a string) (string, bool) {
	switch e := s.arns[a].(type) {
	case *User:
		return e.ID, true
	case *Role:
		return e.ID, true
	}
	return "", false
}
