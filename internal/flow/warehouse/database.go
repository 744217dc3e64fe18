package warehouse

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"sync"
)

//go:embed schema.sql
var catalogSchema string

// queryBlock is how many query ids are reserved by one commit.
const queryBlock = 1000

// Database is one Redshift database: an engine file with its catalog.
type Database struct {
	Name      string
	engine    Engine
	namespace func() *Namespace
	locks     *locks
	rights    rightsCache

	ids struct {
		sync.Mutex
		next, end int64
	}
}

// Schema is the statements that create a database's catalog where it is
// missing. They run when the engine opens, before any connection.
func Schema() string {
	return catalogSchema + fmt.Sprintf("CREATE SEQUENCE IF NOT EXISTS inlet.query_id START %d INCREMENT %d;", queryBlock, queryBlock)
}

// NewDatabase makes engine, which has Schema, a Redshift database of a namespace.
func NewDatabase(ns func() *Namespace, name string, engine Engine) *Database {
	return &Database{Name: name, engine: engine, namespace: ns, locks: newLocks()}
}

// Engine is the engine the database lives in.
func (d *Database) Engine() Engine { return d.engine }

// Namespace is the namespace the database belongs to, as it is now: its roles change.
func (d *Database) Namespace() *Namespace { return d.namespace() }

// NextQuery hands out a query id: unique in the database, growing, also after a restart.
func (d *Database) NextQuery(ctx context.Context) (int64, error) {
	d.ids.Lock()
	defer d.ids.Unlock()
	if d.ids.next == d.ids.end {
		first, err := d.reserve(ctx)
		if err != nil {
			return 0, fmt.Errorf("reserve query ids: %w", err)
		}
		d.ids.next, d.ids.end = first, first+queryBlock
	}
	d.ids.next++
	return d.ids.next - 1, nil
}

func (d *Database) reserve(ctx context.Context) (int64, error) {
	conn, err := d.engine.Connect(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return queryInt(ctx, conn, "SELECT nextval('inlet.query_id')")
}

// queryInt runs a query whose answer is one BIGINT.
func queryInt(ctx context.Context, conn Conn, sql string, args ...any) (int64, error) {
	var n int64
	err := EachRow(ctx, conn, func(c *Chunk, row int) error {
		n = Values[int64](&c.Vectors[0])[row]
		return nil
	}, sql, args...)
	return n, err
}

// EachRow runs a query and calls f for each row of its result.
func EachRow(ctx context.Context, conn Conn, f func(c *Chunk, row int) error, sql string, args ...any) error {
	rows, err := conn.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	return drain(rows, f)
}

// drain calls f for each row and closes the rows.
func drain(rows Rows, f func(c *Chunk, row int) error) error {
	defer rows.Close()
	for {
		chunk, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range chunk.Rows {
			if err := f(chunk, i); err != nil {
				return err
			}
		}
	}
}
