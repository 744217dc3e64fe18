package session

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
)

// Statement is one prepared statement.
type Statement struct {
	session *Session
	parsed  dialect.Statement
	pos     int               // of the statement in its text
	params  []uint32          // as the client gave them
	origin  dialect.Statement // what parsed stands for, when it is a query over system views
	alone   bool              // the only statement of its text
	bound   *bound            // to the engine, nil before it is needed
}

// Describe gives the parameters' OIDs and the result's columns.
func (st *Statement) Describe(ctx context.Context) (params []uint32, columns []Column, err error) {
	s := st.session
	if err := s.admit(st.parsed); err != nil {
		return nil, nil, s.failed(err)
	}
	params, columns, err = st.describe(ctx)
	if err != nil {
		return nil, nil, s.failed(placed(err, st.pos))
	}
	return params, columns, nil
}

func (st *Statement) describe(ctx context.Context) ([]uint32, []Column, error) {
	s := st.session
	switch x := st.parsed.(type) {
	case *dialect.Explain:
		return nil, textColumns(planColumns), nil
	case *dialect.Rehearse:
		return nil, textColumns(rehearsalColumns(x)), nil
	case *dialect.Query, *dialect.Insert, *dialect.Update, *dialect.Delete, *dialect.Merge:
		b, err := st.bind(ctx)
		if err != nil {
			return nil, nil, err
		}
		return b.params, b.columns, nil
	case *dialect.CreateTableAs:
		b, err := st.bindQuery(ctx, x)
		if err != nil {
			return nil, nil, err
		}
		return b.params, nil, nil
	case *dialect.Show:
		if x.What == "template" {
			return nil, textColumns(templateColumns), nil
		}
		columns, err := s.showColumns(x)
		return nil, columns, err
	case *dialect.Fetch:
		c, err := s.cursor(x.Cursor)
		if err != nil {
			return nil, nil, err
		}
		return nil, c.columns, nil
	case *dialect.Execute:
		return s.describeExecute(ctx, x)
	}
	return nil, nil, nil
}

// Run executes the statement. The result's rows, if any, must be closed before the next one runs.
func (st *Statement) Run(ctx context.Context, args []Arg) (*Result, error) {
	s := st.session
	if err := s.admit(st.parsed); err != nil {
		return nil, s.failed(err)
	}
	ctx, done := s.running(ctx)
	result, err := st.run(ctx, args)
	if err != nil {
		err = s.failed(placed(s.ended(ctx, err), st.pos))
		done()
		return nil, err
	}
	if result.Rows == nil {
		done()
		return result, nil
	}
	result.Rows = &resultRows{Rows: result.Rows, session: s, ctx: ctx, done: done}
	return result, nil
}

// run numbers the statement and does what it says.
func (st *Statement) run(ctx context.Context, args []Arg) (*Result, error) {
	s := st.session
	id, err := s.client.Database().NextQuery(ctx)
	if err != nil {
		return nil, err
	}
	result, err := st.dispatch(ctx, args)
	if err == nil && s.lastQuery < id {
		s.lastQuery = id
	}
	return result, err
}

// running makes the context of one statement: the client can cancel it, and statement_timeout ends it.
func (s *Session) running(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	s.mu.Lock()
	s.cancel = cancel
	s.mu.Unlock()
	stop := func() bool { return true }
	if ms, err := strconv.ParseInt(s.settings.get("statement_timeout"), 10, 64); err == nil && ms > 0 {
		stop = time.AfterFunc(time.Duration(ms)*time.Millisecond, func() { cancel(errTimeout) }).Stop
	}
	return ctx, func() {
		stop()
		s.mu.Lock()
		s.cancel = nil
		s.mu.Unlock()
		cancel(nil)
	}
}

var errTimeout = &fault.Error{Kind: fault.Cancelled, Code: "57014", Message: "Query cancelled on user's request",
	Detail: "The statement ran longer than statement_timeout allows."}

// ended explains an error by what ended the statement.
func (s *Session) ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && fault.KindOf(cause) == fault.Cancelled {
		if f, ok := errors.AsType[*fault.Error](cause); ok {
			return f
		}
	}
	return err
}

// Close frees the statement.
func (st *Statement) Close() error {
	if st.bound == nil {
		return nil
	}
	b := st.bound
	st.bound = nil
	return b.stmt.Close()
}

// dispatch runs what has no other place.
func (st *Statement) dispatch(ctx context.Context, args []Arg) (*Result, error) {
	s := st.session
	switch x := st.parsed.(type) {
	case *dialect.Query, *dialect.Explain:
		return st.query(ctx, args)
	case *dialect.Insert, *dialect.Update, *dialect.Delete, *dialect.Merge:
		return st.write(ctx, args)
	case *dialect.CreateTableAs:
		return st.createTableAs(ctx, x, args)
	case *dialect.Copy:
		return s.copy(ctx, x, st.alone)
	case *dialect.CopyJob:
		return s.copyJob(ctx, x)
	case *dialect.Rehearse:
		return s.rehearse(ctx, x)
	case *dialect.Unload:
		return s.unload(ctx, x, st.alone)
	case *dialect.InletFiles:
		return s.inletFiles(ctx, x)
	case *dialect.Transaction:
		return s.transactionStatement(ctx, x)
	case *dialect.Set, *dialect.Reset, *dialect.Show, *dialect.Discard, *dialect.Use:
		return s.setting(ctx, x)
	case *dialect.DeclareCursor, *dialect.Fetch, *dialect.CloseCursor:
		return s.cursorStatement(ctx, x)
	case *dialect.Prepare, *dialect.Execute, *dialect.Deallocate:
		return s.preparedStatement(ctx, x)
	}
	return s.define(ctx, st.parsed)
}

// define runs statements that change the catalog.
func (s *Session) define(ctx context.Context, parsed dialect.Statement) (*Result, error) {
	s.version++
	switch x := parsed.(type) {
	case *dialect.CreateTable:
		return s.createTable(ctx, x)
	case *dialect.AlterTable:
		return s.alterTable(ctx, x)
	case *dialect.Drop:
		return s.drop(ctx, x)
	case *dialect.Truncate:
		return s.truncate(ctx, x)
	case *dialect.CreateView:
		return s.createView(ctx, x)
	case *dialect.CreateSchema:
		return s.createSchema(ctx, x)
	case *dialect.User:
		return s.userStatement(ctx, x)
	case *dialect.Group:
		return s.groupStatement(ctx, x)
	case *dialect.Role:
		return s.roleStatement(ctx, x)
	case *dialect.Grant:
		return s.grant(ctx, x)
	case *dialect.Template:
		return s.template(ctx, x)
	case *dialect.AlterSchema:
		return s.alterSchema(ctx, x)
	case *dialect.Comment:
		return s.comment(ctx, x)
	case *dialect.Analyze, *dialect.Vacuum:
		return s.maintain(ctx, x)
	case *dialect.Lock:
		return s.lockTables(ctx, x)
	case *dialect.Cancel:
		return s.cancelOther(x)
	}
	return nil, unsupported(parsed)
}

// firstWords is the beginning of a statement, for messages.
func firstWords(text string, n int) string {
	text, _, _ = strings.Cut(text, "(")
	words := strings.Fields(text)
	return strings.ToUpper(strings.Join(words[:min(n, len(words))], " "))
}

// unsupported refuses what Redshift has and this program has not.
func unsupported(parsed dialect.Statement) error {
	what := firstWords(parsed.Text(), 2)
	return &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: what, Message: fmt.Sprintf("%s is not supported here", what)}
}
