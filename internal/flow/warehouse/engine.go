package warehouse

import (
	"context"
	"fmt"
)

// Engine runs SQL of its own dialect over one database file. It is the only
// door to the engine; everything above it builds and tests without cgo.
type Engine interface {
	// Connect opens a connection: one transaction context, used by one goroutine at a time
	// (Interrupt excepted).
	Connect(ctx context.Context) (Conn, error)
	// Register makes s readable in a FROM clause as the returned SQL text until release is called.
	Register(s Scan) (sql string, release func())
	// Exchange is a folder whose files the engine reads by their names, "" when there is none. Who
	// puts a file there removes it; what a crash left is gone when the database is opened again.
	Exchange() string
	// Health is nil while the engine works. After a fatal error it says so until the engine has reopened.
	Health() error
	Close() error
}

// Conn is a connection to the engine.
type Conn interface {
	// Prepare readies one statement.
	Prepare(ctx context.Context, sql string) (Stmt, error)
	// Exec runs a script of statements without arguments, or one statement with arguments,
	// and returns the rows the last one affected.
	Exec(ctx context.Context, sql string, args ...any) (int64, error)
	// Query runs one statement and streams its rows.
	Query(ctx context.Context, sql string, args ...any) (Rows, error)
	// Interrupt stops the statement that is running, from any goroutine. The end of a statement's context does the same.
	Interrupt()
	Close() error
}

// Stmt is a prepared statement. Arguments are nil, bool, int64, float64, string,
// []byte or time.Time; strings are cast by the statement's own text.
type Stmt interface {
	// Columns describes the result; it is empty for statements without one.
	Columns() []Column
	// Params gives the type of each parameter, KindNull where the engine cannot tell.
	Params() []VectorType
	Run(ctx context.Context, args ...any) (Rows, error)
	Close() error
}

// Rows is a stream of chunks. It must be closed; it is invalidated by the next
// statement on its connection.
type Rows interface {
	Columns() []Column
	// Next returns the next chunk, valid until the following call, or io.EOF.
	Next() (*Chunk, error)
	// Affected is the number of rows changed by INSERT, UPDATE, DELETE and CREATE TABLE AS.
	Affected() int64
	Close() error
}

// Scan is a source of rows for the engine: it is read in parallel, each worker in its own thread.
type Scan interface {
	Columns() []Column
	// Workers is the highest number of workers that can help.
	Workers() int
	// Worker is called once in each thread.
	Worker() ScanWorker
}

// ScanWorker fills chunks. It is used by one thread only.
type ScanWorker interface {
	// Fill writes up to ChunkSize rows into out's vectors and returns how many; 0 is the end.
	// What string vectors point to must live until the next Fill or Close.
	Fill(out *Chunk) (int, error)
	Close()
}

// ErrorKind classes what the engine refuses; SQLSTATEs are derived from it.
type ErrorKind uint8

// The classes of engine errors.
const (
	ErrorOther ErrorKind = iota
	ErrorSyntax
	ErrorCatalog    // A table, column, function or type is missing, or exists already.
	ErrorBinder     // Names and types do not fit together.
	ErrorConversion // A value does not fit the type it is cast to.
	ErrorOutOfRange
	ErrorConstraint
	ErrorTransaction
	ErrorInterrupted
	ErrorOutOfMemory
	ErrorIO
	ErrorNotImplemented
	ErrorFatal // The instance is unusable; it reopens by itself.
)

// EngineError is an error the engine gave.
type EngineError struct {
	Kind     ErrorKind
	Subtype  string // The engine's finer class, for example "MISSING_ENTRY" or "COLUMN_NOT_FOUND".
	Message  string // Without the engine's prefix.
	Position int    // 0-based byte in the engine's SQL, -1 when unknown.
	Name     string // The name that is missing, when the engine says it.
	Err      error  // The cause when it is Go's: what a Scan or Function returned, or why the context ended.
	Limit    int64  // With ErrorOutOfMemory the bytes that the engine may use, 0 when unknown.
}

func (e *EngineError) Error() string { return e.Message }

// Unwrap returns the cause when it is Go's.
func (e *EngineError) Unwrap() error { return e.Err }

// Column is a column of a result or of a Scan.
type Column struct {
	Name string
	Type VectorType
}

// VectorType is a physical type and, for decimals, its precision and scale.
type VectorType struct {
	Kind      Kind
	Precision uint8
	Scale     uint8
}

func (t VectorType) String() string {
	if t.Kind == KindDecimal {
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	}
	return t.Kind.String()
}
