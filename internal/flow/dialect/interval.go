package dialect

import "strings"

// intervalLiteral rewrites INTERVAL '…' [unit [TO unit]].
func (r *rewriter) intervalLiteral() expr {
	if r.peekAt(1).kind != tokenString {
		return r.named()
	}
	r.next()
	text := r.next().val
	unit := r.acceptAny("year", "month", "week", "day", "hour", "minute", "second", "years", "months", "weeks", "days",
		"hours", "minutes", "seconds")
	if r.accept("to") {
		r.oneOfWords(intervalUnits...)
		return atom("INTERVAL "+QuoteLiteral(spelledOut(text, unit == "year")), interval, "interval")
	}
	if unit != "" && isDigits(strings.TrimPrefix(strings.TrimSpace(text), "-")) {
		text += " " + unit
	}
	return atom("INTERVAL "+QuoteLiteral(text), interval, "interval")
}

// spelledOut writes an interval of two fields, 'Y-M' or 'D H:M:S', with its units.
func spelledOut(text string, years bool) string {
	text = strings.TrimSpace(text)
	if years {
		sign := ""
		if strings.HasPrefix(text, "-") {
			sign, text = "-", text[1:]
		}
		if y, m, ok := strings.Cut(text, "-"); ok {
			return sign + y + " years " + sign + m + " months"
		}
		return sign + text
	}
	if d, clock, ok := strings.Cut(text, " "); ok && isDigits(strings.TrimPrefix(d, "-")) && strings.Contains(clock, ":") {
		return d + " days " + clock
	}
	return text
}
