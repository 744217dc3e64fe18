package policy

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
)

const (
	trustActionText = "AssumeRole policy may only specify STS AssumeRole actions."
	federatedText   = "Federated principals must be valid domain names or SAML metadata ARNs"
)

// trustActions are what a role's trust policy may grant.
var trustActions = []string{
	"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "SetContext", "SetSourceIdentity", "TagSession",
}

// validateTrust goes through IAM's checks of a role's trust policy.
func (d *Document) validateTrust() *Error {
	checks := []func(*statement) string{
		checkCase, d.sidCheck(), checkHasActions, checkTrustActions, checkNoResource,
	}
	for _, check := range checks {
		if e := d.each(check); e != nil {
			return e
		}
	}
	return d.checkParties()
}

func checkCase(s *statement) string {
	if checkEffect(s) != "" || !s.savableDates() {
		return legacyText
	}
	return ""
}

func checkTrustActions(s *statement) string {
	for _, a := range s.actions {
		if a.all || s.notActions || !grantsAny(&a) {
			return trustActionText
		}
	}
	return ""
}

func grantsAny(a *action) bool {
	for _, n := range trustActions {
		if a.match("sts", n) {
			return true
		}
	}
	return false
}

func checkNoResource(s *statement) string {
	if s.resources.given {
		return "Has prohibited field Resource"
	}
	return ""
}

// checkParties checks that principals are of a form that can be resolved.
func (d *Document) checkParties() *Error {
	for i := range d.statements {
		s := &d.statements[i]
		for j := range s.parties {
			if s.parties[j].wellFormed() {
				continue
			}
			if d.kind == Trust && s.parties[j].provider == "Federated" {
				return d.refuse(s.line, federatedText)
			}
			p := principalProblem(s.parties[j].provider, s.parties[j].text, 0)
			e := p.error(d.kind, nil)
			e.Line = s.line
			return e
		}
	}
	return nil
}

// wellFormed reports whether the entry has a form that a service accepts; it may still name nobody.
func (p *party) wellFormed() bool {
	switch p.provider {
	case "AWS":
		return p.everyone || p.account != "" || isUniqueID(p.text) || principalARN(p.text)
	case "Service":
		return serviceName(p.text)
	case "CanonicalUser":
		return len(p.text) == 64 && strings.Trim(strings.ToLower(p.text), "0123456789abcdef") == ""
	}
	return federatedName(p.text)
}

// principalARN accepts users, roles and sessions, never with a wildcard.
func principalARN(s string) bool {
	n := cutName(s)
	if !n.isARN || !knownPartition(n.fields[1]) || hasWildcard(s) || !arn.ValidAccount(n.fields[4]) {
		return false
	}
	kinds := map[string][]string{
		"iam": {"user/", "role/"},
		"sts": {"assumed-role/", "federated-user/"},
	}
	for _, k := range kinds[n.fields[2]] {
		if strings.HasPrefix(n.fields[5], k) && len(n.fields[5]) > len(k) {
			return true
		}
	}
	return false
}

func serviceName(s string) bool {
	for _, suffix := range []string{".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal"} {
		if host, ok := strings.CutSuffix(s, suffix); ok && host != "" {
			return !strings.ContainsFunc(host, badVendorRune)
		}
	}
	return false
}

func federatedName(s string) bool {
	n := cutName(s)
	if n.isARN {
		return strings.HasPrefix(n.fields[5], "saml-provider/") || strings.HasPrefix(n.fields[5], "oidc-provider/")
	}
	return strings.Contains(s, ".") && !strings.ContainsAny(s, "*? :")
}

// UnknownPrincipal words the refusal of a document whose principal does not exist.
func (d *Document) UnknownPrincipal(principal string) *Error {
	e := principalProblem("AWS", principal, 0).error(d.kind, nil)
	if d.kind == Bucket {
		e.Detail = fmt.Sprintf(`"AWS" : "%s"`, principal)
	}
	return e
}
