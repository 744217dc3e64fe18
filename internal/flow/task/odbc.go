package task

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// odbc is an error of the warehouse as DMS's driver words it in the log.
func odbc(e *pgconn.PgError) string {
	text := fmt.Sprintf("RetCode: SQL_ERROR  SqlState: %s NativeError: 30 Message: [Amazon][Amazon Redshift] (30) "+
		"Error occurred while trying to execute a query: [SQLState %s] ERROR:  %s", e.Code, e.Code, strings.TrimSpace(e.Message))
	if e.Detail != "" {
		text += " DETAIL: " + flat(e.Detail)
	}
	return text + "  [1022500]  (ar_odbc_stmt.c:5007)"
}

// say writes an error as one or more lines: the warehouse's as its driver does, and the way out when it is known.
func (t *Task) say(c tasklog.Component, level tasklog.Level, err error) {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		t.log.Printf(c, level, "%s", odbc(e))
		if e.Hint != "" {
			t.log.Printf(c, level, "Hint: %s", flat(e.Hint))
		}
		return
	}
	t.log.Printf(c, level, "%s", oneLine(err))
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Hint != "" {
		t.log.Printf(c, level, "Hint: %s", flat(e.Hint))
	}
}

// oneLine is an error for a place that has room for one line.
func oneLine(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return odbc(e)
	}
	return flat(err.Error())
}

// flat joins lines.
func flat(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}
