package warehouse

import (
	"context"
	"fmt"
)

// Commented is what a comment is on.
type Commented struct {
	Kind     string // "table" (views too), "column", "schema", "database", "constraint"
	OID      int64
	Position int    // of a column
	Name     string // of a schema or database
}

// Comment keeps a comment, or removes it when text is empty.
func (c *Client) Comment(ctx context.Context, on Commented, text string) error {
	return c.Atomically(ctx, func() error {
		key := []any{on.Kind, on.OID, int64(on.Position), on.Name}
		if _, err := c.conn.Exec(ctx, "DELETE FROM inlet.catalog_comment WHERE kind = ? AND object = ? AND position = ? AND name = ?", key...); err != nil {
			return fmt.Errorf("comment on %s: %w", on.Kind, err)
		}
		if text == "" {
			return nil
		}
		if _, err := c.conn.Exec(ctx, "INSERT INTO inlet.catalog_comment VALUES (?, ?, ?, ?, ?)", append(key, text)...); err != nil {
			return fmt.Errorf("comment on %s: %w", on.Kind, err)
		}
		return nil
	})
}
