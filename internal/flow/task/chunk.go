package task

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/flow/apply"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// staged is a chunk whose files are written.
type staged struct {
	set   *stage.Set
	files stage.Files
	rows  int64
	at    source.Position

	counted *counting
	refused *target.Refusals // Nil when rows were not looked at.
}

// openTable learns a table's shape, makes the target's table ready and cuts the load
// into chunks; of a load that was begun before, those that are not in the target.
func (r *run) openTable(ctx context.Context, t *table) error {
	return r.again(ctx, tasklog.TablesManager, "preparing table "+t.Name.String(), func(ctx context.Context, _ func()) error {
		if t.Shape == nil {
			if err := r.cut(ctx, t); err != nil {
				return err
			}
		}
		plan, err := r.plan(t.Shape)
		if err != nil {
			return err
		}
		if !t.Prepared {
			if err := r.prepare(ctx, t, plan); err != nil {
				return err
			}
		}
		return r.queue(ctx, t, plan)
	})
}

// cut reads a table's shape and divides it into ranges, which are kept: a resumed load has the same.
func (r *run) cut(ctx context.Context, t *table) error {
	shape, since, err := r.look(ctx, t.Name)
	if err != nil {
		return err
	}
	plan, err := r.plan(shape)
	if err != nil {
		return err
	}
	for _, w := range plan.Warnings {
		r.log.Printf(tasklog.MetadataManager, tasklog.Warning, "%s", w)
	}
	ranges, err := r.ranges(ctx, t, plan)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Shape, t.Since, t.Ranges, t.State, t.FullLoadStart = shape, since, ranges, Loading, time.Now().UTC()
	return r.keep(t)
}

// look reads a table's shape, and a position at which it had that shape.
func (r *run) look(ctx context.Context, n source.Name) (*source.Table, source.Position, error) {
	shape, err := r.c.Source.Describe(ctx, n)
	for err == nil && r.follows() {
		since, err := r.c.Source.Position(ctx)
		if err != nil {
			return nil, "", err
		}
		again, err := r.c.Source.Describe(ctx, n)
		if err != nil {
			return nil, "", err
		}
		if slices.Equal(again.Columns, shape.Columns) {
			return again, since, nil
		}
		shape = again
	}
	return shape, "", err
}

// prepare makes the target's table what the settings say, once for each load: a
// resumed one must not lose what it has.
func (r *run) prepare(ctx context.Context, t *table, plan *mapping.Plan) error {
	if err := r.target.Still(ctx); err != nil { // What follows takes rows away.
		return err
	}
	if r.shares(t.Name) {
		return r.prepareShared(ctx, t, plan)
	}
	mode := r.prep()
	if t.Refit {
		mode = target.Refit
	}
	return r.prepareAs(ctx, t, plan, mode)
}

func (r *run) prepareAs(ctx context.Context, t *table, plan *mapping.Plan, mode target.Prep) error {
	if err := r.target.Forget(ctx, t.Name); err != nil {
		return err
	}
	if err := r.target.Prepare(ctx, plan, mode); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Prepared, t.Refit = true, false
	return r.keep(t)
}

// queue makes the chunks available that are not in the target.
func (r *run) queue(ctx context.Context, t *table, plan *mapping.Plan) error {
	in, err := r.target.Loaded(ctx, t.Name)
	if err != nil {
		return err
	}
	rows, err := r.target.LoadedRows(ctx, t.Name)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.plan, t.have, t.todo, t.done, t.FullLoadRows = plan, nil, nil, 0, rows
	for n := range t.Ranges {
		if in[t.chunk(n)] {
			t.done++
		} else {
			t.todo = append(t.todo, n)
		}
	}
	r.tell(t)
	return nil
}

