package doctor

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// slot is where a document hangs: the kind, for organization policies the
// level, and its number there.
type slot struct {
	kind     policy.Kind
	level, n int
}

// list is the documents of a slot's kind and level.
func (s slot) list(set *policy.Set) []*policy.Document {
	switch s.kind {
	case policy.Identity:
		return set.Identity
	case policy.Boundary:
		return set.Boundary
	case policy.SessionPolicy:
		return set.Session
	case policy.VPCEndpoint:
		return set.Endpoint
	case policy.SCP:
		return set.SCP[s.level].Policies
	case policy.RCP:
		return set.RCP[s.level].Policies
	}
	if set.Resource == nil {
		return nil
	}
	return []*policy.Document{set.Resource}
}

// get is the document, nil when there is none yet.
func (s slot) get(set *policy.Set) *policy.Document {
	if l := s.list(set); s.n < len(l) {
		return l[s.n]
	}
	return nil
}

// put returns a set with another document in the slot; nil empties it.
func (s slot) put(set policy.Set, d *policy.Document) policy.Set {
	l := slices.Clone(s.list(&set))
	switch {
	case d == nil:
		l = slices.Delete(l, s.n, s.n+1)
	case s.n < len(l):
		l[s.n] = d
	default:
		l = append(l, d)
	}
	switch s.kind {
	case policy.Identity:
		set.Identity = l
	case policy.Boundary:
		set.Boundary = l
	case policy.SessionPolicy:
		set.Session = l
	case policy.VPCEndpoint:
		set.Endpoint = l
	case policy.SCP:
		set.SCP = slices.Clone(set.SCP)
		set.SCP[s.level].Policies = l
	case policy.RCP:
		set.RCP = slices.Clone(set.RCP)
		set.RCP[s.level].Policies = l
	default:
		set.Resource = nil
		if len(l) > 0 {
			set.Resource = l[0]
		}
	}
	return set
}

// slots are the places of a kind that hold documents now.
func slots(set *policy.Set, k policy.Kind) []slot {
	levels := 1
	switch k {
	case policy.SCP:
		levels = len(set.SCP)
	case policy.RCP:
		levels = len(set.RCP)
	}
	var all []slot
	for level := range levels {
		for n := range (slot{kind: k, level: level}).list(set) {
			all = append(all, slot{k, level, n})
		}
	}
	return all
}

// awsManaged reports whether nobody but AWS can change the document.
func awsManaged(d *policy.Document) bool {
	return d != nil && strings.HasPrefix(d.Name(), "arn:aws:iam::aws:policy/")
}

// inline reports whether the document belongs to one user or role, and its name there.
func inline(d *policy.Document) (name string, ok bool) {
	if d == nil {
		return "", false
	}
	name, ok = strings.CutPrefix(d.Name(), "inline policy ")
	return name, ok && !strings.Contains(name, " of group ")
}
