package doctor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Document is a policy that can be changed and printed, its elements in their usual order.
type Document struct {
	Version    string     `json:"Version,omitempty"`
	ID         string     `json:"Id,omitempty"`
	Statements Statements `json:"Statement"`
}

// Statements is the list of statements; one alone may stand without brackets.
type Statements []Statement

// Statement is one statement. Values that were given without brackets are lists of one.
type Statement struct {
	Sid          string                       `json:"Sid,omitempty"`
	Effect       string                       `json:"Effect"`
	Principal    *Principals                  `json:"Principal,omitempty"`
	NotPrincipal *Principals                  `json:"NotPrincipal,omitempty"`
	Action       Values                       `json:"Action,omitempty"`
	NotAction    Values                       `json:"NotAction,omitempty"`
	Resource     Values                       `json:"Resource,omitempty"`
	NotResource  Values                       `json:"NotResource,omitempty"`
	Condition    map[string]map[string]Values `json:"Condition,omitempty"`
}

// Values is a string or a list of strings.
type Values []string

// Principals are names by kind ("AWS", "Service"), or everybody.
type Principals struct {
	Everyone bool
	ByKind   map[string]Values
}

// policyVersion is the grammar that new documents are written in.
const policyVersion = "2012-10-17"

// read takes a document apart that a policy engine has accepted.
func read(text string) (*Document, error) {
	d := new(Document)
	if err := json.Unmarshal([]byte(text), d); err != nil {
		return nil, fmt.Errorf("take the policy apart: %w", err)
	}
	return d, nil
}

// String is the document as people read it.
func (d *Document) String() string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return "" // It holds nothing but strings, lists and maps.
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// UnmarshalJSON takes a list or a single statement.
func (s *Statements) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		*s = make(Statements, 1)
		return json.Unmarshal(text, &(*s)[0])
	}
	return json.Unmarshal(text, (*[]Statement)(s))
}

// UnmarshalJSON takes a list or a single value. Numbers and booleans are kept as they are written.
func (v *Values) UnmarshalJSON(text []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		list = []json.RawMessage{text}
	}
	*v = make(Values, len(list))
	for i, raw := range list {
		if json.Unmarshal(raw, &(*v)[i]) != nil {
			(*v)[i] = string(raw)
		}
	}
	return nil
}

// MarshalJSON prints one value without brackets.
func (v Values) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return unescaped(v[0])
	}
	return unescaped([]string(v))
}

// UnmarshalJSON takes "*" or names by kind.
func (p *Principals) UnmarshalJSON(text []byte) error {
	var all string
	if json.Unmarshal(text, &all) == nil {
		p.Everyone = true
		return nil
	}
	return json.Unmarshal(text, &p.ByKind)
}

// MarshalJSON prints "*" or names by kind.
func (p *Principals) MarshalJSON() ([]byte, error) {
	if p.Everyone {
		return []byte(`"*"`), nil
	}
	return unescaped(p.ByKind)
}

// unescaped is JSON whose <, > and & stay readable.
func unescaped(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// text is one statement as people read it.
func (s *Statement) text() string {
	b, err := unescaped(s)
	if err != nil {
		return ""
	}
	var out bytes.Buffer
	if json.Indent(&out, b, "", "  ") != nil {
		return string(b)
	}
	return out.String()
}
