package warehouse

import (
	"context"
	"slices"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// NamespaceView is the namespaces as one session sees them: every method asks the guard first.
type NamespaceView struct {
	store *Namespaces
	by    guard.Session
}

// As binds the namespaces to a session.
func (s *Namespaces) As(by guard.Session) *NamespaceView { return &NamespaceView{s, by} }

// maxRoles is how many roles can be attached to one warehouse.
const maxRoles = 50

// ModifyRoles attaches and detaches roles. Attaching hands a role to the
// service, which needs iam:PassRole on it.
func (v *NamespaceView) ModifyRoles(ctx context.Context, namespace string, add, remove []string) (*Namespace, error) {
	n, err := v.store.ByARN(namespace)
	if err != nil {
		return nil, err
	}
	action, on, service := "redshift:ModifyClusterIamRoles", "arn:aws:redshift:"+n.Region+":"+n.Account+":cluster:"+n.Cluster, "redshift.amazonaws.com"
	if n.Kind == Serverless {
		action, on, service = "redshift-serverless:UpdateNamespace", n.ARN(), "redshift-serverless.amazonaws.com"
	}
	if err := v.store.guard.Check(ctx, guard.Call{By: v.by, Action: action, On: on, Owner: n.Account}); err != nil {
		return nil, err
	}
	for _, role := range add {
		if err := v.passRole(ctx, n, role, service); err != nil {
			return nil, err
		}
	}
	if len(n.Roles)+len(add) > maxRoles+len(remove) {
		return nil, &fault.Error{Kind: fault.TooLarge, Code: "LimitExceededFault", Message: "The number of IAM roles associated with the cluster exceeds the limit of 50."}
	}
	return v.store.update(n.ID, func(n *Namespace) {
		n.Roles = slices.DeleteFunc(n.Roles, func(r AttachedRole) bool { return slices.Contains(remove, r.ARN) })
		for _, role := range add {
			if !n.Attached(role) {
				n.Roles = append(n.Roles, AttachedRole{role, "in-sync"})
			}
		}
	})
}

func (v *NamespaceView) passRole(ctx context.Context, n *Namespace, role, service string) error {
	a, err := arn.Parse(role)
	if err != nil || a.Service != "iam" {
		return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValue", On: role, Message: "The IAM role ARN " + role + " is not valid."}
	}
	if a.Account != n.Account {
		return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", On: role, Message: "Cross-account pass role is not allowed."}
	}
	return v.store.guard.Check(ctx, guard.Call{By: v.by, Action: "iam:PassRole", On: role, Owner: a.Account,
		Context: map[string][]string{"iam:PassedToService": {service}}})
}

// PutPolicy replaces a namespace's resource policy.
func (v *NamespaceView) PutPolicy(ctx context.Context, namespace, text string) error {
	n, err := v.store.ByARN(namespace)
	if err != nil {
		return err
	}
	if err := v.store.guard.Check(ctx, guard.Call{By: v.by, Action: "redshift:PutResourcePolicy", On: namespace, Owner: n.Account}); err != nil {
		return err
	}
	if _, err := policy.Parse([]byte(text), policy.Namespace); err != nil {
		return &fault.Error{Kind: fault.Invalid, Code: "InvalidPolicyFault", On: namespace, Message: "The policy is not valid: " + err.Error(), Err: err}
	}
	_, err = v.store.update(n.ID, func(n *Namespace) { n.Policy = text })
	return err
}

// Policy returns a namespace's resource policy.
func (v *NamespaceView) Policy(ctx context.Context, namespace string) (string, error) {
	n, err := v.store.ByARN(namespace)
	if err != nil {
		return "", err
	}
	if err := v.store.guard.Check(ctx, guard.Call{By: v.by, Action: "redshift:GetResourcePolicy", On: namespace, Owner: n.Account}); err != nil {
		return "", err
	}
	if n.Policy == "" {
		return "", &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", On: namespace, Message: "No resource policy exists for " + namespace + "."}
	}
	return n.Policy, nil
}
