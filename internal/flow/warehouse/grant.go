package warehouse

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Grantee is who gains or loses a privilege.
type Grantee struct {
	Kind string // "user", "group", "role", "public"
	ID   int32  // 0 for public
	Name string
}

// Grant is a change of privileges on one object for one grantee.
type Grant struct {
	On      Object
	What    Privilege
	To      Grantee
	Grantor int32
	Option  bool // WITH GRANT OPTION; in a REVOKE, the option alone
	Cascade bool // of a REVOKE: what the grantee passed on goes too
}

// changed notes that the open transaction changed who may what.
func (c *Client) changed() { c.granted = true }

// Grant writes privileges down.
func (c *Client) Grant(ctx context.Context, g Grant) error {
	return c.Atomically(ctx, func() error {
		c.changed()
		for _, privilege := range g.What.Names() {
			had := false
			err := EachRow(ctx, c.conn, func(ch *Chunk, row int) error {
				had = had || reader{ch, row}.bool(0)
				return nil
			}, "SELECT grantable FROM inlet.catalog_grant WHERE "+grantKey, g.key(privilege)...)
			if err != nil {
				return err
			}
			if _, err := c.conn.Exec(ctx, "DELETE FROM inlet.catalog_grant WHERE "+grantKey, g.key(privilege)...); err != nil {
				return err
			}
			_, err = c.conn.Exec(ctx, "INSERT INTO inlet.catalog_grant VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				append(g.key(privilege), int64(g.Grantor), had || g.Option)...)
			if err != nil {
				return fmt.Errorf("grant %s: %w", privilege, err)
			}
		}
		return nil
	})
}

const grantKey = "kind = ? AND object = ? AND name = ? AND privilege = ? AND grantee_kind = ? AND grantee = ?"

func (g Grant) key(privilege string) []any {
	return []any{g.On.Kind, g.On.OID, g.On.Name, privilege, g.To.Kind, int64(g.To.ID)}
}

// Revoke takes privileges back. What a grantee passed on keeps it, unless it goes too.
func (c *Client) Revoke(ctx context.Context, g Grant) error {
	return c.Atomically(ctx, func() error {
		c.changed()
		for _, privilege := range g.What.Names() {
			if err := c.revoke(ctx, g, privilege); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Client) revoke(ctx context.Context, g Grant, privilege string) error {
	dependents, err := c.passedOn(ctx, g, privilege)
	if err != nil {
		return err
	}
	if len(dependents) > 0 && !g.Cascade {
		return &fault.Error{Kind: fault.Conflict, Code: "2BP01", On: g.To.Name, Message: "dependent privileges exist",
			Hint: "Use CASCADE to revoke them too."}
	}
	change := "DELETE FROM inlet.catalog_grant WHERE "
	if g.Option {
		change = "UPDATE inlet.catalog_grant SET grantable = false WHERE "
	}
	n, err := c.conn.Exec(ctx, change+grantKey, g.key(privilege)...)
	if err != nil {
		return fmt.Errorf("revoke %s: %w", privilege, err)
	}
	if n == 0 {
		return nil // Nothing to follow, and no circle of grants without end.
	}
	for _, to := range dependents {
		next := g
		next.To, next.Option = to, false
		if err := c.revoke(ctx, next, privilege); err != nil {
			return err
		}
	}
	return nil
}

// passedOn is to whom the user that loses a privilege granted it.
func (c *Client) passedOn(ctx context.Context, g Grant, privilege string) ([]Grantee, error) {
	if g.To.Kind != "user" {
		return nil, nil
	}
	var all []Grantee
	err := EachRow(ctx, c.conn, func(ch *Chunk, row int) error {
		r := reader{ch, row}
		all = append(all, Grantee{Kind: r.text(0), ID: r.int32(1)})
		return nil
	}, `SELECT grantee_kind, grantee FROM inlet.catalog_grant
	    WHERE kind = ? AND object = ? AND name = ? AND privilege = ? AND grantor = ? AND NOT (grantee_kind = 'user' AND grantee = grantor)`,
		g.On.Kind, g.On.OID, g.On.Name, privilege, int64(g.To.ID))
	return all, err
}

// DefaultGrant is a change of what an owner's new tables in a schema, or in all, are granted with.
type DefaultGrant struct {
	Owner  int32
	Schema string // "" for all
	What   Privilege
	To     Grantee
	Option bool
}

// SetDefault writes a default privilege down, or takes it back.
func (c *Client) SetDefault(ctx context.Context, d DefaultGrant, revoke bool) error {
	return c.Atomically(ctx, func() error {
		for _, privilege := range d.What.Names() {
			key := []any{int64(d.Owner), d.Schema, KindTable, privilege, d.To.Kind, int64(d.To.ID)}
			_, err := c.conn.Exec(ctx, `DELETE FROM inlet.catalog_default_grant
			    WHERE owner = ? AND schema_name = ? AND kind = ? AND privilege = ? AND grantee_kind = ? AND grantee = ?`, key...)
			if err != nil {
				return err
			}
			if revoke {
				continue
			}
			if _, err := c.conn.Exec(ctx, "INSERT INTO inlet.catalog_default_grant VALUES (?, ?, ?, ?, ?, ?, ?)", append(key, d.Option)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// grantDefaults gives a new table what its owner's default privileges say.
func (c *Client) grantDefaults(ctx context.Context, t *Table) error {
	n, err := c.conn.Exec(ctx, `INSERT INTO inlet.catalog_grant
	    SELECT kind, ?, '', privilege, grantee_kind, grantee, owner, bool_or(grantable) FROM inlet.catalog_default_grant
	    WHERE owner = ? AND schema_name IN ('', ?) GROUP BY ALL`, t.OID, int64(t.Owner), t.Schema)
	if err != nil {
		return fmt.Errorf("grant the default privileges on table %s: %w", t.Name, err)
	}
	if n > 0 {
		c.changed()
	}
	return nil
}

// forgetGrants drops what was granted on an object that is gone.
func (c *Client) forgetGrants(ctx context.Context, o Object) error {
	_, err := c.conn.Exec(ctx, "DELETE FROM inlet.catalog_grant WHERE kind = ? AND object = ? AND name = ?", o.Kind, o.OID, o.Name)
	return err
}
