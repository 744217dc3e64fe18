package guard

import (
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Denied is a call that was refused, with the decision that refused it.
type Denied struct {
	Call     Call
	Decision policy.Decision
	At       time.Time
	IDs      []string // it is found by each of them; the request's own comes first
	Missing  Thing    // what is not there; "" when policies decided
}

// Thing is what a call can fail for besides a permission.
type Thing string

// The things that can be missing.
const (
	Attachment Thing = "attachment" // The role is not attached to the warehouse.
	NoBucket   Thing = "bucket"     // There is no such bucket.
)

// ID is what `inlet why` is asked with.
func (d *Denied) ID() string {
	if len(d.IDs) == 0 {
		return "last"
	}
	return d.IDs[0]
}

// Error is AWS's sentence with its reason, also where AWS would keep the reason to itself.
func (d *Denied) Error() string { return d.sentence() + " " + d.reason() }

// Message is what AWS tells the caller: no reason across accounts, and S3 then nothing at all.
func (d *Denied) Message() string {
	stranger := d.Decision.CrossAccount || d.Call.By.Type == policy.Anonymous
	switch {
	case stranger && d.service() == "s3":
		return "Access Denied"
	case stranger:
		return d.sentence()
	}
	return d.Error()
}

// sentence names caller, action and resource.
func (d *Denied) sentence() string {
	who := d.Call.By.ARN
	if who == "" {
		who = "anonymous"
	}
	s := fmt.Sprintf("User: %s is not authorized to perform: %s", who, d.Call.Action)
	switch {
	case d.Call.On == "" || d.Call.On == "*" && d.service() == "s3":
		return s
	case d.service() == "s3":
		return s + fmt.Sprintf(` on resource: "%s"`, d.Call.On)
	}
	return s + " on resource: " + d.Call.On
}

func (d *Denied) service() string {
	s, _, _ := strings.Cut(d.Call.Action, ":")
	return s
}

// policyNames are AWS's words for kinds of policy, with the article that an explicit deny takes.
var policyNames = map[policy.Kind][2]string{
	policy.Identity:      {"identity-based policy", "an"},
	policy.Boundary:      {"permissions boundary", "a"},
	policy.SessionPolicy: {"session policy", "a"},
	policy.SCP:           {"service control policy", "a"},
	policy.RCP:           {"resource control policy", "a"},
	policy.VPCEndpoint:   {"VPC endpoint policy", "a"},
	policy.Trust:         {"role trust policy", "the"},
}

// reason says which kind of policy was silent or denied.
func (d *Denied) reason() string {
	words, ok := policyNames[d.Decision.By]
	if !ok {
		words = [2]string{"resource-based policy", "a"}
	}
	if d.Decision.Effect == policy.ExplicitDeny {
		return fmt.Sprintf("with an explicit deny in %s %s", words[1], words[0])
	}
	return fmt.Sprintf("because no %s allows the %s action", words[0], d.Call.Action)
}
