package apply

import (
	"fmt"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// lost says that rows which changed are not in the target.
func (f *flush) lost(t *tablePlan, rows int64) error {
	f.a.c.Log.Printf(tasklog.TargetApply, tasklog.Warning, "%d rows of %s that changed are not in the target", rows, t.name())
	return fmt.Errorf("%d rows that changed are not in the target", rows)
}

// tableError is trouble with one table alone.
type tableError struct {
	table source.Name
	err   error
}

func (e *tableError) Error() string { return "table " + e.table.String() + ": " + e.err.Error() }
func (e *tableError) Unwrap() error { return e.err }
