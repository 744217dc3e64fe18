package rehearse

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/inlet-data/inlet/internal/cli/ask"
	"github.com/inlet-data/inlet/internal/node"
)

// script is a rehearsal of several statements on one connection. Tables that the
// file makes and that are not there yet exist for it only, in a transaction that is rolled back.
type script struct {
	*Options
	conn   *pgx.Conn
	tx     pgx.Tx // nil until there is a table to make
	report *report
}

func rehearse(ctx context.Context, o *Options, steps []node.Step) (*report, error) {
	conn, err := o.Connect(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // That rolls back, too.
	s := &script{Options: o, conn: conn, report: &report{Rehearsals: []rehearsed{}}}
	for _, step := range steps {
		if err := s.step(ctx, step); err != nil {
			return nil, fmt.Errorf("%s: %w", step.Words, ask.Explain(err))
		}
	}
	return s.report, nil
}

func (s *script) step(ctx context.Context, step node.Step) error {
	switch {
	case step.Copy:
		return s.copy(ctx, step.SQL)
	case step.Schema != "":
		return s.create(ctx, step)
	}
	s.report.PassedOver = append(s.report.PassedOver, step.Words)
	return nil
}

// copy rehearses a COPY.
func (s *script) copy(ctx context.Context, sql string) error {
	var text string
	err := s.conn.QueryRow(ctx, fmt.Sprintf("REHEARSE (LIMIT %d, FORMAT JSON) %s", s.Limit, sql), pgx.QueryExecModeSimpleProtocol).Scan(&text)
	if err != nil {
		return err
	}
	one := rehearsed{Rehearsal: new(node.Rehearsal)}
	if err := json.Unmarshal([]byte(text), one.Rehearsal); err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	s.report.Rehearsals = append(s.report.Rehearsals, one)
	return nil
}

const (
	schemaExists = "SELECT count(*) FROM pg_namespace WHERE nspname = $1"
	tableExists  = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2"
)

// create makes a schema or a table that is not there, for this rehearsal only.
func (s *script) create(ctx context.Context, step node.Step) error {
	found, sql, args := int64(0), schemaExists, []any{step.Schema}
	if step.Table != "" {
		sql, args = tableExists, append(args, step.Table)
	}
	if err := s.conn.QueryRow(ctx, sql, args...).Scan(&found); err != nil {
		return err
	}
	if found > 0 {
		return nil
	}
	if s.tx == nil {
		tx, err := s.conn.Begin(ctx)
		if err != nil {
			return fmt.Errorf("begin a transaction: %w", err)
		}
		s.tx = tx
	}
	_, err := s.conn.Exec(ctx, step.SQL, pgx.QueryExecModeSimpleProtocol)
	return err
}
