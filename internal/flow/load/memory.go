package load

import (
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// stateMemory is PostgreSQL's out_of_memory.
const stateMemory = "53200"

// OutOfMemory reports a load for which the engine had too little memory. A
// smaller batch may fit, or the same one when others need less of it.
func OutOfMemory(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.TooLarge && f.Code == stateMemory
}

// lacking returns the engine's error that says that its memory did not do.
func lacking(err error) (*warehouse.EngineError, bool) {
	e, ok := errors.AsType[*warehouse.EngineError](err)
	return e, ok && e.Kind == warehouse.ErrorOutOfMemory
}

// cramped is the engine's want of memory over one file.
type cramped struct {
	file int
	err  error
}

func (e *cramped) Error() string { return e.err.Error() }
func (e *cramped) Unwrap() error { return e.err }

// outOfMemory names the file, what lacks and the way out. The engine's error is
// told in the detail and not wrapped: what the engine cannot do, a smaller load can.
func (r *run) outOfMemory(e *warehouse.EngineError, err error) error {
	limit := "than the engine may use"
	if e.Limit > 0 {
		limit = fmt.Sprintf("than the %d MB that the engine may use", e.Limit>>20)
	}
	op, on, smaller := "COPY", r.crampedFile(err), "load fewer files at a time"
	switch {
	case r.table == nil: // It runs for an UNLOAD.
		op, on, smaller = "UNLOAD", "the query", "unload fewer rows at a time"
	case on == "":
		on = fmt.Sprintf("the load of %d files", len(r.files))
	case r.Copy.Format.Kind == "parquet":
		smaller = "write the file with smaller row groups"
	default:
		smaller = "load it in smaller files, one after the other"
	}
	detail, _, _ := strings.Cut(e.Message, "\n")
	return &fault.Error{Kind: fault.TooLarge, Code: stateMemory, Op: op, Detail: detail, Hint: "Give the engine more with inlet serve --memory=MB, or " + smaller + ".",
		Message: "out of memory: " + on + " needs more memory " + limit}
}

// crampedFile is the file that was read, "" where that is not known.
func (r *run) crampedFile(err error) string {
	if c, ok := errors.AsType[*cramped](err); ok {
		return r.files[c.file].URL()
	}
	if len(r.files) == 1 {
		return r.files[0].URL()
	}
	return ""
}
