package policy

import (
	"bytes"
	"fmt"
)

// Error is a refused document, in the words of the service that keeps it.
type Error struct {
	Code    string // "MalformedPolicyDocument", "MalformedPolicy", …
	Message string
	Detail  string // S3's Detail element, for example `"AWS" : "arn:…"`.
	Line    int    // Where, 0 when the document as a whole is meant.
}

// Error prints the message.
func (e *Error) Error() string { return e.Message }

// fault is what can be wrong with a document's grammar, before a service words it.
type fault uint8

const (
	badJSON fault = iota
	notObject
	repeatedKey
	unknownField
	missingField
	badType
	bothFields
	badEffect
	badOperator
	badVersion
	emptyStatement
	badPrincipal
)

// problem is a fault at a place.
type problem struct {
	what   fault
	name   string
	detail string
	at     int
}

// error words the problem as the keeper of documents of kind k does.
func (p *problem) error(k Kind, src []byte) *Error {
	e := &Error{Code: k.code(), Detail: p.detail, Line: line(src, p.at)}
	switch {
	case k == Bucket, k == Namespace, k == VPCEndpoint, k == Key, k == Resource:
		e.Message = p.resource(src)
	case k == Trust:
		e.Message = p.trust()
	case k == SCP, k == RCP:
		e.Message = organizationsText
	default:
		e.Message = syntaxText
	}
	return e
}

const (
	syntaxText        = "Syntax errors in policy."
	organizationsText = "The provided policy document does not meet the requirements of the specified policy type."
	invalidJSONText   = "This policy contains invalid Json"
	versionText       = "The policy must contain a valid version string"
	emptyText         = "Could not parse the policy: Statement is empty!"
)

// code is the error code under which a service refuses a document of the kind.
func (k Kind) code() string {
	switch k {
	case Bucket:
		return "MalformedPolicy"
	case Namespace:
		return "InvalidPolicyFault"
	case SCP, RCP, Key:
		return "MalformedPolicyDocumentException"
	case VPCEndpoint:
		return "InvalidPolicyDocument"
	}
	return "MalformedPolicyDocument"
}

func (p *problem) resource(src []byte) string {
	switch p.what {
	case badJSON, notObject, repeatedKey:
		if !bytes.HasPrefix(src, []byte("{")) {
			return "Policies must be valid JSON and the first byte must be '{'"
		}
		return invalidJSONText
	case unknownField:
		return "Unknown field " + p.name
	case missingField:
		return "Missing required field " + p.name
	case badEffect:
		return "Invalid effect: " + p.name
	case badOperator:
		return "Invalid Condition type : " + p.name
	case badVersion:
		return versionText
	case emptyStatement:
		return emptyText
	case badPrincipal:
		return "Invalid principal in policy"
	case bothFields:
		return fmt.Sprintf("Statement must not contain both %s and Not%s", p.name, p.name)
	}
	return "Invalid policy syntax."
}

func (p *problem) trust() string {
	switch p.what {
	case badJSON, notObject, repeatedKey:
		return invalidJSONText
	case unknownField:
		return "Unknown field " + p.name
	case missingField:
		return "Missing required field " + p.name
	case emptyStatement:
		return emptyText
	case badPrincipal:
		return "Invalid principal in policy: " + p.detail
	}
	return syntaxText
}

// line is the 1-based line of a byte offset.
func line(src []byte, at int) int {
	return 1 + bytes.Count(src[:min(at, len(src))], []byte("\n"))
}
