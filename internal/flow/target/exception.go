package target

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Exception is a change that could not be applied.
type Exception struct {
	Table     source.Name
	Statement string
	Error     string
}

// someExceptions is how many are kept with one statement, whose length is limited.
const someExceptions = 100

// Except keeps exceptions in awsdms_apply_exceptions, within the transaction.
func (x *Tx) Except(ctx context.Context, all []Exception) error {
	for some := range slices.Chunk(all, someExceptions) {
		if err := x.except(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (x *Tx) except(ctx context.Context, all []Exception) error {
	rows := make([]string, len(all))
	for i, e := range all {
		rows[i] = "(" + strings.Join([]string{x.t.Literal(x.t.cfg.Task), x.t.Literal(cut(e.Table.Schema, 128)), x.t.Literal(cut(e.Table.Table, 128)),
			x.t.time(time.Now()), x.t.Literal(cut(e.Statement, 65535)), x.t.Literal(cut(e.Error, 65535))}, ", ") + ")"
	}
	if _, err := x.Exec(ctx, "INSERT INTO "+x.t.control+".awsdms_apply_exceptions VALUES "+strings.Join(rows, ", ")); err != nil {
		return fmt.Errorf("note exceptions: %w", err)
	}
	return nil
}

// cut shortens text to so many bytes, between characters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// Trouble is what kind an error of a statement is.
type Trouble uint8

// The kinds of trouble.
const (
	Other      Trouble = iota // Roles, buckets, connections: not one table's.
	Data                      // A value does not fit.
	Truncation                // A text is too long.
	Shape                     // The table is not there or not as it should be.
)

// TroubleOf tells what kind an error of the warehouse is.
func TroubleOf(err error) Trouble {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return Other
	}
	text := pg.Message + " " + pg.Detail + " " + pg.Hint
	switch {
	case pg.Code == "22001", strings.Contains(text, "exceeds DDL length"), strings.Contains(text, "value too long"):
		return Truncation
	case strings.HasPrefix(pg.Code, "22"), strings.HasPrefix(pg.Code, "23"), strings.Contains(pg.Message, "Load into table"):
		return Data
	case strings.HasPrefix(pg.Code, "42") && pg.Code != "42501", pg.Code == "3F000", pg.Code == "0A000", pg.Code == "2BP01":
		return Shape
	}
	return Other
}
