package node

import (
	"context"
	"maps"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/pg"
)

var _ pg.Backend = (*compute)(nil)

// Password returns the digest of what a user must know: of a temporary login as
// GetClusterCredentials gives it, else what is stored in the database.
func (c *compute) Password(ctx context.Context, user string) (stored string, ok bool, err error) {
	if given, ok := c.fleet.namespaces.TemporaryPassword(c.first.ARN(), user); ok {
		return warehouse.PasswordDigest(given, user), true, nil
	}
	db, err := c.use(ctx)
	if err != nil {
		return "", false, err
	}
	return db.sessions.Password(ctx, user)
}

// Open starts a session of a connection.
func (c *compute) Open(ctx context.Context, s pg.Startup) (pg.Session, error) {
	one, err := c.session(ctx, session.Options{
		User: s.User, Database: s.Database, ApplicationName: s.ApplicationName, PID: s.PID,
		Settings: s.Options, Notice: s.Notice, SettingChanged: s.SettingChanged,
	})
	if err != nil {
		return nil, err
	}
	return sqlSession{one}, nil
}

// session opens a session. Temporary logins become the users they stand for.
func (c *compute) session(ctx context.Context, o session.Options) (*session.Session, error) {
	db, err := c.use(ctx)
	if err != nil {
		return nil, err
	}
	login, ok := c.fleet.namespaces.Credential(c.first.ARN(), o.User)
	if !ok {
		login = unissued(o.User)
	}
	if login.Database != "" && o.Database != "" && login.Database != o.Database {
		return nil, &fault.Error{Kind: fault.Denied, Code: "28000", On: o.Database, Message: "the temporary credentials are for database " + login.Database}
	}
	if o.User = login.User; login.Create {
		if err := db.make(ctx, login.User); err != nil {
			return nil, err
		}
	}
	o.Groups = login.Groups
	if o.Settings, err = c.settings(o.Settings); err != nil {
		return nil, err
	}
	return db.sessions.Open(ctx, o)
}

// settings are what a session begins with: the warehouse's parameters, and over them what the client asks for.
func (c *compute) settings(asked map[string]string) (map[string]string, error) {
	now, err := c.fleet.namespaces.ByARN(c.first.ARN())
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	maps.Copy(all, c.fleet.namespaces.SessionParameters(now))
	maps.Copy(all, asked)
	return all, nil
}

// unissued reads a login that no credential stands behind: an IAM identity has a
// user of its name, which is made when it comes for the first time.
func unissued(user string) warehouse.Credential {
	iam := strings.HasPrefix(user, "IAM:") || strings.HasPrefix(user, "IAMR:")
	name, create := strings.CutPrefix(user, "IAMA:")
	return warehouse.Credential{User: name, Create: iam || create}
}

// make creates a user without a password unless there is one.
func (o *opened) make(ctx context.Context, user string) error {
	o.making.Lock() // Two logins at a time would make it twice: the catalog has no key.
	defer o.making.Unlock()
	if _, ok, err := o.database.User(ctx, user); err != nil || ok {
		return err
	}
	return putUser(ctx, o.database, warehouse.User{Name: user})
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
