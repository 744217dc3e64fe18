package policy

import "strings"

// Effect is the outcome of a decision.
type Effect uint8

// The outcomes.
const (
	ImplicitDeny Effect = iota
	Allow
	ExplicitDeny
)

var effectNames = [...]string{ImplicitDeny: "implicit_deny", Allow: "allow", ExplicitDeny: "explicit_deny"}

// String is the name that JSON output uses.
func (e Effect) String() string {
	if int(e) < len(effectNames) {
		return effectNames[e]
	}
	return "implicit_deny"
}

// MarshalText prints the effect as JSON output names it.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Level is one organization level, a root, a unit or an account, with the policies attached there.
type Level struct {
	Target   string
	Policies []*Document
}

// Set is every policy that has a say. Boundary, Session and Endpoint tell nil,
// there is none, from empty, there is one and it allows nothing; so does a
// Level without policies.
type Set struct {
	Identity []*Document
	Boundary []*Document
	Session  []*Document
	Resource *Document
	SCP      []Level // of the principal's account, from the root down
	RCP      []Level // of the resource's account, from the root down
	Endpoint []*Document
}

// Asks reports whether any policy of the set looks at the request's context.
func (s *Set) Asks() bool {
	if s.Resource != nil && s.Resource.asks || anyAsks(s.Identity) || anyAsks(s.Boundary) || anyAsks(s.Session) || anyAsks(s.Endpoint) {
		return true
	}
	for _, levels := range [...][]Level{s.SCP, s.RCP} {
		for i := range levels {
			if anyAsks(levels[i].Policies) {
				return true
			}
		}
	}
	return false
}

func anyAsks(docs []*Document) bool {
	for _, d := range docs {
		if d.asks {
			return true
		}
	}
	return false
}

// Decision is the outcome, which kind of policy decided it, and every statement looked at.
type Decision struct {
	Effect       Effect
	By           Kind
	CrossAccount bool
	Grade        Grade            // the closest grade at which the resource policy allows
	Public       bool             // denied by Block Public Access, not by a statement
	Trace        []StatementTrace // of denials, and of everything Explain decided
}

// Decide decides. A denial carries its trace.
func Decide(r Request, s Set) Decision {
	d := decide(&r, &s, nil)
	if d.Effect == Allow {
		return d
	}
	return Explain(r, s)
}

// Explain decides and keeps the trace, also when it allows.
func Explain(r Request, s Set) Decision {
	var trace []StatementTrace
	d := decide(&r, &s, &trace)
	d.Trace = trace
	return d
}

func decide(r *Request, s *Set, trace *[]StatementTrace) Decision {
	r.Principal.complete(r.Context)
	e := evaluation{asked: prepare(r), set: s, trace: trace}
	e.bounded = s.Boundary != nil
	e.crossed = r.Principal.Type.account() && r.owner() != r.Principal.Account
	e.evaluate()
	return e.decision()
}

// tally is what a group of documents says.
type tally struct {
	allow, deny bool
	account     bool  // allowed at account grade
	best        Grade // the closest grade allowed at
}

func (t *tally) add(o tally) {
	t.allow = t.allow || o.allow
	t.deny = t.deny || o.deny
	t.account = t.account || o.account
	t.best = max(t.best, o.best)
}

// evaluation is one decision in the making.
type evaluation struct {
	asked
	set     *Set
	trace   *[]StatementTrace
	crossed bool

	identity, boundary, session, resource, endpoint tally
	scp, rcp                                        tally // allow: every level allows
}

// evaluate looks at every statement of every policy that has a say; nothing stops it early.
func (e *evaluation) evaluate() {
	own := e.Principal.Type.account()
	if own {
		e.identity = e.documents(e.set.Identity, "")
		e.boundary = e.documents(e.set.Boundary, "")
		e.session = e.documents(e.set.Session, "")
	}
	e.scp.allow, e.rcp.allow = true, true
	if own && !e.Principal.serviceLinked() {
		e.scp = e.levels(e.set.SCP, false)
	}
	if coveredByRCP(e.service) && !e.Principal.serviceLinked() {
		e.rcp = e.levels(e.set.RCP, true)
	}
	if e.set.Resource != nil {
		e.resource = e.document(e.set.Resource, "")
	}
	e.endpoint = e.documents(e.set.Endpoint, "")
}

func (e *evaluation) documents(docs []*Document, level string) tally {
	var t tally
	for _, d := range docs {
		t.add(e.document(d, level))
	}
	return t
}

// levels is allowed when each level allows. To a level of resource control
// policies AWS itself attaches one that allows everything; where only denying
// ones are listed it is understood.
func (e *evaluation) levels(levels []Level, understood bool) tally {
	all := tally{allow: true}
	for _, l := range levels {
		t := e.documents(l.Policies, l.Target)
		allow := t.allow || understood && len(l.Policies) > 0 && onlyDenies(l.Policies)
		all.allow = all.allow && allow
		all.deny = all.deny || t.deny
	}
	return all
}

func onlyDenies(docs []*Document) bool {
	for _, d := range docs {
		for i := range d.statements {
			if !d.statements[i].deny {
				return false
			}
		}
	}
	return true
}

func (e *evaluation) document(d *Document, level string) tally {
	var t tally
	for i := range d.statements {
		s := &d.statements[i]
		stop, grade, failed := s.match(&e.asked, d.kind)
		if e.trace != nil {
			*e.trace = append(*e.trace, e.traced(d, i, level, outcome{stop, grade, failed}))
		}
		if stop != NoElement {
			continue
		}
		if s.deny {
			t.deny = true
			continue
		}
		t.allow = true
		t.account = t.account || grade == AccountGrade
		t.best = max(t.best, grade)
	}
	return t
}

// coveredByRCP lists the services that resource control policies bind.
func coveredByRCP(service string) bool {
	for _, s := range [...]string{"s3", "sts", "kms", "sqs", "secretsmanager"} {
		if strings.EqualFold(s, service) {
			return true
		}
	}
	return false
}
