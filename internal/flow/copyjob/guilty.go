package copyjob

import (
	"errors"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// guilty tells which files of a batch a failed load puts down to themselves.
// None of several means that some are, but not which. It is final when the
// same load would fail again.
func guilty(err error, batch []load.Object) (files []load.Object, final bool) {
	if bad, ok := errors.AsType[*load.BadFiles](err); ok {
		return some(bad.Files, batch), true
	}
	if _, ok := errors.AsType[*guard.Denied](err); ok {
		return batch, true
	}
	if e, ok := errors.AsType[*warehouse.EngineError](err); ok {
		return some(nil, batch), lasting(e.Kind)
	}
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || passing(e) {
		return nil, false
	}
	if e.Code == "NoSuchKey" {
		return some(nil, batch), true
	}
	return batch, true
}

// passing reports whether an error, or what caused it, is one of an environment that may recover.
func passing(e *fault.Error) bool {
	switch e.Kind {
	case fault.Unavailable, fault.Cancelled, fault.Conflict, fault.Internal:
		return true
	}
	cause, ok := errors.AsType[*fault.Error](e.Err)
	return ok && passing(cause)
}

// some are those of the batch that were named, or the only one it has.
func some(named, batch []load.Object) []load.Object {
	if len(batch) == 1 {
		return batch
	}
	var found []load.Object
	for _, f := range batch {
		if slices.ContainsFunc(named, func(n load.Object) bool { return n.Bucket == f.Bucket && n.Key == f.Key }) {
			found = append(found, f)
		}
	}
	return found
}

// lasting reports whether an error of the engine comes from the data or the statement.
func lasting(k warehouse.ErrorKind) bool {
	switch k {
	case warehouse.ErrorSyntax, warehouse.ErrorCatalog, warehouse.ErrorBinder, warehouse.ErrorConversion, warehouse.ErrorOutOfRange,
		warehouse.ErrorConstraint, warehouse.ErrorNotImplemented:
		return true
	}
	return false
}
