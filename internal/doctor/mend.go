package doctor

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// errNoMend says that no change of a policy was found that helps.
var errNoMend = errors.New("no change of a single policy lets this call through")

// mending changes documents until the hop that refuses lets the call pass.
type mending struct {
	facts  *Facts
	set    policy.Set
	edited []slot    // in the order of their first change
	gone   []removal // documents that have nothing left to say
}

// removal is a document that is to be taken off its bearer.
type removal struct {
	kind policy.Kind
	name string
}

// maxChanges is more than any document needs.
const maxChanges = 64

// mend makes the hop pass where the call is refused now. It changes one kind of
// document only; what refuses after that is another hop.
func (f *Facts) mend() (*mending, error) {
	m := &mending{facts: f, set: f.Set}
	now := policy.Explain(f.Request, m.set)
	hop := f.decider(&now)
	for range maxChanges {
		if now.Effect == policy.Allow || f.decider(&now) != hop || now.Public {
			return m, nil
		}
		change := m.grant
		if now.Effect == policy.ExplicitDeny {
			change = m.lift
		}
		if err := change(&now); err != nil {
			return nil, err
		}
		now = policy.Explain(f.Request, m.set)
	}
	return nil, errNoMend
}

// try puts a changed document into a slot when good says that the decision improves.
func (m *mending) try(s slot, d *Document, good func(*policy.Decision) bool) bool {
	name := ""
	if old := s.get(&m.set); old != nil {
		name = old.Name()
	} else if s.kind == policy.Identity {
		name = "inline policy " + sid("Allow", m.facts.Request.Action)
	}
	var next *policy.Document
	if len(d.Statements) > 0 {
		doc, err := policy.Read([]byte(d.String()), s.kind)
		if err != nil || !m.acceptable(s, d.String()) {
			return false
		}
		next = doc.Named(name)
	}
	set := s.put(m.set, next)
	decision := policy.Explain(m.facts.Request, set)
	if !good(&decision) {
		return false
	}
	m.set = set
	if next == nil {
		m.removed(s, name)
	} else if !slices.Contains(m.edited, s) {
		m.edited = append(m.edited, s)
	}
	return true
}

// acceptable reports whether the service would keep a document; where it would
// refuse even the present one, that is no reason against the change.
func (m *mending) acceptable(s slot, text string) bool {
	if _, err := policy.Parse([]byte(text), s.kind); err == nil {
		return true
	}
	old := s.get(&m.set)
	if old == nil {
		return false
	}
	_, err := policy.Parse([]byte(old.Text()), s.kind)
	return err != nil
}

// removed notes that a document is gone: those behind it move up.
func (m *mending) removed(s slot, name string) {
	m.gone = append(m.gone, removal{s.kind, name})
	m.edited = slices.DeleteFunc(m.edited, func(e slot) bool { return e == s })
	for i, e := range m.edited {
		if e.kind == s.kind && e.level == s.level && e.n > s.n {
			m.edited[i].n--
		}
	}
}

// traced finds what became of a statement. Traces name documents; where several
// have one name the slot's own number among them counts.
func (m *mending) traced(d *policy.Decision, s slot, index int) *policy.StatementTrace {
	doc := s.get(&m.set)
	if doc == nil {
		return nil
	}
	before := 0 // statements of the kind that are traced before the document's own
	for _, other := range slots(&m.set, s.kind) {
		if other == s {
			break
		}
		before += other.get(&m.set).Statements()
	}
	for i := range d.Trace {
		if d.Trace[i].Policy != doc.Kind() {
			continue
		}
		if before+index == 0 {
			return &d.Trace[i]
		}
		before--
	}
	return nil
}

// grant makes one step to an allow where nothing allows.
func (m *mending) grant(now *policy.Decision) error {
	if m.relax(now) || m.widen(now) || m.add(now) {
		return nil
	}
	return errNoMend
}

// each calls f for every statement of the deciding kind that people can change, until f says true.
func (m *mending) each(now *policy.Decision, f func(slot, *Document, int, *policy.StatementTrace) bool) bool {
	for _, s := range slots(&m.set, m.facts.decider(now)) {
		doc := s.get(&m.set)
		if awsManaged(doc) || !m.silent(s, now) {
			continue
		}
		for i := range doc.Statements() {
			d, err := read(doc.Text()) // Fresh, for the last try may have changed it.
			if err != nil || i >= len(d.Statements) {
				break
			}
			if t := m.traced(now, s, i); t != nil && f(s, d, i, t) {
				return true
			}
		}
	}
	return false
}

// silent reports whether a slot's level is one that does not allow: of
// organization policies each level has to.
func (m *mending) silent(s slot, now *policy.Decision) bool {
	if s.kind != policy.SCP && s.kind != policy.RCP || now.Effect == policy.ExplicitDeny {
		return true
	}
	alone := m.set
	if s.kind == policy.SCP {
		alone.SCP = m.set.SCP[s.level : s.level+1]
	} else {
		alone.RCP = m.set.RCP[s.level : s.level+1]
	}
	d := policy.Explain(m.facts.Request, alone)
	return d.Effect != policy.Allow && d.By == s.kind
}

