package target

import (
	"strconv"
	"strings"
)

// name quotes an identifier.
func name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// qualified quotes a schema and a table.
func qualified(schema, table string) string { return name(schema) + "." + name(table) }

// names quotes a list.
func names(all []string) string {
	var b strings.Builder
	for i, n := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name(n))
	}
	return b.String()
}

// Literal quotes text as the warehouse reads it: on Amazon Redshift a backslash escapes, here it does not.
func (t *Target) Literal(s string) string { return string(t.AppendLiteral(nil, s)) }

// AppendLiteral appends text in quotes.
func (t *Target) AppendLiteral(dst []byte, s string) []byte {
	dst = append(dst, '\'')
	start := 0
	for i := range len(s) {
		if c := s[i]; c == '\'' || c == '\\' && t.escapes {
			dst = append(append(dst, s[start:i]...), c)
			start = i
		}
	}
	return append(append(dst, s[start:]...), '\'')
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
