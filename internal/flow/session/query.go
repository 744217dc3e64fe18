package session

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// bound is a statement that the engine has prepared.
type bound struct {
	stmt    warehouse.Stmt
	known   []dialect.Column // what the dialect knows of the columns, nil when it does not
	columns []Column
	params  []uint32
	version int // of the session when it was prepared
	grants  int64
}

// bind translates the statement and has the engine prepare it, or returns what was prepared before.
func (st *Statement) bind(ctx context.Context) (*bound, error) {
	return st.bindQuery(ctx, st.parsed)
}

// bindQuery is bind for CREATE TABLE AS too, of which the query alone is prepared.
func (st *Statement) bindQuery(ctx context.Context, parsed dialect.Statement) (*bound, error) {
	if err := st.session.setVariables(ctx, false); err != nil {
		return nil, err
	}
	if st.bound != nil && st.bound.version == st.session.version && st.bound.grants == st.session.grants() && !volatile(parsed) {
		return st.bound, nil
	}
	b, err := st.session.bind(ctx, parsed, st.params)
	if err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	st.bound = b
	return b, nil
}

// grants changes when the user may have lost or won a privilege.
func (s *Session) grants() int64 {
	if s.user.Superuser {
		return 0
	}
	return s.client.Grants()
}

// volatile reports a statement whose text asks for what changes with every statement.
func volatile(parsed dialect.Statement) bool {
	return strings.Contains(strings.ToLower(parsed.Text()), "pg_last_query_id")
}

func (s *Session) bind(ctx context.Context, parsed dialect.Statement, given []uint32) (*bound, error) {
	tr, err := s.translateStatement(ctx, parsed, given)
	if err != nil {
		return nil, err
	}
	if err := s.setVariables(ctx, volatile(parsed)); err != nil {
		return nil, err
	}
	b := &bound{version: s.version, grants: s.grants()}
	if b.stmt, err = s.client.Conn().Prepare(ctx, tr.SQL); err != nil {
		return nil, err
	}
	if tr.Known {
		b.known = tr.Columns
	}
	b.params = parameterOIDs(given, b.stmt.Params())
	if returnsRows(parsed) {
		b.columns = resultColumns(b.known, b.stmt.Columns())
	}
	return b, nil
}

func returnsRows(parsed dialect.Statement) bool {
	switch parsed.(type) {
	case *dialect.Query, *dialect.DeclareCursor:
		return true
	}
	return false
}

// translateStatement gives the engine's SQL of a statement whose relations the user may read.
func (s *Session) translateStatement(ctx context.Context, parsed dialect.Statement, params []uint32) (*dialect.Translation, error) {
	c := s.catalog(ctx)
	tr, err := dialect.Translate(parsed, c, params...)
	if c.err != nil {
		return nil, c.err
	}
	if err != nil {
		return nil, err
	}
	for _, n := range tr.Reads {
		if err := c.readable(n); err != nil {
			return nil, err
		}
	}
	return tr, nil
}

// query runs a SELECT and streams its rows.
func (st *Statement) query(ctx context.Context, args []Arg) (*Result, error) {
	s := st.session
	if x, ok := st.parsed.(*dialect.Explain); ok {
		return s.explain(ctx, x, st.params)
	}
	if job, ok := st.origin.(*dialect.CopyJob); ok && job.Verb == "show" {
		if err := s.ownsJob(ctx, job.Name); err != nil {
			return nil, err
		}
	}
	if !st.alone || s.tx.block { // One that stands alone changes nothing and sees one state anyway.
		if err := s.begun(ctx); err != nil {
			return nil, err
		}
	}
	b, err := st.bind(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := b.run(ctx, args)
	if err != nil {
		return nil, err
	}
	columns := b.columns
	if got := rows.Columns(); !sameTypes(got, b.stmt.Columns()) {
		columns = resultColumns(b.known, got)
	}
	if st.origin != nil {
		return &Result{Columns: columns, Rows: rows, Tag: firstWords(st.origin.Text(), 1)}, nil
	}
	return &Result{Columns: columns, Rows: rows, Tag: "SELECT", Counted: true}, nil
}

// run executes the statement with the client's arguments.
func (b *bound) run(ctx context.Context, args []Arg) (warehouse.Rows, error) {
	values, err := arguments(args, b.params)
	if err != nil {
		return nil, err
	}
	return b.stmt.Run(ctx, values...)
}

// change executes a statement without rows and returns how many rows it affected.
func (b *bound) change(ctx context.Context, args []Arg) (int64, error) {
	rows, err := b.run(ctx, args)
	if err != nil {
		return 0, err
	}
	n := rows.Affected()
	return n, rows.Close()
}

func sameTypes(a, b []warehouse.Column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Type != b[i].Type {
			return false
		}
	}
	return true
}

// explain answers the engine's plan, line by line.
func (s *Session) explain(ctx context.Context, x *dialect.Explain, params []uint32) (*Result, error) {
	tr, err := s.translateStatement(ctx, x, params)
	if err != nil {
		return nil, err
	}
	if err := s.setVariables(ctx, false); err != nil {
		return nil, err
	}
	var lines [][]string
	err = warehouse.EachRow(ctx, s.client.Conn(), func(c *warehouse.Chunk, row int) error {
		for line := range strings.SplitSeq(strings.TrimRight(string(c.Vectors[1].Bytes(row)), "\n"), "\n") {
			lines = append(lines, []string{line})
		}
		return nil
	}, tr.SQL)
	if err != nil {
		return nil, err
	}
	return list("EXPLAIN", planColumns, lines), nil
}

var planColumns = []string{"QUERY PLAN"}
