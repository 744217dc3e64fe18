package mapping

import (
	"time"

	"github.com/inlet-data/inlet/internal/flow/mapping/charset"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Types says which column types tables of the warehouse get.
type Types uint8

// The two tables of types.
const (
	Widest Types = iota // A type that holds every value of the source's column.
	DMS                 // What Amazon's service chooses, also where values do not fit.
)

// LOB says what becomes of values that a source keeps apart for their size.
type LOB struct {
	Out   bool // Columns of such types are left out (SupportLobs false).
	Limit int  // Bytes after which values are cut; 0 when only the column's own length counts.
	Fatal bool // A cut ends the task (FailTasksOnLobTruncation).
}

// Policy says what becomes of a row with a value that is longer than its column.
type Policy uint8

// The policies, named after the values of DataTruncationErrorPolicy.
const (
	LogError     Policy = iota // The value is cut, the row is loaded, and it is told.
	IgnoreRecord               // The row is left out, and it is told.
	SuspendTable               // An *Overflow ends the table.
	StopTask                   // An *Overflow ends the task.
)

// Options are what a plan depends on besides the document and the table.
type Options struct {
	Engine        string // mysql, mariadb or postgres.
	TargetSchema  string // Where all tables go, unless a rule renames their schema; empty for the source's schema.
	Types         Types
	LOB           LOB
	Overflow      Policy
	Characters    *charset.Rules   // What becomes of certain characters of texts, before any rule; nil for nothing.
	CaseSensitive bool             // The warehouse tells Orders from orders; otherwise names are in lower case.
	Now           func() time.Time // For expressions; nil is time.Now.
	Cuts          *Cuts            // Where cut values are counted; may serve all plans of a task.
	Told          func(Overflow)   // Hears of values that were cut or whose rows were left out; may be nil. Called from any goroutine.
}

// Header is what a change's transaction says of it; zero in a full load.
type Header struct {
	Position source.Position
	Commit   time.Time
}
