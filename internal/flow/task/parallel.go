package task

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// ranges are the parts a table is loaded in: those that the mapping's parallel-load asks for,
// or else ranges of its key. A table without key is one, since all its rows must be of one position.
func (r *run) ranges(ctx context.Context, t *table, plan *mapping.Plan) ([]source.Range, error) {
	asked := plan.Segments != nil || plan.Partitions != nil
	if len(plan.From.Key) == 0 {
		if plan.Partitions != nil && len(plan.Partitions.Names) > 0 {
			return nil, partitionsRefused(t, "it has no key, and then all its rows must be read at once", "name a key (define-primary-key), or load the whole table")
		}
		if asked {
			r.log.Printf(tasklog.TablesManager, tasklog.Warning, "Table %s has no key: parallel-load has no effect, and it is loaded at once", t.label())
		}
		return []source.Range{{}}, nil
	}
	var all []source.Range
	var err error
	switch {
	case plan.Segments != nil:
		all = r.segments(t, plan)
	case plan.Partitions != nil:
		all, err = r.partitions(ctx, t, plan.Partitions)
	}
	if err != nil || all != nil {
		return all, err
	}
	return r.c.Source.Split(ctx, plan.From, r.c.ChunkRows)
}

// segments are the parts between the mapping's boundaries; nil when their columns are not read.
func (r *run) segments(t *table, plan *mapping.Plan) []source.Range {
	read := columnsOf(plan.From)
	for _, c := range plan.Segments.Columns() {
		if !slices.Contains(read, c) {
			r.log.Printf(tasklog.TablesManager, tasklog.Warning, "Table %s is loaded by ranges of its key: column %s of parallel-load is not loaded", t.label(), c)
			return nil
		}
	}
	for _, s := range plan.Segments.Report() {
		r.log.Printf(tasklog.TablesManager, tasklog.Info, "Table %s, %s", t.label(), s)
	}
	if all, ok := plan.Segments.Ranges(); ok {
		return all
	}
	return plan.Segments.Parts()
}

// partitions are the partitions of a table that are to be loaded; nil when it has none.
func (r *run) partitions(ctx context.Context, t *table, asked *mapping.Partitions) ([]source.Range, error) {
	var there []source.Partition
	if s, ok := r.c.Source.(source.Partitioner); ok {
		var err error
		if there, err = s.Partitions(ctx, t.Name); err != nil {
			return nil, err
		}
	}
	var all []source.Range
	var left, found []string
	for _, p := range there {
		if len(asked.Names) > 0 && !slices.Contains(asked.Names, p.Name) {
			left = append(left, p.Name)
			continue
		}
		found = append(found, p.Name)
		all = append(all, source.Range{Part: &source.Part{Partition: p.Part}})
	}
	for _, n := range asked.Names {
		if !slices.Contains(found, n) {
			return nil, partitionsRefused(t, "it has no partition "+n, "it has: "+strings.Join(left, ", "))
		}
	}
	switch {
	case len(all) == 0:
		r.log.Printf(tasklog.TablesManager, tasklog.Warning, "Table %s has no partitions: it is loaded by ranges of its key", t.label())
	case len(left) > 0:
		r.log.Printf(tasklog.TablesManager, tasklog.Warning, "Table %s: rows of the partitions %s are not loaded, since partitions-list does not name them", t.label(), strings.Join(left, ", "))
	default:
		r.log.Printf(tasklog.TablesManager, tasklog.Info, "Table %s is loaded in %d parts, its partitions", t.label(), len(all))
	}
	return all, nil
}

func partitionsRefused(t *table, why, hint string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "ParallelLoad", On: t.Name.String(), Message: fmt.Sprintf("parallel-load of table %s: %s", t.Name, why), Hint: hint}
}
