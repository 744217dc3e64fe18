package dialect

import "strings"

// regexp rewrites ~ !~ ~* !~*, which match anywhere in the text.
func (r *rewriter) regexp(left expr, level int) expr {
	op := r.next().val
	right := r.operatorExpression(level + 1)
	flags := "s" // A dot matches a line feed too, as in POSIX.
	if strings.HasSuffix(op, "*") {
		flags = "is"
	}
	sql := "regexp_matches(" + left.sql + ", " + right.sql + ", '" + flags + "')"
	if strings.HasPrefix(op, "!") {
		return expr{sql: "NOT " + sql, typ: boolean, label: noLabel, level: levelNot}
	}
	return atom(sql, boolean, noLabel)
}

// likeSymbol rewrites ~~ !~~ ~~* !~~*, the symbols of LIKE and ILIKE.
func (r *rewriter) likeSymbol(left expr, level int) expr {
	op := r.next().val
	not, word := "", "LIKE"
	if strings.HasPrefix(op, "!") {
		not = "NOT "
	}
	if strings.HasSuffix(op, "*") {
		word = "ILIKE"
	}
	return r.like(left, not, word, levelIn)
}

// like rewrites LIKE and ILIKE: a backslash escapes unless ESCAPE says otherwise.
func (r *rewriter) like(left expr, not, word string, level int) expr {
	pattern := r.operatorExpression(level + 1)
	escape := ""
	switch {
	case r.accept("escape"):
		escape = " ESCAPE " + r.operatorExpression(level+1).at(level+1)
	case pattern.lit != stringLiteral || strings.Contains(pattern.text, `\`):
		escape = ` ESCAPE '\'`
	}
	sql := left.at(level+1) + " " + not + word + " " + pattern.at(level+1) + escape
	return expr{sql: sql, typ: boolean, label: noLabel, level: level}
}

// similar rewrites SIMILAR TO, whose patterns have % and _ beside regular expressions.
func (r *rewriter) similar(left expr, not string, level int) expr {
	pattern := r.operatorExpression(level + 1)
	escape := `\`
	if r.accept("escape") {
		at := r.peek()
		e := r.operatorExpression(level + 1)
		if e.lit != stringLiteral || pattern.lit != stringLiteral || len(e.text) > 1 {
			r.fail(at, codeUnsupported, "SIMILAR TO with an escape character takes literals only")
		}
		escape = e.text
	}
	re := macroSimilar + "(" + pattern.sql + ")"
	if pattern.lit == stringLiteral {
		re = QuoteLiteral(similarPattern(pattern.text, escape))
	}
	sql := "regexp_full_match(" + left.sql + ", " + re + ", 's')"
	if not != "" {
		return expr{sql: "NOT " + sql, typ: boolean, label: noLabel, level: levelNot}
	}
	return atom(sql, boolean, noLabel)
}

// similarPattern turns a pattern of SIMILAR TO into a regular expression.
func similarPattern(p, escape string) string {
	var b strings.Builder
	class := false
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch {
		case escape != "" && c == escape[0] && i+1 < len(p):
			i++
			if !isLetter(p[i]) && !isDigit(p[i]) {
				b.WriteByte('\\')
			}
			b.WriteByte(p[i])
		case class:
			class = c != ']'
			b.WriteByte(c)
		case c == '[':
			class = true
			b.WriteByte(c)
		case c == '%':
			b.WriteString(".*")
		case c == '_':
			b.WriteByte('.')
		case c == '.' || c == '^' || c == '$' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
