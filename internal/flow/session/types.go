package session

import (
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// Column describes one column of a result to a client.
type Column struct {
	Name string
	// Type is what Redshift would announce. The values lie in the chunk as the
	// chunk's own vector says; the wire converts between the two.
	Type sqltype.Type
}

// Arg is one bound parameter as the client sent it.
type Arg struct {
	Null   bool
	Binary bool   // in the type's binary format, else text
	OID    uint32 // 0 when the client left the type open
	Value  []byte
}

// Result is what one statement answers.
type Result struct {
	Columns []Column       // nil when the statement has no rows, even no empty ones
	Rows    warehouse.Rows // nil when Columns is nil; the caller closes it
	// Tag is the command tag without a count, for example "SELECT", "INSERT 0", "CREATE TABLE".
	Tag string
	// Counted says that a number of rows belongs after the tag: the rows sent for
	// a SELECT, Affected otherwise.
	Counted  bool
	Affected int64
}

// Notice is a message that accompanies a result, for example COPY's INFO.
type Notice struct {
	Severity string // "INFO", "WARNING", "NOTICE"
	Code     string // SQLSTATE
	Message  string
	Detail   string
	Hint     string
}

// Setting is a run-time parameter that clients are told about when it changes.
type Setting struct{ Name, Value string }
