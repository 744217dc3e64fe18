package warehouse

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

// Rights are what one user may by grants to it, to its groups and roles, and to
// everyone. They do not change; a later GRANT makes new ones.
type Rights struct {
	held   map[Object]Privilege
	option map[Object]Privilege // what it may grant on
	roles  map[int32]bool       // roles it has; true with ADMIN OPTION
}

// Has reports whether all of p is held on an object.
func (r *Rights) Has(o Object, p Privilege) bool { return r.held[o]&p == p }

// MayGrant reports whether the user may pass all of p on.
func (r *Rights) MayGrant(o Object, p Privilege) bool { return r.option[o]&p == p }

// Role reports whether the user has a role, and whether it may grant it.
func (r *Rights) Role(id int32) (has, admin bool) {
	admin, has = r.roles[id]
	return has, admin
}

// Table is what the user may do with a table that is another's.
func (r *Rights) Table(t *Table) Privilege {
	return r.held[Object{Kind: KindTable, OID: t.OID}] | r.held[Object{Kind: KindTablesInSchema, Name: t.Schema}] |
		r.held[Object{Kind: KindTablesInDatabase}]
}

// Schema is what the user may do with a schema.
func (r *Rights) Schema(name string) Privilege {
	return r.held[Object{Kind: KindSchema, Name: name}] | r.held[Object{Kind: KindSchemas}]
}

// rightsCache keeps the users' rights until a transaction that changed grants commits.
type rightsCache struct {
	version atomic.Int64
	mu      sync.Mutex
	users   map[whose]cachedRights
}

// whose rights are kept: a user's, with the groups its login put it into.
type whose struct {
	user   int32
	groups string
}

type cachedRights struct {
	version int64
	rights  *Rights
}

// Joins puts the connection's user into groups for as long as it lasts, as the
// DbGroups of temporary credentials do.
func (c *Client) Joins(groups []string) { c.groups = strings.Join(groups, "\n") }

// Rights are what a user may, as the client's transaction sees the grants.
func (c *Client) Rights(ctx context.Context, user int32) (*Rights, error) {
	key := whose{user, c.groups}
	if c.granted { // This transaction's own changes are nobody else's yet.
		return readRights(ctx, c.conn, key)
	}
	cache := &c.db.rights
	version := cache.version.Load()
	cache.mu.Lock()
	found, ok := cache.users[key]
	cache.mu.Unlock()
	if ok && found.version == version {
		return found.rights, nil
	}
	// Read on a connection of its own: the client's transaction may be older than the last GRANT.
	conn, err := c.db.engine.Connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	rights, err := readRights(ctx, conn, key)
	if err != nil {
		return nil, err
	}
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if cache.users == nil {
		cache.users = map[whose]cachedRights{}
	}
	cache.users[key] = cachedRights{version, rights}
	return rights, nil
}

// Grants counts the committed changes of who may what.
func (c *Client) Grants() int64 { return c.db.rights.version.Load() }

// grantsQuery finds all that reaches a user, through groups, roles and roles of roles.
const grantsQuery = `WITH RECURSIVE roles(id) AS (
    SELECT container FROM inlet.catalog_member WHERE kind = 'role' AND member_kind = 'user' AND member = $1
    UNION
    SELECT m.container FROM inlet.catalog_member m JOIN roles r ON m.member = r.id WHERE m.kind = 'role' AND m.member_kind = 'role')
SELECT kind, object, name, privilege, grantable AND grantee_kind = 'user' FROM inlet.catalog_grant
WHERE grantee_kind = 'public' OR grantee_kind = 'user' AND grantee = $1
   OR grantee_kind = 'role' AND grantee IN (SELECT id FROM roles)
   OR grantee_kind = 'group' AND grantee IN (SELECT container FROM inlet.catalog_member WHERE kind = 'group' AND member = $1
      UNION ALL SELECT id FROM inlet.catalog_group WHERE list_contains(string_split($2::VARCHAR, chr(10)), name))
UNION ALL
SELECT 'schema', 0, name, '', true FROM inlet.catalog_schema WHERE owner = $1
UNION ALL
SELECT 'member', r.id, '', '', coalesce(m.admin, false) FROM roles r
LEFT JOIN inlet.catalog_member m ON m.kind = 'role' AND m.container = r.id AND m.member_kind = 'user' AND m.member = $1`

func readRights(ctx context.Context, conn Conn, of whose) (*Rights, error) {
	r := &Rights{held: map[Object]Privilege{}, option: map[Object]Privilege{}, roles: map[int32]bool{}}
	err := EachRow(ctx, conn, func(ch *Chunk, row int) error {
		v := reader{ch, row}
		o := Object{Kind: v.text(0), OID: v.int64(1), Name: v.text(2)}
		p, option := PrivilegeOf(v.text(3)), v.bool(4)
		switch {
		case o.Kind == "member":
			r.roles[int32(o.OID)] = option
			return nil
		case p == 0: // A schema's owner.
			p = Grantable[o.Kind] | Owner
		}
		r.held[o] |= p
		if option {
			r.option[o] |= p
		}
		return nil
	}, grantsQuery, int64(of.user), of.groups)
	if err != nil {
		return nil, fmt.Errorf("read the privileges of user %d: %w", of.user, err)
	}
	return r, nil
}

// MayUse refuses who may not use a schema, in Redshift's words.
func (c *Client) MayUse(ctx context.Context, u User, schema string, p Privilege) error {
	if u.Superuser {
		return nil
	}
	rights, err := c.Rights(ctx, u.ID)
	if err != nil {
		return err
	}
	if rights.Schema(schema)&p == p {
		return nil
	}
	hint := ""
	if p != Owner {
		hint = GrantText(p, "SCHEMA "+Identifier(schema), u.Name)
	}
	return Denied("schema", schema, hint)
}

// May refuses who may not do all of p with a table.
func (c *Client) May(ctx context.Context, u User, t *Table, p Privilege) error {
	if u.Superuser || t.Temporary {
		return nil
	}
	if err := c.MayUse(ctx, u, t.Schema, Usage); err != nil {
		return err
	}
	if t.Owner == u.ID {
		return nil
	}
	rights, err := c.Rights(ctx, u.ID)
	if err != nil {
		return err
	}
	missing := p &^ rights.Table(t)
	if missing == 0 {
		return nil
	}
	hint := ""
	if missing&Owner == 0 {
		hint = GrantText(missing, Identifier(t.Schema)+"."+Identifier(t.Name), u.Name)
	}
	return Denied("relation", t.Name, hint)
}
