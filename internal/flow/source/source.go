// Package source is the contract of the databases that rows come from: what
// they hold, a snapshot of it in key ranges, and their changes in order.
// Values leave a source encoded as CSV, ready for COPY; see AppendText.
package source

import (
	"context"
	"io"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// Position is a place in a source's log of changes. Only the source reads it; of two
// positions of one source the later one is the greater string.
type Position string

// After reports whether a place is later than another. What follows a blank helps the
// source to find a place again and may differ for the same one.
func (p Position) After(other Position) bool {
	place, _, _ := strings.Cut(string(p), " ")
	than, _, _ := strings.Cut(string(other), " ")
	return place > than
}

// Name is a table's name in its source.
type Name struct{ Schema, Table string }

// String prints the name as schema.table.
func (n Name) String() string { return n.Schema + "." + n.Table }

// Column is one column of a table.
type Column struct {
	Name     string
	Declared string       // The type in the source's own words.
	Type     sqltype.Type // A type that holds every value of the column.
	Nullable bool
}

// Table is the shape of a table at one moment.
type Table struct {
	Name
	Columns []Column
	Key     []int // The columns of the key in its order; none when rows cannot be told apart.
	Rows    int64 // About how many rows there are.
}

// Key is the value of each key column of a row, as text.
type Key []string

// Range is the rows after one key and up to another, both open when nil, or those of a part.
type Range struct {
	After, Through Key
	Part           *Part `json:",omitempty"`
}

// Result is what a snapshot did, also when it ended early.
type Result struct {
	Rows  int64
	Bytes int64
	Last  Key      // Of the last row the writer took: go on with it as After.
	At    Position // Set when the table has no key: the rows are those of this very position.
	NULs  int64    // Characters U+0000 left out, which Redshift cannot store.
}

// Source is a database that rows come from. Its methods may be called at the
// same time; each uses connections of its own.
type Source interface {
	// Check looks for everything that would keep the tables from being read and
	// followed, and joins what it finds, each a *fault.Error with the SQL that mends it.
	Check(ctx context.Context, tables []Name) error
	// Tables are the tables of all schemas but the system's.
	Tables(ctx context.Context) ([]Name, error)
	// Describe tells the shape of a table as it is now.
	Describe(ctx context.Context, table Name) (*Table, error)
	// Position is the end of the log now. What follows it is kept for this reader, where a source keeps anything.
	Position(ctx context.Context) (Position, error)
	// Split cuts a table into ranges of about so many rows, in the order of its key.
	Split(ctx context.Context, table *Table, rows int) ([]Range, error)
	// Snapshot writes the rows of a range as CSV, in the order of the key. Each call of
	// Write gets whole rows. Rows may be newer than a position taken before; changes
	// followed from that position, applied by key, make them equal.
	Snapshot(ctx context.Context, table *Table, r Range, w io.Writer) (Result, error)
	// Pick writes the rows that have one of the keys as CSV, in any order.
	Pick(ctx context.Context, table *Table, keys []Key, w io.Writer) error
	// Changes delivers what happened after a position until the context ends or the sink
	// refuses. It connects again by itself when the server goes away.
	Changes(ctx context.Context, from Position, sink Sink) error
	// Applied tells the source that what happened up to a position is safe elsewhere, so
	// that it need not keep it for this reader any longer.
	Applied(through Position)
	// Remove takes away what the source keeps for this reader, which will not come back.
	Remove(ctx context.Context) error
	// Close ends all connections.
	Close() error
}
