package policy

import (
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
)

// PrincipalType is what kind of caller makes a request.
type PrincipalType uint8

// The types of principal.
const (
	Anonymous     PrincipalType = iota // Nobody signed.
	User                               // An IAM user.
	Root                               // An account's root user.
	AssumedRole                        // A session of a role.
	FederatedUser                      // A session made by GetFederationToken.
	Role                               // A role without a session, as simulations ask.
	Service                            // An AWS service acting in its own name.
	WebIdentity                        // Somebody an identity provider vouches for.
)

var typeNames = [...]string{
	Anonymous: "Anonymous", User: "User", Root: "Account", AssumedRole: "AssumedRole", FederatedUser: "FederatedUser",
	Role: "AssumedRole", Service: "Service", WebIdentity: "WebIdentity",
}

// String is the value of aws:PrincipalType where AWS has one.
func (t PrincipalType) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "Unknown"
}

// account reports whether the caller belongs to an account and so has policies of its own.
func (t PrincipalType) account() bool {
	return t == User || t == Root || t == AssumedRole || t == FederatedUser || t == Role
}

// Principal is the caller. What is left empty is taken from the ARN or the context where they tell.
type Principal struct {
	Type       PrincipalType
	ARN        string // of the user, the session or the root; the name of a service or an identity provider
	Account    string
	RoleARN    string // with its path; sessions of roles
	ID         string // aws:userid
	Federating string // ARN of the user that made a federated session
	Canonical  string // S3's canonical id of the account
}

// complete fills in what the ARN and the context tell.
func (p *Principal) complete(ctx Context) {
	if p.Account == "" && p.Type.account() {
		p.Account = accountOf(p.ARN)
	}
	if p.ID == "" {
		p.ID, _ = ctx.single("aws:userid")
	}
	switch {
	case p.Type == Role:
		p.RoleARN = p.ARN
	case p.Type == AssumedRole && p.RoleARN == "":
		p.RoleARN = roleOf(p.ARN, ctx)
	}
}

// roleOf is the role of a session: the context has it with its path, the session's ARN without.
func roleOf(session string, ctx Context) string {
	if s, ok := ctx.single("aws:principalarn"); ok && strings.Contains(s, ":role/") {
		return s
	}
	if strings.Contains(session, ":role/") {
		return session
	}
	a, err := arn.Parse(session)
	if err != nil {
		return ""
	}
	role, _, _ := strings.Cut(strings.TrimPrefix(a.Resource, "assumed-role/"), "/")
	return arn.ARN{Partition: a.Partition, Service: "iam", Account: a.Account, Resource: "role/" + role}.String()
}

// serviceLinked reports whether the caller is a session of a role that AWS alone manages.
func (p *Principal) serviceLinked() bool {
	return strings.Contains(p.RoleARN, ":role/aws-service-role/")
}

// Value is what a condition key holds.
type Value struct {
	Values []string
	Multi  bool // the key takes several values, even when it has one
}

// Context holds the request's condition keys in lower case; use Set and SetMulti.
type Context map[string]Value

// Set gives a single-valued key its value.
func (c Context) Set(key, value string) { c[strings.ToLower(key)] = Value{Values: []string{value}} }

// SetMulti gives a multivalued key its values.
func (c Context) SetMulti(key string, values ...string) {
	c[strings.ToLower(key)] = Value{Values: values, Multi: true}
}

// Get returns a key's value.
func (c Context) Get(key string) (Value, bool) {
	v, ok := c[strings.ToLower(key)]
	return v, ok && len(v.Values) > 0
}

func (c Context) single(lowerKey string) (string, bool) {
	v, ok := c[lowerKey]
	if !ok || len(v.Values) != 1 {
		return "", false
	}
	return v.Values[0], true
}

// Request is one question. Its context is complete: nothing is added to it.
type Request struct {
	Principal       Principal
	Action          string // "s3:GetObject"
	Resource        string // ARN, "*" for actions without one
	ResourceAccount string // who owns it; taken from the ARN when empty
	Context         Context

	// MustName says that the resource policy itself has to allow. Assuming a
	// role and using a KMS key imply it.
	MustName bool
	// RestrictPublic says that Block Public Access bars strangers while the resource policy is public.
	RestrictPublic bool
}

// owner is the account that owns the resource, the caller's own when nothing tells.
func (r *Request) owner() string {
	if r.ResourceAccount != "" {
		return r.ResourceAccount
	}
	if a := accountOf(r.Resource); a != "" {
		return a
	}
	if a, ok := r.Context.single("aws:resourceaccount"); ok {
		return a
	}
	return r.Principal.Account
}

// accountOf is the account field of an ARN when it holds an account.
func accountOf(s string) string {
	n := cutName(s)
	if !n.isARN || !arn.ValidAccount(n.fields[4]) {
		return ""
	}
	return n.fields[4]
}
