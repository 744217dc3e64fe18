package mapping

import (
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Refusal is a value that the source holds and the warehouse does not take.
type Refusal struct {
	Table   source.Name
	Column  string       // The source's name.
	Type    sqltype.Type // Of the warehouse's column.
	Value   string
	Key     source.Key // Of the row; none when it has no key.
	Op      source.Op  // What happened to the row; zero in a full load.
	Left    bool       // The row is left out; otherwise NULL stands for the value.
	NotNull bool       // It is this value for which it is left out.
	Row     string     // As CSV, where it is left out or has no key.
}

// String names the value, its place, and what became of it.
func (r *Refusal) String() string {
	where := fmt.Sprintf("column %s of table %s", r.Column, r.Table)
	if len(r.Key) > 0 {
		where += fmt.Sprintf(", row %q", []string(r.Key))
	}
	became := "NULL stands in its place"
	switch {
	case r.NotNull:
		became = "the row is left out, since the column takes no NULL in the warehouse or belongs to its key; " +
			"mend the value in the source, or load into a table whose column takes NULL (TargetTablePrepMode other than DROP_AND_CREATE)"
	case r.Left:
		became = "the row is left out for the value of another column"
	}
	return fmt.Sprintf("%s: the value %q is none that a column of type %s in the warehouse holds: %s", where, r.Value, strings.ToUpper(r.Type.String()), became)
}
