package dialect

import "strings"

// tailClauses rewrites ORDER BY, LIMIT, OFFSET and FETCH; top is a TOP n of the SELECT.
func (r *rewriter) tailClauses(top string) string {
	order, limit, offset := "", "", ""
	if r.accept("order", "by") {
		order = " ORDER BY " + r.sortList()
	}
	if top != "" {
		limit = " LIMIT " + top
	}
	for r.err == nil {
		at := r.peek()
		switch {
		case r.is("limit") && limit != "" && top == "", r.is("offset") && offset != "":
			r.syntax()
		case r.accept("limit"):
			if !r.accept("all") {
				limit = " LIMIT " + r.limitCount()
			}
		case r.accept("offset"):
			offset = " OFFSET " + r.limitCount()
			r.acceptAny("row", "rows")
			continue
		case r.is("fetch"):
			limit = " LIMIT " + r.fetchFirst()
		case r.is("for"):
			r.fail(at, codeUnsupported, "SELECT FOR UPDATE/SHARE is not supported")
		default:
			return order + limit + offset
		}
		if top != "" {
			r.fail(at, codeSyntax, "TOP and LIMIT cannot be used together")
		}
	}
	return ""
}

func (r *rewriter) limitCount() string { return r.operatorExpression(levelAdd).sql }

// fetchFirst reads FETCH {FIRST | NEXT} [n] {ROW | ROWS} ONLY.
func (r *rewriter) fetchFirst() string {
	r.expect("fetch")
	r.oneOfWords("first", "next")
	n := "1"
	if !r.is("row") && !r.is("rows") {
		n = r.limitCount()
	}
	r.oneOfWords("row", "rows")
	r.expect("only")
	return n
}

func (c *cursor) oneOfWords(words ...string) {
	if c.acceptAny(words...) == "" {
		c.syntax()
	}
}

// sortList rewrites ORDER BY's expressions.
func (r *rewriter) sortList() string {
	var out []string
	for r.err == nil {
		e := r.expression()
		item := e.sql
		if dir := r.acceptAny("asc", "desc"); dir != "" {
			item += " " + strings.ToUpper(dir)
		} else if r.is("using") {
			r.syntax()
		}
		if r.accept("nulls") {
			r.oneOfWords("first", "last")
			item += " NULLS " + strings.ToUpper(r.last().val)
		}
		out = append(out, item)
		if !r.acceptOp(",") {
			break
		}
	}
	return strings.Join(out, ", ")
}
