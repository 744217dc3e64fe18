package apply

import "strings"

// columnChanges are the columns that an ALTER TABLE names; known is false when there is no statement to read.
type columnChanges struct {
	known   bool
	added   []string
	several bool // Columns are added in parentheses, which is not read: any may be.
	dropped []string
	renamed []renamed
	before  map[string]before // What rows get in added columns, where that is not NULL.
}

type renamed struct{ from, to string }

// namedColumns reads which columns an ALTER TABLE of MySQL adds, drops or renames.
func namedColumns(statement string) columnChanges {
	words := tokens(statement)
	c := columnChanges{known: len(words) > 0}
	depth := 0
	start := true // Of a clause.
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "(":
			depth++
		case w == ")":
			depth--
		case depth > 0:
		case w == ",":
			start = true
			continue
		case start && i > 0 || keyword(w, "drop", "rename", "change", "add"):
			c.clause(words[i:])
		}
		start = false
	}
	return c
}

// clause reads ADD [COLUMN] a, DROP [COLUMN] a, RENAME COLUMN a TO b and CHANGE [COLUMN] a b.
func (c *columnChanges) clause(w []string) {
	verb := w[0]
	if !keyword(verb, "drop", "rename", "change", "add") {
		return
	}
	w = w[1:]
	column := len(w) > 0 && keyword(w[0], "column")
	if column {
		w = w[1:]
	}
	for len(w) > 0 && keyword(w[0], "if", "not", "exists") {
		w = w[1:]
	}
	switch {
	case len(w) == 0:
	case keyword(verb, "add") && w[0] == "(":
		c.several = true
	case keyword(verb, "add") && (column || !keyword(w[0], "index", "key", "primary", "foreign", "constraint", "check", "partition", "period", "system", "unique", "fulltext", "spatial", "vector")):
		c.added = append(c.added, unquoted(w[0]))
		c.fills(unquoted(w[0]), beforeOf(w[1:]))
	case keyword(verb, "drop") && (column || !keyword(w[0], "index", "key", "primary", "foreign", "constraint", "check", "partition", "period", "system")):
		c.dropped = append(c.dropped, unquoted(w[0]))
	case keyword(verb, "rename") && column && len(w) > 2:
		c.renamed = append(c.renamed, renamed{unquoted(w[0]), unquoted(w[2])})
	case keyword(verb, "change") && len(w) > 1 && !strings.EqualFold(unquoted(w[0]), unquoted(w[1])):
		c.renamed = append(c.renamed, renamed{unquoted(w[0]), unquoted(w[1])})
	}
}

func keyword(word string, any ...string) bool {
	for _, a := range any {
		if strings.EqualFold(word, a) {
			return true
		}
	}
	return false
}

// unquoted takes the quotes off a name.
func unquoted(w string) string {
	if len(w) > 1 && (w[0] == '`' || w[0] == '"') {
		q := w[:1]
		return strings.ReplaceAll(strings.TrimSuffix(w[1:], q), q+q, q)
	}
	return w
}

// tokens cuts a statement into words, quoted names and text, and signs; comments go.
func tokens(s string) []string {
	var all []string
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i:], "*/")
			if end < 0 {
				return all
			}
			i += end + 2
		case strings.HasPrefix(s[i:], "-- "), c == '#':
			end := strings.IndexByte(s[i:], '\n')
			if end < 0 {
				return all
			}
			i += end + 1
		case c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == ';':
			i++
		case c == '`' || c == '"' || c == '\'':
			n := quoted(s[i:])
			all, i = append(all, s[i:i+n]), i+n
		case inWord(c):
			n := 1
			for i+n < len(s) && inWord(s[i+n]) {
				n++
			}
			all, i = append(all, s[i:i+n]), i+n
		default:
			all, i = append(all, s[i:i+1]), i+1
		}
	}
	return all
}

func inWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// quoted is how long a quoted piece at the start is.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] != '`':
			i++
		case s[i] != s[0]:
		case i+1 < len(s) && s[i+1] == s[0]:
			i++
		default:
			return i + 1
		}
	}
	return len(s)
}
