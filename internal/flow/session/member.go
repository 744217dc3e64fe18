package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// groupStatement runs CREATE, ALTER and DROP GROUP.
func (s *Session) groupStatement(ctx context.Context, x *dialect.Group) (*Result, error) {
	if err := s.superuser(x.Verb + " a group"); err != nil {
		return nil, err
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	done := &Result{Tag: strings.ToUpper(x.Verb) + " GROUP"}
	if x.Verb == "create" {
		if err := s.client.PutBody(ctx, warehouse.Body{Kind: "group", Name: x.Name}); err != nil {
			return nil, err
		}
	}
	b, ok, err := s.client.Body(ctx, "group", x.Name)
	switch {
	case err != nil:
		return nil, err
	case !ok && x.IfExists:
		s.info(fmt.Sprintf("Group %q does not exist and will be skipped", x.Name))
		return done, nil
	case !ok:
		return nil, warehouse.NoBody("group", x.Name)
	case x.Verb == "drop":
		return done, s.client.DropBody(ctx, b, false)
	case x.Rename != "":
		b.Name = x.Rename
		return done, s.client.PutBody(ctx, b)
	}
	return done, s.regroup(ctx, b, x.Add, x.Remove)
}

// regroup puts users into a group and takes others out.
func (s *Session) regroup(ctx context.Context, b warehouse.Body, add, remove []string) error {
	for _, name := range add {
		to, err := s.grantee(ctx, dialect.Grantee{Kind: "user", Name: name})
		if err != nil {
			return err
		}
		if err := s.client.Join(ctx, b, to, false); err != nil {
			return err
		}
	}
	for _, name := range remove {
		from, err := s.grantee(ctx, dialect.Grantee{Kind: "user", Name: name})
		if err != nil {
			return err
		}
		if err := s.client.Leave(ctx, b, from); err != nil {
			return err
		}
	}
	return nil
}

// roleStatement runs CREATE, ALTER and DROP ROLE.
func (s *Session) roleStatement(ctx context.Context, x *dialect.Role) (*Result, error) {
	done := &Result{Tag: strings.ToUpper(x.Verb) + " ROLE"}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	if x.Verb == "create" {
		if strings.HasPrefix(x.Name, "sys:") {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "42939", On: x.Name, Message: "role names that begin with sys: are reserved"}
		}
		if err := s.systemPrivilege(ctx, "create role", "create a role"); err != nil {
			return nil, err
		}
		return done, s.client.PutBody(ctx, warehouse.Body{Kind: "role", Name: x.Name, Owner: s.user.ID, ExternalID: x.ExternalID})
	}
	b, err := s.ownedRole(ctx, x.Name, x.Verb)
	if err != nil {
		return nil, err
	}
	switch {
	case x.Verb == "drop":
		return done, s.client.DropBody(ctx, b, x.Force)
	case x.Rename != "":
		b.Name = x.Rename
	case x.Owner != "":
		to, err := s.grantee(ctx, dialect.Grantee{Kind: "user", Name: x.Owner})
		if err != nil {
			return nil, err
		}
		b.Owner = to.ID
	default:
		b.ExternalID = x.ExternalID
	}
	return done, s.client.PutBody(ctx, b)
}

// ownedRole finds a role that the user may change.
func (s *Session) ownedRole(ctx context.Context, name, verb string) (warehouse.Body, error) {
	b, ok, err := s.client.Body(ctx, "role", name)
	if err == nil && !ok {
		err = warehouse.NoBody("role", name)
	}
	if err != nil || s.user.Superuser || b.Owner == s.user.ID {
		return b, err
	}
	if verb == "drop" {
		return b, s.systemPrivilege(ctx, "drop role", "drop a role")
	}
	return b, denied("role", name)
}

// grantRoles runs GRANT ROLE and REVOKE ROLE.
func (s *Session) grantRoles(ctx context.Context, x *dialect.Grant, to []warehouse.Grantee) error {
	for _, name := range x.Privileges {
		b, err := s.grantedRole(ctx, name)
		if err != nil {
			return err
		}
		for _, g := range to {
			if g.Kind != "user" && g.Kind != "role" {
				return &fault.Error{Kind: fault.Invalid, Code: "0LP01", Message: "roles can only be granted to users and roles"}
			}
			switch {
			case !x.Revoke:
				err = s.client.Join(ctx, b, g, x.GrantOption)
			case x.GrantOption:
				err = s.client.WithoutAdmin(ctx, b, g)
			default:
				err = s.client.Leave(ctx, b, g)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// grantedRole finds a role that the user may grant.
func (s *Session) grantedRole(ctx context.Context, name string) (warehouse.Body, error) {
	b, ok, err := s.client.Body(ctx, "role", name)
	if err == nil && !ok {
		err = warehouse.NoBody("role", name)
	}
	if err != nil || s.user.Superuser || b.Owner == s.user.ID {
		return b, err
	}
	rights, err := s.client.Rights(ctx, s.user.ID)
	if err != nil {
		return b, err
	}
	if _, admin := rights.Role(b.ID); admin {
		return b, nil
	}
	return b, denied("role", name)
}
