package bucket

import (
	"context"
	"errors"
	"strconv"
	"syscall"

	"github.com/inlet-data/inlet/internal/fault"
)

func invalid(code, message string) *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Code: code, Message: message}
}

func invalidArgument(message, name, value string) *fault.Error {
	e := invalid("InvalidArgument", message)
	e.Fields = map[string]string{"ArgumentName": name, "ArgumentValue": value}
	return e
}

func unsupported(message, hint string) *fault.Error {
	return &fault.Error{Kind: fault.Unsupported, Code: "NotImplemented", Message: message, Hint: hint}
}

func notFound(code, message string, fields map[string]string) *fault.Error {
	return &fault.Error{Kind: fault.NotFound, Code: code, Message: message, Fields: fields}
}

func noSuchBucket(name string) *fault.Error {
	return notFound("NoSuchBucket", "The specified bucket does not exist", map[string]string{"BucketName": name})
}

func noSuchKey(key string) *fault.Error {
	return notFound("NoSuchKey", "The specified key does not exist.", map[string]string{"Key": key})
}

func noSuchVersion(ref Ref) *fault.Error {
	return notFound("NoSuchVersion", "The specified version does not exist.", map[string]string{"Key": ref.Key, "VersionId": ref.VersionID})
}

func noSuchUpload(id string) *fault.Error {
	return notFound("NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", map[string]string{"UploadId": id})
}

func preconditionFailed(condition string) *fault.Error {
	return &fault.Error{
		Kind: fault.Precondition, Code: "PreconditionFailed",
		Message: "At least one of the pre-conditions you specified did not hold",
		Fields:  map[string]string{"Condition": condition},
	}
}

func conflict(code, message string) *fault.Error {
	return &fault.Error{Kind: fault.Conflict, Code: code, Message: message}
}

func methodNotAllowed(method, resource string) *fault.Error {
	return &fault.Error{
		Kind: fault.Invalid, Code: "MethodNotAllowed",
		Message: "The specified method is not allowed against this resource.",
		Fields:  map[string]string{"Method": method, "ResourceType": resource},
	}
}

func entityTooLarge(size int64) *fault.Error {
	return &fault.Error{
		Kind: fault.TooLarge, Code: "EntityTooLarge", Message: "Your proposed upload exceeds the maximum allowed size",
		Fields: map[string]string{"ProposedSize": strconv.FormatInt(size, 10), "MaxSizeAllowed": strconv.FormatInt(MaxPutSize, 10)},
	}
}

func cancelled(err error) *fault.Error {
	return &fault.Error{
		Kind: fault.Cancelled, Code: "RequestTimeout", Err: err,
		Message: "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
	}
}

// internal wraps a failure of this machine. It says so when a disk is full,
// because that is the one a person can mend at once.
func internal(op string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return cancelled(err)
	}
	e := &fault.Error{Kind: fault.Internal, Code: "InternalError", Op: op, Message: "We encountered an internal error. Please try again.", Err: err}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		e.Hint = "The disk that holds the data directory is full."
	}
	return e
}

// refusal reports whether err is an answer to the request rather than a failure of this machine.
func refusal(err error) bool {
	e, ok := errors.AsType[*fault.Error](err)
	return ok && e.Kind != fault.Internal
}
