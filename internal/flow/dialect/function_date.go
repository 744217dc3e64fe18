package dialect

import "github.com/inlet-data/inlet/internal/sqltype"

// datePartFunctions start with a bare date part.
var datePartFunctions = words("dateadd date_add datediff date_diff date_part datepart")

// dateParts maps Redshift's names and abbreviations of date parts to the engine's.
var dateParts = map[string]string{}

func init() {
	for engine, names := range map[string]string{
		"millennium": "millennium millennia mil mils", "century": "century centuries c cent cents",
		"decade": "decade decades dec decs", "year": "year years y yr yrs", "quarter": "quarter quarters qtr qtrs",
		"month": "month months mon mons", "week": "week weeks w", "day": "day days d",
		"dow": "dayofweek dow dw weekday", "doy": "dayofyear doy dy yearday",
		"hour": "hour hours h hr hrs", "minute": "minute minutes m min mins", "second": "second seconds s sec secs",
		"millisecond": "millisecond milliseconds ms msec msecs msecond mseconds millisec millisecs millisecon",
		"microsecond": "microsecond microseconds us usec usecs microsec microsecs microsecond usecond useconds",
		"epoch":       "epoch", "timezone": "timezone", "timezone_hour": "timezone_hour", "timezone_minute": "timezone_minute",
		"isoyear": "isoyear", "isodow": "isodow",
	} {
		for name := range words(names) {
			dateParts[name] = engine
		}
	}
}

var dateFunctions = map[string]func(*rewriter, *call) expr{
	"dateadd": (*rewriter).dateAdd, "date_add": (*rewriter).dateAdd,
	"datediff": (*rewriter).dateDiff, "date_diff": (*rewriter).dateDiff,
	"date_part": (*rewriter).datePartOf, "datepart": (*rewriter).datePartOf,
	"date_trunc":     (*rewriter).dateTrunc,
	"getdate":        func(r *rewriter, c *call) expr { return r.clock(c, engineGetdate) },
	"timeofday":      func(r *rewriter, c *call) expr { return r.timed(c, macroTimeOfDay, arity{0, 0}, varchar) },
	"add_months":     func(r *rewriter, c *call) expr { return r.timed(c, macroAddMonths, arity{2, 2}, timestamp) },
	"months_between": func(r *rewriter, c *call) expr { return r.timed(c, macroMonthsBetween, arity{2, 2}, double) },
	"next_day":       func(r *rewriter, c *call) expr { return r.timed(c, macroNextDay, arity{2, 2}, date) },
	"last_day": func(r *rewriter, c *call) expr {
		e := r.timed(c, "last_day", arity{1, 1}, date)
		return e
	},
	"convert_timezone": (*rewriter).convertTimezone,
	"to_date":          (*rewriter).toDate, "to_timestamp": (*rewriter).toTimestamp,
	"timezone": (*rewriter).timezone,
	"date": func(r *rewriter, c *call) expr {
		if !r.want(c, 1, 1) {
			return expr{}
		}
		return r.cast(c.args[0], typeName{name: "date"}, c.at)
	},
	"date_part_year": func(r *rewriter, c *call) expr {
		if !r.want(c, 1, 1) {
			return expr{}
		}
		return atom(asInteger("date_part('year', "+r.stamped(c.args[0]).sql+")"), integer, c.label)
	},
	"date_cmp":      func(r *rewriter, c *call) expr { return r.timed(c, macroCompare, arity{2, 2}, integer) },
	"timestamp_cmp": func(r *rewriter, c *call) expr { return r.timed(c, macroCompare, arity{2, 2}, integer) },
}

// datePart reads a date part, bare or as a literal.
func (r *rewriter) datePart() string {
	t := r.next()
	if t.kind != tokenWord && t.kind != tokenString && t.kind != tokenQuoted {
		r.syntaxAt(t)
		return ""
	}
	part, ok := dateParts[lowerASCII(t.val)]
	if !ok {
		r.fail(t, codeInvalidValue, `timestamp units "%s" not recognized`, t.val)
	}
	return part
}

// stamped makes a string literal a timestamp where a date is meant.
func (r *rewriter) stamped(e expr) expr {
	if e.lit != stringLiteral {
		return e
	}
	if plainDate(e.text) || plainTimestamp(e.text) {
		return atom("CAST("+e.sql+" AS TIMESTAMP)", timestamp, e.label)
	}
	return atom(macroTimestamp+"("+e.sql+")", timestamp, e.label)
}

// moment is an argument as a timestamp; times and zoned timestamps stay what they are.
func (r *rewriter) moment(e expr) expr {
	e = r.stamped(e)
	if e.lit == nullLiteral {
		return atom("CAST(NULL AS TIMESTAMP)", timestamp, e.label)
	}
	switch e.typ.ID {
	case sqltype.Timestamp, sqltype.TimestampTZ, sqltype.Time:
		return e
	case sqltype.Date:
		return atom("CAST("+e.sql+" AS TIMESTAMP)", timestamp, e.label)
	}
	return atom(macroMoment+"("+e.sql+")", unknown, e.label)
}

// timed calls a function whose arguments may be literals that mean dates.
func (r *rewriter) timed(c *call, name string, args arity, t sqltype.Type) expr {
	if !r.want(c, args.low, args.high) {
		return expr{}
	}
	for i, a := range c.args {
		if a.lit == stringLiteral && (i == 0 || name != macroNextDay) {
			c.args[i] = r.stamped(a)
		}
	}
	return atom(name+"("+joinSQL(c.args)+")", t, c.label)
}

