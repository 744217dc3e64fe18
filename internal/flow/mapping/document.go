// Package mapping says which tables a task takes, what they are called and made of
// in the warehouse, and what becomes of their rows on the way. It reads the
// table-mapping documents of AWS DMS.
package mapping

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// Document is a task's rules.
type Document struct {
	selections []selection
}

// selection is a rule that takes tables or leaves them out.
type selection struct {
	id            string
	action        string
	schema, table pattern
	order         int
}

func (r *selection) matches(t source.Name) bool {
	return r.schema.matches(t.Schema) && r.table.matches(t.Table)
}

// exact reports whether the rule takes a table also when _ is only an underscore.
func (r *selection) exact(t source.Name) bool {
	return r.schema.literal || like(r.schema.text, t.Schema, true) && like(r.table.text, t.Table, true)
}

// Parse reads a table-mapping document.
func Parse(document []byte) (*Document, error) {
	var doc struct {
		Rules []struct {
			Type    string      `json:"rule-type"`
			ID      json.Number `json:"rule-id"`
			Action  string      `json:"rule-action"`
			Order   int         `json:"load-order"`
			Locator *struct {
				Schema string `json:"schema-name"`
				Table  string `json:"table-name"`
			} `json:"object-locator"`
		} `json:"rules"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, invalid("Invalid Table Mappings document. Invalid json %v", err)
	}
	if doc.Rules == nil {
		return nil, invalid("Valid Table mappings is required")
	}
	d := &Document{}
	for _, r := range doc.Rules {
		if r.Type != "selection" {
			return nil, invalid("Invalid table mappings document. rule-type %q", r.Type)
		}
		if r.Locator == nil {
			return nil, invalid("Error in mapping rules. Rule with ruleId = %s failed validation. object locator cannot be null", r.ID)
		}
		literal := r.Action == "explicit"
		d.selections = append(d.selections, selection{id: r.ID.String(), action: r.Action, order: r.Order,
			schema: pattern{r.Locator.Schema, literal}, table: pattern{r.Locator.Table, literal}})
	}
	if len(d.selections) == 0 {
		return nil, invalid("Error in mapping rules. At least one selection rule is required.")
	}
	return d, nil
}

// Explicit makes a document of tables named as schema.table, where * stands for any characters.
func Explicit(patterns ...string) (*Document, error) {
	d := &Document{}
	for i, p := range patterns {
		schema, table, ok := strings.Cut(p, ".")
		if !ok || schema == "" || table == "" {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "TablePattern", On: p, Message: "a table is named as schema.table", Hint: "for example demo1.cdcdata, or shop.* for all tables of shop"}
		}
		r := selection{id: fmt.Sprint(i + 1), action: "explicit", schema: pattern{schema, true}, table: pattern{table, true}}
		if strings.Contains(p, "*") {
			r.action, r.schema, r.table = "include", starred(schema), starred(table)
		}
		d.selections = append(d.selections, r)
	}
	if len(d.selections) == 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "TablePattern", Message: "no table is named"}
	}
	return d, nil
}

// starred is a pattern in which only * is special.
func starred(s string) pattern {
	return pattern{text: strings.NewReplacer("*", "%", "%", "[%]", "_", "[_]", "[", "[[]").Replace(s)}
}

func invalid(format string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}
