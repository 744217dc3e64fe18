package avro

import (
	"encoding/json"
	"errors"
	"fmt"
)

// schema is a type of Avro.
type schema struct {
	kind    string // "null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "enum", "array", "map", "union", "fixed"
	names   [][]byte
	fields  []*schema // of a record, by names; the branches of a union
	symbols [][]byte  // of an enum
	items   *schema   // of an array or a map
	size    int       // of a fixed
	scale   int       // of a decimal, -1 for others
}

// reader of schemas: named types can be used again by their names.
type schemas map[string]*schema

const maxNesting = 100

// parseSchema reads the schema of a file, which must be a record.
func parseSchema(text []byte) (*schema, error) {
	s, err := schemas{}.parse(text, "", 0)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	if s.kind != "record" {
		return nil, errors.New("the schema must be a record")
	}
	return s, nil
}

type definition struct {
	Type      json.RawMessage `json:"type"`
	Name      string          `json:"name"`
	Namespace string          `json:"namespace"`
	Logical   string          `json:"logicalType"`
	Scale     int             `json:"scale"`
	Size      int             `json:"size"`
	Symbols   []string        `json:"symbols"`
	Items     json.RawMessage `json:"items"`
	Values    json.RawMessage `json:"values"`
	Fields    []struct {
		Name string          `json:"name"`
		Type json.RawMessage `json:"type"`
	} `json:"fields"`
}

func (known schemas) parse(text []byte, space string, depth int) (*schema, error) {
	if depth > maxNesting {
		return nil, errors.New("nested too deeply")
	}
	var name string
	if json.Unmarshal(text, &name) == nil {
		return known.named(name, space)
	}
	var union []json.RawMessage
	if json.Unmarshal(text, &union) == nil {
		s := &schema{kind: "union", scale: -1}
		for _, branch := range union {
			b, err := known.parse(branch, space, depth+1)
			if err != nil {
				return nil, err
			}
			s.fields = append(s.fields, b)
		}
		return s, nil
	}
	var d definition
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("not a type: %w", err)
	}
	return known.defined(&d, space, depth)
}

var primitives = map[string]bool{"null": true, "boolean": true, "int": true, "long": true, "float": true, "double": true, "bytes": true, "string": true}

// named is a primitive type, or one that was defined before.
func (known schemas) named(name, space string) (*schema, error) {
	if primitives[name] {
		return &schema{kind: name, scale: -1}, nil
	}
	for _, full := range []string{space + "." + name, name} {
		if s := known[full]; s != nil {
			return s, nil
		}
	}
	return nil, fmt.Errorf("type %q is not known", name)
}

// defined is a type written as an object.
func (known schemas) defined(d *definition, space string, depth int) (s *schema, err error) {
	var kind string
	if json.Unmarshal(d.Type, &kind) != nil { // {"type": {…}} is the type within.
		return known.parse(d.Type, space, depth+1)
	}
	if d.Namespace != "" {
		space = d.Namespace
	}
	s = &schema{kind: kind, scale: -1, size: d.Size}
	if d.Logical == "decimal" {
		s.scale = d.Scale
	}
	if d.Name != "" {
		known[space+"."+d.Name], known[d.Name] = s, s
	}
	switch kind {
	case "record", "error":
		s.kind = "record"
		return s, known.record(s, d, space, depth)
	case "enum":
		for _, symbol := range d.Symbols {
			s.symbols = append(s.symbols, quoted(symbol))
		}
	case "array":
		s.items, err = known.parse(d.Items, space, depth+1)
	case "map":
		s.items, err = known.parse(d.Values, space, depth+1)
	case "fixed":
		if d.Size < 0 {
			err = fmt.Errorf("fixed %q has a negative size", d.Name)
		}
	default:
		if !primitives[kind] {
			return known.named(kind, space)
		}
	}
	return s, err
}

func (known schemas) record(s *schema, d *definition, space string, depth int) error {
	for _, f := range d.Fields {
		t, err := known.parse(f.Type, space, depth+1)
		if err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
		s.names = append(s.names, quoted(f.Name))
		s.fields = append(s.fields, t)
	}
	return nil
}

// quoted is a name as JSON text.
func quoted(name string) []byte {
	b, err := json.Marshal(name)
	if err != nil {
		return []byte(`""`) // Strings can always be written.
	}
	return b
}
