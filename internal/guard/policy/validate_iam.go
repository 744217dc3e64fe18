package policy

import (
	"fmt"
	"strings"
)

const (
	oldVersionText  = "Policy document must be version 2012-10-17 or greater."
	legacyText      = "The policy failed legacy parsing"
	repeatedSidText = "Statement IDs (SID) in a single policy must be unique."
	badSidText      = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
	noActionText    = "Policy statement must contain actions."
	noResourceText  = "Policy statement must contain resources."
	principalText   = "Policy document should not specify a principal."
	vendorText      = "Resource vendor must be fully qualified and cannot contain regexes."
	noVendorText    = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	colonsText      = "Actions/Condition can contain only one colon."
)

var iamPaths = []string{
	"user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
	"sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
}

// validateIAM goes through IAM's checks in IAM's order: the first that fails speaks.
func (d *Document) validateIAM() *Error {
	if d.version != newVersion && d.kind != SessionPolicy {
		return d.refuse(0, oldVersionText)
	}
	checks := []func(*statement) string{
		checkNotNamed, checkLegacy, d.sidCheck(), checkHasActions, checkResourceForms, checkActionForms, checkHasResources,
	}
	for _, check := range checks {
		if e := d.each(check); e != nil {
			return e
		}
	}
	return nil
}

// each applies a check to every statement.
func (d *Document) each(check func(*statement) string) *Error {
	for i := range d.statements {
		if message := check(&d.statements[i]); message != "" {
			return d.refuse(d.statements[i].line, message)
		}
	}
	return nil
}

func checkNotNamed(s *statement) string {
	if s.named {
		return principalText
	}
	return ""
}

// checkLegacy is what IAM's older parser finds: case of Effect, dates, ARNs that split wrongly.
func checkLegacy(s *statement) string {
	if checkEffect(s) != "" || !s.savableDates() {
		return legacyText
	}
	for _, r := range s.resources.list {
		if resourceForm(r.text) != "" {
			break // The form's own message comes later; this parser stops here.
		}
		if splitsWrongly(r.text) {
			return legacyText
		}
	}
	return ""
}

func checkEffect(s *statement) string {
	if s.effect != "Allow" && s.effect != "Deny" {
		return legacyText
	}
	return ""
}

func (s *statement) savableDates() bool {
	for _, c := range s.conditions {
		if !strings.Contains(strings.ToLower(c.operatorName), "date") {
			continue
		}
		for _, v := range c.expected {
			if !savableDate(v) {
				return false
			}
		}
	}
	return true
}

func splitsWrongly(r string) bool {
	if r == "*" {
		return false
	}
	parts := strings.Split(r, ":")
	return strings.Contains(r, "::") && len(parts) < fieldCount || len(parts) > 2 && parts[2] == ""
}

// sidCheck remembers the Sids it has seen.
func (d *Document) sidCheck() func(*statement) string {
	seen := map[string]bool{}
	return func(s *statement) string {
		if s.sid != "" && seen[s.sid] {
			return repeatedSidText
		}
		seen[s.sid] = true
		if strings.ContainsFunc(s.sid, func(c rune) bool { return !alphanumeric(c) }) {
			return badSidText
		}
		return ""
	}
}

func alphanumeric(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func checkHasActions(s *statement) string {
	if len(s.actions) == 0 {
		return noActionText
	}
	return ""
}

func checkHasResources(s *statement) string {
	if len(s.resources.list) == 0 {
		return noResourceText
	}
	return ""
}

func checkResourceForms(s *statement) string {
	for _, r := range s.resources.list {
		if message := resourceForm(r.text); message != "" {
			return message
		}
	}
	return ""
}

// resourceForm says what IAM dislikes in a resource.
func resourceForm(r string) string {
	if r == "*" {
		return ""
	}
	parts := strings.SplitN(r, ":", fieldCount)
	switch {
	case len(parts) == 1:
		return fmt.Sprintf(`Resource %s must be in ARN format or "*".`, r)
	case !knownPartition(parts[1]):
		return partitionText(parts)
	case len(parts) == 2:
		return vendorText
	case splitsWrongly(r):
		return ""
	}
	return serviceForm(r, parts)
}

func knownPartition(p string) bool {
	return p == "*" || p == "aws" || p == "aws-cn" || p == "aws-us-gov"
}

func partitionText(parts []string) string {
	tail := []string{"*", "*", "*", "*"}
	for i, p := range parts[2:] {
		if p != "" || len(parts) > 3 {
			tail[i] = p
		}
	}
	return fmt.Sprintf(`Partition "%s" is not valid for resource "arn:%s:%s".`, parts[1], parts[1], strings.Join(tail, ":"))
}

// serviceForm checks what IAM knows of its own ARNs and of S3's.
func serviceForm(r string, parts []string) string {
	for len(parts) < fieldCount {
		parts = append(parts, "")
	}
	service, region, account, rest := parts[2], parts[3], parts[4], parts[5]
	switch {
	case strings.ContainsAny(service, "*?"):
		return vendorText
	case service == "iam" && region != "":
		return fmt.Sprintf("IAM resource %s cannot contain region information.", r)
	case service == "s3" && region != "" && account == "":
		// Access points do have a region, and an account with it.
		return fmt.Sprintf("Resource %s can not contain region information.", r)
	case service == "iam" && rest != "*" && !iamPath(rest):
		return `IAM resource path must either be "*" or start with ` + strings.Join(iamPaths, ", ") + "."
	}
	return ""
}

func iamPath(rest string) bool {
	for _, p := range iamPaths {
		if strings.HasPrefix(rest, p) {
			return true
		}
	}
	return false
}

func checkActionForms(s *statement) string {
	for _, a := range s.actions {
		if message := actionForm(a.text); message != "" {
			return message
		}
	}
	return ""
}

// actionForm says what IAM dislikes in an action. Whether it exists nobody asks.
func actionForm(a string) string {
	if a == "*" {
		return ""
	}
	vendor, name, ok := strings.Cut(a, ":")
	switch {
	case !ok:
		return noVendorText
	case strings.Contains(name, ":"):
		return colonsText
	case vendor == "*" && name == "*":
		return ""
	case vendor == "" || strings.ContainsFunc(vendor, badVendorRune):
		return fmt.Sprintf("Vendor %s is not valid", vendor)
	}
	return ""
}

func badVendorRune(c rune) bool { return !alphanumeric(c) && c != '-' && c != '.' && c != '_' }
