package target

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// progress are the tables that hold what a task has done: made at every start, shared by
// all tasks, never dropped.
var progress = []string{
	// One row, or several when the position is long.
	`inlet_checkpoint (server_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL, part INTEGER NOT NULL, position VARCHAR(65535) NOT NULL,
  batch VARCHAR(32) NOT NULL, source_time TIMESTAMP, written_at TIMESTAMP)`,
	// A row for each chunk that is in; chunk '' says that the table was prepared, '*' that all is in.
	`inlet_load (server_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL, source_schema VARCHAR(512) NOT NULL, source_table VARCHAR(512) NOT NULL,
  chunk VARCHAR(512) NOT NULL, loaded_rows BIGINT, loaded_at TIMESTAMP)`,
	// What could not be applied, as DMS keeps it; with the SQL, so with the values.
	`awsdms_apply_exceptions (task_name VARCHAR(128) NOT NULL, table_owner VARCHAR(128) NOT NULL, table_name VARCHAR(128) NOT NULL,
  error_time TIMESTAMP NOT NULL, statement VARCHAR(65535) NOT NULL, error VARCHAR(65535) NOT NULL)`,
}

func (t *Target) prepareControl(ctx context.Context) error {
	s, err := t.acquire(ctx)
	if err != nil {
		return err
	}
	defer t.release(s)
	rows, err := s.query(ctx, `SELECT LENGTH('\\')`)
	if err != nil {
		return fmt.Errorf("ask how literals are read: %w", err)
	}
	t.escapes = rows[0].text(0) == "1"
	if err := t.makeSchema(ctx, s, t.cfg.ControlSchema); err != nil {
		return err
	}
	for _, table := range progress {
		if err := t.makeControl(ctx, s, table); err != nil {
			return err
		}
	}
	return nil
}

// makeControl makes a control table where it is not there yet.
func (t *Target) makeControl(ctx context.Context, s *session, definition string) error {
	if err := t.make(ctx, s, "CREATE TABLE IF NOT EXISTS "+t.control+"."+definition); err != nil {
		return t.explain(fmt.Errorf("create control table %.40s: %w", definition, err))
	}
	return nil
}

// make runs a statement that makes something unless it is there. Another task may be making
// it, which is refused until its commit: then it is there.
func (t *Target) make(ctx context.Context, s *session, statement string) error {
	const tries, rest = 40, 25 * time.Millisecond
	for n := 1; ; n++ {
		_, err := s.exec(ctx, statement)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || n == tries || !slices.Contains([]string{"42P06", "42P07", "23505"}, e.Code) {
			return err
		}
		if err := wait(ctx, rest); err != nil {
			return err
		}
	}
}

// makeSchema makes a schema where it is not there: to ask first needs no right to create one.
func (t *Target) makeSchema(ctx context.Context, s *session, schema string) error {
	rows, err := s.query(ctx, "SELECT 1 FROM pg_namespace WHERE nspname = "+t.Literal(t.fold(schema)))
	if err != nil {
		return fmt.Errorf("look for schema %s: %w", schema, err)
	}
	if len(rows) > 0 {
		return nil
	}
	if err := t.make(ctx, s, "CREATE SCHEMA IF NOT EXISTS "+Quote(schema)); err != nil {
		return t.explain(fmt.Errorf("create schema %s: %w", schema, err))
	}
	return nil
}

// mine is the condition that selects a task's rows.
func (t *Target) mine() string {
	return "server_name = " + t.Literal(t.cfg.Server) + " AND task_name = " + t.Literal(t.cfg.Task)
}

// me are the first two values of a row.
func (t *Target) me() string { return t.Literal(t.cfg.Server) + ", " + t.Literal(t.cfg.Task) }
