package ask_test

import (
	"context"
	"errors"
	"testing"

	"github.com/inlet-data/inlet/internal/cli/ask"
	"github.com/inlet-data/inlet/internal/node"
)

// TestInterruptReachesTheWarehouse: a command that is interrupted leaves no statement that goes on.
func TestInterruptReachesTheWarehouse(t *testing.T) {
	w := &ask.Warehouse{Data: t.TempDir()}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	asked := errors.New("the node was never ready")
	err := node.Run(ctx, node.Options{Data: w.Data, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0", Ready: func(*node.Node) {
		defer stop()
		asked = interrupt(t, w)
	}})
	if err := errors.Join(err, asked); err != nil {
		t.Fatal(err)
	}
}

// interrupt begins to read a long answer, and takes no more.
func interrupt(t *testing.T, w *ask.Warehouse) error {
	conn, err := w.Connect(t.Context(), nil)
	if err != nil {
		return err
	}
	defer conn.Close(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows, err := conn.Query(ctx, "SELECT generate_series FROM generate_series(1, 1000000000)")
	if err != nil {
		return err
	}
	if !rows.Next() {
		return errors.Join(errors.New("there is no first row"), rows.Err())
	}
	cancel()
	rows.Close()
	if err := ask.Explain(rows.Err()); !errors.Is(err, context.Canceled) {
		t.Errorf("the statement ended with %v", err)
	}
	var one int
	return conn.QueryRow(t.Context(), "SELECT 1").Scan(&one) // The connection is as good as before: its statement is over.
}
