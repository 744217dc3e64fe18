package doctor

import (
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Report is what is known of the refusals of one id, and what mends them.
type Report struct {
	ID       string    `json:"id"`
	Findings []Finding `json:"findings"`
	Mends    []Mend    `json:"mends"`
	After    []string  `json:"after,omitempty"` // commands that follow, for what has failed for good
}

// Finding explains one refused call.
type Finding struct {
	At       time.Time `json:"at"`
	Caller   string    `json:"caller"`
	Account  string    `json:"account,omitempty"` // of the caller
	Action   string    `json:"action"`
	Resource string    `json:"resource"`
	Owner    string    `json:"owner,omitempty"` // account of the resource
	Hop      Hop       `json:"hop"`
	Where    string    `json:"where"`
	Chain    []Link    `json:"chain"`
	Explicit bool      `json:"explicit"` // a statement denies; else nothing allows
	Quotes   []Quote   `json:"statements,omitempty"`
	Missing  string    `json:"missing,omitempty"` // what there would have to be
	// Now says what would happen to the same call: "refused", "refused elsewhere" or "allowed".
	Now    string                  `json:"now"`
	NowHop Hop                     `json:"now_hop,omitempty"`
	NoMend string                  `json:"no_mend,omitempty"`
	Trace  []policy.StatementTrace `json:"trace,omitempty"` // every statement looked at then
}

// Quote is a statement that denies the call or came closest to allowing it.
type Quote struct {
	Document  string `json:"document"`
	Statement int    `json:"statement"` // from 1
	Sid       string `json:"sid,omitempty"`
	Line      int    `json:"line"`
	Text      string `json:"text,omitempty"`   // as it stands, "" when it is gone
	Failed    string `json:"failed,omitempty"` // the first element that does not match
	Reason    string `json:"reason,omitempty"` // why it does not apply
}

// What happens to the same call now.
const (
	stillRefused     = "refused"
	refusedElsewhere = "refused elsewhere"
	allowedNow       = "allowed"
)

func (f *Facts) finding() Finding {
	p := &f.Request.Principal
	hop := f.hop(&f.Said)
	out := Finding{At: f.At, Caller: p.ARN, Account: p.Account, Action: f.Request.Action, Resource: f.Request.Resource, Owner: f.Keeper.Account,
		Hop: hop, Where: f.where(hop), Chain: f.chain(hop), Explicit: f.Said.Effect == policy.ExplicitDeny && !f.Said.Public, Now: stillRefused, Trace: f.Said.Trace}
	if f.Missing != "" {
		return out
	}
	now := policy.Explain(f.Request, f.Set)
	switch at := f.hop(&now); {
	case now.Effect == policy.Allow:
		out.Now = allowedNow
	case at != hop:
		out.Now, out.NowHop = refusedElsewhere, at
	}
	f.quote(&out)
	return out
}

// quote shows the statements that deny, or the one that came closest, or says what is missing.
func (f *Facts) quote(out *Finding) {
	if out.Explicit {
		for _, t := range f.Said.Deciding() {
			out.Quotes = append(out.Quotes, f.quoted(&t))
		}
		return
	}
	if t, ok := f.nearest(&f.Said); ok {
		out.Quotes = []Quote{f.quoted(&t)}
	}
	st := f.smallest(f.decider(&f.Said))
	out.Missing = fmt.Sprintf("a statement that allows %s", f.Request.Action)
	if len(st.Resource) > 0 {
		out.Missing += " on " + strings.Join(st.Resource, ", ")
	}
	if st.Principal != nil {
		who, err := unescaped(st.Principal)
		if err == nil {
			out.Missing += " for principal " + string(who)
		}
	}
}

// quoted is a statement with its text, as long as it still stands where it stood.
func (f *Facts) quoted(t *policy.StatementTrace) Quote {
	q := Quote{Document: t.Document, Statement: t.Index + 1, Sid: t.Sid, Line: t.Line}
	for _, s := range slots(&f.Set, f.decider(&f.Said)) {
		doc := s.get(&f.Set)
		if doc.Name() != t.Document && t.Document != "" {
			continue
		}
		if d, err := read(doc.Text()); err == nil && t.Index < len(d.Statements) && d.Statements[t.Index].Sid == t.Sid {
			q.Text = d.Statements[t.Index].text()
			break
		}
	}
	if !t.Matched {
		q.Failed, q.Reason = string(t.Failed), t.Miss()
	}
	return q
}
