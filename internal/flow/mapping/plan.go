package mapping

import (
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Column is a column of the table in the warehouse.
type Column struct {
	Name     string
	Type     sqltype.Type
	Nullable bool
	Declared string // The source's words for the type; empty for a column that rules add.
}

// Plan is how the rows of one table go to the warehouse. It may be used from
// several goroutines.
type Plan struct {
	From          *source.Table // With only the columns to be read, in order: for Snapshot.
	Schema, Table string        // In the warehouse, in lower case unless it tells cases apart.
	Columns       []Column
	Key           []int     // Of Columns; none when rows of the target cannot be told apart.
	Segments      *Segments // Nil when the document does not cut the table.
	Warnings      []string

	places []int // Of From's columns in the table the plan was made for.
	same   bool
}

// Plan says how the rows of a table go to the warehouse.
func (d *Document) Plan(t *source.Table, o Options) (*Plan, error) {
	p := &Plan{From: t, Schema: fold(t.Schema, o), Table: fold(t.Name.Table, o), Key: t.Key, same: true}
	if o.TargetSchema != "" {
		p.Schema = fold(o.TargetSchema, o)
	}
	for i, c := range t.Columns {
		p.Columns = append(p.Columns, Column{Name: fold(c.Name, o), Type: c.Type, Nullable: c.Nullable, Declared: c.Declared})
		p.places = append(p.places, i)
	}
	return p, nil
}

func fold(name string, o Options) string {
	if o.CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// Identity reports whether the rows of From are the target's rows as they are.
func (p *Plan) Identity() bool { return p.same }

// Writer takes whole rows of From, as a snapshot writes them, and writes whole rows
// of the target to w: it is w itself when the plan is the identity.
func (p *Plan) Writer(w io.Writer) io.Writer { return w }

// Rows hands changes on as changes of the target's table: in the order and with the
// names of Columns and Key, each call with rows of one kind. Rows that leave what
// the filters let through come as deletes, rows that enter it as inserts. What is
// handed on is valid until to returns.
func (p *Plan) Rows(rows *source.Rows, h Header, to func(*source.Rows) error) error { return to(rows) }

// Row is one row of the table the plan was made for.
type Row struct {
	Op     source.Op
	Field  func(column int) []byte // As CSV, by the columns of that table.
	Header Header
}

// Row appends one row of the target, ended by a newline. It is not kept when the
// filters leave it out.
func (p *Plan) Row(dst []byte, r Row) (out []byte, keep bool, err error) {
	for i, place := range p.places {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, r.Field(place)...)
	}
	return append(dst, '\n'), true, nil
}

// Segments are the parts the document cuts a table into for its full load.
type Segments struct{}

// Collisions looks over all plans of a task for tables that would be one in the warehouse.
func Collisions(plans []*Plan) error { return nil }
