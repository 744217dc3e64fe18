package guard

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Identities knows the policies that lie on callers.
type Identities interface {
	// Policies returns what binds the session: its identity policies, boundary,
	// session policies and service control policies. The resource's side stays empty.
	Policies(s Session) (policy.Set, error)
}

// Guard is the Checker of a node. It is safe for concurrent use.
type Guard struct {
	ids     Identities
	journal *Journal
	now     func() time.Time
}

// New returns a guard that asks ids for the policies of callers. It forgets
// what it denied when the program ends, unless Keep gives it a journal.
func New(ids Identities) *Guard {
	return &Guard{ids: ids, journal: newJournal(nil), now: time.Now}
}

// Keep makes the guard write what it denies into j. Call it before the first Check.
func (g *Guard) Keep(j *Journal) { g.journal = j }

// Check returns nil when the call is allowed, a *Denied when it is not, and
// another error when the caller's policies could not be collected.
func (g *Guard) Check(ctx context.Context, c Call) error {
	set, err := g.ids.Policies(c.By)
	if err != nil {
		return fmt.Errorf("collect the policies of %s: %w", c.By.ARN, err)
	}
	set.Resource = c.Policy
	req := request(&c)
	if set.Asks() {
		req.Context = g.facts(&c)
	}
	decision := policy.Decide(req, set)
	if decision.Effect == policy.Allow {
		return nil
	}
	d := &Denied{Call: c, Decision: decision, At: g.now(), IDs: idsOf(ctx, &c)}
	g.journal.add(d)
	return d
}

// Miss remembers a call that failed because a thing is missing, not a permission.
func (g *Guard) Miss(ctx context.Context, c Call, what Thing) *Denied {
	d := &Denied{Call: c, At: g.now(), IDs: idsOf(ctx, &c), Missing: what}
	d.Decision.CrossAccount = c.By.Account != "" && c.Owner != "" && c.By.Account != c.Owner
	g.journal.add(d)
	return d
}

// Explain decides a call without remembering it and returns the decision with its whole trace.
func (g *Guard) Explain(_ context.Context, c Call) (policy.Decision, error) {
	req, set, err := g.Question(c)
	if err != nil {
		return policy.Decision{}, err
	}
	return policy.Explain(req, set), nil
}

// Question is the call as package policy takes it: the request with its whole
// context, and every policy that has a say now.
func (g *Guard) Question(c Call) (policy.Request, policy.Set, error) {
	set, err := g.ids.Policies(c.By)
	if err != nil {
		return policy.Request{}, policy.Set{}, fmt.Errorf("collect the policies of %s: %w", c.By.ARN, err)
	}
	set.Resource = c.Policy
	req := request(&c)
	req.Context = g.facts(&c)
	return req, set, nil
}

// Last returns the newest denial, nil when there was none.
func (g *Guard) Last() *Denied { return g.journal.last() }

// ByRequest returns the denials of one request, oldest first. The id is the
// request's, or one that Within gave.
func (g *Guard) ByRequest(id string) []*Denied { return g.journal.find(id) }

// request is the call as the engine takes it, still without context: most
// policies look at none, and collecting it costs more than deciding.
func request(c *Call) policy.Request {
	return policy.Request{
		Principal: policy.Principal{
			Type: c.By.Type, ARN: c.By.ARN, Account: c.By.Account, RoleARN: c.By.RoleARN, ID: c.By.UserID,
		},
		Action: c.Action, Resource: c.On, ResourceAccount: c.Owner,
		MustName: c.MustName, RestrictPublic: c.RestrictPublic,
	}
}
