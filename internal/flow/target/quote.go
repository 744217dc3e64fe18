package target

import (
	"strconv"
	"strings"
)

// Quote quotes an identifier.
func Quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Qualified quotes a schema and a table.
func Qualified(schema, table string) string { return Quote(schema) + "." + Quote(table) }

// Quoted quotes a list of names.
func Quoted(all []string) string {
	var b strings.Builder
	for i, n := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Quote(n))
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
