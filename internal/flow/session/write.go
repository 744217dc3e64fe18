package session

import (
	"context"
	"errors"
	"io"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// writing is what a statement changes and how.
type writing struct {
	table dialect.Name
	mode  warehouse.LockMode
	verb  string
	tag   string
	need  warehouse.Privilege
}

func writes(parsed dialect.Statement) writing {
	switch x := parsed.(type) {
	case *dialect.Insert:
		return writing{x.Table, warehouse.LockAppend, "insert into", "INSERT 0", warehouse.Insert}
	case *dialect.Update:
		return writing{x.Table, warehouse.LockExclusive, "update", "UPDATE", warehouse.Update | warehouse.Select}
	case *dialect.Delete:
		return writing{x.Table, warehouse.LockExclusive, "delete from", "DELETE", warehouse.Delete | warehouse.Select}
	case *dialect.Merge:
		need := warehouse.Select | warehouse.Insert | warehouse.Update
		if x.Delete {
			need = warehouse.Select | warehouse.Insert | warehouse.Delete
		}
		return writing{x.Target, warehouse.LockExclusive, "merge into", "MERGE", need}
	}
	return writing{}
}

// write runs INSERT, UPDATE, DELETE and MERGE.
func (st *Statement) write(ctx context.Context, args []Arg) (*Result, error) {
	s := st.session
	w := writes(st.parsed)
	t, err := s.target(ctx, w.table, w.verb, w.need)
	if err != nil {
		return nil, err
	}
	// Locked before the transaction begins, so that it sees what the holder before has committed.
	if err := s.client.Lock(ctx, t, w.mode); err != nil {
		return nil, err
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	b, err := st.bind(ctx)
	if err != nil {
		return nil, err
	}
	if m, ok := st.parsed.(*dialect.Merge); ok {
		if err := s.checkMerge(ctx, m, st.params); err != nil {
			return nil, err
		}
	}
	n, err := b.change(ctx, args)
	if err != nil {
		return nil, s.conflicting(err, t)
	}
	if w.mode == warehouse.LockExclusive {
		s.client.Rewrote(t)
	}
	return &Result{Tag: w.tag, Counted: true, Affected: n}, nil
}

// checkMerge refuses a MERGE in which a row of the target matches twice.
func (s *Session) checkMerge(ctx context.Context, m *dialect.Merge, params []uint32) error {
	sql, err := dialect.MergeCheck(m, s.catalog(ctx), params...)
	if err != nil {
		return err
	}
	if len(params) > 0 {
		return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "MERGE with parameters is not supported"}
	}
	rows, err := s.client.Conn().Query(ctx, sql)
	if err != nil {
		return err
	}
	chunk, err := rows.Next()
	if err == nil && chunk.Rows > 0 {
		err = &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "Found multiple matches to update the same tuple."}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rows.Close())
}
