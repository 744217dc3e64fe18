package warehouse

import (
	"context"
	"slices"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// NamespaceView is the namespaces as one session sees them: every method asks the guard first.
type NamespaceView struct {
	store *Namespaces
	by    guard.Session
}

// As binds the namespaces to a session.
func (s *Namespaces) As(by guard.Session) *NamespaceView { return &NamespaceView{s, by} }

// question is what the guard is asked about a thing of the caller's account, or of another's.
type question struct {
	action string
	on     string
	owner  string            // "" for the caller's account
	tags   map[string]string // of the thing
	facts  map[string][]string
	policy *Namespace // whose resource policy counts
}

func (v *NamespaceView) ask(ctx context.Context, q question) error {
	if q.owner == "" {
		q.owner = v.by.Account
	}
	facts := map[string][]string{}
	for k, values := range q.facts {
		facts[k] = values
	}
	for k, value := range q.tags {
		facts["aws:ResourceTag/"+k] = []string{value}
	}
	call := guard.Call{By: v.by, Action: q.action, On: q.on, Owner: q.owner, Context: facts}
	if q.policy != nil {
		var err error
		if call.Policy, err = q.policy.PolicyDocument(); err != nil {
			return err
		}
	}
	return v.store.guard.Check(ctx, call)
}

// maxRoles is how many roles can be attached to one warehouse.
const maxRoles = 50

// ModifyRoles attaches and detaches roles of a namespace that the caller names
// by ARN, in force at once: whoever sets up a node from inside needs no delay.
func (v *NamespaceView) ModifyRoles(ctx context.Context, namespace string, add, remove []string) (*Namespace, error) {
	n, err := v.store.ByARN(namespace)
	q := question{action: "redshift:ModifyClusterIamRoles", on: namespace}
	switch {
	case n == nil:
	case n.Kind == Serverless:
		q = question{action: "redshift-serverless:UpdateNamespace", on: namespace, owner: n.Account, tags: n.Tags}
	default:
		q.on, q.owner, q.tags = n.ClusterARN(), n.Account, n.Tags
	}
	if err := v.ask(ctx, q); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	if err := v.passRoles(ctx, n, add); err != nil {
		return nil, err
	}
	return v.store.update(n.ID, func(n *Namespace) error {
		n.Roles = slices.DeleteFunc(n.Roles, func(r AttachedRole) bool { return slices.Contains(remove, r.ARN) || slices.Contains(add, r.ARN) })
		for _, role := range add {
			n.Roles = append(n.Roles, AttachedRole{ARN: role, Status: RoleInSync})
		}
		return n.checkRoles()
	})
}

func (n *Namespace) checkRoles() error {
	if len(n.Roles) <= maxRoles {
		return nil
	}
	return &fault.Error{Kind: fault.TooLarge, Code: "LimitExceededFault", Message: "The number of IAM roles associated with the cluster exceeds the limit of 50."}
}

// passRoles asks for iam:PassRole on each role that is handed to the warehouse.
func (v *NamespaceView) passRoles(ctx context.Context, n *Namespace, roles []string) error {
	service := n.ServiceName()
	for _, role := range roles {
		a, err := arn.Parse(role)
		if err != nil || a.Service != "iam" {
			return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValue", On: role, Message: "The IAM role ARN " + role + " is not valid."}
		}
		if a.Account != n.Account {
			return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", On: role, Message: "Cross-account pass role is not allowed."}
		}
		err = v.ask(ctx, question{action: "iam:PassRole", on: role, owner: a.Account, facts: map[string][]string{"iam:PassedToService": {service}}})
		if err != nil {
			return err
		}
	}
	return nil
}
