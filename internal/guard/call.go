package guard

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Call is one question: may this session do this action on this resource?
type Call struct {
	By     Session
	Action string // "s3:GetObject"
	On     string // ARN, or "*" for actions without a resource
	Owner  string // account that owns the resource
	// Policy is the resource's own policy (bucket policy, namespace policy, role trust), nil when it has none.
	Policy *policy.Document
	// MustName says that the resource policy itself has to allow, as role trust and key policies do.
	MustName bool
	// RestrictPublic says that Block Public Access bars other accounts because Policy is public.
	RestrictPublic bool
	// Context holds the request's own condition keys, for example s3:prefix.
	Context map[string][]string
}

// Checker decides calls. Stations hold one and ask it in every method that touches data.
type Checker interface {
	// Check returns nil when the call is allowed, else a *Denied with the whole decision.
	Check(ctx context.Context, c Call) error
}