// unload writes a chunk's rows as files of the stage. It returns nil when there are none.
func (r *run) unload(ctx context.Context, j job) (*staged, error) {
	t := j.table
	var s *staged
	err := r.again(ctx, tasklog.SourceUnload, "unloading table "+t.Name.String(), func(ctx context.Context, _ func()) error {
		// No other attempt, also not of a task of that name elsewhere, writes files of these names.
		set := r.stage.Set(ctx, fmt.Sprintf("%s/%d/%s-%s", r.folder(), t.ID, t.chunk(j.chunk), strconv.FormatInt(time.Now().UnixNano(), 36)))
		counted := &counting{r: r, t: t, to: set}
		plan, refused := r.heeding(t)
		to := plan.Writer(counted)
		res, err := r.c.Source.Snapshot(ctx, plan.From, t.Ranges[j.chunk], to)
		var files stage.Files
		if err == nil {
			files, err = set.Close(ctx)
		}
		if err != nil {
			counted.undo()
			_ = set.Remove(context.WithoutCancel(ctx)) // What stays is swept at the next start.
			return err
		}
		s = &staged{set, files, res.Rows - mapping.LeftOut(to), res.At, counted, refused}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r.unloadedChunk(t, j, s)
}

// unloadedChunk notes of which position the rows of a table without key are, before they are loaded.
func (r *run) unloadedChunk(t *table, j job, s *staged) (*staged, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log.Printf(tasklog.SourceUnload, tasklog.Debug, "Unload finished for chunk %d of table %s. %d rows sent.", j.chunk+1, t.label(), s.rows)
	if s.at != "" {
		t.Prior, t.At = t.At, s.at
		if err := r.keep(t); err != nil {
			return nil, err
		}
	}
	if s.files.Manifest == "" && (s.refused == nil || s.refused.Values == 0) {
		return nil, nil
	}
	return s, nil
}

// copy loads a chunk's files, which are read again when the target does not take all of their values.
func (r *run) copy(ctx context.Context, j job, s *staged) error {
	err := r.copyOnce(ctx, j, s)
	if !errors.Is(err, errHeed) {
		return err
	}
	if s, err = r.unload(ctx, j); err != nil || s == nil {
		return err
	}
	return r.copyOnce(ctx, j, s)
}

// copyOnce loads files: the rows and the mark that they are in are one transaction.
func (r *run) copyOnce(ctx context.Context, j job, s *staged) error {
	t := j.table
	err := r.again(ctx, tasklog.TargetLoad, "loading table "+t.Name.String(), func(ctx context.Context, _ func()) error {
		chunk := target.Chunk{Manifest: s.files.Manifest, Gzip: r.stage.Gzip(), ID: t.chunk(j.chunk), Rows: s.rows, Refusals: s.refused}
		rows, already, err := r.target.Load(ctx, t.plan, chunk)
		if policy, some := r.leavesOut(err); some {
			if err = r.heed(ctx, t, s, err); err == nil {
				err = r.copySome(ctx, t, chunk, policy)
			}
			return err
		}
		if err == nil {
			if err = r.copied(t, rows, already); err == nil && !already {
				err = r.heeded(t, s.refused, 0)
			}
		}
		return err
	})
	gone := s.set.Remove(context.WithoutCancel(ctx))
	if gone != nil {
		r.say(tasklog.FileTransfer, tasklog.Warning, gone) // The next start sweeps.
	}
	return err
}

// leavesOut reports whether the settings let rows be left out for which a chunk was refused.
func (r *run) leavesOut(err error) (p apply.Policy, some bool) {
	switch target.TroubleOf(err) {
	case target.Data:
		p = policy(r.c.Settings.ErrorBehavior.DataErrorPolicy)
	case target.Truncation:
		p = policy(r.c.Settings.ErrorBehavior.DataTruncationErrorPolicy)
	default:
		return p, false
	}
	return p, p == apply.LogError || p == apply.IgnoreRecord
}

// copySome loads a chunk without the rows that are refused.
func (r *run) copySome(ctx context.Context, t *table, chunk target.Chunk, p apply.Policy) error {
	done, err := r.target.LoadSome(ctx, t.plan, chunk, p == apply.LogError)
	if err != nil {
		return err
	}
	if err = r.copied(t, done.Rows, done.Already); err == nil && !done.Already {
		err = r.heeded(t, chunk.Refusals, done.Refused)
	}
	return err
}

// copied counts the rows of a chunk that is in the target.
func (r *run) copied(t *table, rows int64, already bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.FullLoadRows += rows
	t.LastUpdate = time.Now().UTC()
	r.tell(t)
	if !already || t.At == "" {
		return nil
	}
	t.At = t.Prior // The rows are those of an earlier attempt, whose end nobody saw.
	return r.keep(t)
}

// prep is what the settings do with tables that are there.
func (t *Task) prep() target.Prep {
	switch t.c.Settings.FullLoadSettings.TargetTablePrepMode {
	case settings.TruncateBeforeLoad:
		return target.TruncateBeforeLoad
	case settings.DropAndCreate:
		return target.DropAndCreate
	}
	return target.DoNothing
}

// counting counts what passes to the stage, for those who watch.
type counting struct {
	r     *run
	t     *table
	to    *stage.Set
	bytes int64
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.bytes += int64(n)
	c.r.mu.Lock()
	defer c.r.mu.Unlock()
	c.t.FullLoadBytes += int64(n)
	return n, err
}

func (c *counting) undo() {
	c.r.mu.Lock()
	defer c.r.mu.Unlock()
	c.t.FullLoadBytes -= c.bytes
}
