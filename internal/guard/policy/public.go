package policy

import "strings"

// Public reports whether S3 counts the bucket policy as public: some Allow is
// not tied to fixed callers, networks or organizations. Deny statements do not matter.
func (d *Document) Public() bool {
	for i := range d.statements {
		s := &d.statements[i]
		if !s.deny && s.public() {
			return true
		}
	}
	return false
}

func (s *statement) public() bool {
	if !s.named || !s.notPrincipals && s.namesFixed() {
		return false
	}
	for i := range s.conditions {
		if s.conditions[i].ties() {
			return false
		}
	}
	return true
}

// namesFixed reports whether every principal is a listed one. An identity
// provider is not: anybody may sign in there.
func (s *statement) namesFixed() bool {
	for _, p := range s.parties {
		if p.everyone || p.provider == "Federated" {
			return false
		}
	}
	return len(s.parties) > 0
}

// tyingKeys are the keys whose fixed values make a statement non-public, with what fixed means.
var tyingKeys = map[string]func(string) bool{
	"aws:principalorgid":        fixedValue,
	"aws:principalorgpaths":     fixedValue,
	"aws:principalaccount":      fixedValue,
	"aws:principalarn":          fixedAccount,
	"aws:principalservicename":  fixedValue,
	"aws:principalisawsservice": func(v string) bool { return strings.EqualFold(v, "true") },
	"aws:sourcearn":             fixedValue,
	"aws:sourceaccount":         fixedValue,
	"aws:sourcevpc":             fixedValue,
	"aws:sourcevpce":            fixedValue,
	"aws:sourceowner":           fixedValue,
	"aws:userid":                fixedUser,
	"aws:sourceip":              fixedNetwork,
	"s3:dataaccesspointarn":     fixedAccount,
	"s3:dataaccesspointaccount": fixedValue,
	serverSideKey:               fixedValue,
}

const serverSideKey = "s3:x-amz-server-side-encryption-aws-kms-key-id"

// ties reports whether the condition ties its statement to fixed values. What
// also holds without the key does not.
func (c *condition) ties() bool {
	fixed, ok := tyingKeys[c.lowerKey]
	if !ok || c.operator.negated || c.operator.null || c.ifExists || c.set == forAll || len(c.expected) == 0 {
		return false
	}
	name := strings.ToLower(c.operatorName)
	if strings.Contains(name, "numeric") || strings.Contains(name, "date") {
		return false
	}
	for _, v := range c.expected {
		if !fixed(v) {
			return false
		}
	}
	return true
}

func fixedValue(v string) bool { return !hasWildcard(v) && !strings.Contains(v, "${") }

// fixedAccount lets wildcards stand after the account.
func fixedAccount(v string) bool {
	n := cutName(v)
	if !n.isARN {
		return fixedValue(v)
	}
	return accountOf(v) != "" && fixedValue(strings.Join(n.fields[:5], ":")) && !strings.Contains(v, "${")
}

// fixedUser lets the sessions of one role stand for a user: AROA…:*.
func fixedUser(v string) bool {
	role, session, ok := strings.Cut(v, ":")
	if ok && session == "*" && strings.HasPrefix(role, "AROA") {
		return fixedValue(role)
	}
	return fixedValue(v)
}

func fixedNetwork(v string) bool {
	p, ok := parseNetwork(v)
	if !ok {
		return false
	}
	if p.Addr().Is4() {
		return p.Bits() >= 8 // Private networks are exempt, and none of them is wider.
	}
	return p.Bits() >= 32
}
