package warehouse

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Body is a group of users, or a role.
type Body struct {
	Kind       string // "group" or "role"
	ID         int32
	Name       string
	Owner      int32 // of a role
	ExternalID string
}

func (b Body) table() string { return "inlet.catalog_" + b.Kind }

// Body finds a group or role by its name.
func (c *Client) Body(ctx context.Context, kind, name string) (b Body, ok bool, err error) {
	b = Body{Kind: kind, Name: name}
	query := "SELECT id, 0::INTEGER, '' FROM inlet.catalog_group WHERE name = ?"
	if kind == "role" {
		query = "SELECT id, owner, external_id FROM inlet.catalog_role WHERE name = ?"
	}
	err = EachRow(ctx, c.conn, func(ch *Chunk, row int) error {
		r := reader{ch, row}
		b.ID, b.Owner, b.ExternalID, ok = r.int32(0), r.int32(1), r.text(2), true
		return nil
	}, query, name)
	return b, ok, err
}

// NoBody is the error for a group or role that does not exist.
func NoBody(kind, name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "42704", On: name, Message: fmt.Sprintf("%s %q does not exist", kind, name)}
}

// PutBody makes a group or role (ID 0), or changes the one with the same ID.
func (c *Client) PutBody(ctx context.Context, b Body) error {
	return c.Atomically(ctx, func() error {
		old, exists, err := c.Body(ctx, b.Kind, b.Name)
		if err != nil {
			return err
		}
		if exists && old.ID != b.ID {
			return &fault.Error{Kind: fault.Exists, Code: "42710", On: b.Name, Message: fmt.Sprintf("%s %q already exists", b.Kind, b.Name)}
		}
		c.changed()
		if b.ID != 0 {
			if b.Kind == "group" {
				_, err = c.conn.Exec(ctx, "UPDATE inlet.catalog_group SET name = ? WHERE id = ?", b.Name, int64(b.ID))
				return err
			}
			_, err = c.conn.Exec(ctx, "UPDATE inlet.catalog_role SET name = ?, owner = ?, external_id = ? WHERE id = ?",
				b.Name, int64(b.Owner), orNull(b.ExternalID), int64(b.ID))
			return err
		}
		id, err := queryInt(ctx, c.conn, "SELECT nextval('inlet.oid')")
		if err != nil {
			return err
		}
		if b.Kind == "group" {
			_, err = c.conn.Exec(ctx, "INSERT INTO inlet.catalog_group VALUES (?, ?)", id, b.Name)
			return err
		}
		_, err = c.conn.Exec(ctx, "INSERT INTO inlet.catalog_role VALUES (?, ?, ?, ?, now()::TIMESTAMP)", id, b.Name, int64(b.Owner), orNull(b.ExternalID))
		return err
	})
}

// DropBody removes a group or role to which nothing is granted. A role that
// somebody has goes only when force is set.
func (c *Client) DropBody(ctx context.Context, b Body, force bool) error {
	return c.Atomically(ctx, func() error {
		if err := c.unprivileged(ctx, Grantee{Kind: b.Kind, ID: b.ID, Name: b.Name}, force && b.Kind == "role"); err != nil {
			return err
		}
		if b.Kind == "role" && !force {
			n, err := queryInt(ctx, c.conn, "SELECT count(*) FROM inlet.catalog_member WHERE kind = 'role' AND (container = ? OR member_kind = 'role' AND member = ?)",
				int64(b.ID), int64(b.ID))
			if err != nil {
				return err
			}
			if n > 0 {
				return &fault.Error{Kind: fault.Conflict, Code: "2BP01", On: b.Name,
					Message: fmt.Sprintf("role %q can't be dropped because it is granted to a user or another role", b.Name),
					Hint:    "Use DROP ROLE ... FORCE to remove it from them too."}
			}
		}
		c.changed()
		_, err := c.conn.Exec(ctx, "DELETE FROM inlet.catalog_member WHERE kind = ? AND container = ? OR member_kind = ? AND member = ?",
			b.Kind, int64(b.ID), b.Kind, int64(b.ID))
		if err != nil {
			return err
		}
		_, err = c.conn.Exec(ctx, "DELETE FROM "+b.table()+" WHERE id = ?", int64(b.ID))
		return err
	})
}

