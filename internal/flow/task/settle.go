package task

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// settle notes what became of a job. The table is to be opened again when it was
// altered meanwhile; an error that is returned ends the load of all tables.
func (r *run) settle(ctx context.Context, j job, err error) (again bool, fatal error) {
	t := j.table
	if err != nil {
		if ctx.Err() != nil {
			return false, err
		}
		if fatal := r.judge(t, err); fatal != nil {
			return false, fatal
		}
	}
	switch r.after(j, err) {
	case restartTable:
		return r.restart(t, "was altered while it was loaded")
	case giveUpTable:
		return false, r.suspend(ctx, t)
	case completeTable:
		return r.complete(ctx, t)
	}
	return false, nil
}

// outcome is what follows for the table.
type outcome uint8

const (
	nothing outcome = iota
	restartTable
	giveUpTable
	completeTable
)

// after counts a job and says what follows, once no chunk of the table is on its way.
func (r *run) after(j job, err error) outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := j.table
	if j.chunk >= 0 {
		t.busy--
		if err == nil {
			t.done++
		}
	}
	switch {
	case t.busy > 0:
	case t.stale:
		return restartTable
	case t.failed != nil:
		return giveUpTable
	case len(t.todo) == 0 && t.done == len(t.Ranges) && err == nil:
		return completeTable
	}
	return nothing
}

// judge decides whether an error is the table's own, and returns it when it is the task's.
func (r *run) judge(t *table, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.todo = nil
	switch {
	case fault.CodeOf(err) == "SourceTableChanged":
		t.stale = true
		return nil
	case !ofTable(err):
		t.State, t.Error = TableError, oneLine(err)
		return errors.Join(err, r.keep(t))
	}
	if t.failed == nil {
		t.failed = err
	}
	if r.c.Settings.ErrorBehavior.TableErrorPolicy == "STOP_TASK" {
		t.State, t.Error = TableError, oneLine(err)
		return errors.Join(err, r.keep(t))
	}
	return nil
}

// ofTable reports whether an error is about one table's data or shape. What is wrong
// with roles, buckets, logins and connections stops every table alike.
func ofTable(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		if strings.Contains(e.Detail, "xen_aws_credentials_mgr") || strings.Contains(e.Message, "is not associated to cluster") || strings.Contains(e.Message, "S3ServiceException") {
			return false
		}
		return e.Code != "28000" && e.Code != "28P01" && e.Code != "42501"
	}
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return strings.HasPrefix(e.Code, "SourceT") || e.Code == "SourceGrant" || e.Code == "SourceKey" || e.Code == "SourceCharset" || e.Code == "RowsMissing" || e.Kind == fault.Invalid
	}
	return false
}

// restart makes a table ready for a load from its beginning. One that shares the target's table
// is loaded with the others that do, when their loads have ended.
func (r *run) restart(t *table, why string) (again bool, err error) {
	if r.shares(t.Name) {
		r.want(t.Name, "it "+why)
		return false, r.unkept()
	}
	r.log.Printf(tasklog.TablesManager, tasklog.Warning, "Table %s %s; its load begins anew", t.label(), why)
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Refit = t.Refit || t.Prepared // Some of its chunks may be in the target.
	t.restart(&r.state)
	t.State = BeingReloaded
	return true, r.keep(t)
}

// suspend gives a table up; the others go on.
func (r *run) suspend(ctx context.Context, t *table) error {
	err := t.failed
	if _, told := errors.AsType[*pgconn.PgError](err); !told { // Those of the warehouse the target has told.
		r.say(tasklog.SourceUnload, tasklog.Error, err)
	}
	r.log.Printf(tasklog.TaskManager, tasklog.Warning, "Table %s was errored/suspended (%s)", t.label(), oneLine(err))
	r.mu.Lock()
	t.State, t.Error = TableError, oneLine(err)
	if fault.CodeOf(err) == "SourceTable" {
		t.State = DoesNotExist
	}
	t.Errors++
	kept := r.keep(t)
	r.mu.Unlock()
	return errors.Join(kept, r.noteSuspended(ctx, t), r.escalate(t, err))
}

// escalate ends the task when a table was given up as often as TableErrorEscalationCount says.
func (r *run) escalate(t *table, last error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if most := r.c.Settings.ErrorBehavior.TableErrorEscalationCount; most == 0 || t.Errors < most {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "TableErrorEscalation", On: t.Name.String(), Message: fmt.Sprintf("the table was given up %d times, as many as TableErrorEscalationCount allows; the last time: %s", t.Errors, oneLine(last)),
		Hint: "mend the table and start with reload-target, which counts anew, or set TableErrorEscalationCount to 0"}
}

// complete notes that all of a table is in the target, and up to where its rows may tell of
// changes. A part may be in twice when a commit took effect after it was given up for lost.
func (r *run) complete(ctx context.Context, t *table) (again bool, err error) {
	var through source.Position
	if r.follows() {
		if through, err = r.position(ctx); err != nil {
			return false, err
		}
	}
	trouble, err := r.whole(ctx, t)
	if err != nil {
		return false, err
	}
	if trouble != "" {
		return r.restart(t, trouble)
	}
	if err := r.distinct(ctx, t); fault.CodeOf(err) == codeShared {
		t.failed = err
		return false, r.suspend(ctx, t)
	} else if err != nil {
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.State, t.Error, t.Through = Completed, "", through
	t.FullLoadEnd = time.Now().UTC()
	t.LastUpdate = t.FullLoadEnd
	r.log.Printf(tasklog.SourceUnload, tasklog.Info, "Unload finished for table %s. %d rows sent.", t.label(), t.FullLoadRows)
	r.log.Printf(tasklog.TargetLoad, tasklog.Info, "Load finished for table %s. %d rows received. %d rows skipped. Volume transfered %d.",
		t.label(), t.FullLoadRows, t.FullLoadErrorRows, t.FullLoadBytes)
	return false, r.keep(t)
}
