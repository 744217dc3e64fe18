package identity

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// What a signature check may find wrong with an access key. Doors know the codes their services use.
var (
	ErrUnknownKey = &fault.Error{
		Kind: fault.Unauthorized, Code: "InvalidAccessKeyId",
		Message: "The AWS Access Key Id you provided does not exist in our records.",
	}
	ErrInactiveKey = &fault.Error{
		Kind: fault.Unauthorized, Code: "InvalidAccessKeyId",
		Message: "The AWS Access Key Id you provided does not exist in our records.",
		Hint:    "The access key is inactive.",
	}
	ErrExpiredKey = &fault.Error{
		Kind: fault.Unauthorized, Code: "ExpiredToken", Message: "The provided token has expired.",
	}
)

// noSuchEntity words a missing thing: "The role with name X cannot be found."
func noSuchEntity(what, name string) error {
	return &fault.Error{
		Kind: fault.NotFound, Code: "NoSuchEntity", On: name,
		Message: fmt.Sprintf("The %s with name %s cannot be found.", what, name),
	}
}

func noSuchPolicy(policyARN string) error {
	return &fault.Error{
		Kind: fault.NotFound, Code: "NoSuchEntity", On: policyARN,
		Message: fmt.Sprintf("Policy %s was not found.", policyARN),
	}
}

func alreadyExists(message string) error {
	return &fault.Error{Kind: fault.Exists, Code: "EntityAlreadyExists", Message: message}
}

func deleteConflict(message string) error {
	return &fault.Error{Kind: fault.Conflict, Code: "DeleteConflict", Message: message}
}

func limitExceeded(format string, args ...any) error {
	return &fault.Error{Kind: fault.TooLarge, Code: "LimitExceeded", Message: fmt.Sprintf(format, args...)}
}

func invalidInput(format string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidInput", Message: fmt.Sprintf(format, args...)}
}

func validationError(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "ValidationError", Message: message}
}

// violations collects what is wrong with parameters; AWS counts them in one message.
type violations []string

func (v *violations) add(value, member, constraint string) {
	*v = append(*v, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", value, member, constraint))
}

// err words what was collected.
func (v violations) err() error {
	switch len(v) {
	case 0:
		return nil
	case 1:
		return validationError("1 validation error detected: " + v[0])
	}
	return validationError(fmt.Sprintf("%d validation errors detected: %s", len(v), strings.Join(v, "; ")))
}

// constraint is what a text parameter has to be.
type constraint struct {
	member   string
	low, top int
	letters  string // allowed beside letters and digits
	pattern  string // the same as AWS prints it
}

var (
	roleName    = constraint{"roleName", 1, 64, "_+=,.@-", `[\w+=,.@-]+`}
	userName    = constraint{"userName", 1, 64, "_+=,.@-", `[\w+=,.@-]+`}
	policyName  = constraint{"policyName", 1, 128, "_+=,.@-", `[\w+=,.@-]+`}
	sessionName = constraint{"roleSessionName", 2, 64, "_+=,.@-", `[\w+=,.@-]*`}
	externalID  = constraint{"externalId", 2, 1224, "_+=,.@:/-", `[\w+=,.@:\/-]*`}
	sourceID    = constraint{"sourceIdentity", 2, 64, "_+=,.@-", `[\w+=,.@-]*`}
)

func (v *violations) text(c constraint, value string) {
	switch {
	case len(value) < c.low:
		v.add(value, c.member, fmt.Sprintf("Member must have length greater than or equal to %d", c.low))
	case len(value) > c.top:
		v.add(value, c.member, fmt.Sprintf("Member must have length less than or equal to %d", c.top))
	}
	if strings.ContainsFunc(value, func(r rune) bool { return !letter(r) && !strings.ContainsRune(c.letters, r) }) {
		v.add(value, c.member, "Member must satisfy regular expression pattern: "+c.pattern)
	}
}

func (v *violations) number(value, low, top int, member string) {
	if value < low {
		v.add(fmt.Sprint(value), member, fmt.Sprintf("Member must have value greater than or equal to %d", low))
	}
	if value > top {
		v.add(fmt.Sprint(value), member, fmt.Sprintf("Member must have value less than or equal to %d", top))
	}
}

func letter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// path checks a path, which is "/" or begins and ends with a slash.
func (v *violations) path(value string) {
	if len(value) > 512 {
		v.add(value, "path", "Member must have length less than or equal to 512")
	}
	if !strings.HasPrefix(value, "/") || !strings.HasSuffix(value, "/") ||
		strings.ContainsFunc(value, func(r rune) bool { return r < 0x21 || r > 0x7e }) {
		v.add(value, "path", `Member must satisfy regular expression pattern: (\u002F)|(\u002F[\u0021-\u007F]+\u002F)`)
	}
}

func noSuchEntityText(format string, args ...any) error {
	return &fault.Error{Kind: fault.NotFound, Code: "NoSuchEntity", Message: fmt.Sprintf(format, args...)}
}
