package guard

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Hint is Explain for the end of an error message, with the way to the mend.
func (d *Denied) Hint() string {
	return d.Explain() + "For the corrected policy and the command that applies it, run: inlet why " + d.ID()
}

// Hop names the place where a permission is missing or denied, in plain words.
func (d *Denied) Hop() string {
	switch d.Missing {
	case Attachment:
		return "the roles attached to the warehouse " + d.Call.By.SourceARN
	case NoBucket:
		return "the buckets: there is no " + d.bucket()
	}
	switch d.Decision.By {
	case policy.Identity:
		return "the policies of " + d.caller()
	case policy.Boundary:
		return "the permissions boundary of " + d.caller()
	case policy.SessionPolicy:
		return "the session policy of " + d.caller()
	case policy.SCP:
		return "the service control policies of account " + d.Call.By.Account
	case policy.RCP:
		return "the resource control policies of account " + d.Call.Owner
	case policy.VPCEndpoint:
		return "the policy of the VPC endpoint"
	case policy.Trust:
		return "the trust policy of role " + d.Call.On
	case policy.Bucket:
		return "the bucket policy of " + d.bucket()
	case policy.Namespace:
		return "the resource policy of namespace " + d.Call.On
	case policy.Key:
		return "the key policy of " + d.Call.On
	}
	if d.service() == "s3" {
		return "the bucket policy of " + d.bucket()
	}
	return "the resource policy of " + d.Call.On
}

// caller is the thing whose policies bind the session.
func (d *Denied) caller() string {
	by := &d.Call.By
	switch {
	case by.RoleARN != "":
		return "role " + by.RoleARN
	case by.Type == policy.User:
		return "user " + by.ARN
	case by.ARN == "":
		return "an unsigned caller"
	}
	return by.ARN
}

func (d *Denied) bucket() string {
	b, _, _ := strings.Cut(strings.TrimPrefix(d.Call.On, "arn:aws:s3:::"), "/")
	return b
}

// Explain says in plain words what was asked, where it failed, which statement
// denies or came closest, and what would mend it.
func (d *Denied) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s asked for %s on %s%s.\n", d.who(), d.Call.Action, d.what(), d.owner())
	switch {
	case d.Missing != "":
		fmt.Fprintf(&b, "It is missing in %s.\n", d.Hop())
	case d.Decision.Public:
		fmt.Fprintf(&b, "Block Public Access refuses it: %s is public, and RestrictPublicBuckets then serves only the owner's account.\n", d.Hop())
	case d.Decision.Effect == policy.ExplicitDeny:
		fmt.Fprintf(&b, "Denied in %s.\n", d.Hop())
		for _, t := range d.Decision.Deciding() {
			fmt.Fprintf(&b, "  %s denies it; no other statement can allow it.\n", place(t))
		}
	default:
		d.explainSilence(&b)
	}
	return b.String()
}

func (d *Denied) who() string {
	if d.Call.By.Type == policy.Anonymous {
		return "An unsigned caller"
	}
	s := d.Call.By.ARN
	if d.Call.By.Account != "" {
		s += " (account " + d.Call.By.Account + ")"
	}
	return s
}

func (d *Denied) what() string {
	if d.Call.On == "" || d.Call.On == "*" {
		return "no particular resource"
	}
	return d.Call.On
}

func (d *Denied) owner() string {
	if d.Call.Owner == "" {
		return ""
	}
	return ", owned by account " + d.Call.Owner
}

// explainSilence says what is missing where nothing denied.
func (d *Denied) explainSilence(b *strings.Builder) {
	fmt.Fprintf(b, "Nothing allows it in %s.\n", d.Hop())
	if near, ok := d.Decision.Nearest(); ok {
		fmt.Fprintf(b, "  Closest: %s, but %s.\n", place(near), near.Miss())
	} else if d.Decision.By != policy.SCP && d.Decision.By != policy.RCP {
		b.WriteString("  There is no statement that allows anything.\n")
	}
	if d.Decision.CrossAccount {
		fmt.Fprintf(b, "Caller and resource belong to different accounts, so the caller's policies and the resource's policy both have to allow it.\n")
	}
	fmt.Fprintf(b, "To mend it, allow %s on %s in %s%s.\n", d.Call.Action, d.what(), d.Hop(), d.forWhom())
}

// forWhom names the principal that a resource policy has to have.
func (d *Denied) forWhom() string {
	switch d.Decision.By {
	case policy.Identity, policy.Boundary, policy.SessionPolicy, policy.SCP:
		return ""
	}
	switch {
	case d.Call.By.Type == policy.Anonymous:
		return ` for principal "*"`
	case d.Call.By.Type == policy.Service:
		return fmt.Sprintf(` for principal {"Service": "%s"}`, d.Call.By.ARN)
	case d.Call.By.RoleARN != "":
		return fmt.Sprintf(` for principal {"AWS": "%s"}`, d.Call.By.RoleARN)
	}
	return fmt.Sprintf(` for principal {"AWS": "%s"}`, d.Call.By.ARN)
}

// place says where a statement stands.
func place(t policy.StatementTrace) string {
	s := fmt.Sprintf("statement %d", t.Index+1)
	if t.Sid != "" {
		s += fmt.Sprintf(" (%s)", t.Sid)
	}
	if t.Document != "" {
		s += " of " + t.Document
	}
	if t.Level != "" {
		s += " at " + t.Level
	}
	return fmt.Sprintf("%s, line %d", s, t.Line)
}
