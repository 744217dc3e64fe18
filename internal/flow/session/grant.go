package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// grant runs GRANT, REVOKE and ALTER DEFAULT PRIVILEGES.
func (s *Session) grant(ctx context.Context, x *dialect.Grant) (*Result, error) {
	done := &Result{Tag: "GRANT"}
	if x.Revoke {
		done.Tag = "REVOKE"
	}
	if x.Columns != nil {
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "privileges on single columns are not supported here",
			Hint: "Make a view of the columns and grant SELECT on it."}
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	to, err := s.grantees(ctx, x)
	if err != nil {
		return nil, err
	}
	switch {
	case x.Roles:
		return done, s.grantRoles(ctx, x, to)
	case x.Default != nil:
		done.Tag = "ALTER DEFAULT PRIVILEGES"
		return done, s.grantByDefault(ctx, x, to)
	}
	on, err := s.grantObjects(ctx, x)
	if err != nil {
		return nil, err
	}
	for _, o := range on {
		if err := s.grantOn(ctx, x, o, to); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// grantees finds who is named.
func (s *Session) grantees(ctx context.Context, x *dialect.Grant) ([]warehouse.Grantee, error) {
	var all []warehouse.Grantee
	for _, g := range x.Grantees {
		if x.GrantOption && !x.Revoke && (g.Kind == "group" || g.Kind == "public") {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "0LP01", Message: "grant options can only be granted to individual users"}
		}
		to, err := s.grantee(ctx, g)
		if err != nil {
			return nil, err
		}
		all = append(all, to)
	}
	return all, nil
}

func (s *Session) grantee(ctx context.Context, g dialect.Grantee) (warehouse.Grantee, error) {
	to := warehouse.Grantee{Kind: g.Kind, Name: g.Name}
	switch g.Kind {
	case "public":
		return to, nil
	case "user":
		u, ok, err := s.client.User(ctx, g.Name)
		if err == nil && !ok {
			err = warehouse.NoUser(g.Name)
		}
		to.ID = u.ID
		return to, err
	}
	b, ok, err := s.client.Body(ctx, g.Kind, g.Name)
	if err == nil && !ok {
		err = warehouse.NoBody(g.Kind, g.Name)
	}
	to.ID = b.ID
	return to, err
}

// granted is an object with what GRANT needs to know of it.
type granted struct {
	warehouse.Object
	name  string // as messages say it
	owner int32  // 0 where only superusers grant
}

// grantObjects finds what is named.
func (s *Session) grantObjects(ctx context.Context, x *dialect.Grant) ([]granted, error) {
	switch x.On {
	case warehouse.KindTable:
		return each(x.Objects, func(n dialect.Name) (granted, error) { return s.grantTable(ctx, n) })
	case "all tables in schema":
		return s.grantTables(ctx, x.Objects)
	case warehouse.KindSchema, warehouse.KindTablesInSchema:
		return each(x.Objects, func(n dialect.Name) (granted, error) { return s.grantSchema(ctx, x.On, n.Name) })
	case warehouse.KindDatabase, warehouse.KindTablesInDatabase, warehouse.KindSchemas, warehouse.KindCopyJobs:
		return each(x.Objects, func(n dialect.Name) (granted, error) { return s.grantDatabase(x.On, n.Name) })
	case warehouse.KindTemplate:
		return each(x.Objects, func(n dialect.Name) (granted, error) { return s.grantTemplate(ctx, n) })
	case warehouse.KindAssumeRole:
		return each(x.Objects, func(n dialect.Name) (granted, error) {
			return granted{Object: warehouse.Object{Kind: x.On, Name: n.Name}, name: n.Name}, nil
		})
	case "":
		return systemPrivileges(x)
	}
	return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: fmt.Sprintf("privileges on %s are not supported here", strings.ToUpper(x.On))}
}

func each(names []dialect.Name, find func(dialect.Name) (granted, error)) ([]granted, error) {
	var all []granted
	for _, n := range names {
		g, err := find(n)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

func (s *Session) grantTable(ctx context.Context, n dialect.Name) (granted, error) {
	t, err := s.find(ctx, n)
	if err != nil {
		if _, ok := s.system(n); ok {
			return granted{}, denied("relation", n.Name)
		}
		return granted{}, err
	}
	if t.Temporary {
		return granted{}, &fault.Error{Kind: fault.Invalid, Code: "0A000", On: t.Name, Message: fmt.Sprintf("%q is temporary: no other session sees it", t.Name)}
	}
	return granted{warehouse.Object{Kind: warehouse.KindTable, OID: t.OID}, t.Name, t.Owner}, nil
}

// grantTables is what ALL TABLES IN SCHEMA stands for now; later tables are not among them.
func (s *Session) grantTables(ctx context.Context, schemas []dialect.Name) ([]granted, error) {
	var all []granted
	for _, n := range schemas {
		if _, err := s.grantSchema(ctx, warehouse.KindSchema, n.Name); err != nil {
			return nil, err
		}
		tables, err := s.client.Relations(ctx, n.Name)
		if err != nil {
			return nil, err
		}
		for _, t := range tables {
			all = append(all, granted{warehouse.Object{Kind: warehouse.KindTable, OID: t.OID}, t.Name, t.Owner})
		}
	}
	return all, nil
}

func (s *Session) grantSchema(ctx context.Context, kind, name string) (granted, error) {
	ok, err := s.schemaExists(ctx, name)
	if err == nil && !ok {
		err = warehouse.NoSchema(name)
	}
	if err != nil {
		return granted{}, err
	}
	owner, err := s.client.SchemaOwner(ctx, name)
	return granted{warehouse.Object{Kind: kind, Name: name}, name, owner}, err
}

func (s *Session) grantDatabase(kind, name string) (granted, error) {
	if name != s.manager.cfg.Database.Name {
		return granted{}, &fault.Error{Kind: fault.NotFound, Code: "3D000", On: name, Message: fmt.Sprintf("database %q does not exist", name)}
	}
	return granted{Object: warehouse.Object{Kind: kind}, name: name}, nil
}

// offered are the system privileges that are checked here.
var offered = []string{"create user", "alter user", "drop user", "create role", "drop role", "create schema", "drop schema"}

// systemPrivileges are what GRANT CREATE USER TO ROLE names.
func systemPrivileges(x *dialect.Grant) ([]granted, error) {
	for _, g := range x.Grantees {
		if g.Kind != "role" {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "0LP01", Message: "system privileges can only be granted to roles"}
		}
	}
	names := x.Privileges
	if slices.Equal(names, []string{"all"}) {
		names = offered
	}
	var all []granted
	for _, name := range names {
		if !slices.Contains(offered, name) {
			return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: fmt.Sprintf("the system privilege %s is not supported here", strings.ToUpper(name)),
				Hint: "Supported are " + strings.ToUpper(strings.Join(offered, ", ")) + "."}
		}
		all = append(all, granted{Object: warehouse.Object{Kind: warehouse.KindSystem, Name: name}, name: name})
	}
	return all, nil
}

