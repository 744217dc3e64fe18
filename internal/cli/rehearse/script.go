package rehearse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/cli/ask"
	"github.com/inlet-data/inlet/internal/node"
)

// script is a rehearsal of several statements on one connection. Tables that the
// file makes and that are not there yet exist for it only, in a transaction that is rolled back.
type script struct {
	*Options
	conn   *pgx.Conn
	made   []string    // the statements that were run in the transaction; none: there is no transaction
	there  []node.Step // of the tables that the file makes anew though they are there
	report *report
}

// rehearse runs the statements. The report has what came before an error.
func rehearse(ctx context.Context, o *Options, steps []node.Step) (*report, error) {
	s := &script{Options: o, report: &report{Rehearsals: []rehearsed{}}}
	conn, err := o.Connect(ctx, nil)
	if err != nil {
		return s.report, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // That rolls back, too.
	s.conn = conn
	for _, step := range steps {
		if err := s.step(ctx, step); err != nil {
			return s.report, fmt.Errorf("%s: %w", step.Words, ask.Explain(err))
		}
	}
	return s.report, nil
}

func (s *script) step(ctx context.Context, step node.Step) error {
	switch {
	case step.Copy:
		return s.copy(ctx, step)
	case step.Makes:
		return s.create(ctx, step)
	case step.Sets:
		return s.set(ctx, step)
	}
	s.report.PassedOver = append(s.report.PassedOver, step.Words)
	return nil
}

// set changes the session. What cannot be set here is passed over.
func (s *script) set(ctx context.Context, step node.Step) error {
	_, err := s.conn.Exec(ctx, step.SQL, pgx.QueryExecModeSimpleProtocol)
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && ownFault(refused) {
		s.report.PassedOver = append(s.report.PassedOver, step.Words)
		return s.again(ctx)
	}
	if err == nil && len(s.made) > 0 {
		s.made = append(s.made, step.SQL)
	}
	return err
}

// copy rehearses a COPY. One that is refused before its files are asked for would fail, and the next is rehearsed.
func (s *script) copy(ctx context.Context, step node.Step) error {
	one := rehearsed{Rehearsal: new(node.Rehearsal)}
	var text string
	err := s.conn.QueryRow(ctx, fmt.Sprintf("REHEARSE (LIMIT %d, FORMAT JSON) %s", s.Limit, step.SQL), pgx.QueryExecModeSimpleProtocol).Scan(&text)
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && ownFault(refused) {
		one.Rehearsal = step.Refused(refused.Message, refused.Hint)
		s.report.Rehearsals = append(s.report.Rehearsals, one)
		return s.again(ctx)
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), one.Rehearsal); err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	if slices.ContainsFunc(s.there, func(t node.Step) bool {
		return t.Table == step.Table && (t.Schema == step.Schema || t.Schema == "" || step.Schema == "")
	}) {
		one.Notes = append(one.Notes, "The file makes a table "+step.Table+" itself, but there is one, and that one was taken: a DROP is not run.")
	}
	s.report.Rehearsals = append(s.report.Rehearsals, one)
	return nil
}

// ownFault reports an error of the statement: the same COPY would be refused for it. What is
// the connection's, the engine's or the machine's says nothing of the COPY.
func ownFault(e *pgconn.PgError) bool {
	switch e.Code[:min(2, len(e.Code))] {
	case "22", "25", "28", "0A", "3D", "3F", "42":
		return true
	}
	return false
}

const (
	schemaExists = "SELECT count(*) FROM pg_namespace WHERE nspname = $1"
	tableExists  = `SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = coalesce(nullif($1, ''), current_schema()) AND c.relname = $2`
)

// create makes a schema or a table that is not there, for this rehearsal only.
func (s *script) create(ctx context.Context, step node.Step) error {
	if step.Temporary {
		return s.make(ctx, step.SQL)
	}
	found, sql, args := int64(0), schemaExists, []any{step.Schema}
	if step.Table != "" {
		sql, args = tableExists, append(args, step.Table)
	}
	if err := s.conn.QueryRow(ctx, sql, args...).Scan(&found); err != nil {
		return err
	}
	switch {
	case found == 0:
		return s.make(ctx, step.SQL)
	case step.Anew && step.Table != "":
		s.there = append(s.there, step)
	}
	return nil
}

// make runs a statement whose effect ends with the rehearsal.
func (s *script) make(ctx context.Context, sql string) error {
	if len(s.made) == 0 {
		if _, err := s.conn.Exec(ctx, "BEGIN"); err != nil {
			return fmt.Errorf("begin a transaction: %w", err)
		}
	}
	s.made = append(s.made, sql)
	_, err := s.conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	return err
}

// again makes everything anew in a new transaction, after an error ended the one before.
func (s *script) again(ctx context.Context) error {
	made := s.made
	if len(made) == 0 {
		return nil
	}
	if _, err := s.conn.Exec(ctx, "ROLLBACK"); err != nil {
		return fmt.Errorf("end a transaction: %w", err)
	}
	s.made = nil
	for _, sql := range made {
		if err := s.make(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}
