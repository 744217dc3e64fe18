package node

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
)

// Explain is an error for people: what went wrong, and the way out if one is known.
func Explain(err error) (message, hint string) {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		message, hint = err.Error(), e.Hint
		if e.Detail != "" {
			message += "\n" + e.Detail
		}
		return message, hint
	}
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return err.Error(), e.Hint
	}
	return err.Error(), ""
}
