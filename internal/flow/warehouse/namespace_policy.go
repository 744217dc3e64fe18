package warehouse

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// PolicyDocument is the namespace's resource policy with its principals bound
// to whom they meant when it was put; nil when there is none.
func (n *Namespace) PolicyDocument() (*policy.Document, error) {
	if n.Policy == "" {
		return nil, nil
	}
	doc, err := policy.Read([]byte(n.Policy), policy.Namespace)
	if err != nil {
		return nil, &fault.Error{Code: "InternalFailure", On: n.ARN(), Message: "The stored resource policy cannot be read.", Err: err}
	}
	return doc.Named("resource policy of " + n.ARN()).Bind(n.PolicyIDs), nil
}

// PutPolicy replaces a namespace's resource policy.
func (v *NamespaceView) PutPolicy(ctx context.Context, namespace, text string) error {
	n, err := v.policyOf(ctx, "redshift:PutResourcePolicy", namespace)
	if err != nil {
		return err
	}
	doc, err := policy.Parse([]byte(text), policy.Namespace)
	if err != nil {
		return invalidPolicy(namespace, err)
	}
	var ids map[string]string
	if v.store.principals != nil {
		if ids, err = v.store.principals.Resolve(doc); err != nil {
			return invalidPolicy(namespace, err)
		}
	}
	_, err = v.store.update(n.ID, func(n *Namespace) error { n.Policy, n.PolicyIDs = text, ids; return nil })
	return err
}

func invalidPolicy(namespace string, err error) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidPolicyFault", On: namespace, Message: "The policy is not valid: " + err.Error(), Err: err}
}

// Policy returns a namespace's resource policy. A principal that was deleted
// since is shown by its unique id.
func (v *NamespaceView) Policy(ctx context.Context, namespace string) (string, error) {
	n, err := v.policyOf(ctx, "redshift:GetResourcePolicy", namespace)
	if err != nil {
		return "", err
	}
	doc, err := n.PolicyDocument()
	if err != nil {
		return "", err
	}
	if doc == nil {
		return "", noPolicy(namespace)
	}
	if v.store.principals == nil {
		return n.Policy, nil
	}
	return doc.TextWith(v.store.principals.NameOf), nil
}

// DeletePolicy removes a namespace's resource policy.
func (v *NamespaceView) DeletePolicy(ctx context.Context, namespace string) error {
	n, err := v.policyOf(ctx, "redshift:DeleteResourcePolicy", namespace)
	if err != nil {
		return err
	}
	if n.Policy == "" {
		return noPolicy(namespace)
	}
	_, err = v.store.update(n.ID, func(n *Namespace) error { n.Policy, n.PolicyIDs = "", nil; return nil })
	return err
}

func noPolicy(namespace string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", On: namespace, Message: "No resource policy exists for " + namespace + "."}
}

// policyOf finds a namespace for an action on its policy. Whether it exists is
// told only to who may act on it.
func (v *NamespaceView) policyOf(ctx context.Context, action, namespace string) (*Namespace, error) {
	a, bad := arn.Parse(namespace)
	n, missing := v.store.ByARN(namespace)
	q := question{action: action, on: namespace, owner: a.Account, policy: n}
	if n != nil {
		q.tags = n.Tags
	}
	if err := v.ask(ctx, q); err != nil {
		return nil, err
	}
	if bad != nil || a.Service != "redshift" && a.Service != "redshift-serverless" || !strings.HasPrefix(a.Resource, "namespace") {
		return nil, badParameter("InvalidParameterValue", "The resource ARN %s is not the ARN of a namespace.", namespace)
	}
	return n, missing
}
