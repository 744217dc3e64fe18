package dialect

import "strings"

// dateElement is one element of a TO_CHAR pattern: how to write it with the
// engine (a strftime directive, or an expression of "?"), and how to read it.
type dateElement struct {
	name, directive, sql, parse string
}

// padded are names of months and days that TO_CHAR fills to nine characters.
const paddedWidth = "9"

// dateElementTable lists elements, longer ones before those they start with.
// Letter case counts for names only; the others are matched in upper case.
var dateElementTable = []dateElement{
	{"HH24", "%H", "", "%H"}, {"HH12", "%I", "", "%I"}, {"HH", "%I", "", "%I"},
	{"MI", "%M", "", "%M"}, {"SSSS", "", "CAST(CAST(date_part('epoch', CAST(? AS TIME)) AS INTEGER) AS VARCHAR)", ""},
	{"SS", "%S", "", "%S"}, {"MS", "%g", "", "%g"}, {"US", "%f", "", "%f"},
	{"Y,YYY", "", "", ""}, {"YYYY", "%Y", "", "%Y"}, {"YYY", "", "right(strftime(?, '%Y'), 3)", ""}, {"YY", "%y", "", "%y"},
	{"IYYY", "%G", "", ""}, {"IW", "%V", "", ""}, {"Y", "", "right(strftime(?, '%Y'), 1)", ""},
	{"MM", "%m", "", "%m"}, {"DDD", "%j", "", "%j"}, {"DD", "%d", "", "%d"},
	{"D", "", "CAST(date_part('dow', ?) + 1 AS VARCHAR)", ""},
	{"WW", "", "lpad(CAST((date_part('doy', ?) - 1) // 7 + 1 AS VARCHAR), 2, '0')", ""},
	{"W", "", "CAST((date_part('day', ?) - 1) // 7 + 1 AS VARCHAR)", ""},
	{"Q", "", "CAST(date_part('quarter', ?) AS VARCHAR)", ""}, {"CC", "", "lpad(CAST(date_part('century', ?) AS VARCHAR), 2, '0')", ""},
	{"J", "", "CAST(CAST(julian(CAST(? AS DATE)) AS INTEGER) AS VARCHAR)", ""},
	{"OF", "%z", "", "%z"}, {"TZ", "%Z", "", "%Z"},
}

// dateNames are the elements whose letter case shows in the result.
var dateNames = []dateElement{
	{"MONTH", "", "rpad(upper(strftime(?, '%B')), 9, ' ')", "%B"}, {"Month", "", "rpad(strftime(?, '%B'), 9, ' ')", "%B"},
	{"month", "", "rpad(lower(strftime(?, '%B')), 9, ' ')", "%B"},
	{"MON", "", "upper(strftime(?, '%b'))", "%b"}, {"Mon", "%b", "", "%b"}, {"mon", "", "lower(strftime(?, '%b'))", "%b"},
	{"DAY", "", "rpad(upper(strftime(?, '%A')), 9, ' ')", "%A"}, {"Day", "", "rpad(strftime(?, '%A'), 9, ' ')", "%A"},
	{"day", "", "rpad(lower(strftime(?, '%A')), 9, ' ')", "%A"},
	{"DY", "", "upper(strftime(?, '%a'))", "%a"}, {"Dy", "%a", "", "%a"}, {"dy", "", "lower(strftime(?, '%a'))", "%a"},
	{"AM", "%p", "", "%p"}, {"PM", "%p", "", "%p"}, {"am", "", "lower(strftime(?, '%p'))", "%p"}, {"pm", "", "lower(strftime(?, '%p'))", "%p"},
}

// unpadded are the directives that FM turns others into.
var unpadded = map[string]string{"%m": "%-m", "%d": "%-d", "%H": "%-H", "%I": "%-I", "%M": "%-M", "%S": "%-S", "%j": "%-j"}

// dateElements takes a pattern apart. bad names the first element it does not know.
func dateElements(format string) (out []dateElement, bad string) {
	fill := true
	for format != "" {
		if strings.HasPrefix(format, `"`) {
			text, rest, _ := strings.Cut(format[1:], `"`)
			out = append(out, literalElement(text))
			format = rest
			continue
		}
		if strings.HasPrefix(format, "FM") || strings.HasPrefix(format, "fm") {
			fill, format = false, format[2:]
			continue
		}
		e, ok := nextElement(format)
		switch {
		case ok && e.directive == "" && e.sql == "":
			return nil, e.name
		case ok:
			format = format[len(e.name):]
			if !fill {
				e = e.withoutFill()
			}
			fill = true
			out = append(out, e)
		case otherElement(format) != "":
			return nil, otherElement(format)
		default:
			out = append(out, literalElement(format[:1]))
			format = format[1:]
		}
	}
	return out, ""
}

func nextElement(format string) (dateElement, bool) {
	for _, e := range dateNames {
		if strings.HasPrefix(format, e.name) {
			return e, true
		}
	}
	upper := strings.ToUpper(format[:min(len(format), 5)])
	for _, e := range dateElementTable {
		if strings.HasPrefix(upper, e.name) && len(upper) >= len(e.name) {
			return e, true
		}
	}
	return dateElement{}, false
}

func (e dateElement) withoutFill() dateElement {
	if d, ok := unpadded[e.directive]; ok {
		e.directive = d
	}
	if inner, ok := strings.CutPrefix(e.sql, "rpad("); ok {
		e.sql = strings.TrimSuffix(inner, ", "+paddedWidth+", ' ')")
	}
	return e
}

func literalElement(text string) dateElement {
	escaped := strings.ReplaceAll(text, "%", "%%")
	return dateElement{name: text, directive: escaped, parse: escaped}
}

// otherElement names an element of Redshift's that has no counterpart here; any
// other letter stands for itself.
func otherElement(format string) string {
	upper := strings.ToUpper(format[:min(len(format), 4)])
	for _, e := range []string{"A.M.", "P.M.", "B.C.", "A.D.", "IDDD", "IYY", "IY", "ID", "I", "BC", "AD", "RM", "SP"} {
		if strings.HasPrefix(upper, e) {
			return e
		}
	}
	return ""
}
