package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// retry runs a function again after what may pass by itself: a lost connection, a
// conflict with another transaction, a warehouse that is starting.
func (t *Target) retry(ctx context.Context, what string, run func(context.Context) error) error {
	pause := t.cfg.Retries.First
	for attempt := 1; ; attempt++ {
		err := run(ctx)
		if err == nil || ctx.Err() != nil || !passing(err) {
			return wrapped(what, err)
		}
		if attempt > t.cfg.Retries.Count {
			return fmt.Errorf("%s: gave up after %d attempts: %w", what, attempt, err)
		}
		t.cfg.Log.Printf(tasklog.TargetApply, tasklog.Warning, "%s: %s; trying again (%d of %d)", what, oneLine(err.Error()), attempt, t.cfg.Retries.Count)
		if err := wait(ctx, pause); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		pause = min(2*pause, t.cfg.Retries.Most)
	}
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// passing reports an error after which the same transaction may succeed.
func passing(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return passingCode(pg)
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || lost(err)
}

// lost reports errors of a connection that ended, some of which have no kind of their own.
func lost(err error) bool {
	text := err.Error()
	return strings.Contains(text, "conn closed") || strings.Contains(text, "conn busy") || strings.Contains(text, "connection reset") ||
		strings.Contains(text, "broken pipe") || strings.Contains(text, "connection refused")
}

// passingCode knows serialization failures, also by Redshift's bare number 1023, and servers that go or come.
func passingCode(e *pgconn.PgError) bool {
	switch e.Code {
	case "40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "55006":
		return true
	}
	return strings.HasPrefix(e.Code, "08") || e.Message == "1023" || strings.Contains(e.Message, "Serializable isolation violation") ||
		strings.Contains(e.Message, "conflict with concurrent transaction")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
