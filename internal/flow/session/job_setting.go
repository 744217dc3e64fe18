package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// setJob runs COPY JOB ALTER name SET (…). A query to validate with is prepared
// now, with the rights of who sets it, so that a wrong one is not found at the next load.
func (s *Session) setJob(ctx context.Context, x *dialect.CopyJob) error {
	if err := s.outside("COPY JOB ALTER"); err != nil {
		return err
	}
	for _, set := range x.Settings {
		if set.Name != "validate" || set.Default {
			continue
		}
		parsed, err := s.parser().Parse(set.Value)
		if err != nil {
			return s.wrongQuery(set, err)
		}
		b, err := s.bind(ctx, parsed, nil)
		if err != nil {
			return s.wrongQuery(set, err)
		}
		if err := b.stmt.Close(); err != nil {
			return err
		}
	}
	return s.manager.cfg.Jobs.Set(ctx, x.Name, x.Settings)
}

// wrongQuery names the setting and says what is wrong with its query.
func (s *Session) wrongQuery(set dialect.JobSetting, err error) error {
	told := s.translate(err)
	f := fault.Error{Kind: fault.Invalid, Code: "22023", On: set.Name, Position: set.Pos}
	if cause, ok := errors.AsType[*fault.Error](told); ok {
		f.Code, f.Detail, f.Hint = cause.Code, cause.Detail, cause.Hint
	}
	f.Message = fmt.Sprintf("invalid value for COPY job setting %q: %s", set.Name, text(told))
	return &f
}

func text(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return err.Error()
}

// Query runs a query with a user's rights in c's open transaction, as a session with default settings does.
func (m *Manager) Query(ctx context.Context, c *warehouse.Client, user warehouse.User, sql string) (warehouse.Rows, error) {
	s := &Session{manager: m, client: c, user: user, settings: newSettings(user), variables: map[string]string{}, lastCopy: -1, lastQuery: -1}
	parsed, err := s.parser().Parse(sql)
	if err != nil {
		return nil, err
	}
	if _, ok := parsed.(*dialect.Query); !ok {
		return nil, unsupported(parsed)
	}
	b, err := s.bind(ctx, parsed, nil)
	if err != nil {
		return nil, s.translate(err)
	}
	rows, err := b.stmt.Run(ctx)
	if err != nil {
		return nil, s.translate(err)
	}
	return &executed{Rows: rows, statement: &Statement{session: s, bound: b}}, nil
}
