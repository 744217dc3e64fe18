package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// userStatement runs CREATE, ALTER and DROP USER.
func (s *Session) userStatement(ctx context.Context, x *dialect.User) (*Result, error) {
	done := &Result{Tag: strings.ToUpper(x.Verb) + " USER"}
	own := x.Verb == "alter" && x.Names[0] == s.user.Name && len(x.Options) == 0 && x.Rename == ""
	if !own {
		if err := s.systemPrivilege(ctx, x.Verb+" user", x.Verb+" a user"); err != nil {
			return nil, err
		}
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	if err := s.keepsSuperusers(ctx, x, own); err != nil {
		return nil, err
	}
	for _, name := range x.Names {
		var err error
		switch x.Verb {
		case "drop":
			err = s.dropUser(ctx, name, x.IfExists)
		case "create":
			err = s.putUser(ctx, &warehouse.User{Name: name}, x)
		default:
			u, ok, lookup := s.client.User(ctx, name)
			if err = lookup; err == nil && !ok {
				err = warehouse.NoUser(name)
			}
			if err == nil {
				err = s.putUser(ctx, &u, x)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return done, nil
}

// keepsSuperusers refuses others than superusers to make superusers, to change them or to drop them.
func (s *Session) keepsSuperusers(ctx context.Context, x *dialect.User, own bool) error {
	if s.user.Superuser || own {
		return nil
	}
	for _, o := range x.Options {
		if o.Name == "createuser" || o.Name == "in group" {
			return s.superuser("give a user the option " + strings.ToUpper(o.Name))
		}
	}
	for _, name := range x.Names {
		if u, ok, err := s.client.User(ctx, name); err != nil || ok && u.Superuser {
			return errors.Join(err, s.superuser(x.Verb+" a superuser"))
		}
	}
	return nil
}

func (s *Session) dropUser(ctx context.Context, name string, mayMiss bool) error {
	err := s.client.DropUser(ctx, name)
	if fault.CodeOf(err) == "42704" && mayMiss {
		s.info(fmt.Sprintf("User %q does not exist and will be skipped", name))
		return nil
	}
	return err
}

// putUser applies what the statement says and stores the user.
func (s *Session) putUser(ctx context.Context, u *warehouse.User, x *dialect.User) error {
	if x.Rename != "" {
		u.Name = x.Rename
		if u.Password != "" {
			u.Password = "" // The digest holds the name.
			s.notice("NOTICE", "00000", "MD5 password cleared because of user rename")
		}
	}
	var groups []string
	for _, o := range x.Options {
		if o.Name == "in group" {
			groups = append(groups, o.Value)
		} else if err := userOption(u, o); err != nil {
			return err
		}
	}
	switch {
	case x.PasswordDisable:
		u.Password = ""
	case x.Password != "":
		digest, err := passwordDigest(x.Password, u.Name)
		if err != nil {
			return err
		}
		u.Password = digest
	}
	if err := s.client.PutUser(ctx, u); err != nil {
		return err
	}
	return s.enroll(ctx, u, groups)
}

// enroll puts a user into the groups that IN GROUP names.
func (s *Session) enroll(ctx context.Context, u *warehouse.User, groups []string) error {
	for _, name := range groups {
		b, ok, err := s.client.Body(ctx, "group", name)
		if err == nil && !ok {
			err = warehouse.NoBody("group", name)
		}
		if err != nil {
			return err
		}
		if err := s.client.Join(ctx, b, warehouse.Grantee{Kind: "user", ID: u.ID, Name: u.Name}, false); err != nil {
			return err
		}
	}
	return nil
}

func userOption(u *warehouse.User, o dialect.Option) error {
	switch o.Name {
	case "createuser", "nocreateuser":
		u.Superuser = o.Name == "createuser"
	case "createdb", "nocreatedb":
		u.CreateDB = o.Name == "createdb"
	case "valid until":
		if o.Value == "infinity" {
			u.ValidUntil = time.Time{}
			return nil
		}
		for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, o.Value); err == nil {
				u.ValidUntil = t.UTC()
				return nil
			}
		}
		return &fault.Error{Kind: fault.Invalid, Code: "22007", Message: fmt.Sprintf("invalid input syntax for type abstime: %q", o.Value)}
	case "syslog access":
		if o.Value == "restricted" {
			return nil
		}
		return optionUnsupported(o)
	default:
		return optionUnsupported(o)
	}
	return nil
}

func optionUnsupported(o dialect.Option) error {
	return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: fmt.Sprintf("the user option %s is not supported here", strings.ToUpper(o.Name))}
}

// passwordDigest reads a password as CREATE USER takes it.
// Source: Redshift Database Developer Guide, "CREATE USER".
func passwordDigest(password, user string) (string, error) {
	switch {
	case strings.HasPrefix(password, "md5") && len(password) == 35:
		return password, nil
	case strings.HasPrefix(password, "sha256|"):
		return "", &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "SHA-256 passwords are not supported here", Hint: "Give the password in clear text or as MD5."}
	case len(password) < 8 || len(password) > 64:
		return "", &fault.Error{Kind: fault.Invalid, Code: "22023", Message: "Password must be between 8 and 64 characters long"}
	case !strings.ContainsAny(password, "abcdefghijklmnopqrstuvwxyz") || !strings.ContainsAny(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") ||
		!strings.ContainsAny(password, "0123456789"):
		return "", &fault.Error{Kind: fault.Invalid, Code: "22023",
			Message: "Password must contain at least one uppercase letter, one lowercase letter, and one digit"}
	}
	return warehouse.PasswordDigest(password, user), nil
}