// grantOn changes the privileges on one object.
func (s *Session) grantOn(ctx context.Context, x *dialect.Grant, o granted, to []warehouse.Grantee) error {
	what, err := privileges(x, o.Kind)
	if err != nil {
		return err
	}
	grantor, err := s.grantor(ctx, o, what)
	if err != nil {
		return err
	}
	for _, g := range to {
		change := warehouse.Grant{On: o.Object, What: what, To: g, Grantor: grantor, Option: x.GrantOption, Cascade: x.Cascade}
		if x.Revoke {
			err = s.client.Revoke(ctx, change)
		} else {
			err = s.client.Grant(ctx, change)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// privileges reads the list of a GRANT for a kind of object.
func privileges(x *dialect.Grant, kind string) (warehouse.Privilege, error) {
	names, all := x.Privileges, warehouse.Grantable[kind]
	switch kind {
	case warehouse.KindSystem:
		return warehouse.Usage, nil
	case warehouse.KindAssumeRole:
		names = x.For
	}
	var what warehouse.Privilege
	for _, name := range names {
		p := warehouse.PrivilegeOf(name)
		if name == "all" {
			p = all
		}
		if p&all == 0 {
			return 0, &fault.Error{Kind: fault.Invalid, Code: "0LP01", Message: fmt.Sprintf("invalid privilege type %s for %s", strings.ToUpper(name), kind)}
		}
		what |= p
	}
	return what, nil
}

// grantor is as whom the session grants: the owner, itself with the grant option, or nobody.
func (s *Session) grantor(ctx context.Context, o granted, what warehouse.Privilege) (int32, error) {
	switch {
	case s.user.Superuser && o.owner != 0:
		return o.owner, nil
	case s.user.Superuser, o.owner == s.user.ID:
		return s.user.ID, nil
	}
	rights, err := s.client.Rights(ctx, s.user.ID)
	if err != nil {
		return 0, err
	}
	if rights.MayGrant(o.Object, what) {
		return s.user.ID, nil
	}
	kind := o.Kind
	if kind == warehouse.KindTable {
		kind = "relation"
	}
	return 0, denied(kind, o.name)
}

// grantByDefault runs ALTER DEFAULT PRIVILEGES.
func (s *Session) grantByDefault(ctx context.Context, x *dialect.Grant, to []warehouse.Grantee) error {
	if x.On != "tables" && x.On != "views" {
		return &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: fmt.Sprintf("default privileges on %s are not supported here", strings.ToUpper(x.On))}
	}
	what, err := privileges(x, warehouse.KindTable)
	if err != nil {
		return err
	}
	owners, err := s.defaultOwners(ctx, x.Default.Users)
	if err != nil {
		return err
	}
	schemas := x.Default.Schemas
	if schemas == nil {
		schemas = []string{""}
	}
	for _, schema := range schemas {
		if schema != "" {
			if _, err := s.grantSchema(ctx, warehouse.KindSchema, schema); err != nil {
				return err
			}
		}
		for _, owner := range owners {
			for _, g := range to {
				d := warehouse.DefaultGrant{Owner: owner, Schema: schema, What: what, To: g, Option: x.GrantOption}
				if err := s.client.SetDefault(ctx, d, x.Revoke); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// defaultOwners are the users FOR USER names; others than oneself only superusers may name.
func (s *Session) defaultOwners(ctx context.Context, names []string) ([]int32, error) {
	if names == nil {
		return []int32{s.user.ID}, nil
	}
	var ids []int32
	for _, name := range names {
		if name != s.user.Name {
			if err := s.superuser("change the default privileges of another user"); err != nil {
				return nil, err
			}
		}
		u, ok, err := s.client.User(ctx, name)
		if err == nil && !ok {
			err = warehouse.NoUser(name)
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, u.ID)
	}
	return ids, nil
}
