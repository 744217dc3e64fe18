package serverlessapi

import (
	"errors"

	"github.com/inlet-data/inlet/internal/fault"
)

// codes are Redshift's codes in the words of Redshift Serverless, where both share a rule.
var codes = map[fault.Kind]string{
	fault.Invalid: "ValidationException", fault.NotFound: "ResourceNotFoundException", fault.Exists: "ConflictException",
	fault.Conflict: "ConflictException", fault.Denied: "AccessDeniedException", fault.Unsupported: "ValidationException", fault.TooLarge: "ValidationException",
}

// own are the codes of Redshift Serverless's model.
var own = map[string]bool{
	"ValidationException": true, "ResourceNotFoundException": true, "ConflictException": true, "TooManyTagsException": true,
	"InsufficientCapacityException": true, "ServiceQuotaExceededException": true,
}

// worded gives an error of the station a code that clients of this service know.
func worded(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || own[f.Code] {
		return err
	}
	code, known := codes[f.Kind]
	if !known {
		return err
	}
	named := *f
	named.Code = code
	return &named
}