// relax changes a condition of a statement that allows but for it.
func (m *mending) relax(now *policy.Decision) bool {
	return m.each(now, func(s slot, d *Document, i int, t *policy.StatementTrace) bool {
		if t.Deny || t.Failed != policy.ConditionElement {
			return false
		}
		better := func(after *policy.Decision) bool {
			u := m.traced(after, s, i)
			return u != nil && (u.Matched || u.Failed == policy.ConditionElement && (u.Operator != t.Operator || u.Key != t.Key))
		}
		for _, change := range conditionChanges(t) {
			changed, err := read(s.get(&m.set).Text())
			if err == nil && change(&changed.Statements[i]) && m.try(s, changed, better) {
				return true
			}
		}
		return false
	})
}

// widen adds the action to a statement that allows others on the very same things.
func (m *mending) widen(now *policy.Decision) bool {
	return m.each(now, func(s slot, d *Document, i int, t *policy.StatementTrace) bool {
		st := &d.Statements[i]
		if t.Deny || t.Failed != policy.ActionElement || len(st.Action) == 0 || !m.narrow(st) {
			return false
		}
		st.Action = append(slices.Clone(st.Action), m.facts.Request.Action)
		return m.try(s, d, func(after *policy.Decision) bool {
			u := m.traced(after, s, i)
			return u != nil && u.Matched
		})
	})
}

// narrow reports whether a statement speaks of the call's own resource and
// caller, so that one more action gives nothing away elsewhere.
func (m *mending) narrow(st *Statement) bool {
	if st.NotResource != nil || st.NotPrincipal != nil {
		return false
	}
	base := m.facts.Request.Resource
	if m.facts.service() == "s3" {
		base = "arn:aws:s3:::" + m.facts.bucket()
	}
	for _, r := range st.Resource {
		if r != base && !strings.HasPrefix(r, base+"/") {
			return false
		}
	}
	p := st.Principal
	if p == nil {
		return true
	}
	if p.Everyone || len(p.ByKind) != 1 {
		return false
	}
	for _, names := range p.ByKind {
		return len(names) == 1 && slices.Contains(m.facts.names(), names[0])
	}
	return false
}

// names are the ways in which a policy names the caller and nobody else.
func (f *Facts) names() []string {
	return []string{f.Request.Principal.ARN, f.caller()}
}

// add adds the smallest statement that allows the call, to the document next to it or to a new one.
func (m *mending) add(now *policy.Decision) bool {
	s, ok := m.home(now)
	if !ok {
		return false
	}
	d := &Document{Version: policyVersion}
	if doc := s.get(&m.set); doc != nil {
		var err error
		if d, err = read(doc.Text()); err != nil {
			return false
		}
	}
	dropDead(d)
	st := m.facts.smallest(s.kind)
	st.Sid = freeSid(d, st.Sid)
	d.Statements = append(d.Statements, st)
	hop := m.facts.decider(now)
	return m.try(s, d, func(after *policy.Decision) bool {
		return after.Effect == policy.Allow || m.facts.decider(after) != hop || m.progress(now, after)
	})
}

// progress reports whether fewer levels of organization policies are silent.
func (m *mending) progress(before, after *policy.Decision) bool {
	count := func(d *policy.Decision) (n int) {
		for _, t := range d.Trace {
			if t.Policy == d.By && t.Matched && !t.Deny {
				n++
			}
		}
		return n
	}
	return count(after) > count(before)
}

// home is the document that a new statement goes into.
func (m *mending) home(now *policy.Decision) (slot, bool) {
	k := m.facts.decider(now)
	all := slots(&m.set, k)
	if k == policy.Identity {
		return m.bearerHome(now, all), true
	}
	for _, s := range all {
		if m.silent(s, now) && !awsManaged(s.get(&m.set)) {
			return s, true
		}
	}
	switch k {
	case policy.SCP, policy.RCP:
		for level := range len((&m.set).SCP) + len((&m.set).RCP) {
			if s, ok := m.emptyLevel(k, level); ok {
				return s, true
			}
		}
		return slot{}, false
	case policy.Boundary:
		return slot{kind: k}, true
	}
	return slot{kind: k, n: len(all)}, true
}

// emptyLevel is a level without any policy, which allows nothing.
func (m *mending) emptyLevel(k policy.Kind, level int) (slot, bool) {
	levels := m.set.SCP
	if k == policy.RCP {
		levels = m.set.RCP
	}
	if level >= len(levels) || len(levels[level].Policies) > 0 {
		return slot{}, false
	}
	return slot{kind: k, level: level}, true
}

// bearerHome is an inline policy of the caller: the one that came closest, else any, else a new one.
func (m *mending) bearerHome(now *policy.Decision, all []slot) slot {
	near, found := now.Nearest()
	best := slot{kind: policy.Identity, n: len(all)}
	for _, s := range all {
		doc := s.get(&m.set)
		if _, ok := inline(doc); !ok {
			continue
		}
		if found && doc.Name() == near.Document {
			return s
		}
		if best.n == len(all) {
			best = s
		}
	}
	return best
}

// freeSid is a statement id that the document does not have yet.
func freeSid(d *Document, want string) string {
	sid := want
	for n := 2; slices.ContainsFunc(d.Statements, func(s Statement) bool { return s.Sid == sid }); n++ {
		sid = fmt.Sprint(want, n)
	}
	return sid
}
