package statement

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/session"
)

// bound is SQL whose named parameters have become numbered ones.
type bound struct {
	sql   string
	args  []session.Arg
	used  []string
	stray string // a parameter that the text numbers itself and that has no value
}

// bind puts $n where :name stands outside of literals, names and comments.
// Names that are no parameters stay, for the warehouse to judge.
func bind(sql string, parameters []Parameter) bound {
	if len(parameters) == 0 {
		return bound{sql: sql}
	}
	s := scanner{sql: sql}
	for s.pos < len(s.sql) {
		s.step(parameters)
	}
	return bound{sql: s.out.String(), args: s.args, used: s.used, stray: s.stray}
}

// scanner copies SQL and exchanges parameters on the way.
type scanner struct {
	sql   string
	pos   int
	out   strings.Builder
	stray string
	args  []session.Arg
	used  []string // names in the order of their numbers
}

// step copies one literal, comment, word or character.
func (s *scanner) step(parameters []Parameter) {
	rest := s.sql[s.pos:]
	switch {
	case strings.HasPrefix(rest, "::"), strings.HasPrefix(rest, ":="):
		s.copy(2)
	case rest[0] == ':':
		s.parameter(parameters)
	case rest[0] == '\'':
		s.copy(quoted(rest, '\'', false))
	case rest[0] == '"':
		s.copy(quoted(rest, '"', false))
	case strings.HasPrefix(rest, "--"):
		s.copy(line(rest))
	case strings.HasPrefix(rest, "/*"):
		s.copy(comment(rest))
	case rest[0] == '$':
		n := dollar(rest)
		if n > 1 && isDigits(rest[1:n]) {
			s.stray = rest[:n]
		}
		s.copy(n)
	case isWord(rest[0]):
		s.word(rest)
	default:
		s.copy(1)
	}
}

func (s *scanner) copy(n int) {
	s.out.WriteString(s.sql[s.pos : s.pos+n])
	s.pos += n
}

// word copies an identifier or a number, with the literal an E belongs to.
func (s *scanner) word(rest string) {
	if (rest[0] == 'e' || rest[0] == 'E') && len(rest) > 1 && rest[1] == '\'' {
		s.copy(1 + quoted(rest[1:], '\'', true))
		return
	}
	n := 0
	for n < len(rest) && (isWord(rest[n]) || rest[n] == '$') {
		n++
	}
	s.copy(n)
}

func (s *scanner) parameter(parameters []Parameter) {
	name := s.sql[s.pos+1:]
	n := 0
	for n < len(name) && isName(name[n]) {
		n++
	}
	name = name[:n]
	at := slices.IndexFunc(parameters, func(p Parameter) bool { return p.Name == name })
	if at < 0 {
		s.copy(1 + n)
		return
	}
	number := slices.Index(s.used, name)
	if number < 0 {
		number = len(s.used)
		s.used = append(s.used, name)
		s.args = append(s.args, session.Arg{Value: []byte(parameters[at].Value)})
	}
	s.pos += 1 + n
	s.out.WriteString("$" + strconv.Itoa(number+1))
}

// quoted is how long a literal is; one that does not end takes the rest.
func quoted(text string, quote byte, escapes bool) int {
	for i := 1; i < len(text); i++ {
		switch {
		case escapes && text[i] == '\\':
			i++
		case text[i] != quote:
		case i+1 < len(text) && text[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(text)
}

func line(text string) int {
	if n := strings.IndexByte(text, '\n'); n >= 0 {
		return n + 1
	}
	return len(text)
}

// comment is how long a comment is; they nest.
func comment(text string) int {
	depth := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// dollar is how long $tag$…$tag$ is; a lone dollar is one character.
func dollar(text string) int {
	n := 1
	for n < len(text) && isWord(text[n]) {
		n++
	}
	if n >= len(text) || text[n] != '$' || n > 1 && text[1] >= '0' && text[1] <= '9' {
		return n
	}
	tag := text[:n+1]
	if end := strings.Index(text[n+1:], tag); end >= 0 {
		return n + 1 + end + len(tag)
	}
	return len(text)
}

func isName(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
}

func isWord(c byte) bool { return isName(c) || c >= 0x80 }

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// checkParameters refuses parameters that stand twice, and those no statement has.
func checkParameters(texts []string, parameters []Parameter) error {
	var used, unused []string
	for _, sql := range texts {
		used = append(used, bind(sql, parameters).used...)
	}
	for i, p := range parameters {
		switch {
		case p.Value == "":
			return invalid("Parameter %s has no value: it must have length greater than or equal to 1.", p.Name)
		case slices.ContainsFunc(parameters[:i], func(q Parameter) bool { return q.Name == p.Name }):
			return invalid("Parameters list contains duplicate parameters. Duplicate parameters: [%s]", p.Name)
		case !slices.Contains(used, p.Name):
			unused = append(unused, p.Name)
		}
	}
	if len(unused) > 0 {
		return invalid("Parameters list contains unused parameters. Unused parameters: %s", fmt.Sprint(unused))
	}
	return nil
}
