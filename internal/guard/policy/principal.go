package policy

import (
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
)

// Grade says how closely a statement's principals name the caller; the rules
// of a decision depend on it.
type Grade uint8

// The grades, from not at all to exactly.
const (
	NoGrade        Grade = iota
	AccountGrade         // its account, by root ARN or id
	FederatingUser       // the user that made the federated session
	RoleGrade            // the role of the session
	Direct               // the caller itself, or everybody
)

var gradeNames = [...]string{"none", "account", "federating-user", "role", "direct"}

// String is the name that traces print.
func (g Grade) String() string {
	if int(g) < len(gradeNames) {
		return gradeNames[g]
	}
	return "none"
}

// MarshalText prints the grade as traces show it.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// party is one compiled entry of a Principal element.
type party struct {
	provider string // "AWS", "Service", "Federated", "CanonicalUser"
	text     string // as written
	everyone bool
	account  string // root ARN or account id
	id       string // unique id: written so, or bound when the document was saved
	regional string // of a Service: the name without its region
	region   string
	start    int // where the text stands in the document, quotes included
	end      int
}

// newParty compiles an entry.
func newParty(provider, text string) party {
	p := party{provider: provider, text: text}
	switch provider {
	case "AWS":
		p.compileAWS()
	case "Service":
		p.regional, p.region = cutRegion(text)
	}
	return p
}

func (p *party) compileAWS() {
	switch {
	case p.text == "*":
		p.everyone = true
	case arn.ValidAccount(p.text):
		p.account = p.text
	case strings.HasPrefix(p.text, "arn:") && strings.HasSuffix(p.text, ":root"):
		p.account = accountOf(p.text)
	case isUniqueID(p.text):
		p.id = p.text
	}
}

// isUniqueID recognises what is left of a user or role that was deleted.
func isUniqueID(s string) bool {
	if len(s) < 16 || len(s) > 128 || !strings.HasPrefix(s, "AROA") && !strings.HasPrefix(s, "AIDA") {
		return false
	}
	for i := range len(s) {
		if (s[i] < 'A' || s[i] > 'Z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// cutRegion takes redshift.us-east-1.amazonaws.com apart.
func cutRegion(s string) (service, region string) {
	host, ok := strings.CutSuffix(s, ".amazonaws.com")
	name, region, cut := strings.Cut(host, ".")
	if !ok || !cut || strings.Count(region, "-") < 2 {
		return "", ""
	}
	return name + ".amazonaws.com", region
}

// needsID reports whether the entry names a user or role that is resolved when the document is saved.
func (p *party) needsID() bool {
	if p.provider != "AWS" || p.everyone || p.account != "" {
		return false
	}
	n := cutName(p.text)
	return n.isARN && n.fields[2] == "iam" &&
		(strings.HasPrefix(n.fields[5], "role/") || strings.HasPrefix(n.fields[5], "user/"))
}

// grade says how closely the entry names the caller.
func (p *party) grade(by *Principal, ctx Context) Grade {
	switch p.provider {
	case "AWS":
		return p.gradeAWS(by)
	case "Service":
		return p.gradeService(by, ctx)
	case "Federated":
		if by.Type == WebIdentity && by.ARN == p.text {
			return Direct
		}
	case "CanonicalUser":
		if by.Canonical != "" && by.Canonical == p.text {
			return AccountGrade
		}
	}
	return NoGrade
}

func (p *party) gradeAWS(by *Principal) Grade {
	switch {
	case p.everyone:
		return Direct
	case !by.Type.account():
		return NoGrade
	case p.account != "":
		return p.gradeAccount(by)
	case p.id != "" && by.ID != "":
		return p.gradeID(by)
	case by.Type != Role && p.text == by.ARN:
		return Direct
	case by.RoleARN != "" && p.text == by.RoleARN:
		return RoleGrade
	case by.Federating != "" && p.text == by.Federating:
		return FederatingUser
	}
	return NoGrade
}

func (p *party) gradeAccount(by *Principal) Grade {
	switch {
	case by.Account != p.account:
		return NoGrade
	case by.Type == Root:
		return Direct
	}
	return AccountGrade
}

// gradeID compares unique ids: once a name is bound to one, a successor of the same name does not count.
func (p *party) gradeID(by *Principal) Grade {
	role, _, session := strings.Cut(by.ID, ":")
	switch {
	case by.Type == FederatedUser:
		if by.Federating == p.text {
			return FederatingUser
		}
	case role != p.id:
	case session || by.Type == Role || by.Type == AssumedRole:
		return RoleGrade
	default:
		return Direct
	}
	return NoGrade
}

func (p *party) gradeService(by *Principal, ctx Context) Grade {
	if by.Type != Service {
		return NoGrade
	}
	if by.ARN == p.text {
		return Direct
	}
	if region, _ := ctx.single("aws:requestedregion"); p.region != "" && p.regional == by.ARN && p.region == region {
		return Direct
	}
	return NoGrade
}

// gradeOf is the closest grade of a list of entries.
func gradeOf(parties []party, by *Principal, ctx Context) Grade {
	best := NoGrade
	for i := range parties {
		if g := parties[i].grade(by, ctx); g > best {
			best = g
		}
	}
	return best
}
