package statement

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Why a statement ends before its time.
var (
	errCancelled = &fault.Error{Kind: fault.Cancelled, Code: "57014", Message: "Query cancelled on user's request"}
	errStopped   = &fault.Error{Kind: fault.Cancelled, Code: "57P01", Message: "terminating connection due to administrator command"}
	errTooLong   = &fault.Error{Kind: fault.Cancelled, Code: "57014", Message: "The statement ran longer than 24 hours."}
)

func invalid(format string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Code: "ValidationException", Message: fmt.Sprintf(format, args...)}
}

func missing(id, message string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", On: id, Message: message, Fields: map[string]string{"ResourceId": id}}
}

func exceeded(code, message string) error {
	return &fault.Error{Kind: fault.TooLarge, Code: code, Message: message}
}

// noEndpoint is how the Data API says that there is no such warehouse.
func noEndpoint(err error) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ValidationException", Message: "Redshift endpoint doesn't exist in this region.", Err: err}
}

// sentence is an error as DescribeStatement tells it, in the lines a database driver prints.
func sentence(err error) (text string, shown bool) {
	if d, ok := errors.AsType[*guard.Denied](err); ok {
		return "ERROR: " + d.Message(), true
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		if errors.Is(err, context.Canceled) {
			return "ERROR: " + errCancelled.Message, true
		}
		return "ERROR: Internal error", false
	}
	var b strings.Builder
	b.WriteString(severity(f) + ": " + f.Message)
	for _, line := range []struct{ name, text string }{{"Detail", f.Detail}, {"Hint", f.Hint}} {
		if line.text != "" {
			b.WriteString("\n  " + line.name + ": " + line.text)
		}
	}
	if f.Position > 0 {
		fmt.Fprintf(&b, "\n  Position: %d", f.Position)
	}
	return b.String(), f.Kind != fault.Internal
}

// severity tells what ended the connection from what ended the statement.
func severity(f *fault.Error) string {
	switch f.Code {
	case "28000", "3D000", "57P01", "57P03":
		return "FATAL"
	}
	return "ERROR"
}
