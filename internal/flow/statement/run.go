package statement

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
)

// run is a statement on its way. Store.mu guards st.
type run struct {
	store  *Store
	st     *Statement
	login  login
	kept   *kept // nil for a session of its own
	conn   *connection
	cancel context.CancelCauseFunc
}

// change lets others see how far the statement is.
func (r *run) change(f func(st *Statement)) {
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	r.st.Updated = r.store.now().UTC()
	f(r.st)
}

// run waits for its turn, runs the statement, and keeps what became of it.
func (r *run) run(ctx context.Context, slot slots) {
	err := r.wait(ctx, slot)
	if err == nil {
		defer func() { <-slot }()
		err = r.execute(ctx)
	}
	r.end(ctx, err)
}

func (r *run) wait(ctx context.Context, slot slots) error {
	select {
	case slot <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if ctx.Err() != nil { // Both were ready.
		<-slot
		return context.Cause(ctx)
	}
	return nil
}

func (r *run) execute(ctx context.Context) error {
	r.change(func(st *Statement) { st.Status = Picked })
	if err := r.open(ctx); err != nil {
		return err
	}
	begun := time.Now()
	r.change(func(st *Statement) { st.Status, st.PID = Started, r.conn.pid })
	var err error
	if r.st.Batch {
		err = r.batch(ctx)
	} else {
		err = r.single(ctx)
	}
	if r.kept == nil {
		err = errors.Join(err, r.conn.Close())
	}
	r.change(func(st *Statement) { st.Duration = time.Since(begun) })
	return err
}

// open takes the kept session, or opens one.
func (r *run) open(ctx context.Context) (err error) {
	if r.kept != nil && r.kept.conn != nil {
		r.conn = r.kept.conn
		return nil
	}
	if r.conn, err = r.store.connect(ctx, r.login, r.st.Database); err == nil && r.kept != nil {
		r.store.mu.Lock()
		r.kept.conn = r.conn
		r.store.mu.Unlock()
	}
	return err
}

// single runs the one statement. Outside a block of a kept session it commits.
func (r *run) single(ctx context.Context) error {
	o, err := r.one(ctx, 0)
	if err == nil {
		err = r.conn.Sync(ctx)
	}
	if err != nil {
		return r.fail(ctx, err)
	}
	r.change(func(st *Statement) { st.put(o) })
	return nil
}

func (r *run) fail(ctx context.Context, err error) error {
	r.conn.Fail()
	return errors.Join(err, r.conn.Sync(context.WithoutCancel(ctx)))
}

// put takes over what a text of SQL brought.
func (o *Outcome) put(p Outcome) {
	o.Rows, o.Size, o.HasResult, o.Query = p.Rows, p.Size, p.HasResult, p.Query
}

// batch runs the statements in one transaction, until one fails.
func (r *run) batch(ctx context.Context) error {
	if err := r.control(ctx, "BEGIN"); err != nil {
		return r.fail(ctx, err)
	}
	for i := range r.st.SQL {
		if err := r.member(ctx, i); err != nil {
			return r.undo(ctx, prefixed(i, err))
		}
	}
	if err := r.control(ctx, "COMMIT"); err != nil {
		return r.undo(ctx, err)
	}
	r.change(func(st *Statement) {
		last := st.Subs[len(st.Subs)-1]
		st.Rows, st.Size = last.Rows, last.Size
		for _, o := range st.Subs {
			st.HasResult = st.HasResult || o.HasResult
		}
	})
	return nil
}

// member runs one statement of the batch.
func (r *run) member(ctx context.Context, i int) error {
	r.change(func(st *Statement) { st.Subs[i].Status, st.Subs[i].Updated = Started, st.Updated })
	begun := time.Now()
	o, err := r.one(ctx, i)
	r.change(func(st *Statement) {
		sub := &st.Subs[i]
		sub.Status, sub.Updated, sub.Duration = Finished, st.Updated, time.Since(begun)
		if err == nil {
			sub.put(o)
			return
		}
		sub.Status, sub.Error = ending(err), r.store.tell(st.ID, err)
	})
	return err
}

// undo ends the transaction of a batch that failed.
func (r *run) undo(ctx context.Context, err error) error {
	r.conn.Fail()
	return errors.Join(err, r.control(context.WithoutCancel(ctx), "ROLLBACK"))
}

// control runs BEGIN, COMMIT or ROLLBACK.
func (r *run) control(ctx context.Context, sql string) error {
	list, err := r.conn.Prepare(ctx, sql, nil)
	if err != nil {
		return err
	}
	for _, st := range list {
		if _, err := st.Run(ctx, nil); err != nil {
			return err
		}
	}
	return r.conn.Sync(ctx)
}

// numbered is the error of one statement of a batch.
type numbered struct {
	number int
	err    error
}

func prefixed(i int, err error) error { return &numbered{i + 1, err} }

func (n *numbered) Error() string { return fmt.Sprintf("query #%d: %v", n.number, n.err) }
func (n *numbered) Unwrap() error { return n.err }

// one runs one text of SQL and keeps its rows.
func (r *run) one(ctx context.Context, i int) (o Outcome, err error) {
	b := bind(r.st.SQL[i], r.st.Parameters)
	if b.stray != "" {
		return o, &fault.Error{Kind: fault.Invalid, Code: "42P02", Message: "there is no parameter " + b.stray}
	}
	list, err := r.conn.Prepare(ctx, b.sql, nil)
	if err != nil {
		return o, err
	}
	if len(list) != 1 {
		return o, notOne(len(list))
	}
	st := list[0]
	defer func() { err = errors.Join(err, st.Close()) }()
	result, err := st.Run(ctx, b.args)
	if err != nil {
		return o, err
	}
	if result.Columns != nil {
		if o, err = r.collect(i, result); err != nil {
			return o, err
		}
	} else if result.Counted {
		o.Rows = result.Affected
	}
	o.Query = max(r.conn.LastQuery(), 0)
	return o, nil
}

func notOne(n int) error {
	if n == 0 {
		return &fault.Error{Kind: fault.Invalid, Code: "42601", Message: "syntax error at end of input"}
	}
	return &fault.Error{Kind: fault.Invalid, Code: "42601", Message: "cannot insert multiple commands into a prepared statement"}
}

// collect writes the rows of a result to disk.
func (r *run) collect(i int, result *session.Result) (o Outcome, err error) {
	defer func() { err = errors.Join(err, result.Rows.Close()) }()
	w, err := r.store.newResult(r.st.ResultID(i), r.st.Format, result)
	if err != nil {
		return o, err
	}
	w.zone = r.conn.timeZone()
	if err := w.copy(); err != nil {
		return o, errors.Join(err, w.discard())
	}
	return Outcome{HasResult: true, Rows: w.rows, Size: w.size}, w.close()
}

// ending is the state a statement ends in for an error.
func ending(err error) Status {
	switch {
	case err == nil:
		return Finished
	case errors.Is(err, errCancelled):
		return Aborted
	}
	return Failed
}

// tell is an error in the words of DescribeStatement; what only we can mend is logged.
func (s *Store) tell(id string, err error) string {
	text, shown := sentence(err)
	if !shown {
		s.cfg.Log.Error("a statement failed", "statement", id, "error", err)
	}
	if n, ok := errors.AsType[*numbered](err); ok {
		text = fmt.Sprintf("Query #%d failed with %s", n.number, text)
	}
	return text
}

// end keeps what became of the statement before anybody hears of it, and forgets the run.
func (r *run) end(ctx context.Context, err error) {
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // The error is how the statement felt it.
	}
	s := r.store
	s.mu.Lock()
	last := r.st.copy()
	s.mu.Unlock()
	last.finish(ending(err), s.now().UTC())
	if err != nil {
		last.Error = s.tell(last.ID, err)
	}
	if err := s.db.Update(last.save); err != nil { // It stays SUBMITTED on disk, which the next start turns into FAILED.
		s.cfg.Log.Error("keep the end of a statement", "statement", last.ID, "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, last.ID)
	if s.active[last.Namespace]--; s.active[last.Namespace] == 0 {
		delete(s.active, last.Namespace)
	}
	s.release(r.kept)
}

// finish ends the statement; what of a batch has not run does not run any more.
func (s *Statement) finish(status Status, at time.Time) {
	s.Status, s.Updated = status, at
	for i := range s.Subs {
		if o := &s.Subs[i]; !o.Status.Ended() {
			o.Status, o.Updated = Aborted, at
		}
	}
}
