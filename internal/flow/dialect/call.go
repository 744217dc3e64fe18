package dialect

import (
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// call is a function call with everything that can belong to it.
type call struct {
	name     string
	at       token
	part     string // the bare date part some functions start with
	args     []expr
	distinct bool
	star     bool
	order    string // ORDER BY inside the brackets
	within   []sortKey
	filter   string
	nulls    string // " IGNORE NULLS" or " RESPECT NULLS"
	over     string // " OVER …"
	label    string
	// aggregated says that the arguments hold an aggregate, whose type the engine knows late.
	aggregated bool
}

// sortKey is one expression of WITHIN GROUP (ORDER BY …).
type sortKey struct {
	expr
	desc bool
	tail string // direction and nulls as written in SQL
}

// functions rewrites the calls that the engine does not understand as they are,
// or understands differently.
var functions map[string]func(*rewriter, *call) expr

func init() {
	functions = map[string]func(*rewriter, *call) expr{}
	for _, group := range []map[string]func(*rewriter, *call) expr{
		conditionalFunctions, aggregateFunctions, dateFunctions, formatFunctions, textFunctions, jsonFunctions,
	} {
		for name, f := range group {
			functions[name] = f
		}
	}
}

// call rewrites a function call.
func (r *rewriter) call() expr {
	c := &call{at: r.peek()}
	var schema []string
	for r.peekAt(1).is(".") {
		schema = append(schema, r.label())
		r.next()
	}
	c.name = r.label()
	c.label = c.name
	r.open(c.at, c.name, false)
	before := r.aggregates
	r.arguments(c)
	c.aggregated = r.aggregates > before
	if aggregateNames[c.name] {
		r.aggregates++
	}
	r.callTail(c)
	if r.err != nil {
		return expr{}
	}
	if f := functions[c.name]; f != nil && (schema == nil || schema[len(schema)-1] == "pg_catalog") {
		e := f(r, c)
		e.sql = r.bound(e.sql)
		return e
	}
	name := QuoteName(c.name)
	if engineFunctionWords[c.name] {
		name = c.name
	}
	switch last := len(schema) - 1; {
	case last < 0 || schema[last] == "pg_catalog": // The search path finds ours and the engine's.
	case schema[last] == "information_schema":
		name = overlayInformation + "." + name
	default:
		name = strings.Join(r.withoutDatabase(schema, 1), ".") + "." + name
	}
	return atom(name+c.brackets(), resultType(c), c.label)
}

// engineFunctionWords are keywords of the engine that are functions when a bracket follows.
var engineFunctionWords = words(`left right coalesce nullif exists grouping trim position overlay substring row map
	current_user session_user struct`)

// arguments reads the brackets of a call.
func (r *rewriter) arguments(c *call) {
	r.expectOp("(")
	switch {
	case r.acceptOp("*"):
		c.star = true
	case r.isOp("+") && r.peekAt(1).is(")"):
		r.fail(c.at, codeUnsupported, "the outer join operator (+) is not supported; use LEFT JOIN or RIGHT JOIN")
	case r.isOp(")"):
	default:
		if r.accept("distinct") {
			c.distinct = true
		} else {
			r.accept("all")
		}
		if datePartFunctions[c.name] {
			c.part = r.datePart()
			r.expectOp(",")
		}
		c.args = r.callArguments()
	}
	if r.accept("order", "by") {
		c.order = " ORDER BY " + r.sortList()
	}
	c.nulls = r.nullTreatment()
	r.expectOp(")")
}

// callArguments reads expressions; count(t.*) counts rows.
func (r *rewriter) callArguments() []expr {
	var out []expr
	for r.err == nil {
		if _, ok := r.wildcard(); ok {
			out = append(out, atom(r.qualifiedWildcard(), unknown, noLabel))
		} else {
			out = append(out, r.expression())
		}
		if !r.acceptOp(",") {
			break
		}
	}
	return out
}

func (r *rewriter) nullTreatment() string {
	switch {
	case r.accept("ignore", "nulls"):
		return " IGNORE NULLS"
	case r.accept("respect", "nulls"):
		return " RESPECT NULLS"
	}
	return ""
}

// callTail reads WITHIN GROUP, FILTER, IGNORE NULLS and OVER behind the brackets.
func (r *rewriter) callTail(c *call) {
	if r.is("within", "group") {
		r.i += 2
		r.expectOp("(")
		r.expect("order", "by")
		c.within = r.withinKeys()
		r.expectOp(")")
	}
	if r.is("filter") && r.peekAt(1).is("(") {
		r.i += 2
		r.expect("where")
		c.filter = " FILTER (WHERE " + r.expression().sql + ")"
		r.expectOp(")")
	}
	if nulls := r.nullTreatment(); nulls != "" {
		c.nulls = nulls
	}
	if r.accept("over") {
		if r.isOp("(") {
			c.over = " OVER " + r.windowSpec()
		} else {
			c.over = " OVER " + QuoteName(r.name())
		}
	}
}

func (r *rewriter) withinKeys() []sortKey {
	var out []sortKey
	for r.err == nil {
		k := sortKey{expr: r.expression()}
		if dir := r.acceptAny("asc", "desc"); dir != "" {
			k.desc = dir == "desc"
			k.tail = " " + strings.ToUpper(dir)
		}
		if r.accept("nulls") {
			r.oneOfWords("first", "last")
			k.tail += " NULLS " + strings.ToUpper(r.last().val)
		}
		out = append(out, k)
		if !r.acceptOp(",") {
			break
		}
	}
	return out
}

// windowSpec rewrites ([name] [PARTITION BY …] [ORDER BY …] [frame]).
func (r *rewriter) windowSpec() string {
	var parts []string
	r.expectOp("(")
	if t := r.peek(); (t.kind == tokenQuoted || t.kind == tokenWord && !reserved[t.val]) && !frameWords[t.val] && t.val != "partition" {
		parts = append(parts, QuoteName(r.name()))
	}
	if r.accept("partition", "by") {
		parts = append(parts, "PARTITION BY "+joinSQL(r.expressions()))
	}
	if r.accept("order", "by") {
		parts = append(parts, "ORDER BY "+r.sortList())
	}
	if t := r.peek(); t.kind == tokenWord && frameWords[t.val] {
		parts = append(parts, r.frame())
	}
	r.expectOp(")")
	return "(" + strings.Join(parts, " ") + ")"
}

var frameWords = words("rows range groups")

// frame rewrites ROWS | RANGE [BETWEEN] bound [AND bound].
func (r *rewriter) frame() string {
	sql := strings.ToUpper(r.next().val) + " "
	if !r.accept("between") {
		return sql + r.frameBound()
	}
	low := r.frameBound()
	r.expect("and")
	return sql + "BETWEEN " + low + " AND " + r.frameBound()
}

func (r *rewriter) frameBound() string {
	switch {
	case r.accept("current", "row"):
		return "CURRENT ROW"
	case r.accept("unbounded"):
		r.oneOfWords("preceding", "following")
		return "UNBOUNDED " + strings.ToUpper(r.last().val)
	}
	e := r.operatorExpression(levelAdd)
	r.oneOfWords("preceding", "following")
	return e.sql + " " + strings.ToUpper(r.last().val)
}

// brackets writes the arguments and the tail of a call.
func (c *call) brackets() string { return c.bracketsOf(joinSQL(c.args)) }

func (c *call) bracketsOf(args string) string {
	if c.star {
		args = "*"
	}
	if c.distinct {
		args = "DISTINCT " + args
	}
	return "(" + args + c.order + c.nulls + ")" + c.filter + c.over
}

var aggregateNames = words(`sum avg min max count stddev variance stddev_samp stddev_pop var_samp var_pop median any_value
	first_value last_value nth_value lag lead percentile_cont percentile_disc row_number rank`)

// arity is how many arguments a function takes.
type arity struct{ low, high int }

// want checks the number of arguments; high below 0 means any.
func (r *rewriter) want(c *call, low, high int) bool {
	n := len(c.args)
	if n >= low && (high < 0 || n <= high) && !c.star {
		return true
	}
	r.fail(c.at, codeNoFunction, "function %s does not exist with %d arguments", c.name, n)
	return false
}

// knownTypes are the result types of functions the engine has itself.
var knownTypes = map[string]sqltype.Type{
	"upper": varchar, "lower": varchar, "ltrim": varchar, "rtrim": varchar, "replace": varchar,
	"left": varchar, "right": varchar, "reverse": varchar, "repeat": varchar, "translate": varchar, "chr": varchar, "md5": varchar,
	"count": bigint, "row_number": bigint, "rank": bigint, "dense_rank": bigint, "ntile": bigint,
	"random": double, "sqrt": double, "exp": double, "ln": double, "power": double, "pow": double, "cos": double, "sin": double,
	"tan": double, "pi": double, "median": unknown, "date_trunc": timestamp,
}

// sameAsArgument are functions whose result has the type of their first argument.
var sameAsArgument = words(`min max first_value last_value nth_value lag lead any_value abs nullif greatest least coalesce`)

func resultType(c *call) sqltype.Type {
	if t, ok := knownTypes[c.name]; ok {
		return t
	}
	if sameAsArgument[c.name] && len(c.args) > 0 {
		if c.name == "greatest" || c.name == "least" || c.name == "coalesce" {
			return commonType(c.args)
		}
		if t := c.args[0].typ; c.name != "abs" || isNumber(t) {
			return t
		}
	}
	return unknown
}
