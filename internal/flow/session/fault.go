package session

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// failed takes note of a statement's error and puts it into Redshift's words.
func (s *Session) failed(err error) error {
	s.Fail()
	return s.translate(err)
}

// translate puts an error into Redshift's words.
func (s *Session) translate(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*warehouse.EngineError](err); ok {
		return engineFault(e)
	}
	if _, ok := errors.AsType[*fault.Error](err); !ok && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return errCancelled
	}
	return err
}

// engineFault is the client's view of an engine error.
func engineFault(e *warehouse.EngineError) error {
	if e.Err != nil {
		if f, ok := errors.AsType[*fault.Error](e.Err); ok {
			return f
		}
	}
	if f, ok := dialect.EngineFault(e.Message); ok {
		return f
	}
	f := &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: firstLine(e.Message), Err: e}
	switch e.Kind {
	case warehouse.ErrorSyntax:
		f.Code = "42601"
	case warehouse.ErrorCatalog:
		catalogFault(f, e)
	case warehouse.ErrorBinder:
		binderFault(f, e)
	case warehouse.ErrorConversion:
		conversionFault(f, e)
	case warehouse.ErrorOutOfRange:
		rangeFault(f, e)
	case warehouse.ErrorConstraint:
		constraintFault(f, e)
	case warehouse.ErrorTransaction:
		transactionFault(f, e)
	case warehouse.ErrorInterrupted:
		return errCancelled
	case warehouse.ErrorOutOfMemory:
		f.Kind, f.Code, f.Message = fault.TooLarge, "53200", "out of memory"
		f.Detail, f.Hint = firstLine(e.Message), "Give the engine more memory with inlet serve --memory=MB."
		if e.Limit > 0 {
			f.Hint = fmt.Sprintf("The engine may use %d MB. Give it more with inlet serve --memory=MB.", e.Limit>>20)
		}
	case warehouse.ErrorIO:
		f.Kind, f.Code = fault.Internal, "58030"
	case warehouse.ErrorNotImplemented:
		f.Kind, f.Code = fault.Unsupported, "0A000"
	case warehouse.ErrorFatal:
		f.Kind, f.Code = fault.Unavailable, "57P03"
	}
	return f
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

var (
	missingTable    = regexp.MustCompile(`^(?:Table|View) with name "?([^"\s]+)"? does not exist`)
	missingFunction = regexp.MustCompile(`^(?:Scalar |Table |Aggregate |Macro )?Function with name "?([^"\s]+)"? does not exist`)
	missingColumn   = regexp.MustCompile(`(?:Referenced column|column) "([^"]+)" (?:not found|was not found|does not)|does not have a column named "([^"]+)"`)
	noSuchCall      = regexp.MustCompile(`No function matches the given name and argument types '([^']+)'`)
	tooLong         = regexp.MustCompile(`\((?:strlen|octet_length)\("?[^)]*?"?\) <= (\d+)\)`)
	notNull         = regexp.MustCompile(`^NOT NULL constraint failed: (?:.*\.)?([^.\s]+)$`)
	badText         = regexp.MustCompile(`Could not convert string '(.*)' to (\w+)`)
)

func catalogFault(f *fault.Error, e *warehouse.EngineError) {
	f.Code = "42704"
	if m := missingTable.FindStringSubmatch(e.Message); m != nil {
		f.Kind, f.Code, f.Message = fault.NotFound, "42P01", `relation "`+m[1]+`" does not exist`
	} else if m := missingFunction.FindStringSubmatch(e.Message); m != nil {
		f.Kind, f.Code, f.Message = fault.NotFound, "42883", "function "+m[1]+" does not exist"
	} else if strings.Contains(e.Message, "already exists") {
		f.Kind, f.Code = fault.Exists, "42P07"
	} else if strings.Contains(e.Message, "write-write conflict") {
		transactionFault(f, e)
	}
}

