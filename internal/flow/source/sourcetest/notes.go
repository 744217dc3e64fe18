package sourcetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// ErrEnd ends Changes where Notes are to end.
var ErrEnd = errors.New("end")

// Notes are a sink that writes down what comes as text, of the tables of schema shop.
type Notes struct {
	Lines   []string // Rows as "INSERT table row", statements as "DROP TABLE table"; an ALTER in its own words.
	Until   source.Position
	At      source.Position // Of the last commit.
	Commits int
	Shapes  []*source.Table // Of the rows, for each batch.
	Each    func() error    // Called for each commit, instead of looking for Until; may be nil.
}

// Wants is the tables of schema shop.
func (n *Notes) Wants(name source.Name) bool { return name.Schema == "shop" }

// Rows notes rows, before and after.
func (n *Notes) Rows(r *source.Rows) error {
	for i := range max(r.Before.Len(), r.After.Len()) {
		line := r.Op.String() + " " + r.Table.Name.Table
		for _, m := range []*source.Images{&r.Before, &r.After} {
			if m.Len() > i {
				line += " " + strings.ReplaceAll(string(m.Row(i)), source.Null, "NULL")
			}
		}
		n.Lines = append(n.Lines, line)
	}
	n.Shapes = append(n.Shapes, r.Table)
	return nil
}

// DDL notes a statement.
func (n *Notes) DDL(d *source.DDL) error {
	line := d.Verb.String() + " " + d.Table.Table
	if d.To.Table != "" {
		line += " to " + d.To.Table
	}
	if d.Verb == source.Alter {
		line = d.Statement
	}
	n.Lines = append(n.Lines, line)
	return nil
}

// Commit ends Changes at the position.
func (n *Notes) Commit(c source.Commit) error {
	n.Commits++
	n.At = c.Position()
	if n.Each != nil {
		return n.Each()
	}
	if n.Until != "" && n.At >= n.Until {
		return ErrEnd
	}
	return nil
}

// Rollback keeps what is noted.
func (n *Notes) Rollback() {}

// Faults flattens what Check joins.
func Faults(err error) []*fault.Error {
	var all []*fault.Error
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range j.Unwrap() {
			all = append(all, Faults(e)...)
		}
	} else if f, ok := errors.AsType[*fault.Error](err); ok {
		all = append(all, f)
	} else if err != nil {
		all = append(all, &fault.Error{Message: err.Error()})
	}
	return all
}

// Expect looks for a fault among some; no code means none at all.
func Expect(t testing.TB, got []*fault.Error, code, says, sql string) {
	t.Helper()
	for _, f := range got {
		if f.Code == code && strings.Contains(f.Message, says) && strings.Contains(f.Hint, sql) {
			return
		}
	}
	if code == "" && len(got) == 0 {
		return
	}
	t.Errorf("found %d faults, want %q that says %q and %q", len(got), code, says, sql)
	for _, f := range got {
		t.Logf("%s: %v: %s", f.Code, f, f.Hint)
	}
}

// Values makes values of declared types, literals, and what becomes of both.
func Values(all [][4]string) []Value {
	values := make([]Value, len(all))
	for i, v := range all {
		values[i] = Value{Declared: v[0], Literal: v[1], CSV: v[2], Type: v[3]}
	}
	return values
}