// unprivileged refuses to drop who still has privileges, or takes them away.
func (c *Client) unprivileged(ctx context.Context, g Grantee, force bool) error {
	for _, table := range []string{"inlet.catalog_grant", "inlet.catalog_default_grant"} {
		if force {
			if _, err := c.conn.Exec(ctx, "DELETE FROM "+table+" WHERE grantee_kind = ? AND grantee = ?", g.Kind, int64(g.ID)); err != nil {
				return err
			}
			continue
		}
		n, err := queryInt(ctx, c.conn, "SELECT count(*) FROM "+table+" WHERE grantee_kind = ? AND grantee = ?", g.Kind, int64(g.ID))
		if err != nil {
			return err
		}
		if n > 0 {
			return &fault.Error{Kind: fault.Conflict, Code: "55006", On: g.Name,
				Message: fmt.Sprintf("%s %q can't be dropped because the %s has a privilege on some object", g.Kind, g.Name, g.Kind),
				Hint:    "SVV_RELATION_PRIVILEGES and SVV_SCHEMA_PRIVILEGES show which; REVOKE them first."}
		}
	}
	return nil
}

// Join puts a user into a group, or grants a role.
func (c *Client) Join(ctx context.Context, b Body, member Grantee, admin bool) error {
	return c.Atomically(ctx, func() error {
		if member.Kind == "role" {
			if err := c.noCircle(ctx, b, member); err != nil {
				return err
			}
		}
		had, err := queryInt(ctx, c.conn, "SELECT count(*) FROM inlet.catalog_member WHERE admin AND "+memberKey, memberArgs(b, member)...)
		if err != nil {
			return err
		}
		if err := c.Leave(ctx, b, member); err != nil {
			return err
		}
		_, err = c.conn.Exec(ctx, "INSERT INTO inlet.catalog_member VALUES (?, ?, ?, ?, ?)", append(memberArgs(b, member), admin || had > 0)...)
		return err
	})
}

const memberKey = "kind = ? AND container = ? AND member_kind = ? AND member = ?"

func memberArgs(b Body, member Grantee) []any {
	return []any{b.Kind, int64(b.ID), member.Kind, int64(member.ID)}
}

// noCircle refuses to grant a role to one that it has itself.
func (c *Client) noCircle(ctx context.Context, b Body, member Grantee) error {
	n, err := queryInt(ctx, c.conn, `WITH RECURSIVE above(id) AS (SELECT ?::INTEGER UNION
	    SELECT m.container FROM inlet.catalog_member m JOIN above ON m.member = above.id WHERE m.kind = 'role' AND m.member_kind = 'role')
	    SELECT count(*) FROM above WHERE id = ?`, int64(b.ID), int64(member.ID))
	if err != nil || n == 0 {
		return err
	}
	return &fault.Error{Kind: fault.Invalid, Code: "0LP01", On: b.Name, Message: fmt.Sprintf("role %q is a member of role %q already", b.Name, member.Name)}
}

// Leave takes a user out of a group, or a role back.
func (c *Client) Leave(ctx context.Context, b Body, member Grantee) error {
	return c.Atomically(ctx, func() error {
		c.changed()
		_, err := c.conn.Exec(ctx, "DELETE FROM inlet.catalog_member WHERE "+memberKey, memberArgs(b, member)...)
		return err
	})
}

// WithoutAdmin takes the right to grant a role back.
func (c *Client) WithoutAdmin(ctx context.Context, b Body, member Grantee) error {
	c.changed()
	_, err := c.conn.Exec(ctx, "UPDATE inlet.catalog_member SET admin = false WHERE "+memberKey, memberArgs(b, member)...)
	return err
}
