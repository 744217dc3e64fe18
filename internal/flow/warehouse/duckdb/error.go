//go:build cgo

package duckdb

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// report is an error as the engine writes it with errors_as_json.
type report struct {
	Type     string `json:"exception_type"`
	Message  string `json:"exception_message"`
	Subtype  string `json:"error_subtype"`
	Position string `json:"position"`
	Name     string `json:"name"`
}

// errorKinds are the engine's names of its exceptions.
var errorKinds = map[string]warehouse.ErrorKind{
	"Parser":                 warehouse.ErrorSyntax,
	"Syntax":                 warehouse.ErrorSyntax,
	"Catalog":                warehouse.ErrorCatalog,
	"Dependency":             warehouse.ErrorCatalog,
	"Binder":                 warehouse.ErrorBinder,
	"Mismatch Type":          warehouse.ErrorBinder,
	"Invalid type":           warehouse.ErrorBinder,
	"Unknown Type":           warehouse.ErrorBinder,
	"Parameter Not Resolved": warehouse.ErrorBinder,
	"Parameter Not Allowed":  warehouse.ErrorBinder,
	"Conversion":             warehouse.ErrorConversion,
	"Decimal":                warehouse.ErrorConversion,
	"Out of Range":           warehouse.ErrorOutOfRange,
	"Divide by Zero":         warehouse.ErrorOutOfRange,
	"Constraint":             warehouse.ErrorConstraint,
	"TransactionContext":     warehouse.ErrorTransaction,
	"INTERRUPT":              warehouse.ErrorInterrupted,
	"Interrupt":              warehouse.ErrorInterrupted,
	"Out of Memory":          warehouse.ErrorOutOfMemory,
	"Object Size":            warehouse.ErrorOutOfMemory,
	"IO":                     warehouse.ErrorIO,
	"Serialization":          warehouse.ErrorIO,
	"Permission":             warehouse.ErrorIO,
	"Not implemented":        warehouse.ErrorNotImplemented,
	"Missing Extension":      warehouse.ErrorNotImplemented,
	"FATAL":                  warehouse.ErrorFatal,
	"INTERNAL":               warehouse.ErrorFatal, // The engine invalidates itself after these too.
}

// parseError reads the engine's error text: JSON, with or without a prefix, or
// `Kind Error: message` where the engine had no connection's settings at hand.
func parseError(text string) *warehouse.EngineError {
	r, ok := parseReport(text)
	if !ok {
		r = report{Message: text}
		if kind, message, found := strings.Cut(text, " Error: "); found {
			r.Type, r.Message = kind, message
		}
	}
	e := &warehouse.EngineError{Kind: errorKinds[r.Type], Subtype: r.Subtype, Message: r.Message, Position: -1, Name: r.Name}
	if at, err := strconv.Atoi(r.Position); err == nil {
		e.Position = at
	}
	if r.Type == "Divide by Zero" {
		e.Subtype = "DIVIDE_BY_ZERO"
	}
	return e
}

func parseReport(text string) (r report, ok bool) {
	at := strings.IndexByte(text, '{')
	if at < 0 {
		return r, false
	}
	// A plain message may quote JSON; only an object with the engine's own key is a report.
	err := json.Unmarshal([]byte(text[at:]), &r)
	return r, err == nil && r.Type != ""
}

// interrupted is the answer to a statement whose context ended.
func interrupted(ctx context.Context) *warehouse.EngineError {
	return &warehouse.EngineError{Kind: warehouse.ErrorInterrupted, Message: "canceling statement: " + context.Cause(ctx).Error(),
		Position: -1, Err: context.Cause(ctx)}
}

// unavailable is the answer of an engine that is closed or reopening.
func unavailable(why string, cause error) *warehouse.EngineError {
	return &warehouse.EngineError{Kind: warehouse.ErrorFatal, Message: why, Position: -1, Err: cause}
}

func refused(kind warehouse.ErrorKind, format string, args ...any) *warehouse.EngineError {
	return &warehouse.EngineError{Kind: kind, Message: fmt.Sprintf(format, args...), Position: -1}
}
