package config

import (
	"encoding/json"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// Document is a policy as JSON text. In the file it is a mapping, or the text itself.
type Document string

// UnmarshalYAML writes a mapping as JSON, in the order of the file.
func (d *Document) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		if !json.Valid([]byte(n.Value)) {
			return fmt.Errorf("line %d: the policy is neither a mapping nor JSON", n.Line)
		}
		*d = Document(n.Value)
		return nil
	}
	var b strings.Builder
	if err := writeJSON(&b, n, "\n"); err != nil {
		return err
	}
	*d = Document(b.String())
	return nil
}

// writeJSON keeps the order of keys and one element a line, so that what later
// names a line of the policy names one that people can find.
func writeJSON(b *strings.Builder, n *yaml.Node, line string) error {
	switch n.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		return writeList(b, n, line)
	case yaml.AliasNode:
		return writeJSON(b, n.Alias, line)
	}
	var v any = n.Value // Dates stay as written: "2012-10-17" is a version here.
	switch n.Tag {
	case "!!bool", "!!int", "!!float", "!!null":
		if err := n.Decode(&v); err != nil {
			return err
		}
	}
	text, err := json.Marshal(v)
	b.Write(text)
	return err
}

func writeList(b *strings.Builder, n *yaml.Node, line string) error {
	brackets, step := "[]", 1
	if n.Kind == yaml.MappingNode {
		brackets, step = "{}", 2
	}
	b.WriteByte(brackets[0])
	for i := 0; i < len(n.Content); i += step {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(line + "  ")
		if step == 2 {
			key, err := json.Marshal(n.Content[i].Value)
			if err != nil {
				return err
			}
			b.Write(append(key, ": "...))
		}
		if err := writeJSON(b, n.Content[i+step-1], line+"  "); err != nil {
			return err
		}
	}
	b.WriteString(line)
	b.WriteByte(brackets[1])
	return nil
}
