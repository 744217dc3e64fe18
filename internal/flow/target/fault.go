package target

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// explain keeps the server's words and gives the error a kind and a code.
func (t *Target) explain(err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if _, done := errors.AsType[*fault.Error](err); !ok || done {
		return err
	}
	f := &fault.Error{Kind: kindOf(pg.Code), Code: pg.Code, Message: pg.Message, Detail: pg.Detail, Hint: pg.Hint, Err: err}
	if f.Hint == "" && pg.Code == "42501" {
		f.Hint = fmt.Sprintf("grant user %s what the statement needs: CREATE on the database for schemas, USAGE and CREATE on schemas, ownership of tables for ALTER, DROP and TRUNCATE", t.cfg.Connect.User)
	}
	return f
}

// Explained is an error's text with what the server says besides its message.
func Explained(err error) string {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err.Error()
	}
	text := pg.Message
	for _, more := range []string{pg.Detail, pg.Hint} {
		if more != "" {
			text += " " + more
		}
	}
	return text
}

func kindOf(code string) fault.Kind {
	switch {
	case code == "42501":
		return fault.Denied
	case code == "42P01" || code == "3F000":
		return fault.NotFound
	case code == "42P07":
		return fault.Exists
	case code == "0A000":
		return fault.Unsupported
	case strings.HasPrefix(code, "57") || strings.HasPrefix(code, "08"):
		return fault.Unavailable
	}
	return fault.Invalid
}

// failed explains why a chunk could not be loaded, in DMS's line and for a person.
func (t *Target) failed(ctx context.Context, p *mapping.Plan, c Chunk, err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	t.cfg.Log.Printf(tasklog.TargetLoad, tasklog.Error, "%s", ODBC(pg))
	f := &fault.Error{Kind: kindOf(pg.Code), Code: pg.Code, Op: "COPY", On: p.Schema + "." + p.Table, Message: pg.Message, Detail: pg.Detail, Hint: pg.Hint, Err: err}
	bad, lookErr := t.BadRows(ctx, c.Manifest, 5)
	if lookErr != nil || len(bad) == 0 {
		return f
	}
	var all []string
	for _, b := range bad {
		all = append(all, b.String())
		t.cfg.Log.Printf(tasklog.TargetLoad, tasklog.Error, "Load into table '%s'.'%s': %s", p.Schema, p.Table, b)
	}
	f.Hint = "Rows that were refused: " + strings.Join(all, "; ")
	return f
}

// ODBC is a server's error as DMS's log has it, which doctors of DMS look for.
func ODBC(e *pgconn.PgError) string {
	text := "RetCode: SQL_ERROR  SqlState: " + e.Code + " NativeError: 30 Message: [Amazon][Amazon Redshift] (30) Error occurred while trying to execute a query: [SQLState " +
		e.Code + "] ERROR:  " + e.Message
	if e.Detail != "" {
		text += " DETAIL: " + e.Detail
	}
	return strings.ReplaceAll(text, "\n", " ") + "  [1022500]  (ar_odbc_stmt.c:5007)"
}
