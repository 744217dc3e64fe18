package guard

import (
	"errors"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Malformed turns the refusal of a policy document into the error that doors
// render. Other errors it returns as they are.
func Malformed(err error) error {
	e, ok := errors.AsType[*policy.Error](err)
	if !ok {
		return err
	}
	f := &fault.Error{Kind: fault.Invalid, Code: e.Code, Message: e.Message}
	if e.Detail != "" {
		f.Fields = map[string]string{"Detail": e.Detail}
	}
	return f
}
