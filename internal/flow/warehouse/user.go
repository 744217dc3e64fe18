package warehouse

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// User is a database user.
type User struct {
	ID         int32
	Name       string
	Password   string // "md5" and the hex digest of password and name, "" when disabled
	Superuser  bool
	CreateDB   bool
	ValidUntil time.Time // zero: always
}

// firstUserID is the first user's id; Redshift's own users lie below.
const firstUserID = 100

// PasswordDigest is how a password is kept: "md5" and the hex MD5 of password and user name, as PostgreSQL keeps it.
func PasswordDigest(password, user string) string {
	sum := md5.Sum([]byte(password + user))
	return "md5" + hex.EncodeToString(sum[:])
}

// User finds a user by its folded name; ok is false when there is none.
func (d *Database) User(ctx context.Context, name string) (u User, ok bool, err error) {
	conn, err := d.engine.Connect(ctx)
	if err != nil {
		return User{}, false, err
	}
	defer conn.Close()
	return findUser(ctx, conn, name)
}

// UserByID finds a user by its id; ok is false when there is none.
func (d *Database) UserByID(ctx context.Context, id int32) (u User, ok bool, err error) {
	conn, err := d.engine.Connect(ctx)
	if err != nil {
		return User{}, false, err
	}
	defer conn.Close()
	var name string
	err = EachRow(ctx, conn, func(ch *Chunk, row int) error {
		name = string(ch.Vectors[0].Bytes(row))
		return nil
	}, "SELECT name FROM inlet.catalog_user WHERE id = ?", int64(id))
	if err != nil || name == "" {
		return User{}, false, err
	}
	return findUser(ctx, conn, name)
}

// User finds a user as the client's transaction sees it.
func (c *Client) User(ctx context.Context, name string) (User, bool, error) {
	return findUser(ctx, c.conn, name)
}

func findUser(ctx context.Context, conn Conn, name string) (u User, ok bool, err error) {
	err = EachRow(ctx, conn, func(ch *Chunk, row int) error {
		r := reader{ch, row}
		u = User{ID: r.int32(0), Name: name, Password: r.text(1), Superuser: r.bool(2), CreateDB: r.bool(3)}
		if !ch.Vectors[4].Null(row) {
			u.ValidUntil = time.UnixMicro(r.int64(4)).UTC()
		}
		ok = true
		return nil
	}, "SELECT id, password, superuser, createdb, valid_until FROM inlet.catalog_user WHERE name = ?", name)
	return u, ok, err
}

// PutUser creates a user (ID 0), or replaces the one with the same ID.
func (c *Client) PutUser(ctx context.Context, u *User) error {
	return c.Atomically(ctx, func() error {
		old, exists, err := c.User(ctx, u.Name)
		if err != nil {
			return err
		}
		if exists && old.ID != u.ID {
			return &fault.Error{Kind: fault.Exists, Code: "42710", On: u.Name, Message: fmt.Sprintf("user %q already exists", u.Name)}
		}
		if u.ID == 0 {
			n, err := queryInt(ctx, c.conn, "SELECT coalesce(max(id) + 1, ?)::BIGINT FROM inlet.catalog_user", int64(firstUserID))
			if err != nil {
				return err
			}
			u.ID = int32(n)
		} else if _, err := c.conn.Exec(ctx, "DELETE FROM inlet.catalog_user WHERE id = ?", int64(u.ID)); err != nil {
			return err
		}
		var until any
		if !u.ValidUntil.IsZero() {
			until = u.ValidUntil
		}
		_, err = c.conn.Exec(ctx, "INSERT INTO inlet.catalog_user VALUES (?, ?, ?, ?, ?, ?, now()::TIMESTAMP)",
			int64(u.ID), u.Name, orNull(u.Password), u.Superuser, u.CreateDB, until)
		return err
	})
}

// DropUser removes a user that owns nothing.
func (c *Client) DropUser(ctx context.Context, name string) error {
	return c.Atomically(ctx, func() error {
		u, ok, err := c.User(ctx, name)
		if err != nil {
			return err
		}
		if !ok {
			return NoUser(name)
		}
		owned, err := queryInt(ctx, c.conn, `SELECT (SELECT count(*) FROM inlet.catalog_relation WHERE owner = $1)
		    + (SELECT count(*) FROM inlet.catalog_schema WHERE owner = $1) + (SELECT count(*) FROM inlet.catalog_role WHERE owner = $1)`, int64(u.ID))
		if err != nil {
			return err
		}
		if owned > 0 {
			return &fault.Error{Kind: fault.Conflict, Code: "55006", On: name,
				Message: fmt.Sprintf("user %q can't be dropped because the user owns some object", name)}
		}
		if err := c.unprivileged(ctx, Grantee{Kind: "user", ID: u.ID, Name: name}, false); err != nil {
			return err
		}
		c.changed() // Its number may be given again.
		for _, sql := range []string{"DELETE FROM inlet.catalog_default_grant WHERE owner = ?",
			"DELETE FROM inlet.catalog_member WHERE member_kind = 'user' AND member = ?", "DELETE FROM inlet.catalog_user WHERE id = ?"} {
			if _, err := c.conn.Exec(ctx, sql, int64(u.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}

// NoUser is the error for a user that does not exist.
func NoUser(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "42704", On: name, Message: fmt.Sprintf("user %q does not exist", name)}
}
