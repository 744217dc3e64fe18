package pg

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// SQLSTATEs the door itself gives.
const (
	stateProtocol     = "08P01"
	stateNoStatement  = "26000"
	stateNoPortal     = "34000"
	stateAuthFailed   = "28000"
	stateCharacter    = "22021"
	stateRange        = "22003"
	stateTooMany      = "53300"
	stateCanceled     = "57014"
	stateAdmin        = "57P01"
	stateDenied       = "42501"
	stateLimit        = "54000"
	stateUnsupported  = "0A000"
	stateInternal     = "XX000"
	severityError     = "ERROR"
	severityFatal     = "FATAL"
	severityInfo      = "INFO"
	messageCanceled   = "Query cancelled on user's request"
	messageTerminated = "terminating connection due to administrator command"
)

var errMessageFormat = refuse(stateProtocol, "invalid message format")

// refuse makes an error of the door's own.
func refuse(code, format string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Code: code, Message: fmt.Sprintf(format, args...)}
}

// report renders err for the client. What a client should not see is logged under
// a request id that the client gets.
func (c *conn) report(err error, severity string) {
	r, shown := response(err)
	if !shown {
		id := requestID()
		r.Message = "internal error (request " + id + ")"
		c.log.Error("request failed", "request", id, "err", err)
	}
	r.Severity = severity
	c.tellNews()
	c.out.send(r)
}

func requestID() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // It never fails: crypto/rand ends the program instead.
	return hex.EncodeToString(id[:])
}

// response makes the ErrorResponse of an error; shown is false when only its SQLSTATE is for clients.
func response(err error) (r *pgproto3.ErrorResponse, shown bool) {
	r = &pgproto3.ErrorResponse{}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		r.Code, r.Message = faultState(f), f.Message
		r.Detail, r.Hint = f.Detail, f.Hint
		r.Position = int32(max(f.Position, 0))
	} else if d, ok := errors.AsType[*guard.Denied](err); ok {
		r.Code, r.Message = stateDenied, d.Message()
	} else if e, ok := errors.AsType[*warehouse.EngineError](err); ok {
		r.Code, r.Message = engineState(e), e.Message
		if e.Kind == warehouse.ErrorInterrupted {
			r.Message = messageCanceled
		}
	} else if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		r.Code, r.Message = stateCanceled, messageCanceled
	}
	shown = r.Message != ""
	if r.Code == "" {
		r.Code = stateInternal
	}
	r.Message, r.Detail, r.Hint = clean(r.Message), clean(r.Detail), clean(r.Hint)
	place(r)
	return r, shown
}

// clean drops NUL bytes, which would end a field early.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "") }

// place adds where in the server's source the error was raised. Redshift always says it; these are usual places.
func place(r *pgproto3.ErrorResponse) {
	r.File, r.Line, r.Routine = "../src/sys/xen_execute.cpp", 12308, "pg_throw"
	switch r.Code {
	case "42601":
		r.File, r.Line, r.Routine = "/home/rdsdb/padb/src/pg/src/backend/parser/parser_scan.l", 732, "yyerror"
	case "42P01":
		r.File, r.Line, r.Routine = "/home/rdsdb/padb/src/pg/src/backend/catalog/namespace.c", 279, "LocalRangeVarGetRelid"
	case "42703":
		r.File, r.Line, r.Routine = "/home/rdsdb/padb/src/pg/src/backend/parser/parse_expr.c", 896, "transformColumnRef"
	case stateAuthFailed:
		r.File, r.Line, r.Routine = "/home/rdsdb/padb/src/pg/src/backend/libpq/auth.c", 568, "auth_failed"
	}
}

// faultState is the SQLSTATE of a fault. Stations that also answer AWS calls give AWS codes; the kind decides then.
func faultState(f *fault.Error) string {
	if isState(f.Code) {
		return f.Code
	}
	switch f.Kind {
	case fault.Invalid:
		return "22023"
	case fault.NotFound:
		return "42704"
	case fault.Exists:
		return "42710"
	case fault.Denied:
		return stateDenied
	case fault.Unauthorized:
		return stateAuthFailed
	case fault.Conflict, fault.Precondition:
		return "55006"
	case fault.Unsupported:
		return stateUnsupported
	case fault.Unavailable:
		return "57P03"
	case fault.TooLarge:
		return stateLimit
	case fault.Cancelled:
		return stateCanceled
	}
	return stateInternal
}

func isState(code string) bool {
	for i := range len(code) {
		if c := code[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(code) == 5
}

// engineState is the SQLSTATE of an engine error that the session let through.
func engineState(e *warehouse.EngineError) string {
	switch e.Kind {
	case warehouse.ErrorSyntax:
		return "42601"
	case warehouse.ErrorCatalog:
		return "42P01"
	case warehouse.ErrorBinder:
		if e.Subtype == "COLUMN_NOT_FOUND" {
			return "42703"
		}
		return "42000"
	case warehouse.ErrorConversion:
		return "22P02"
	case warehouse.ErrorOutOfRange:
		return stateRange
	case warehouse.ErrorConstraint:
		return "23000"
	case warehouse.ErrorTransaction:
		return "40001"
	case warehouse.ErrorInterrupted:
		return stateCanceled
	case warehouse.ErrorOutOfMemory:
		return "53200"
	case warehouse.ErrorIO:
		return "58030"
	case warehouse.ErrorNotImplemented:
		return stateUnsupported
	case warehouse.ErrorFatal:
		return "58000"
	}
	return stateInternal
}

func noticeResponse(n session.Notice) *pgproto3.NoticeResponse {
	r := &pgproto3.NoticeResponse{Severity: n.Severity, Code: n.Code, Message: clean(n.Message),
		Detail: clean(n.Detail), Hint: clean(n.Hint)}
	if r.Severity == "" {
		r.Severity = severityInfo
	}
	if r.Code == "" {
		r.Code = "00000"
	}
	return r
}
