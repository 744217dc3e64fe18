package policy

import (
	"unicode/utf8"
)

// checkCharacters refuses what IAM's parameter check refuses before it reads JSON.
func checkCharacters(src []byte, k Kind) *Error {
	if !k.iam() {
		return nil
	}
	for i := 0; i < len(src); {
		c, size := utf8.DecodeRune(src[i:])
		if c == utf8.RuneError || c > 0xFF || c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return &Error{
				Code: "ValidationError", Line: line(src, i),
				Message: "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.",
			}
		}
		i += size
	}
	return nil
}

// complete checks that every statement has the elements its kind requires and none it forbids.
func (d *Document) complete() *problem {
	for i := range d.statements {
		if p := d.statements[i].complete(d.kind); p != nil {
			return p
		}
	}
	return nil
}

func (s *statement) complete(k Kind) *problem {
	switch {
	case k == Identity, k == Boundary, k == SessionPolicy:
		return nil // IAM words these itself, in an order of its own.
	case k.attached() && !s.named:
		return &problem{what: missingField, name: "Principal"}
	case k.attached() && s.notPrincipals && (k == Trust || !s.deny):
		return &problem{what: badPrincipal, name: "NotPrincipal"}
	case k.attached() && len(s.parties) == 0:
		return &problem{what: badPrincipal, name: "AWS"}
	case k == Trust:
		return nil
	case len(s.actions) == 0:
		return &problem{what: missingField, name: "Action"}
	case len(s.resources.list) == 0 && k != Namespace:
		return &problem{what: missingField, name: "Resource"}
	case k == SCP && s.named, k == RCP && !s.restrictsAll():
		return &problem{what: badPrincipal}
	}
	return nil
}

// restrictsAll reports whether a statement has the form RCPs must have: a Deny
// for everybody, or the policy that AWS itself attaches.
func (s *statement) restrictsAll() bool {
	if !s.named || s.notPrincipals || s.notActions || len(s.parties) != 1 || !s.parties[0].everyone {
		return false
	}
	full := len(s.conditions) == 0 && !s.resources.not && s.resources.list[0].all && s.actions[0].all
	return s.deny || full
}

// validate runs the checks of the service that keeps the document.
func (d *Document) validate() *Error {
	switch d.kind {
	case Identity, Boundary, SessionPolicy:
		return d.validateIAM()
	case Trust:
		return d.validateTrust()
	case Bucket:
		return d.validateBucket()
	case Namespace, Key, Resource, VPCEndpoint:
		return d.checkParties()
	}
	return nil
}

func (d *Document) refuse(at int, message string) *Error {
	return &Error{Code: d.kind.code(), Message: message, Line: at}
}
