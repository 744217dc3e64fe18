package load

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Request is one COPY to run.
type Request struct {
	Copy *dialect.Copy
	User warehouse.User
	PID  int32
	// JobID and Files are set for a COPY JOB: its files were found already.
	JobID int64
	Files []Object
	// Ordered is set when rows must go in as the files have them, one file after
	// the other, while nobody else writes the table.
	Ordered bool
	// With runs in the transaction that holds the rows, before it commits.
	With func(ctx context.Context, query int64) error
}

// Outcome is what a COPY did. Query is set also when it failed.
type Outcome struct {
	Query  int64
	Table  string // unqualified
	Rows   int64  // loaded
	Errors int64  // rejected
}

// BadFiles is the error of a load that failed because of what is in some of its
// files; the others may be good.
type BadFiles struct {
	Files []Object
	Err   error // what the client is told
}

func (e *BadFiles) Error() string { return e.Err.Error() }

// Unwrap returns what the client is told.
func (e *BadFiles) Unwrap() error { return e.Err }
