package dialect

import (
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

var textFunctions = textTable()

func textTable() map[string]func(*rewriter, *call) expr {
	table := map[string]func(*rewriter, *call) expr{
		"concat":         (*rewriter).concatCall,
		"charindex":      func(r *rewriter, c *call) expr { return r.swapped(c, "strpos") },
		"btrim":          func(r *rewriter, c *call) expr { return r.textual(c, "trim", 1, 2) },
		"ascii":          func(r *rewriter, c *call) expr { return r.whole(c, "ascii", 1) },
		"strpos":         func(r *rewriter, c *call) expr { return r.whole(c, "strpos", 2) },
		"octet_length":   (*rewriter).octetLength,
		"substr":         func(r *rewriter, c *call) expr { return r.substr(c) },
		"lpad":           (*rewriter).pad,
		"rpad":           (*rewriter).pad,
		"replicate":      func(r *rewriter, c *call) expr { return r.textual(c, "repeat", 2, 2) },
		"initcap":        func(r *rewriter, c *call) expr { return r.textual(c, macroInitcap, 1, 1) },
		"quote_ident":    func(r *rewriter, c *call) expr { return r.textual(c, macroQuoteIdent, 1, 1) },
		"quote_literal":  func(r *rewriter, c *call) expr { return r.textual(c, macroQuoteLiteral, 1, 1) },
		"split_part":     (*rewriter).splitPart,
		"sha":            func(r *rewriter, c *call) expr { return r.textual(c, "sha1", 1, 1) },
		"sha1":           func(r *rewriter, c *call) expr { return r.textual(c, "sha1", 1, 1) },
		"func_sha1":      func(r *rewriter, c *call) expr { return r.textual(c, "sha1", 1, 1) },
		"sha2":           (*rewriter).sha2,
		"strtol":         func(r *rewriter, c *call) expr { return r.typed(c, macroStrtol, arity{2, 2}, bigint) },
		"to_hex":         func(r *rewriter, c *call) expr { return r.textual(c, macroToHex, 1, 1) },
		"regexp_substr":  (*rewriter).regexpSubstr,
		"regexp_replace": (*rewriter).regexpReplace,
		"regexp_count":   (*rewriter).regexpCount,
		"regexp_instr":   (*rewriter).regexpInstr,
		"bpcharcmp":      func(r *rewriter, c *call) expr { return r.typed(c, macroCompare, arity{2, 2}, integer) },
		"bttext_pattern_cmp": func(r *rewriter, c *call) expr {
			return r.typed(c, macroCompare, arity{2, 2}, integer)
		},
	}
	for _, name := range []string{"len", "length", "char_length", "character_length", "textlen"} {
		table[name] = func(r *rewriter, c *call) expr { return r.whole(c, "length", 1) }
	}
	for _, name := range []string{"crc32", "fnv_hash", "checksum", "soundex", "difference", "collate", "farmfingerprint64",
		"murmur3_32_hash", "to_varbyte", "from_hex", "from_varbyte", "aes_encrypt", "aes_decrypt", "f_sql_udf", "hll", "interval_cmp"} {
		table[name] = (*rewriter).missing
	}
	return table
}

// missing refuses a function that Redshift has and this program has not.
func (r *rewriter) missing(c *call) expr {
	r.fail(c.at, codeUnsupported, "function %s is not supported", c.name)
	return expr{}
}

func (r *rewriter) typed(c *call, name string, args arity, t sqltype.Type) expr {
	if !r.want(c, args.low, args.high) {
		return expr{}
	}
	return atom(name+"("+joinSQL(c.args)+")", t, c.label)
}

func (r *rewriter) textual(c *call, name string, low, high int) expr {
	return r.typed(c, name, arity{low, high}, varchar)
}

// swapped calls a function that takes its two arguments the other way round.
func (r *rewriter) swapped(c *call, name string) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	return atom(asInteger(name+"("+c.args[1].sql+", "+c.args[0].sql+")"), integer, c.label)
}

// whole calls a function that gives an INTEGER in Redshift and a BIGINT in the engine.
func (r *rewriter) whole(c *call, name string, args int) expr {
	if !r.want(c, args, args) {
		return expr{}
	}
	return atom(asInteger(name+"("+joinSQL(c.args)+")"), integer, c.label)
}

func asInteger(sql string) string { return "CAST(" + sql + " AS INTEGER)" }

// concatCall rewrites CONCAT, which is NULL when an operand is.
func (r *rewriter) concatCall(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	e := joined(c.args[0], c.args[1], levelOther)
	return expr{sql: "(" + e.sql + ")", typ: varchar, label: c.label, level: levelAtom}
}

// pad fills with blanks unless the call says with what.
func (r *rewriter) pad(c *call) expr {
	if !r.want(c, 2, 3) {
		return expr{}
	}
	if len(c.args) == 2 {
		c.args = append(c.args, atom("' '", varchar, noLabel))
	}
	return atom(c.name+"("+joinSQL(c.args)+")", varchar, c.label)
}

