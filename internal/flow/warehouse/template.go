package warehouse

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Template is parameters of COPY under a name.
type Template struct {
	OID          int64
	Schema, Name string
	Owner        int32
	Parameters   string // as COPY takes them
	Document     string // the same as JSON
}

// Template finds a template; nil for none.
func (c *Client) Template(ctx context.Context, schema, name string) (*Template, error) {
	var t *Template
	err := EachRow(ctx, c.conn, func(ch *Chunk, row int) error {
		r := reader{ch, row}
		t = &Template{OID: r.int64(0), Schema: schema, Name: name, Owner: r.int32(1), Parameters: r.text(2), Document: r.text(3)}
		return nil
	}, "SELECT oid, owner, parameters, document FROM inlet.catalog_template WHERE schema_name = ? AND name = ?", schema, name)
	return t, err
}

// NoTemplate is the error for a template that does not exist.
func NoTemplate(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "42704", On: name, Message: fmt.Sprintf("template %q does not exist", name)}
}

// CreateTemplate stores a new template and gives it its OID.
func (c *Client) CreateTemplate(ctx context.Context, t *Template) error {
	return c.Atomically(ctx, func() error {
		if err := c.schemaExists(ctx, t.Schema); err != nil {
			return err
		}
		if err := c.freeTemplate(ctx, t.Schema, t.Name); err != nil {
			return err
		}
		var err error
		if t.OID, err = queryInt(ctx, c.conn, "SELECT nextval('inlet.oid')"); err != nil {
			return err
		}
		_, err = c.conn.Exec(ctx, "INSERT INTO inlet.catalog_template VALUES (?, ?, ?, ?, ?, ?, ?, now()::TIMESTAMP, now()::TIMESTAMP)",
			t.OID, t.Schema, t.Name, int64(t.Owner), int64(t.Owner), t.Parameters, t.Document)
		return err
	})
}

func (c *Client) freeTemplate(ctx context.Context, schema, name string) error {
	old, err := c.Template(ctx, schema, name)
	if err == nil && old != nil {
		err = &fault.Error{Kind: fault.Exists, Code: "42710", On: name, Message: fmt.Sprintf("template %q already exists", name)}
	}
	return err
}

// ChangeTemplate replaces what is kept under a template's OID.
func (c *Client) ChangeTemplate(ctx context.Context, t *Template, by int32) error {
	return c.Atomically(ctx, func() error {
		_, err := c.conn.Exec(ctx, `UPDATE inlet.catalog_template
		    SET name = ?, owner = ?, modifier = ?, parameters = ?, document = ?, modified = now()::TIMESTAMP WHERE oid = ?`,
			t.Name, int64(t.Owner), int64(by), t.Parameters, t.Document, t.OID)
		return err
	})
}

// RenameTemplate gives a template a name that is free in its schema.
func (c *Client) RenameTemplate(ctx context.Context, t *Template, name string, by int32) error {
	return c.Atomically(ctx, func() error {
		if err := c.freeTemplate(ctx, t.Schema, name); err != nil {
			return err
		}
		t.Name = name
		return c.ChangeTemplate(ctx, t, by)
	})
}

// DropTemplate removes a template and what is granted on it.
func (c *Client) DropTemplate(ctx context.Context, t *Template) error {
	return c.Atomically(ctx, func() error {
		if err := c.forgetGrants(ctx, Object{Kind: KindTemplate, OID: t.OID}); err != nil {
			return err
		}
		_, err := c.conn.Exec(ctx, "DELETE FROM inlet.catalog_template WHERE oid = ?", t.OID)
		return err
	})
}

// dropTemplates removes the templates of a schema that goes.
func (c *Client) dropTemplates(ctx context.Context, schema string) error {
	for _, sql := range []string{
		"DELETE FROM inlet.catalog_grant WHERE kind = 'template' AND object IN (SELECT oid FROM inlet.catalog_template WHERE schema_name = ?)",
		"DELETE FROM inlet.catalog_template WHERE schema_name = ?"} {
		if _, err := c.conn.Exec(ctx, sql, schema); err != nil {
			return err
		}
	}
	return nil
}

// MayTemplate refuses who may not do all of p with a template.
func (c *Client) MayTemplate(ctx context.Context, u User, t *Template, p Privilege) error {
	if u.Superuser {
		return nil
	}
	if err := c.MayUse(ctx, u, t.Schema, Usage); err != nil || t.Owner == u.ID {
		return err
	}
	rights, err := c.Rights(ctx, u.ID)
	if err != nil || rights.Has(Object{Kind: KindTemplate, OID: t.OID}, p) {
		return err
	}
	hint := ""
	if p&Owner == 0 {
		hint = GrantText(p, "TEMPLATE "+Identifier(t.Schema)+"."+Identifier(t.Name), u.Name)
	}
	return Denied("template", t.Name, hint)
}
