package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// held is how long the making of a slot waits for transactions that are open before it says whose they are.
const held = 10 * time.Minute

// unhindered runs the making of a slot in c, which lasts until all transactions that write end.
func (c *conn) unhindered(ctx context.Context, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	limit := time.NewTimer(c.owner.held)
	defer limit.Stop()
	var err error
	select {
	case err = <-done:
		return err
	case <-ctx.Done():
		err = ctx.Err()
	case <-limit.C:
		err = c.holders(ctx)
	}
	// Else the server goes on, and makes a slot that nobody reads.
	cancel, end := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer end()
	canceled := c.CancelRequest(cancel)
	c.Conn().Close()
	<-done
	return errors.Join(err, canceled)
}

// holders says which sessions c waits for.
func (c *conn) holders(ctx context.Context) error {
	beside, err := c.owner.connect(ctx)
	if err != nil {
		return err
	}
	defer beside.Close()
	rows, err := beside.query("SELECT a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''), coalesce(a.xact_start::timestamp(0)::text, 'an unknown time') FROM pg_stat_activity AS a"+
		" WHERE a.pid = ANY (pg_blocking_pids($1::int)) ORDER BY 1", strconv.FormatUint(uint64(c.PID()), 10))
	if err != nil {
		return err
	}
	return busy(rows, "a replication slot begins when all transactions that write have ended, and one is open for too long")
}

// busy is the fault of transactions that do not end.
func busy(rows [][]string, message string) error {
	var who, end []string
	for _, r := range rows {
		who = append(who, fmt.Sprintf("process %s of %q (%s) since %s", r[0], r[1], r[2], r[3]))
		end = append(end, "SELECT pg_terminate_backend("+r[0]+")")
	}
	hint := "end it: " + strings.Join(end, "; ")
	if len(rows) == 0 {
		hint = "SELECT * FROM pg_prepared_xacts shows those that were prepared, and COMMIT PREPARED or ROLLBACK PREPARED ends them"
	}
	f := conflict("SourceBusy", "", message, hint)
	f.Detail = strings.Join(who, ", ")
	return f
}

// checkOpen looks for transactions that the making of a slot would wait for.
func (c *conn) checkOpen() error {
	rows, err := c.query("SELECT a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''), a.xact_start::timestamp(0) FROM pg_stat_activity AS a JOIN pg_locks AS l USING (pid)"+
		" WHERE l.locktype = 'transactionid' AND l.granted AND a.xact_start < now() - make_interval(secs => $1::int) ORDER BY 1", strconv.Itoa(int(c.owner.held.Seconds())))
	if err != nil || len(rows) == 0 {
		return err
	}
	return busy(rows, "a replication slot begins when all transactions that write have ended, and one has been open for long")
}