func (r *rewriter) clock(c *call, sql string) expr {
	if !r.want(c, 0, 0) {
		return expr{}
	}
	return atom(sql, timestamp, c.label)
}

// intervalFunctions give the interval of n units.
var intervalFunctions = map[string]string{
	"millennium": "to_millennia", "century": "to_centuries", "decade": "to_decades", "year": "to_years", "quarter": "to_quarters",
	"month": "to_months", "week": "to_weeks", "day": "to_days", "dow": "to_days", "doy": "to_days",
	"hour": "to_hours", "minute": "to_minutes", "second": "to_seconds",
	"millisecond": "to_milliseconds", "microsecond": "to_microseconds", "epoch": "to_seconds",
}

// dateAdd rewrites DATEADD(part, n, d), which makes a timestamp of a date.
func (r *rewriter) dateAdd(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	f, ok := intervalFunctions[c.part]
	if !ok {
		r.fail(c.at, codeUnsupported, "DATEADD with part %s is not supported", c.part)
		return expr{}
	}
	n := c.args[0]
	if n.lit == stringLiteral {
		n = numeric(n)
	}
	count := n.sql
	switch {
	case isInteger(n.typ) && n.typ.ID != sqltype.Bigint:
	case isInteger(n.typ):
		count = "CAST(" + n.sql + " AS INTEGER)"
	default:
		count = "CAST(trunc(" + n.sql + ") AS INTEGER)"
	}
	d := r.moment(c.args[1])
	e := binary(d, "+", atom(f+"("+count+")", interval, noLabel), levelAdd)
	e.typ, e.label = d.typ, "date_add"
	return e
}

// dateDiff rewrites DATEDIFF(part, a, b): the boundaries crossed; weeks begin on Sunday.
func (r *rewriter) dateDiff(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	a, b := r.moment(c.args[0]), r.moment(c.args[1])
	part := c.part
	switch part {
	case "dow", "doy":
		part = "day"
	case "epoch":
		part = "second"
	case "week":
		monday := func(e expr) string { return e.at(levelAdd) + " + INTERVAL 1 DAY" }
		return atom("date_diff('week', "+monday(a)+", "+monday(b)+")", bigint, "date_diff")
	}
	return atom("date_diff('"+part+"', "+a.sql+", "+b.sql+")", bigint, "date_diff")
}

// datePartOf rewrites DATE_PART(part, d), whose seconds have a fraction.
func (r *rewriter) datePartOf(c *call) expr {
	if !r.want(c, 1, 1) {
		return expr{}
	}
	d := r.stamped(c.args[0])
	sql := "CAST(date_part('" + c.part + "', " + d.sql + ") AS DOUBLE)"
	if c.part == "second" {
		sql = "CAST(date_part('microsecond', " + d.sql + ") AS DOUBLE) / 1000000"
		return expr{sql: sql, typ: double, label: "date_part", level: levelMultiply}
	}
	return atom(sql, double, "date_part")
}

// extractCall rewrites EXTRACT(part FROM d), which gives whole numbers.
func (r *rewriter) extractCall() expr {
	r.next()
	r.expectOp("(")
	part := r.datePart()
	r.expect("from")
	d := r.stamped(r.expression())
	r.expectOp(")")
	typ := integer
	if part == "epoch" || part == "microsecond" {
		typ = bigint
	}
	sql := "CAST(trunc(date_part('" + part + "', " + d.sql + ")) AS " + typ.Engine() + ")"
	return atom(sql, typ, "date_part")
}

// dateTrunc rewrites DATE_TRUNC('part', d), which gives a timestamp even of a date.
func (r *rewriter) dateTrunc(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	part := c.args[0]
	word := part.text
	if part.column {
		word = part.label
	}
	engine, ok := dateParts[lowerASCII(word)]
	if part.lit != stringLiteral && !part.column || !ok {
		r.fail(c.at, codeInvalidValue, `timestamp units "%s" not recognized`, word)
		return expr{}
	}
	d := r.moment(c.args[1])
	return atom("date_trunc('"+engine+"', "+d.sql+")", d.typ, c.label)
}

// convertTimezone rewrites CONVERT_TIMEZONE([source,] target, ts); the source is UTC unless given.
func (r *rewriter) convertTimezone(c *call) expr {
	if !r.want(c, 2, 3) {
		return expr{}
	}
	source, target, ts := atom("'UTC'", varchar, noLabel), c.args[0], c.args[len(c.args)-1]
	if len(c.args) == 3 {
		source, target = c.args[0], c.args[1]
	}
	ts = r.stamped(ts)
	if ts.typ.ID == sqltype.TimestampTZ {
		return atom("timezone("+target.sql+", "+ts.sql+")", timestamp, c.label)
	}
	return atom(macroConvertTimezone+"("+source.sql+", "+target.sql+", "+ts.sql+")", timestamp, c.label)
}

// timezone rewrites TIMEZONE(zone, ts), the function behind AT TIME ZONE.
func (r *rewriter) timezone(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	return atom("timezone("+c.args[0].sql+", "+r.moment(c.args[1]).sql+")", unknown, c.label)
}