func binderFault(f *fault.Error, e *warehouse.EngineError) {
	f.Code = "42804"
	if m := missingColumn.FindStringSubmatch(e.Message); m != nil {
		f.Kind, f.Code, f.Message = fault.NotFound, "42703", `column "`+m[1]+m[2]+`" does not exist`
	} else if m := noSuchCall.FindStringSubmatch(e.Message); m != nil {
		f.Kind, f.Code, f.Message = fault.NotFound, "42883", "function "+strings.ToLower(m[1])+" does not exist"
		f.Hint = "No function matches the given name and argument types. You may need to add explicit type casts."
	} else if strings.Contains(e.Message, "must appear in the GROUP BY clause") {
		f.Code = "42803"
	} else if strings.Contains(e.Message, "Ambiguous reference") {
		f.Code = "42702"
	}
}

// engineTypes are Redshift's words for the engine's types in messages.
var engineTypes = map[string]string{"INT32": "integer", "INT64": "bigint", "INT16": "smallint", "INT8": "smallint", "INT128": "bigint",
	"DOUBLE": "double precision", "FLOAT": "real", "BOOL": "boolean", "BOOLEAN": "boolean", "DECIMAL": "numeric"}

func conversionFault(f *fault.Error, e *warehouse.EngineError) {
	f.Code = "22P02"
	m := badText.FindStringSubmatch(e.Message)
	switch {
	case m != nil:
		f.Message = "invalid input syntax for type " + typeWord(m[2]) + `: "` + m[1] + `"`
		if m[2] == "INT32" || m[2] == "INT64" || m[2] == "INT16" {
			f.Message = `invalid input syntax for integer: "` + m[1] + `"`
		}
	case strings.Contains(e.Message, "out of range") || strings.Contains(e.Message, "outside of"):
		rangeFault(f, e)
	case strings.Contains(e.Message, "date field value") || strings.Contains(e.Message, "timestamp field"):
		f.Code = "22007"
	}
}

func typeWord(engine string) string {
	if word := engineTypes[engine]; word != "" {
		return word
	}
	return strings.ToLower(engine)
}

func rangeFault(f *fault.Error, e *warehouse.EngineError) {
	f.Code = "22003"
	switch {
	case e.Subtype == "DIVIDE_BY_ZERO" || strings.Contains(strings.ToLower(e.Message), "divi"):
		f.Code, f.Message = "22012", "Divide by zero"
	case strings.Contains(e.Message, "INT16"):
		f.Message = "smallint out of range"
	case strings.Contains(e.Message, "INT32"):
		f.Message = "integer out of range"
	case strings.Contains(e.Message, "INT64"):
		f.Message = "bigint out of range"
	case strings.Contains(e.Message, "DECIMAL"):
		f.Message = "numeric field overflow"
	}
}

func constraintFault(f *fault.Error, e *warehouse.EngineError) {
	f.Code = "23000"
	if m := notNull.FindStringSubmatch(e.Message); m != nil {
		f.Code, f.Message = "23502", `null value in column "`+m[1]+`" violates not-null constraint`
		f.Message = "Cannot insert a NULL value into column " + m[1]
	} else if m := tooLong.FindStringSubmatch(e.Message); m != nil {
		f.Code, f.Message = "22001", "value too long for type character varying("+m[1]+")"
	}
}

// transactionFault is Redshift's word for a transaction that met another's changes:
// a bare number, and the rest in the detail.
func transactionFault(f *fault.Error, e *warehouse.EngineError) {
	f.Kind, f.Code = fault.Conflict, "40001"
	f.Message = "1023"
	f.Detail = "Serializable isolation violation: " + firstLine(e.Message)
	f.Hint = "Another transaction changed the same rows since this one began. Run the transaction again."
}

// conflicting names the table and the transaction in a serialization failure.
func (s *Session) conflicting(err error, t *warehouse.Table) error {
	e, ok := errors.AsType[*warehouse.EngineError](err)
	if !ok {
		return err
	}
	f, ok := errors.AsType[*fault.Error](engineFault(e))
	if !ok || f.Code != "40001" {
		return err
	}
	f.On = t.Schema + "." + t.Name
	f.Detail = fmt.Sprintf("Serializable isolation violation on table - %d, transactions forming the cycle are: %d (pid:%d)", t.OID, s.client.XID(), s.opt.PID)
	return f
}
