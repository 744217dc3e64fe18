package target

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
)

// Distinct fails when two rows of a plan's table have one key: those of several sources, of
// which each has it.
func (t *Target) Distinct(ctx context.Context, p *mapping.Plan) error {
	key := keyNames(p)
	if len(key) == 0 {
		return nil
	}
	rows, err := t.query(ctx, "look for keys that are there twice", fmt.Sprintf("SELECT %[1]s FROM %[2]s GROUP BY %[1]s HAVING COUNT(*) > 1 LIMIT 1", Quoted(key), Qualified(p.Schema, p.Table)))
	if err != nil || len(rows) == 0 {
		return err
	}
	values := make([]string, len(key))
	for i := range key {
		values[i] = fmt.Sprintf("%s=%q", key[i], rows[0].text(i))
	}
	return &fault.Error{Kind: fault.Invalid, Code: "SourceTableShared", On: p.From.Name.String(), Op: "load into " + p.Schema + "." + p.Table,
		Message: "the row with key " + strings.Join(values, ", ") + " is in the target's table more than once, since several source tables have it",
		Hint:    "add a column with the expression $AR_M_SOURCE_SCHEMA, put it into the key with define-primary-key, and load the tables again"}
}
