// Package ask is what the commands share that ask a running node's warehouse in SQL.
package ask

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/spf13/cobra"

	"github.com/inlet-data/inlet/internal/node"
)

// Warehouse says which one is asked.
type Warehouse struct {
	Data       string
	Serverless bool
}

// Flags lets a command's user choose it.
func (w *Warehouse) Flags(cmd *cobra.Command) {
	cmd.PersistentFlags().StringVar(&w.Data, "data", "", "data `directory` of the node (default: inlet in the user's data directory)")
	cmd.PersistentFlags().BoolVar(&w.Serverless, "serverless", false, "ask the Serverless workgroup instead of the cluster")
}

// Connect opens a connection as the warehouse's administrator, with the password
// that the node keeps. told is called with what the warehouse says besides; nil is for nobody.
func (w *Warehouse) Connect(ctx context.Context, told func(message string)) (*pgx.Conn, error) {
	i, err := node.Find(w.Data)
	if err != nil {
		return nil, err
	}
	login := &i.Login
	if w.Serverless {
		login = &i.Serverless.Login
	}
	c, err := login.Config()
	if err != nil {
		return nil, err
	}
	c.BuildContextWatcherHandler = cancelling
	if told != nil {
		c.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { told(n.Message) }
	}
	return pgx.ConnectConfig(ctx, c)
}

// patience is how long an interrupted command waits for what the warehouse says to it.
const patience = 10 * time.Second

// cancelling ends the statement in the warehouse, too, when the command is interrupted: else an
// un-load goes on that nobody hears of, and a rehearsal reads on for nobody.
func cancelling(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: patience}
}

// cancelled is the code of a statement that was ended on request.
const cancelled = "57014"

// Collect asks and reads the rows into structs, by the names of their fields.
func Collect[T any](ctx context.Context, w *Warehouse, sql string, args ...any) ([]T, error) {
	conn, err := w.Connect(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, Explain(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return all, Explain(err)
}

// Explain is the warehouse's error as people read it.
func Explain(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case !ok:
		return err
	case e.Code == cancelled:
		return fmt.Errorf("%s: %w", e.Message, context.Canceled)
	case e.Hint == "":
		return errors.New(e.Message)
	}
	return fmt.Errorf("%s\nHint: %s", e.Message, e.Hint)
}

// PrintJSON writes a value for programs.
func PrintJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Seconds is a span as people read it.
func Seconds(s *float64) string {
	if s == nil {
		return "-"
	}
	d := time.Duration(*s * float64(time.Second))
	if d < time.Minute {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// Or is a text that may be missing.
func Or(s *string) string {
	if s == nil || *s == "" {
		return "-"
	}
	return *s
}
