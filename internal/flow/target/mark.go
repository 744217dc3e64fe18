package target

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Chunks that stand for states of a table's load.
const (
	markPrepared = ""
	markComplete = "*"
)

func (t *Target) marks() string { return t.control + ".inlet_load" }

// of is the condition that selects a table's marks.
func (t *Target) of(table source.Name) string {
	return t.mine() + " AND source_schema = " + t.Literal(table.Schema) + " AND source_table = " + t.Literal(table.Table)
}

// mark is the statement that notes a chunk. Marks are only ever added by loads, so that
// loads at the same time do not meet.
func (t *Target) mark(table source.Name, chunk string, rows int64) string {
	return "INSERT INTO " + t.marks() + " VALUES (" + t.me() + ", " + t.Literal(table.Schema) + ", " + t.Literal(table.Table) + ", " +
		t.Literal(chunk) + ", " + number(rows) + ", " + t.time(time.Now()) + ")"
}

// Begun reports whether a table was prepared and its load may have begun; it is then never emptied again.
func (t *Target) Begun(ctx context.Context, table source.Name) (bool, error) {
	return t.marked(ctx, table, markPrepared)
}

func (t *Target) marked(ctx context.Context, table source.Name, chunk string) (bool, error) {
	rows, err := t.query(ctx, "read the marks of "+table.String(), "SELECT 1 FROM "+t.marks()+" WHERE "+t.of(table)+" AND chunk = "+t.Literal(chunk))
	return len(rows) > 0, err
}

// Loaded are the chunks of a table that are in.
func (t *Target) Loaded(ctx context.Context, table source.Name) (map[string]bool, error) {
	rows, err := t.query(ctx, "read the marks of "+table.String(), "SELECT chunk, COUNT(*) FROM "+t.marks()+" WHERE "+t.of(table)+" GROUP BY chunk")
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, r := range rows {
		chunk := r.text(0)
		if chunk == markPrepared || chunk == markComplete {
			continue
		}
		all[chunk] = true
		if r.text(1) != "1" {
			return nil, &fault.Error{Kind: fault.Conflict, Code: "ChunkTwice", Op: "load", On: table.String(),
				Message: "part " + chunk + " of the table was loaded " + r.text(1) + " times", Hint: "two processes loaded it at once; reload the table"}
		}
	}
	return all, nil
}

// Complete notes that all of a table is in. It fails when a part is in twice.
func (t *Target) Complete(ctx context.Context, table source.Name) error {
	if _, err := t.Loaded(ctx, table); err != nil {
		return err
	}
	return t.exec(ctx, "note that "+table.String()+" is loaded", t.mark(table, markComplete, 0))
}

// Completed are the tables of this task whose loads are done.
func (t *Target) Completed(ctx context.Context) (map[source.Name]bool, error) {
	rows, err := t.query(ctx, "read which tables are loaded", "SELECT DISTINCT source_schema, source_table FROM "+t.marks()+" WHERE "+t.mine()+" AND chunk = "+t.Literal(markComplete))
	all := map[source.Name]bool{}
	for _, r := range rows {
		all[source.Name{Schema: r.text(0), Table: r.text(1)}] = true
	}
	return all, err
}

// Forget takes a table's marks away: the next load begins anew.
func (t *Target) Forget(ctx context.Context, table source.Name) error {
	return t.exec(ctx, "forget the load of "+table.String(), "DELETE FROM "+t.marks()+" WHERE "+t.of(table))
}

// Remove takes away all that the task keeps in the warehouse: marks, checkpoint, rows of control tables.
func (t *Target) Remove(ctx context.Context) error { return t.remove(ctx, "") }

// Reset is Remove for a run that goes on, and stays the task's owner.
func (t *Target) Reset(ctx context.Context) error { return t.remove(ctx, " AND source_schema <> ''") }

func (t *Target) remove(ctx context.Context, marks string) error {
	t.checkpoint.mu.Lock()
	defer t.checkpoint.mu.Unlock()
	t.checkpoint.read = false
	return t.with(ctx, "remove the task's rows", func(ctx context.Context, s *session) error {
		for _, from := range []string{t.marks() + " WHERE " + t.mine() + marks, t.control + ".inlet_checkpoint WHERE " + t.mine()} {
			if _, err := s.exec(ctx, "DELETE FROM "+from); err != nil {
				return err
			}
		}
		return t.forgetStatus(ctx, s)
	})
}
