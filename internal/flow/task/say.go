package task

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// say writes an error as one or more lines: the warehouse's as its driver does, and the way out when it is known.
func (t *Task) say(c tasklog.Component, level tasklog.Level, err error) {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		t.log.Printf(c, level, "%s", target.ODBC(e))
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
		return target.ODBC(e)
	}
	return flat(err.Error())
}

// flat joins lines.
func flat(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}
