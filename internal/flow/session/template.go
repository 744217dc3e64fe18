package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// template runs CREATE, ALTER and DROP TEMPLATE.
// Source: Redshift Database Developer Guide, "CREATE TEMPLATE".
func (s *Session) template(ctx context.Context, x *dialect.Template) (*Result, error) {
	done := &Result{Tag: strings.ToUpper(x.Verb) + " TEMPLATE"}
	if x.Verb == "create" {
		return done, s.createTemplate(ctx, x)
	}
	if err := s.begun(ctx); err != nil {
		return nil, err
	}
	if x.Verb == "drop" {
		t, err := s.findTemplate(ctx, x.Name, warehouse.Drop)
		if err != nil {
			return nil, err
		}
		return done, s.client.DropTemplate(ctx, t)
	}
	t, err := s.findTemplate(ctx, x.Name, warehouse.Alter)
	if err != nil {
		return nil, err
	}
	return done, s.alterTemplate(ctx, t, x)
}

func (s *Session) createTemplate(ctx context.Context, x *dialect.Template) error {
	schema, err := s.place(x.Name)
	if err != nil {
		return err
	}
	if err := s.mayIn(ctx, schema, warehouse.Create); err != nil {
		return err
	}
	if err := s.begun(ctx); err != nil {
		return err
	}
	t := &warehouse.Template{Schema: schema, Name: x.Name.Name, Owner: s.user.ID}
	old, err := s.client.Template(ctx, schema, t.Name)
	if err != nil {
		return err
	}
	if old == nil || !x.Replace {
		if err := fill(t, x.Parameters); err != nil {
			return err
		}
		return s.client.CreateTemplate(ctx, t)
	}
	if err := s.client.MayTemplate(ctx, s.user, old, warehouse.Alter); err != nil {
		return err
	}
	if err := fill(old, x.Parameters); err != nil {
		return err
	}
	return s.client.ChangeTemplate(ctx, old, s.user.ID)
}

// fill writes parameters into a template, once as COPY takes them and once as JSON.
func fill(t *warehouse.Template, all []dialect.Parameter) error {
	texts, document := make([]string, len(all)), map[string]any{}
	for i, p := range all {
		texts[i] = p.String()
		document[strings.ToUpper(p.Name)] = plainValue(p.Value)
	}
	t.Parameters = strings.Join(texts, " ")
	if _, err := dialect.Parameters(t.Parameters); err != nil {
		return err // What does not go together is found now.
	}
	out, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("write template %s: %w", t.Name, err)
	}
	t.Document = string(out)
	return nil
}

// plainValue is an argument as JSON has it: 1 for a parameter without one, numbers bare, the rest as text.
func plainValue(text string) any {
	if text == "" {
		return 1
	}
	if number := json.Number(text); json.Valid([]byte(text)) && text[0] != '"' {
		return number
	}
	if strings.HasPrefix(text, "'") {
		return strings.ReplaceAll(strings.Trim(text, "'"), "''", "'")
	}
	return text
}

// findTemplate looks a template up along search_path and checks what the user may do with it.
func (s *Session) findTemplate(ctx context.Context, n dialect.Name, p warehouse.Privilege) (*warehouse.Template, error) {
	if n.Database != "" && n.Database != s.manager.cfg.Database.Name {
		return nil, &fault.Error{Kind: fault.Unsupported, Code: "0A000", Position: n.Pos,
			Message: fmt.Sprintf("cross-database reference to database %q is not supported", n.Database)}
	}
	schemas := []string{n.Schema}
	if n.Schema == "" {
		schemas = s.path()
	}
	for _, schema := range schemas {
		if n.Schema != "" {
			if err := s.mayIn(ctx, schema, warehouse.Usage); err != nil {
				return nil, err
			}
		}
		t, err := s.client.Template(ctx, schema, n.Name)
		if err != nil {
			return nil, err
		}
		if t != nil {
			return t, s.client.MayTemplate(ctx, s.user, t, p)
		}
	}
	return nil, warehouse.NoTemplate(n.Name)
}

