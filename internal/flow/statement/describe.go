package statement

import "context"

// owned returns the caller's statement, after asking whether it may do an action on it.
func (v *View) owned(ctx context.Context, action, id string) (*Statement, int, error) {
	whole, n, ok := part(id)
	st, err := v.store.get(whole)
	if err != nil {
		return nil, 0, err
	}
	var facts map[string][]string
	if st != nil && st.Owner.Account == v.by.Account {
		facts = map[string][]string{"redshift-data:statement-owner-iam-userid": {st.Owner.UserID}}
	}
	if err := v.ask(ctx, action, "*", facts); err != nil {
		return nil, 0, err
	}
	if st == nil || !ok || n > len(st.Subs) || st.Region != v.by.Request.Region || !st.Owner.same(ownerOf(v.by)) {
		return nil, 0, missing(id, "Query does not exist.")
	}
	return st, n, nil
}

// Describe tells how far a statement is. The id of one in a batch has its number behind a colon.
func (v *View) Describe(ctx context.Context, id string) (Statement, error) {
	st, n, err := v.owned(ctx, "DescribeStatement", id)
	if err != nil {
		return Statement{}, err
	}
	if n > 0 {
		st.ID, st.Batch, st.SQL, st.Outcome, st.Subs = id, false, st.SQL[n-1:n], st.Subs[n-1], nil
	}
	return *st, nil
}

// Result is a part of a statement's rows, each as it is answered: a list of
// fields in JSON, or a line of CSV.
type Result struct {
	Format  string
	Columns []Column
	Rows    [][]byte
	Total   int64
	Next    string
}

// Result reads rows of a statement whose result has a format.
func (v *View) Result(ctx context.Context, id, token, format string) (Result, error) {
	st, n, err := v.owned(ctx, "GetStatementResult", id)
	if err != nil {
		return Result{}, err
	}
	o := st.Outcome
	if n > 0 {
		o = st.Subs[n-1]
	}
	if !o.HasResult || st.Status != Finished || st.Batch && n == 0 {
		return Result{}, missing(id, "Query does not have result. Please check query status with DescribeStatement.")
	}
	if st.Format != format {
		return Result{}, invalid("The result of the statement has the format %s: get it with %s.", st.Format, operationOf[st.Format])
	}
	p, err := v.store.readPage(id, token)
	return Result{Format: format, Columns: p.columns, Rows: p.rows, Total: o.Rows, Next: p.next}, err
}

var operationOf = map[string]string{JSON: "GetStatementResult", CSV: "GetStatementResultV2"}

// Cancel stops a statement that has not ended.
func (v *View) Cancel(ctx context.Context, id string) error {
	st, n, err := v.owned(ctx, "CancelStatement", id)
	if err != nil {
		return err
	}
	if n > 0 {
		return invalid("A statement of a batch can't be cancelled by itself: cancel %s.", st.ID)
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	r := v.store.live[st.ID]
	if r == nil {
		return tooLate(st)
	}
	r.cancel(errCancelled)
	return nil
}

// tooLate says why a statement cannot be cancelled any more.
func tooLate(st *Statement) error {
	return invalid("Could not cancel a query that is already in %s state with ID: %s", st.Status, st.ID)
}
