package replication

import (
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

func invalid(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValueException", Message: message}
}

func combination(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterCombinationException", Message: message}
}

func wrongState(on, format string, args ...any) error {
	return &fault.Error{Kind: fault.Conflict, Code: "InvalidResourceStateFault", On: on, Message: fmt.Sprintf(format, args...)}
}

func exists(what, identifier, resource string) error {
	return &fault.Error{Kind: fault.Exists, Code: "ResourceAlreadyExistsFault", On: resource,
		Message: fmt.Sprintf("%s %q already in use", what, identifier), Fields: map[string]string{"resourceArn": resource}}
}

func notFound(what, on string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", On: on, Message: fmt.Sprintf("%s %s not found.", what, on)}
}

func noneFound(what string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", Message: "No " + what + " found matching the given filters."}
}

func noTask(name string, known []string) error {
	f := &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", On: name, Message: fmt.Sprintf("Replication Task %s not found.", name)}
	if len(known) > 0 {
		f.Hint = "There are: " + strings.Join(known, ", ")
	}
	return f
}

func overQuota(what string, most int) error {
	return &fault.Error{Kind: fault.TooLarge, Code: "ResourceQuotaExceededFault", Message: fmt.Sprintf("The quota of %d %s is exceeded.", most, what)}
}

// notConfigured is what DMS says of a role that it needs and cannot use. Why is a
// decision of its own, to which the hint leads.
func notConfigured(role, message string, cause error) error {
	f := &fault.Error{Kind: fault.Denied, Code: "AccessDeniedFault", On: role, Message: message}
	if d, ok := errors.AsType[*guard.Denied](cause); ok {
		f.Hint = d.Hint()
	} else {
		f.Err = cause
	}
	return f
}