func (s *Session) alterTemplate(ctx context.Context, t *warehouse.Template, x *dialect.Template) error {
	switch x.Action {
	case "rename":
		return s.client.RenameTemplate(ctx, t, x.To, s.user.ID)
	case "owner":
		if err := s.superuser("change the owner of a template"); err != nil {
			return err
		}
		to, err := s.grantee(ctx, dialect.Grantee{Kind: "user", Name: x.To})
		if err != nil {
			return err
		}
		t.Owner = to.ID
		return s.client.ChangeTemplate(ctx, t, s.user.ID)
	}
	all, err := dialect.Parameters(t.Parameters)
	if err != nil {
		return fmt.Errorf("read template %s: %w", t.Name, err)
	}
	if all, err = altered(all, x); err != nil {
		return err
	}
	if err := fill(t, all); err != nil {
		return err
	}
	return s.client.ChangeTemplate(ctx, t, s.user.ID)
}

// altered is a template's parameters after ADD, DROP or SET.
func altered(all []dialect.Parameter, x *dialect.Template) ([]dialect.Parameter, error) {
	at := func(name string) int {
		return slices.IndexFunc(all, func(p dialect.Parameter) bool { return p.Name == name })
	}
	absent := func(name string) error {
		return &fault.Error{Kind: fault.NotFound, Code: "42704", On: name,
			Message: fmt.Sprintf("template %q has no parameter %s", x.Name.Name, strings.ToUpper(name))}
	}
	if x.Action == "drop" {
		i := at(x.To)
		if i < 0 {
			return nil, absent(x.To)
		}
		return slices.Delete(all, i, i+1), nil
	}
	for _, p := range x.Parameters {
		i := at(p.Name)
		switch {
		case x.Action == "add" && i >= 0:
			return nil, &fault.Error{Kind: fault.Exists, Code: "42710", On: p.Name, Hint: "ALTER TEMPLATE … SET changes its value.",
				Message: fmt.Sprintf("template %q has parameter %s already", x.Name.Name, strings.ToUpper(p.Name))}
		case x.Action == "add":
			all = append(all, p)
		case i < 0:
			return nil, absent(p.Name)
		default:
			all[i].Value = p.Value
		}
	}
	return all, nil
}

// templated is a COPY with the parameters of the template it uses.
func (s *Session) templated(ctx context.Context, x *dialect.Copy) (*dialect.Copy, error) {
	if x.Template == nil {
		return x, nil
	}
	t, err := s.findTemplate(ctx, *x.Template, warehouse.Usage)
	if err != nil {
		return nil, err
	}
	all, err := dialect.Parameters(t.Parameters)
	if err != nil {
		return nil, fmt.Errorf("read template %s: %w", t.Name, err)
	}
	full, err := x.With(all)
	if f, ok := errors.AsType[*fault.Error](err); ok {
		told := *f
		told.Position = 0 // It counts in a text the client has not seen.
		told.Detail = strings.TrimSpace(told.Detail + fmt.Sprintf("\nTemplate %s adds: %s", t.Name, t.Parameters))
		return nil, &told
	}
	return full, err
}

// showTemplate answers SHOW TEMPLATE with a statement that makes it again.
func (s *Session) showTemplate(ctx context.Context, x *dialect.Show) (*Result, error) {
	t, err := s.findTemplate(ctx, x.Object, warehouse.Usage)
	if err != nil {
		return nil, err
	}
	name := warehouse.Identifier(s.manager.cfg.Database.Name) + "." + warehouse.Identifier(t.Schema) + "." + warehouse.Identifier(t.Name)
	text := strings.TrimSuffix("CREATE OR REPLACE TEMPLATE "+name+" FOR COPY AS "+t.Parameters, " AS ") + ";"
	return list("SHOW", templateColumns, [][]string{{text}}), nil
}

var templateColumns = []string{"Show Template DDL statement"}

func (s *Session) grantTemplate(ctx context.Context, n dialect.Name) (granted, error) {
	t, err := s.findTemplate(ctx, n, 0)
	if err != nil {
		return granted{}, err
	}
	return granted{warehouse.Object{Kind: warehouse.KindTemplate, OID: t.OID}, t.Name, t.Owner}, nil
}
