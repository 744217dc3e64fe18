package session

import (
	"context"
	"fmt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// comment runs COMMENT ON.
func (s *Session) comment(ctx context.Context, x *dialect.Comment) (*Result, error) {
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	on, err := s.commented(ctx, x)
	if err != nil {
		return nil, err
	}
	return &Result{Tag: "COMMENT"}, s.client.Comment(ctx, on, x.Comment)
}

// commented finds what the comment is on, which must be the user's own.
func (s *Session) commented(ctx context.Context, x *dialect.Comment) (on warehouse.Commented, err error) {
	switch x.On {
	case "schema":
		if _, err := s.grantSchema(ctx, warehouse.KindSchema, x.Name.Name); err != nil {
			return on, err
		}
		return warehouse.Commented{Kind: "schema", Name: x.Name.Name}, s.mayIn(ctx, x.Name.Name, warehouse.Owner)
	case "database":
		if _, err := s.grantDatabase(warehouse.KindDatabase, x.Name.Name); err != nil {
			return on, err
		}
		return warehouse.Commented{Kind: "database", Name: x.Name.Name}, s.superuser("comment on a database")
	case "table", "view", "column":
	default:
		return on, unsupported(x)
	}
	t, err := s.target(ctx, x.Name, "", warehouse.Owner)
	if err != nil {
		return on, err
	}
	switch {
	case t.Temporary:
		return on, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "comments on temporary tables are not supported here"}
	case x.On != "column" && (t.Kind == "v") != (x.On == "view"):
		return on, &fault.Error{Kind: fault.Invalid, Code: "42809", On: t.Name, Message: fmt.Sprintf("%q is not a %s", t.Name, x.On)}
	case x.On != "column":
		return warehouse.Commented{Kind: "table", OID: t.OID}, nil
	}
	col := t.Column(x.Column)
	if col == nil {
		return on, warehouse.NoColumn(x.Column, t.Name)
	}
	return warehouse.Commented{Kind: "column", OID: t.OID, Position: col.Position}, nil
}

// alterSchema runs ALTER SCHEMA OWNER TO.
func (s *Session) alterSchema(ctx context.Context, x *dialect.AlterSchema) (*Result, error) {
	if x.Owner == "" {
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: x.Name, Message: "of ALTER SCHEMA, only OWNER TO is supported here"}
	}
	if err := s.superuser("change the owner of a schema"); err != nil {
		return nil, err
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	to, err := s.grantee(ctx, dialect.Grantee{Kind: "user", Name: x.Owner})
	if err != nil {
		return nil, err
	}
	return &Result{Tag: "ALTER SCHEMA"}, s.client.ChangeSchema(ctx, x.Name, to.ID)
}
