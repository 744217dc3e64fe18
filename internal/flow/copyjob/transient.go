package copyjob

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// trouble is what the error of a load means for its files.
type trouble int

// Troubles. Which errors are which:
//
//   - passing: fault.Unavailable anywhere in the chain. That is what the source
//     answers when it cannot serve now: SlowDown and ServiceUnavailable (503),
//     InternalError (500), RequestTimeout, a connection that broke. Tries are
//     counted: Redshift gives up on a source after 15 to 30 minutes.
//   - cramped: the engine had too little memory for a load. Others may need less
//     of it soon, so tries are counted; but a file may be too large for good, and
//     those behind it must not wait for ever.
//   - ours: errors of the engine that no file causes (fatal, I/O, out of memory
//     beside a load, a transaction that lost against another, interrupted), and
//     fault.Internal, Conflict and Cancelled. The files wait until it works, however long.
//   - lasting: all others: bad rows, a refusal, a missing table or file, a
//     statement that does not fit. The same load fails again.
const (
	lasting trouble = iota
	passing
	cramped
	ours
)

// troubleOf classes an error.
func troubleOf(err error) trouble {
	if someFault(err, func(f *fault.Error) bool { return f.Kind == fault.Unavailable }) {
		return passing
	}
	if load.OutOfMemory(err) {
		return cramped
	}
	if e, ok := errors.AsType[*warehouse.EngineError](err); ok {
		if fromData(e.Kind) {
			return lasting
		}
		return ours
	}
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || environment(e) {
		return ours
	}
	return lasting
}

// someFault reports whether an error, or one of its causes, is such a fault.
func someFault(err error, is func(*fault.Error) bool) bool {
	if f, ok := err.(*fault.Error); ok && is(f) {
		return true
	}
	switch x := err.(type) {
	case interface{ Unwrap() error }:
		return someFault(x.Unwrap(), is)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(x.Unwrap(), func(e error) bool { return someFault(e, is) })
	}
	return false
}

// environment reports whether an error, or what caused it, is neither a file's nor a statement's.
func environment(e *fault.Error) bool {
	switch e.Kind {
	case fault.Cancelled, fault.Conflict, fault.Internal:
		return true
	}
	cause, ok := errors.AsType[*fault.Error](e.Err)
	return ok && environment(cause)
}

// fromData reports whether an error of the engine comes from the data or the statement.
func fromData(k warehouse.ErrorKind) bool {
	switch k {
	case warehouse.ErrorSyntax, warehouse.ErrorCatalog, warehouse.ErrorBinder, warehouse.ErrorConversion, warehouse.ErrorOutOfRange,
		warehouse.ErrorConstraint, warehouse.ErrorNotImplemented:
		return true
	}
	return false
}

// RetryTime is how long a source that cannot serve is tried by jobs that do not set retries.
// Source: Redshift Database Developer Guide, "Errors when reading multiple files" (15 to 30 minutes).
const RetryTime = 15 * time.Minute

// MemoryTime is how long a file for which the engine has too little memory is tried
// by jobs that do not set retries: as long as what else is loaded may take, for the
// job's other files wait meanwhile. With a small file that is RetryTime.
const MemoryTime = time.Minute

// smallSize is up to how many stored bytes it is not the file that fills the engine's memory, but what others do there.
const smallSize = 1 << 20

// The pauses after a failure that may pass: each is twice the one before.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 30 * time.Second
)

// tries counts failures one after the other.
type tries struct {
	n       int
	counted int           // of them those of which there may not be any number
	since   time.Time     // the first of these
	pause   time.Duration // before the next try
}

// patience is how long the same is tried with files by jobs that do not set retries; it reports false where that is for ever.
func patience(err error, files []load.Object) (time.Duration, bool) {
	switch troubleOf(err) {
	case passing:
		return RetryTime, true
	case cramped:
		if len(files) == 1 && files[0].Size <= smallSize {
			return RetryTime, true
		}
		return MemoryTime, true
	}
	return 0, false
}

// again notes a failure with files and reports whether there is to be another try.
func (t *tries) again(s Settings, err error, files []load.Object) bool {
	t.n++
	t.pause = min(max(firstPause, 2*t.pause), lastPause)
	limit, counts := patience(err, files)
	if !counts {
		return true
	}
	if t.counted++; t.counted == 1 {
		t.since = time.Now()
	}
	if s.Retries != nil {
		return t.counted <= *s.Retries
	}
	return time.Since(t.since) < limit
}

// gaveUp says how often it was tried.
func (t *tries) gaveUp(err error) error {
	out := &fault.Error{Kind: fault.Invalid, Code: "XX000", Err: err, Message: fmt.Sprintf("%s (given up after %d tries)", reason(err), t.counted),
		Hint: "When the source works again, COPY JOB RUN loads the files."}
	if f, ok := errors.AsType[*fault.Error](err); ok && load.OutOfMemory(err) {
		out.Kind, out.Code, out.Hint = f.Kind, f.Code, f.Hint+" COPY JOB RUN then loads the file."
	}
	return out
}
