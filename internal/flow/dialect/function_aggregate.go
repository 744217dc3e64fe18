package dialect

import (
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

var aggregateFunctions = map[string]func(*rewriter, *call) expr{
	"count":           (*rewriter).count,
	"sum":             (*rewriter).sum,
	"avg":             (*rewriter).avg,
	"listagg":         (*rewriter).listagg,
	"string_agg":      (*rewriter).listagg,
	"percentile_cont": func(r *rewriter, c *call) expr { return r.percentile(c, "quantile_cont") },
	"percentile_disc": func(r *rewriter, c *call) expr { return r.percentile(c, "quantile_disc") },
	"ratio_to_report": (*rewriter).ratioToReport,
	"stddev":          func(r *rewriter, c *call) expr { return r.renamed(c, "stddev_samp", 1, 1) },
	"variance":        func(r *rewriter, c *call) expr { return r.renamed(c, "var_samp", 1, 1) },
	"every":           func(r *rewriter, c *call) expr { return r.renamed(c, "bool_and", 1, 1) },
}

func (r *rewriter) count(c *call) expr {
	if len(c.args) == 0 && !c.star {
		r.fail(c.at, "42809", "count(*) must be used to call a parameterless aggregate function")
		return expr{}
	}
	return atom("count"+c.brackets(), bigint, c.label)
}

// sum keeps Redshift's BIGINT for integers, which the engine widens to 128 bits.
// Of a type that is not known it is what the engine makes of it.
func (r *rewriter) sum(c *call) expr {
	if !r.want(c, 1, 1) {
		return expr{}
	}
	t := c.args[0].typ
	sql := "sum" + c.brackets()
	switch {
	case isFloat(t):
		return atom(sql, double, c.label)
	case t.ID == sqltype.Decimal:
		return atom(sql, sqltype.Type{ID: sqltype.Decimal, Precision: sqltype.MaxPrecision, Scale: t.Scale}, c.label)
	case isInteger(t):
		return atom("CAST("+sql+" AS BIGINT)", bigint, c.label)
	}
	return atom(sql, unknown, c.label)
}

// avg of integers is a truncated BIGINT, of decimals a decimal of the same scale.
func (r *rewriter) avg(c *call) expr {
	if !r.want(c, 1, 1) {
		return expr{}
	}
	t := c.args[0].typ
	b := c.brackets()
	switch {
	case isFloat(t):
		return atom("avg"+b, double, c.label)
	case isInteger(t):
		return atom("CAST(sum"+b+" // count"+b+" AS BIGINT)", bigint, c.label)
	case t.ID == sqltype.Decimal:
		t = sqltype.Type{ID: sqltype.Decimal, Precision: sqltype.MaxPrecision, Scale: t.Scale}
	default:
		t = unknown
	}
	return atom(macroAvg+"(sum"+b+", count"+b+")", t, c.label)
}

// listagg rewrites LISTAGG(x [, d]) WITHIN GROUP (ORDER BY …), which leaves out NULL and ”.
func (r *rewriter) listagg(c *call) expr {
	if !r.want(c, 1, 2) {
		return expr{}
	}
	value := c.args[0].sql
	if !c.args[0].isText() {
		value = "CAST(" + value + " AS VARCHAR)"
	}
	value = "nullif(" + value + ", '')"
	separator := "''"
	if len(c.args) == 2 {
		separator = c.args[1].sql
	}
	if c.within != nil {
		var keys []string
		for _, k := range c.within {
			sql := k.sql
			if c.distinct && sql == c.args[0].sql { // The engine wants the very expression that is aggregated.
				sql = value
			}
			keys = append(keys, sql+k.tail)
		}
		c.order = " ORDER BY " + strings.Join(keys, ", ")
	}
	return atom(macroListagg+"(string_agg"+c.bracketsOf(value+", "+separator)+")", varchar, c.label)
}

// percentile rewrites PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x), with OVER or without.
func (r *rewriter) percentile(c *call, engine string) expr {
	if !r.want(c, 1, 1) {
		return expr{}
	}
	if len(c.within) != 1 {
		r.fail(c.at, codeSyntax, "%s needs WITHIN GROUP (ORDER BY expression)", c.name)
		return expr{}
	}
	p := c.args[0].sql
	if c.within[0].desc {
		p = "1 - " + c.args[0].at(levelAdd+1)
	}
	sql := engine + c.bracketsOf(c.within[0].sql+", "+p)
	return atom(sql, unknown, c.label)
}

func (r *rewriter) ratioToReport(c *call) expr {
	if !r.want(c, 1, 1) {
		return expr{}
	}
	if c.over == "" {
		r.fail(c.at, codeSyntax, "window function %s requires an OVER clause", c.name)
		return expr{}
	}
	value := "CAST(" + c.args[0].sql + " AS DOUBLE)"
	return atom(macroDivide+"("+value+", sum("+value+")"+c.over+")", double, c.label)
}

// approximate rewrites APPROXIMATE COUNT(DISTINCT x) and APPROXIMATE PERCENTILE_DISC.
func (r *rewriter) approximate() expr {
	r.expect("approximate")
	at := r.peek()
	c := &call{at: at, name: r.label()}
	c.label = c.name
	r.arguments(c)
	r.callTail(c)
	switch {
	case r.err != nil:
		return expr{}
	case c.name == "count" && c.distinct && len(c.args) == 1:
		c.distinct = false
		return atom("approx_count_distinct"+c.brackets(), bigint, c.label)
	case c.name == "percentile_disc":
		return r.percentile(c, "quantile_disc")
	}
	r.fail(at, codeUnsupported, "APPROXIMATE is only supported with COUNT(DISTINCT …) and PERCENTILE_DISC")
	return expr{}
}
