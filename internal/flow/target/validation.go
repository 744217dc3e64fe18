package target

import (
	"context"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

const validationTable = `awsdms_validation_failures_v1 (task_name VARCHAR(128) NOT NULL, table_owner VARCHAR(128) NOT NULL, table_name VARCHAR(128) NOT NULL,
  failure_time TIMESTAMP NOT NULL, key_type VARCHAR(128) NOT NULL, "key" VARCHAR(7800) NOT NULL, failure_type VARCHAR(128) NOT NULL, details VARCHAR(7800) NOT NULL)`

// Failure is a row that differs, as awsdms_validation_failures_v1 holds it: Key and Details are JSON.
type Failure struct{ Key, Type, Details string }

// SetFailures replaces what is noted of a table's rows that differ from the source's.
func (t *Target) SetFailures(ctx context.Context, table source.Name, all []Failure) error {
	if err := t.once(ctx, validationTable); err != nil {
		return err
	}
	name, _, _ := strings.Cut(validationTable, " ")
	owner := []string{t.Literal(t.cfg.Task), t.Literal(cut(table.Schema, 128)), t.Literal(cut(table.Table, 128)), t.time(time.Now()), "'Row'"}
	sql := "DELETE FROM " + t.control + "." + name + " WHERE task_name = " + t.Literal(t.cfg.Task) + t.ofTable(table)
	for i, f := range all {
		if i == 0 {
			sql += "; INSERT INTO " + t.control + "." + name + " VALUES "
		} else {
			sql += ", "
		}
		sql += "(" + strings.Join(append(owner[:5:5], t.Literal(cut(f.Key, 7800)), t.Literal(f.Type), t.Literal(cut(f.Details, 7800))), ", ") + ")"
	}
	return t.retry(ctx, "write "+name, func(ctx context.Context) error {
		return t.transact(ctx, func(ctx context.Context, x *Tx) error {
			_, err := x.s.exec(ctx, sql)
			return err
		})
	})
}
