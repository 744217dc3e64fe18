package session

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Unloader runs UNLOAD; a Loader that is none refuses it.
type Unloader interface {
	Unload(ctx context.Context, c *warehouse.Client, r load.UnloadRequest) (load.Outcome, error)
}

// unload writes what a query finds into files.
func (s *Session) unload(ctx context.Context, x *dialect.Unload, alone bool) (*Result, error) {
	u, ok := s.manager.cfg.Loader.(Unloader)
	if !ok {
		return nil, unsupported(x)
	}
	parsed, err := dialect.Parse(x.Query)
	if err != nil {
		return nil, err
	}
	if _, ok := parsed.(*dialect.Query); !ok {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "42601", Message: "UNLOAD takes a SELECT"}
	}
	if err := s.mayAssume(ctx, x.Auth.Roles, x.Auth.DefaultRole, warehouse.UnloadRole); err != nil {
		return nil, err
	}
	if s.tx.block || !alone {
		if err := s.begun(ctx); err != nil {
			return nil, err
		}
	}
	b, err := s.bind(ctx, parsed, nil)
	if err != nil {
		return nil, err
	}
	var columns []load.UnloadColumn
	for _, c := range b.columns {
		columns = append(columns, load.UnloadColumn{Name: c.Name, Type: c.Type})
	}
	if err := b.stmt.Close(); err != nil {
		return nil, err
	}
	tr, err := s.translateStatement(ctx, parsed, nil)
	if err != nil {
		return nil, err
	}
	out, err := u.Unload(ctx, s.client, load.UnloadRequest{Unload: x, SQL: tr.SQL, Columns: columns, User: s.user, PID: s.opt.PID})
	if out.Query != 0 {
		s.lastQuery, s.lastUnload, s.unloaded = out.Query, out.Query, out.Rows
	}
	if err != nil {
		return nil, err
	}
	s.info(fmt.Sprintf("UNLOAD completed, %d record(s) unloaded successfully.", out.Rows))
	return &Result{Tag: "UNLOAD"}, nil
}
