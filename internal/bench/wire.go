package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// readBuffer is what the client takes from the socket at once.
const readBuffer = 1 << 20

// rowCounter is a connection that counts the rows of answers without looking into
// them, so that the server is measured and not what a client makes of the rows.
type rowCounter struct{ *pgconn.HijackedConn }

func dial(ctx context.Context, config *pgx.ConnConfig) (client, error) {
	conn, err := pgconn.ConnectConfig(ctx, &config.Config)
	if err != nil {
		return nil, err
	}
	raw, err := conn.Hijack()
	return rowCounter{raw}, err
}

func (c rowCounter) count(_ context.Context, sql string) (int, error) {
	c.Frontend.Send(&pgproto3.Query{String: sql})
	if err := c.Frontend.Flush(); err != nil {
		return 0, err
	}
	return countMessages(c.Conn)
}

func (c rowCounter) close() { _ = c.Conn.Close() } // All was read.

// countMessages counts DataRow messages up to ReadyForQuery.
func countMessages(conn net.Conn) (rows int, err error) {
	r := bufio.NewReaderSize(conn, readBuffer)
	for {
		head, err := r.Peek(5)
		if err != nil {
			return rows, err
		}
		kind, size := head[0], int(binary.BigEndian.Uint32(head[1:]))
		if kind == 'E' {
			text, _ := r.Peek(min(size+1, r.Buffered()))
			return rows, fmt.Errorf("the server answers with an error: %q", text)
		}
		if _, err := r.Discard(1 + size); err != nil {
			return rows, err
		}
		switch kind {
		case 'D':
			rows++
		case 'Z':
			return rows, nil
		}
	}
}
