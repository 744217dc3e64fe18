package copyjob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Queries runs queries in Redshift's dialect; *session.Manager does.
type Queries interface {
	// Query runs a query with a user's rights in c's open transaction.
	Query(ctx context.Context, c *warehouse.Client, user warehouse.User, sql string) (warehouse.Rows, error)
}

// brokenRule is why a batch, all of it, does not fit a job's dedupe_key or validate.
type brokenRule struct{ why *fault.Error }

func (b *brokenRule) Error() string { return b.why.Error() }
func (b *brokenRule) Unwrap() error { return b.why }

// rules does what the job's settings want done with the rows of a load before they are committed.
func (j *Jobs) rules(ctx context.Context, jb *job, a attempt) error {
	if err := jb.dedupe(ctx, a.c); err != nil {
		return jb.broken("dedupe_key", err)
	}
	if jb.set.Validate == "" {
		return nil
	}
	if err := j.validate(ctx, jb, a); err != nil {
		return jb.broken("validate", err)
	}
	return nil
}

// broken names the setting; errors that may pass stay what they are.
func (jb *job) broken(setting string, err error) error {
	if troubleOf(err) != lasting {
		return err
	}
	f := fault.Error{Kind: fault.Invalid, Code: "23514", Err: err}
	if cause, ok := errors.AsType[*fault.Error](err); ok {
		f = *cause
	}
	f.On, f.Message = setting, fmt.Sprintf("%s of COPY job %q: %s", setting, jb.Name, reason(err))
	return &brokenRule{&f}
}

// ownRows is the lowest row id that the engine gives to rows of an open
// transaction. Source: DuckDB, MAX_ROW_ID; rows that are committed are counted from 0.
const ownRows = 36028797018960000

// dedupe removes, of the rows whose key the load brought, all but the newest. A key with a NULL is none.
func (jb *job) dedupe(ctx context.Context, c *warehouse.Client) error {
	if jb.set.DedupeKey == nil {
		return nil
	}
	t, err := c.Table(ctx, jb.copy.Table.Schema, jb.copy.Table.Name)
	if err != nil {
		return err
	}
	key := make([]string, len(jb.set.DedupeKey))
	for i, name := range jb.set.DedupeKey {
		key[i] = warehouse.Quote(name)
	}
	list := strings.Join(key, ", ")
	_, err = c.Conn().Exec(ctx, fmt.Sprintf(`DELETE FROM %[1]s WHERE rowid IN (SELECT "row id" FROM (
		SELECT rowid AS "row id", row_number() OVER (PARTITION BY %[2]s ORDER BY rowid DESC) AS "row place"
		FROM %[1]s WHERE (%[2]s) IN (SELECT (%[2]s) FROM %[1]s WHERE rowid >= %[3]d)) WHERE "row place" > 1)`, t.SQL(), list, ownRows))
	return err
}

// validate runs the job's query: one boolean column must be true in every row; any other query must give no row.
func (j *Jobs) validate(ctx context.Context, jb *job, a attempt) (err error) {
	rows, err := j.services.Queries.Query(ctx, a.c, a.user, jb.set.Validate)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns := rows.Columns()
	boolean := len(columns) == 1 && columns[0].Type.Kind == warehouse.KindBool
	for {
		chunk, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if chunk.Rows > 0 && !boolean {
			return untrue("the query returned rows, and must return none")
		}
		for i := range chunk.Rows {
			if v := &chunk.Vectors[0]; v.Null(i) || !warehouse.Values[bool](v)[i] {
				return untrue("the query did not return true")
			}
		}
	}
}

func untrue(message string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "23514", Message: message, Hint: "The batch was rolled back. Mend the files or the rule, then COPY JOB RUN."}
}
