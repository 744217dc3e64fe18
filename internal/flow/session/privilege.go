package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// denied is a refusal that no GRANT mends.
func denied(what, name string) error { return warehouse.Denied(what, name, "") }

func (s *Session) superuser(what string) error {
	if s.user.Superuser {
		return nil
	}
	return &fault.Error{Kind: fault.Denied, Code: "42501", Message: "must be superuser to " + what}
}

// system refuses who is no superuser and has no role with a system privilege, such as CREATE USER.
func (s *Session) systemPrivilege(ctx context.Context, name, what string) error {
	if s.user.Superuser {
		return nil
	}
	rights, err := s.client.Rights(ctx, s.user.ID)
	if err != nil {
		return err
	}
	if rights.Has(warehouse.Object{Kind: warehouse.KindSystem, Name: name}, warehouse.Usage) {
		return nil
	}
	return &fault.Error{Kind: fault.Denied, Code: "42501", Message: "must be superuser to " + what,
		Hint: fmt.Sprintf("A role can carry the right: GRANT %s TO ROLE …; GRANT ROLE … TO %s;", strings.ToUpper(name), warehouse.Identifier(s.user.Name))}
}

// usable refuses the tables of schemas the user may not use.
func (s *Session) usable(ctx context.Context, t *warehouse.Table) error {
	if t.Temporary {
		return nil
	}
	return s.client.MayUse(ctx, s.user, t.Schema, warehouse.Usage)
}

// mayIn refuses who lacks a privilege on a schema, if there is such a schema.
func (s *Session) mayIn(ctx context.Context, schema string, p warehouse.Privilege) error {
	if s.user.Superuser {
		return nil
	}
	if ok, err := s.schemaExists(ctx, schema); err != nil || !ok {
		return err
	}
	return s.client.MayUse(ctx, s.user, schema, p)
}

// mayInDatabase refuses who lacks a privilege on the database.
func (s *Session) mayInDatabase(ctx context.Context, p warehouse.Privilege) error {
	if s.user.Superuser {
		return nil
	}
	rights, err := s.client.Rights(ctx, s.user.ID)
	if err != nil {
		return err
	}
	if rights.Has(warehouse.Object{Kind: warehouse.KindDatabase}, p) {
		return nil
	}
	name := s.manager.cfg.Database.Name
	refused := warehouse.Denied("database", name, warehouse.GrantText(p, "DATABASE "+warehouse.Identifier(name), s.user.Name))
	if f, ok := refused.(*fault.Error); ok && p == warehouse.Temporary {
		f.Message = fmt.Sprintf("permission denied to create temporary tables in database %q", name)
	}
	return refused
}

// mayJob refuses who may not create, alter or drop COPY JOBs.
func (s *Session) mayJob(ctx context.Context, p warehouse.Privilege) error {
	if s.user.Superuser {
		return nil
	}
	rights, err := s.client.Rights(ctx, s.user.ID)
	if err != nil || rights.Has(warehouse.Object{Kind: warehouse.KindCopyJobs}, p) {
		return err
	}
	name := s.manager.cfg.Database.Name
	verb := strings.ToUpper(strings.Join(p.Names(), ", "))
	return warehouse.Denied("database", name, fmt.Sprintf("GRANT %s FOR COPY JOBS IN DATABASE %s TO %s", verb, warehouse.Identifier(name),
		warehouse.Identifier(s.user.Name)))
}

// mayAssume refuses an IAM role that only others may use for a command.
// Source: Redshift Database Developer Guide, "GRANT", "ASSUMEROLE".
func (s *Session) mayAssume(ctx context.Context, roles []string, byDefault bool, p warehouse.Privilege) error {
	if s.user.Superuser || len(roles) == 0 && !byDefault {
		return nil
	}
	rights, err := s.client.Rights(ctx, s.user.ID)
	if err != nil {
		return err
	}
	on := func(name string) bool {
		return rights.Has(warehouse.Object{Kind: warehouse.KindAssumeRole, Name: name}, p)
	}
	if on("all") {
		return nil
	}
	if byDefault {
		roles = []string{"default"}
	}
	for _, role := range roles {
		if on(role) {
			continue
		}
		object := role
		if !byDefault {
			object = warehouse.Literal(role)
		}
		command := strings.ToUpper(strings.Join(p.Names(), ", "))
		return &fault.Error{Kind: fault.Denied, Code: "42501", On: role,
			Message: fmt.Sprintf("User %s does not have ASSUMEROLE permission on IAM role %q for %s", s.user.Name, role, command),
			Hint: fmt.Sprintf("A superuser can allow it: GRANT ASSUMEROLE ON %s TO %s FOR %s;", object,
				warehouse.Identifier(s.user.Name), command)}
	}
	return nil
}
