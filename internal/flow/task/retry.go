package task

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// recoverable reports whether an error may go away by itself: connections, servers
// that start or stop, conflicts of transactions.
func recoverable(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return recoverableState(e)
	}
	if e, ok := errors.AsType[*gomysql.MyError](err); ok {
		switch e.Code {
		case 1040, 1053, 1152, 1158, 1159, 1160, 1161, 1205, 1213, 1927, 2006, 2013, 3169: // Too many, shut down, network, locks.
			return true
		}
		return false
	}
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Kind != fault.Internal {
		return e.Kind == fault.Unavailable
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	for _, passing := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, gomysql.ErrBadConn, context.DeadlineExceeded} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return pgconn.SafeToRetry(err)
}

// recoverableState sorts the warehouse's errors: Redshift says most things with XX000.
func recoverableState(e *pgconn.PgError) bool {
	switch {
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"):
		return true
	case e.Code == "40001", e.Code == "40P01", e.Code == "55P03":
		return true
	}
	return strings.Contains(e.Message, "Serializable isolation violation")
}

// attempts is how often a running task tries again when its settings do not say (dms.md 3.7).
const attempts = 9

// patience is how a task waits between attempts.
type patience struct {
	most     int // Attempts, without end when negative.
	first    time.Duration
	longest  time.Duration
	doubling bool
	giveUp   bool // Once the longest wait is reached.
}

// Patiently runs f until it succeeds, fails for good or has failed as often as the settings
// endure. Told hears of each failure after which it is tried again, and when.
func Patiently(ctx context.Context, s *settings.Settings, told func(err error, wait time.Duration), f func(context.Context) error) error {
	p := patienceOf(&s.ErrorBehavior)
	for tried := 1; ; tried++ {
		err := f(ctx)
		if err == nil || ctx.Err() != nil || !recoverable(err) {
			return err
		}
		wait, more := p.next(tried)
		if !more {
			return err
		}
		told(err, wait)
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

func (t *Task) patience() patience { return patienceOf(&t.c.Settings.ErrorBehavior) }

// patienceOf reads the settings.
func patienceOf(e *settings.ErrorBehavior) patience {
	p := patience{
		most: int(e.RecoverableErrorCount), first: time.Duration(e.RecoverableErrorInterval) * time.Second,
		longest: time.Duration(e.RecoverableErrorThrottlingMax) * time.Second, doubling: e.RecoverableErrorThrottling,
		giveUp: e.RecoverableErrorStopRetryAfterThrottlingMax,
	}
	if p.most < 0 {
		p.most = attempts
	}
	return p
}

// next is how long to wait before attempt n, counted from 1, and whether to make it.
func (p patience) next(n int) (time.Duration, bool) {
	if n > p.most {
		return 0, false
	}
	wait := p.first
	for i := 1; p.doubling && i < n && wait < p.longest; i++ {
		wait *= 2
	}
	if p.longest > 0 && wait >= p.longest {
		return p.longest, !p.giveUp || !p.doubling
	}
	return wait, true
}

// again runs f until it succeeds, fails for good, or has failed too often. What f
// tells by calling progress counts the attempts anew.
func (r *run) again(ctx context.Context, c tasklog.Component, what string, f func(ctx context.Context, progress func()) error) error {
	tried := 0
	for {
		err := f(ctx, func() { tried = 0 })
		if err == nil || ctx.Err() != nil || !recoverable(err) {
			return err
		}
		tried++
		wait, more := r.patience.next(tried)
		r.say(c, tasklog.Error, err)
		if !more {
			return fmt.Errorf("%s failed %d times: %w", what, tried, err)
		}
		r.log.Printf(tasklog.TaskManager, tasklog.Warning, "Task '%s' encountered a recoverable error: %s. Attempt %d follows in %v", r.c.Name, what, tried+1, wait)
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// causeOf is what ended a context, in place of the errors that came of its end.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// pause waits unless the context ends before.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
