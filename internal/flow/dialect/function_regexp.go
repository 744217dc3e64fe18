package dialect

import "strings"

// regexpFlags turns Redshift's parameters (c, i, e, p) into the engine's options.
func (r *rewriter) regexpFlags(c *call, i int) string {
	if len(c.args) <= i {
		return "'s'"
	}
	a := c.args[i]
	if a.lit != stringLiteral || strings.Trim(a.text, "ciep") != "" {
		r.fail(c.at, codeUnsupported, "function %s takes its parameters as a literal of the letters c, i, e and p", c.name)
		return ""
	}
	if strings.Contains(a.text, "e") {
		r.fail(c.at, codeUnsupported, "function %s with parameter e is not supported", c.name)
	}
	if strings.Contains(a.text, "i") {
		return "'is'"
	}
	return "'s'"
}

// from writes the text from a position on, where one is given.
func fromPosition(c *call, i int) string {
	if len(c.args) <= i || c.args[i].text == "1" {
		return c.args[0].sql
	}
	return macroSubstring + "(" + c.args[0].sql + ", " + c.args[i].sql + ")"
}

// regexpSubstr rewrites REGEXP_SUBSTR(s, p [, position [, occurrence [, flags]]]).
func (r *rewriter) regexpSubstr(c *call) expr {
	if !r.want(c, 2, 5) {
		return expr{}
	}
	flags := r.regexpFlags(c, 4)
	s, p := fromPosition(c, 2), c.args[1].sql
	if len(c.args) < 4 || c.args[3].text == "1" {
		return atom("regexp_extract("+s+", "+p+", 0, "+flags+")", varchar, c.label)
	}
	return atom("(regexp_extract_all("+s+", "+p+", 0, "+flags+"))["+c.args[3].sql+"]", varchar, c.label)
}

// regexpReplace rewrites REGEXP_REPLACE(s, p [, r [, position [, flags]]]), which replaces all.
func (r *rewriter) regexpReplace(c *call) expr {
	if !r.want(c, 2, 5) {
		return expr{}
	}
	flags := r.regexpFlags(c, 4)
	if r.err != nil {
		return expr{}
	}
	replacement := "''"
	if len(c.args) > 2 {
		replacement = macroReferences + "(" + c.args[2].sql + ")"
		if c.args[2].lit == stringLiteral {
			replacement = QuoteLiteral(references(c.args[2].text))
		}
	}
	flags = "'g" + strings.TrimPrefix(flags, "'")
	sql := "regexp_replace(" + fromPosition(c, 3) + ", " + c.args[1].sql + ", " + replacement + ", " + flags + ")"
	if len(c.args) > 3 && c.args[3].text != "1" {
		sql = "left(" + c.args[0].sql + ", greatest(" + c.args[3].sql + " - 1, 0)) || " + sql
		return expr{sql: sql, typ: varchar, label: c.label, level: levelOther}
	}
	return atom(sql, varchar, c.label)
}

// references turns $n into \n, and makes other backslashes ordinary.
func references(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '$' && i+1 < len(s) && isDigit(s[i+1]):
			b.WriteByte('\\')
		case s[i] == '\\' && i+1 < len(s) && isDigit(s[i+1]):
			b.WriteByte('\\')
		case s[i] == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// regexpCount rewrites REGEXP_COUNT(s, p [, position [, flags]]).
func (r *rewriter) regexpCount(c *call) expr {
	if !r.want(c, 2, 4) {
		return expr{}
	}
	flags := r.regexpFlags(c, 3)
	sql := "len(regexp_extract_all(" + fromPosition(c, 2) + ", " + c.args[1].sql + ", 0, " + flags + "))"
	return atom("CAST("+sql+" AS INTEGER)", integer, c.label)
}

// regexpInstr rewrites REGEXP_INSTR(s, p [, position]): where the first match begins.
func (r *rewriter) regexpInstr(c *call) expr {
	if !r.want(c, 2, 6) {
		return expr{}
	}
	for i, usual := range map[int]string{3: "1", 4: "0"} {
		if len(c.args) > i && c.args[i].text != usual {
			r.fail(c.at, codeUnsupported, "function regexp_instr is only supported for the start of the first occurrence")
			return expr{}
		}
	}
	flags := r.regexpFlags(c, 5)
	position := "1"
	if len(c.args) > 2 {
		position = c.args[2].sql
	}
	name := macroRegexpInstr
	if strings.Contains(flags, "i") {
		name = macroRegexpInstrFold
	}
	return atom(name+"("+c.args[0].sql+", "+c.args[1].sql+", "+position+")", integer, c.label)
}
