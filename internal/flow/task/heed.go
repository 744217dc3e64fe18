package task

import (
	"context"
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// errHeed asks for a chunk to be read again with the plan that looks into every row.
var errHeed = errors.New("the chunk holds values that the target does not take")

// heed asks for that when COPY refused values of a chunk whose rows were not looked at,
// and the settings let the task go on with them. It holds for all chunks that follow.
func (r *run) heed(ctx context.Context, t *table, s *staged, err error) error {
	if target.TroubleOf(err) != target.Data || s.refused != nil || policy(r.c.Settings.ErrorBehavior.DataErrorPolicy) != apply.LogError {
		return nil
	}
	have, err := r.target.Columns(ctx, t.plan.Schema, t.plan.Table)
	if err != nil {
		return err
	}
	r.log.Printf(tasklog.TargetLoad, tasklog.Info, "Rows of table %s are read again and looked at for values that the target does not take", t.label())
	s.counted.undo()
	r.mu.Lock()
	defer r.mu.Unlock()
	t.have = have
	return errHeed
}

// heeding is the plan for a chunk's rows, and where it notes what the target does not take.
func (r *run) heeding(t *table) (*mapping.Plan, *target.Refusals) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.have == nil {
		return t.plan, nil
	}
	refused := r.target.Refusals(t.plan)
	return t.plan.Careful(r.target.Care(t.have, refused.Add)), refused
}

// heeded counts the values of a chunk that the target did not take, and the rows that it
// refused as a whole. It fails when the table has more of them than DataErrorEscalationCount.
func (r *run) heeded(t *table, refused *target.Refusals, rows int64) error {
	values := int64(0)
	if refused != nil && refused.Values > 0 {
		r.log.Printf(tasklog.TargetLoad, tasklog.Warning, "%d values of table %s are none that the target takes: NULL stands in their place, and %d rows are left out; awsdms_apply_exceptions names them",
			refused.Values, t.label(), refused.Rows)
		values, rows = refused.Values-refused.Rows, rows+refused.Rows
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.FullLoadErrorRows += rows
	t.wrong += rows + values
	most := int64(r.c.Settings.ErrorBehavior.DataErrorEscalationCount)
	if most == 0 || t.wrong <= most {
		return nil
	}
	kind := fault.Invalid // Of the table.
	if r.c.Settings.ErrorBehavior.DataErrorEscalationPolicy == settings.StopTask {
		kind = fault.Conflict
	}
	return &fault.Error{Kind: kind, Code: "DataErrorEscalation", On: t.Name.String(), Message: fmt.Sprintf("%d values or rows were refused by the target, more than DataErrorEscalationCount allows", t.wrong),
		Hint: "awsdms_apply_exceptions names them; mend them in the source and load the table again"}
}