func (r *rewriter) octetLength(c *call) expr {
	name := macroOctets
	if len(c.args) == 1 && c.args[0].typ.ID == sqltype.Varbyte {
		name = "octet_length"
	}
	return r.typed(c, name, arity{1, 1}, integer)
}

func (r *rewriter) splitPart(c *call) expr {
	if !r.want(c, 3, 3) {
		return expr{}
	}
	if n := c.args[2]; nonZero(n) && !strings.HasPrefix(n.text, "-") {
		return r.textual(c, "split_part", 3, 3)
	}
	return r.textual(c, macroSplitPart, 3, 3)
}

func (r *rewriter) sha2(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	if bits := c.args[1].text; bits == "256" || bits == "0" {
		return atom("sha256("+c.args[0].sql+")", varchar, c.label)
	}
	r.fail(c.at, codeUnsupported, "function sha2 is only supported with 256 bits")
	return expr{}
}

// substr rewrites SUBSTR and SUBSTRING(s, start [, n]).
func (r *rewriter) substr(c *call) expr {
	if !r.want(c, 2, 3) {
		return expr{}
	}
	return substringOf(c.args, c.label)
}

// substringOf counts positions before the first character too, as Redshift does.
func substringOf(args []expr, label string) expr {
	if start := args[1]; nonZero(start) && isInteger(start.typ) && !strings.HasPrefix(start.text, "-") {
		return atom("substring("+joinSQL(args)+")", varchar, label)
	}
	return atom(macroSubstring+"("+joinSQL(args)+")", varchar, label)
}

// substringCall rewrites SUBSTRING(s, start, n) and SUBSTRING(s FROM start FOR n).
func (r *rewriter) substringCall() expr {
	at := r.next()
	r.expectOp("(")
	args := []expr{r.expression()}
	switch {
	case r.accept("from"):
		args = append(args, r.expression())
		if r.accept("for") {
			args = append(args, r.expression())
		}
	case r.accept("for"):
		args = append(args, expr{sql: "1", typ: integer, lit: numberLiteral, text: "1", level: levelAtom}, r.expression())
	default:
		for r.acceptOp(",") {
			args = append(args, r.expression())
		}
	}
	r.expectOp(")")
	if r.err == nil && args[len(args)-1].lit == stringLiteral && numeric(args[1]).lit != numberLiteral {
		r.fail(at, codeUnsupported, "SUBSTRING with a pattern is not supported")
	}
	if r.err == nil && (len(args) < 2 || len(args) > 3) {
		r.fail(at, codeNoFunction, "function substring does not exist with %d arguments", len(args))
	}
	if r.err != nil {
		return expr{}
	}
	return substringOf(args, "substring")
}

// positionCall rewrites POSITION(sub IN s) and POSITION(sub, s).
func (r *rewriter) positionCall() expr {
	r.next()
	r.expectOp("(")
	sub := r.operatorExpression(levelOther)
	if !r.acceptOp(",") {
		r.expect("in")
	}
	s := r.operatorExpression(levelOther)
	r.expectOp(")")
	return atom(asInteger("strpos("+s.sql+", "+sub.sql+")"), integer, "position")
}

// trimCall rewrites TRIM([BOTH | LEADING | TRAILING] [characters] [FROM] s).
func (r *rewriter) trimCall() expr {
	r.next()
	r.expectOp("(")
	side := r.acceptAny("both", "leading", "trailing")
	function, label := "trim", "btrim"
	switch side {
	case "leading":
		function, label = "ltrim", "ltrim"
	case "trailing":
		function, label = "rtrim", "rtrim"
	}
	var first expr
	if !r.is("from") {
		first = r.expression()
	}
	switch {
	case r.accept("from"):
		s := r.expression()
		r.expectOp(")")
		if first.sql == "" {
			return atom(function+"("+s.sql+")", varchar, label)
		}
		return atom(function+"("+s.sql+", "+first.sql+")", varchar, label)
	case r.acceptOp(","):
		first.sql += ", " + r.expression().sql
	}
	r.expectOp(")")
	return atom(function+"("+first.sql+")", varchar, label)
}

// overlayCall rewrites OVERLAY(s PLACING new FROM start [FOR n]).
func (r *rewriter) overlayCall() expr {
	r.next()
	r.expectOp("(")
	s := r.expression()
	r.expect("placing")
	repl := r.expression()
	r.expect("from")
	start := r.expression()
	n := "length(" + repl.sql + ")"
	if r.accept("for") {
		n = r.expression().sql
	}
	r.expectOp(")")
	return atom(macroOverlay+"("+s.sql+", "+repl.sql+", "+start.sql+", "+n+")", varchar, "overlay")
}
