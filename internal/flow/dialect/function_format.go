package dialect

import (
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/sqltype"
)

var formatFunctions = map[string]func(*rewriter, *call) expr{
	"to_char":   (*rewriter).toChar,
	"to_number": (*rewriter).toNumber,
}

// formatLiteral wants a format that is written in the statement: the engine cannot compile others.
func (r *rewriter) formatLiteral(c *call, i int) (string, bool) {
	if c.args[i].lit != stringLiteral {
		r.fail(c.at, codeUnsupported, "function %s is only supported with a literal as its format", c.name)
		return "", false
	}
	return c.args[i].text, true
}

// toChar rewrites TO_CHAR(x, 'format') for timestamps and numbers.
func (r *rewriter) toChar(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	format, ok := r.formatLiteral(c, 1)
	if !ok {
		return expr{}
	}
	x := c.args[0]
	if isNumber(x.typ) || !isTime(x.typ) && x.lit != stringLiteral && numericFormat(format) {
		sql, ok := numberToText(x, format)
		if !ok {
			r.fail(c.at, codeUnsupported, `function to_char is not supported with the number format "%s"`, format)
		}
		return atom(sql, varchar, c.label)
	}
	x = r.stamped(x)
	elements, bad := dateElements(format)
	if bad != "" {
		r.fail(c.at, codeUnsupported, `function to_char is not supported with the format element "%s"`, bad)
		return expr{}
	}
	return atom(formatted(x.sql, elements), varchar, c.label)
}

// formatted writes elements as strftime calls and expressions that are joined.
func formatted(x string, elements []dateElement) string {
	var parts []string
	var directives strings.Builder
	flush := func() {
		if directives.Len() > 0 {
			parts = append(parts, "strftime("+x+", "+QuoteLiteral(directives.String())+")")
			directives.Reset()
		}
	}
	for _, e := range elements {
		if e.sql == "" {
			directives.WriteString(e.directive)
			continue
		}
		flush()
		parts = append(parts, strings.ReplaceAll(e.sql, "?", x))
	}
	flush()
	switch len(parts) {
	case 0:
		return "''"
	case 1:
		return parts[0]
	}
	return "(" + strings.Join(parts, " || ") + ")"
}

// toDate rewrites TO_DATE(text, 'format' [, strict]).
func (r *rewriter) toDate(c *call) expr {
	if !r.want(c, 2, 3) {
		return expr{}
	}
	sql, ok := r.parsed(c)
	if !ok {
		return expr{}
	}
	return atom("CAST("+sql+" AS DATE)", date, c.label)
}

// toTimestamp rewrites TO_TIMESTAMP(text, 'format' [, strict]), which has a time zone.
func (r *rewriter) toTimestamp(c *call) expr {
	if !r.want(c, 2, 3) {
		return expr{}
	}
	sql, ok := r.parsed(c)
	if !ok {
		return expr{}
	}
	t := sqltype.Type{ID: sqltype.TimestampTZ}
	return atom("CAST("+sql+" AS TIMESTAMPTZ)", t, c.label)
}

func (r *rewriter) parsed(c *call) (string, bool) {
	format, ok := r.formatLiteral(c, 1)
	if !ok {
		return "", false
	}
	elements, bad := dateElements(format)
	var directives strings.Builder
	for _, e := range elements {
		if e.parse == "" && bad == "" {
			bad = e.name
		}
		directives.WriteString(e.parse)
	}
	if bad != "" {
		r.fail(c.at, codeUnsupported, `function %s is not supported with the format element "%s"`, c.name, bad)
		return "", false
	}
	x := c.args[0].sql
	if c.args[0].typ.ID != sqltype.Varchar && c.args[0].lit != stringLiteral {
		x = "CAST(" + x + " AS VARCHAR)"
	}
	return "strptime(" + x + ", " + QuoteLiteral(directives.String()) + ")", true
}

// toNumber rewrites TO_NUMBER(text, 'format') for digits, group marks and a decimal point.
func (r *rewriter) toNumber(c *call) expr {
	if !r.want(c, 2, 2) {
		return expr{}
	}
	format, ok := r.formatLiteral(c, 1)
	if !ok {
		return expr{}
	}
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(strings.ToUpper(format), "D", "."), ".")
	digits := func(s string) int { return strings.Count(s, "9") + strings.Count(s, "0") }
	if strings.Trim(strings.ToUpper(format), "90,.DGSLMIFM$ ") != "" || digits(whole)+digits(fraction) == 0 {
		r.fail(c.at, codeUnsupported, `function to_number is not supported with the format "%s"`, format)
		return expr{}
	}
	t := sqltype.Type{ID: sqltype.Decimal, Precision: min(digits(whole)+digits(fraction), sqltype.MaxPrecision), Scale: digits(fraction)}
	return atom("CAST("+macroDigits+"("+c.args[0].sql+") AS "+t.Engine()+")", t, c.label)
}

// numericFormat recognises formats for numbers: nines, zeros and their company only.
func numericFormat(format string) bool {
	return strings.ContainsAny(format, "90") && strings.Trim(strings.ToUpper(format), "90,.DGSLMIFMPR$ B") == ""
}

// numberToText writes a number as TO_CHAR does: right-aligned behind a place for
// the sign unless FM is given. Supported are 9, 0, comma and point.
func numberToText(x expr, format string) (string, bool) {
	f := strings.ToUpper(format)
	fill := !strings.HasPrefix(f, "FM")
	f = strings.TrimPrefix(f, "FM")
	f = strings.ReplaceAll(strings.ReplaceAll(f, "G", ","), "D", ".")
	if f == "" || strings.Trim(f, "90,.") != "" || strings.Count(f, ".") > 1 {
		return "", false
	}
	whole, fraction, _ := strings.Cut(f, ".")
	if !standardGroups(whole) || strings.Contains(fraction, ",") {
		return "", false
	}
	zeros := 0
	if i := strings.Index(whole, "0"); i >= 0 {
		zeros = len(strings.ReplaceAll(whole[i:], ",", ""))
	}
	grouped := strings.Contains(whole, ",")
	if grouped && zeros > 1 {
		return "", false
	}
	args := []string{x.sql, strconv.Itoa(len(strings.ReplaceAll(whole, ",", ""))), strconv.Itoa(len(fraction)), strconv.Itoa(zeros),
		boolSQL(grouped), boolSQL(fill), boolSQL(!fill && !strings.Contains(fraction, "0"))}
	return macroNumberText + "(" + strings.Join(args, ", ") + ")", true
}

func boolSQL(b bool) string {
	if b {
		return "TRUE"
	}
	return "FALSE"
}

// standardGroups wants commas, if any, before every third digit from the right.
func standardGroups(whole string) bool {
	if !strings.Contains(whole, ",") {
		return true
	}
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if i > 0 && len(g) != 3 || len(g) > 3 || len(g) == 0 {
			return false
		}
	}
	return true
}
