package node

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/front/pg"
)

// backend lets the SQL door open sessions.
type backend struct{ sessions *session.Manager }

var _ pg.Backend = (*backend)(nil)

// Password returns the stored digest of a user's password.
func (b *backend) Password(ctx context.Context, user string) (string, bool) {
	return b.sessions.Password(ctx, user)
}

// Open starts a session.
func (b *backend) Open(ctx context.Context, s pg.Startup) (pg.Session, error) {
	one, err := b.sessions.Open(ctx, session.Options{
		User: s.User, Database: s.Database, ApplicationName: s.ApplicationName, PID: s.PID,
		Settings: s.Options, Notice: s.Notice, SettingChanged: s.SettingChanged,
	})
	if err != nil {
		return nil, err
	}
	return sqlSession{one}, nil
}

// sqlSession is a session as the door wants it: Go does not convert slices of interfaces.
type sqlSession struct{ *session.Session }

// Prepare splits sql into statements and readies each.
func (s sqlSession) Prepare(ctx context.Context, sql string, params []uint32) ([]pg.Statement, error) {
	list, err := s.Session.Prepare(ctx, sql, params)
	if err != nil {
		return nil, err
	}
	out := make([]pg.Statement, len(list))
	for i, one := range list {
		out[i] = one
	}
	return out, nil
}
