package policy

// StatementTrace is what became of one statement.
type StatementTrace struct {
	Policy   Kind     `json:"policy_type"`
	Level    string   `json:"level,omitempty"` // organization level, of SCP and RCP
	Document string   `json:"document,omitempty"`
	Index    int      `json:"statement"` // 0-based
	Sid      string   `json:"sid,omitempty"`
	Line     int      `json:"line"` // where the statement begins in its document
	Deny     bool     `json:"deny,omitempty"`
	Matched  bool     `json:"matched"`
	Grade    Grade    `json:"grade"`            // how closely it names the caller; Direct where policies do not name callers
	Failed   Element  `json:"failed,omitempty"` // the first element that did not match
	Operator string   `json:"operator,omitempty"`
	Key      string   `json:"key,omitempty"`      // of a failed condition, as the operator
	Expected []string `json:"expected,omitempty"` // what the statement has there
	Actual   []string `json:"actual,omitempty"`   // what the request has there; empty when the key is absent
	Present  bool     `json:"present,omitempty"`  // the condition key is in the request
	Negated  bool     `json:"negated,omitempty"`  // NotAction, NotResource or NotPrincipal
}

// outcome is what match found.
type outcome struct {
	stop   Element
	grade  Grade
	failed *condition
}

func (e *evaluation) traced(d *Document, index int, level string, o outcome) StatementTrace {
	s := &d.statements[index]
	t := StatementTrace{
		Policy: d.kind, Level: level, Document: d.name, Index: index, Sid: s.sid, Line: s.line,
		Deny: s.deny, Matched: o.stop == NoElement, Grade: o.grade, Failed: o.stop,
	}
	switch o.stop {
	case ActionElement:
		t.Expected, t.Actual, t.Negated = actionTexts(s.actions), []string{e.Action}, s.notActions
	case ResourceElement:
		t.Expected, t.Actual, t.Negated = resourceTexts(s.resources.list), []string{e.Resource}, s.resources.not
	case PrincipalElement:
		t.Expected, t.Actual, t.Negated = partyTexts(s.parties), e.Principal.names(), s.notPrincipals
	case ConditionElement:
		v, ok := e.Context[o.failed.lowerKey]
		t.Operator, t.Key, t.Expected = o.failed.operatorName, o.failed.key, o.failed.expected
		t.Actual, t.Present = v.Values, ok && len(v.Values) > 0
	}
	return t
}

func actionTexts(list []action) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].text
	}
	return out
}

func resourceTexts(list []resource) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].text
	}
	return out
}

func partyTexts(list []party) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].text
		if list[i].id != "" && list[i].id != list[i].text {
			out[i] += " (" + list[i].id + ")"
		}
	}
	return out
}

// names are the texts by which a policy could name the caller.
func (p *Principal) names() []string {
	if p.Type == Anonymous {
		return []string{"anonymous"}
	}
	out := []string{p.ARN}
	if p.RoleARN != "" && p.RoleARN != p.ARN {
		out = append(out, p.RoleARN)
	}
	if p.ID != "" {
		out = append(out, p.ID)
	}
	return out
}

// Deciding returns the statements behind an explicit deny or an allow; a
// silence has none.
func (d *Decision) Deciding() []StatementTrace {
	var out []StatementTrace
	for _, t := range d.Trace {
		if t.Matched && t.Policy == d.By && d.Effect != ImplicitDeny && t.Deny == (d.Effect == ExplicitDeny) {
			out = append(out, t)
		}
	}
	return out
}

// Nearest returns the Allow statement of the kind that decided which came
// closest to matching, and whether there is one.
func (d *Decision) Nearest() (StatementTrace, bool) {
	rank := map[Element]int{ActionElement: 1, ResourceElement: 2, PrincipalElement: 3, ConditionElement: 4}
	var best StatementTrace
	found := false
	for _, t := range d.Trace {
		if t.Policy != d.By || t.Deny || t.Matched {
			continue
		}
		if !found || rank[t.Failed] > rank[best.Failed] {
			best, found = t, true
		}
	}
	return best, found
}
