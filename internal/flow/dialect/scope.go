package dialect

import "github.com/inlet-data/inlet/internal/sqltype"

// relation is something in FROM, with the columns that are known.
type relation struct {
	schema, name string
	columns      []Column
	known        bool // false: there may be other columns
}

// scope is the relations one SELECT can name; outer is that of the query around it.
type scope struct {
	outer     *scope
	relations []*relation
}

func (r *rewriter) push() *scope {
	r.scope = &scope{outer: r.scope}
	return r.scope
}

func (r *rewriter) pop() { r.scope = r.scope.outer }

// column finds the type of a column named by parts, and how many of the parts
// name it; the rest navigates into a SUPER value. Zero means unknown.
func (s *scope) column(parts []string) (sqltype.Type, int) {
	for ; s != nil; s = s.outer {
		for _, rel := range s.relations {
			if used := rel.prefix(parts); used > 0 && used < len(parts) {
				if t, ok := rel.column(parts[used]); ok {
					return t, used + 1
				}
			}
		}
		if t, ok := s.unqualified(parts[0]); ok {
			return t, 1
		}
	}
	return sqltype.Type{}, 0
}

func (s *scope) unqualified(name string) (sqltype.Type, bool) {
	for _, rel := range s.relations {
		if t, ok := rel.column(name); ok {
			return t, true
		}
	}
	return sqltype.Type{}, false
}

// prefix is how many of the parts name the relation.
func (rel *relation) prefix(parts []string) int {
	if len(parts) > 1 && parts[0] == rel.name {
		return 1
	}
	if len(parts) > 2 && parts[0] == rel.schema && parts[1] == rel.name {
		return 2
	}
	return 0
}

func (rel *relation) column(name string) (sqltype.Type, bool) {
	for _, c := range rel.columns {
		if c.Name == name {
			return c.Type, true
		}
	}
	return sqltype.Type{}, false
}

// named reports whether a relation of this scope has the name.
func (s *scope) named(name string) bool {
	if s == nil {
		return false
	}
	for _, rel := range s.relations {
		if rel.name == name {
			return true
		}
	}
	return false
}
