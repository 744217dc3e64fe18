package dialect

import "strings"

var conditionalFunctions = map[string]func(*rewriter, *call) expr{
	"nvl":    func(r *rewriter, c *call) expr { return r.coalesce(c, 1) },
	"ifnull": func(r *rewriter, c *call) expr { return r.coalesce(c, 2) },
	"coalesce": func(r *rewriter, c *call) expr {
		return r.coalesce(c, 1)
	},
	"nvl2":   (*rewriter).nvl2,
	"decode": (*rewriter).decode,
	"nullif": (*rewriter).nullif,
	"mod":    func(r *rewriter, c *call) expr { return r.macro(c, macroMod, 2, 2) },
	"log":    func(r *rewriter, c *call) expr { return r.log(c) },
	"dlog10": func(r *rewriter, c *call) expr { return r.renamed(c, "log10", 1, 1) },
	"dlog1":  func(r *rewriter, c *call) expr { return r.renamed(c, "ln", 1, 1) },
	"dexp":   func(r *rewriter, c *call) expr { return r.renamed(c, "exp", 1, 1) },
	"dsqrt":  func(r *rewriter, c *call) expr { return r.renamed(c, "sqrt", 1, 1) },
	"trunc":  (*rewriter).trunc,
	"sign":   func(r *rewriter, c *call) expr { return r.whole(c, "sign", 1) },
}

// macro calls a macro of this package's with the arguments as they are.
func (r *rewriter) macro(c *call, name string, low, high int) expr {
	if !r.want(c, low, high) {
		return expr{}
	}
	return atom(name+"("+joinSQL(c.args)+")", unknown, c.label)
}

// renamed calls a function of the engine that has another name.
func (r *rewriter) renamed(c *call, name string, low, high int) expr {
	if !r.want(c, low, high) {
		return expr{}
	}
	return atom(name+c.brackets(), double, c.label)
}

// coalesce rewrites NVL and COALESCE, which are one in Redshift.
func (r *rewriter) coalesce(c *call, low int) expr {
	if !r.want(c, low, -1) {
		return expr{}
	}
	return atom("coalesce("+joinSQL(c.args)+")", commonType(c.args), "coalesce")
}

func (r *rewriter) nvl2(c *call) expr {
	if !r.want(c, 3, 3) {
		return expr{}
	}
	a := c.args
	return atom("CASE WHEN "+a[0].at(levelIs+1)+" IS NOT NULL THEN "+a[1].sql+" ELSE "+a[2].sql+" END", commonType(a[1:]), "case")
}

// decode rewrites DECODE(e, search, result, … [, default]), in which NULL equals NULL.
func (r *rewriter) decode(c *call) expr {
	if !r.want(c, 3, -1) {
		return expr{}
	}
	subject, rest := c.args[0], c.args[1:]
	var b strings.Builder
	b.WriteString("CASE")
	simple := true
	for i := 0; i+1 < len(rest); i += 2 {
		simple = simple && (rest[i].lit == stringLiteral || rest[i].lit == numberLiteral)
	}
	if simple {
		b.WriteString(" " + subject.sql)
	}
	var results []expr
	for i := 0; i+1 < len(rest); i += 2 {
		_, search := comparable(subject, rest[i])
		if simple {
			b.WriteString(" WHEN " + search.sql)
		} else {
			b.WriteString(" WHEN " + subject.at(levelIs+1) + " IS NOT DISTINCT FROM " + search.at(levelIs+1))
		}
		b.WriteString(" THEN " + rest[i+1].sql)
		results = append(results, rest[i+1])
		if r.bound(b.String()[:min(b.Len(), maxRewritten+1)]); r.err != nil {
			return expr{}
		}
	}
	if len(rest)%2 == 1 {
		b.WriteString(" ELSE " + rest[len(rest)-1].sql)
		results = append(results, rest[len(rest)-1])
	}
	b.WriteString(" END")
	return atom(b.String(), commonType(results), "case")
}

func (r *rewriter) nullif(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	t := c.args[0].typ
	return atom("nullif("+joinSQL(c.args)+")", t, "nullif")
}

// log is base 10 with one argument, and takes the base first with two.
func (r *rewriter) log(c *call) expr {
	if !r.want(c, 1, 2) {
		return expr{}
	}
	if len(c.args) == 1 {
		return atom("log10("+c.args[0].sql+")", double, c.label)
	}
	return atom("log("+joinSQL(c.args)+")", double, c.label)
}

// trunc makes a date of a timestamp and drops decimals of a number.
func (r *rewriter) trunc(c *call) expr {
	if !r.want(c, 1, 2) {
		return expr{}
	}
	t := c.args[0].typ
	switch {
	case len(c.args) == 2 || isNumber(t) || c.aggregated && !isTime(t):
		return atom("trunc("+joinSQL(c.args)+")", unknown, c.label)
	case isTime(t):
		return atom("CAST("+c.args[0].sql+" AS DATE)", date, c.label)
	}
	return atom(macroTrunc+"("+c.args[0].sql+")", unknown, c.label)
}
