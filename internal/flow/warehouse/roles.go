package warehouse

import (
	"slices"
	"time"
)

// ready is when a role that is attached or detached now has passed.
func (s *Namespaces) ready() time.Time { return s.now().Add(s.delay).UTC() }

// attach adds roles that are not there; one that is being removed stays after all.
func (n *Namespace) attach(roles []string, ready time.Time) {
	for _, role := range roles {
		i := slices.IndexFunc(n.Roles, func(r AttachedRole) bool { return r.ARN == role })
		switch {
		case i < 0:
			n.Roles = append(n.Roles, AttachedRole{role, RoleAdding, ready})
		case n.Roles[i].Status == RoleRemoving:
			n.Roles[i] = AttachedRole{role, RoleAdding, ready}
		}
	}
}

// detach begins to remove roles; those that are not attached are passed over.
// A default role that goes is the default no longer.
func (n *Namespace) detach(roles []string, ready time.Time) {
	for i, r := range n.Roles {
		if slices.Contains(roles, r.ARN) {
			n.Roles[i] = AttachedRole{r.ARN, RoleRemoving, ready}
		}
	}
	if slices.Contains(roles, n.DefaultRole) {
		n.DefaultRole = ""
	}
}

// holds reports whether a role is attached or on its way there.
func (n *Namespace) holds(role string) bool {
	return slices.ContainsFunc(n.Roles, func(r AttachedRole) bool { return r.ARN == role && r.Status != RoleRemoving })
}

// others are the attached roles that are not among those named.
func (n *Namespace) others(named []string) []string {
	var out []string
	for _, r := range n.Roles {
		if r.Status != RoleRemoving && !slices.Contains(named, r.ARN) {
			out = append(out, r.ARN)
		}
	}
	return out
}

// lacking are the named roles that are not attached yet.
func (n *Namespace) lacking(named []string) []string {
	return slices.DeleteFunc(slices.Clone(named), n.holds)
}

// reattach makes the named roles the only ones.
func (n *Namespace) reattach(roles []string, standard string, ready time.Time) {
	n.detach(n.others(roles), ready)
	n.attach(roles, ready)
	n.DefaultRole = standard
}
