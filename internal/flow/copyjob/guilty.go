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
	if _, ok := errors.AsType[*brokenRule](err); ok {
		return batch, true
	}
	if bad, ok := errors.AsType[*load.BadFiles](err); ok {
		return some(bad.Files, batch), true
	}
	if _, ok := errors.AsType[*guard.Denied](err); ok {
		return batch, true
	}
	if troubleOf(err) != lasting {
		return nil, false
	}
	if _, ok := errors.AsType[*warehouse.EngineError](err); ok || fault.CodeOf(err) == "NoSuchKey" {
		return some(nil, batch), true
	}
	return batch, true
}

// some are those of the batch that were named, or the only one it has.
func some(named, batch []load.Object) []load.Object {
	if len(batch) == 1 {
		return batch
	}
	var found []load.Object
	for _, f := range batch {
		if slices.ContainsFunc(named, func(n load.Object) bool { return n.Bucket == f.Bucket && n.Key == f.Key && n.ETag == f.ETag }) {
			found = append(found, f)
		}
	}
	return found
}

// caused reports whether an error or one of its causes has a code.
func caused(err error, code string) bool {
	return someFault(err, func(f *fault.Error) bool { return f.Code == code })
}

// badData reports whether files failed for what is in them: neither a right nor the file itself is missing.
func badData(err error) bool {
	if _, rule := errors.AsType[*brokenRule](err); rule || caused(err, "NoSuchKey") || caused(err, overwritten) {
		return false
	}
	_, named := errors.AsType[*load.BadFiles](err)
	e, engine := errors.AsType[*warehouse.EngineError](err)
	return named || engine && fromData(e.Kind)
}

// overwritten is the code of a file that is no longer the version that arrived.
const overwritten = "PreconditionFailed"
