package policy

import (
	"bytes"
	"encoding/base64"
	"net/netip"
	"strings"
	"time"
)

// order is a set of outcomes of comparing two ordered values.
type order uint8

const (
	less order = 1 << iota
	equal
	greater
)

func orderOf(sign int) order {
	switch {
	case sign < 0:
		return less
	case sign > 0:
		return greater
	}
	return equal
}

// numberValue is the Numeric operators; want is where the request's value has to lie.
type numberValue struct {
	want  order
	value decimal
	ok    bool
}

func numeric(want order) func(string, bool) comparer {
	return func(v string, _ bool) comparer {
		d, ok := parseDecimal(v)
		return &numberValue{want, d, ok}
	}
}

func (v *numberValue) compare(actual string, _ Context) verdict {
	d, ok := parseDecimal(actual)
	if !ok || !v.ok {
		return unreadable
	}
	return verdictOf(orderOf(d.compare(v.value))&v.want != 0)
}

// dateValue is the Date operators.
type dateValue struct {
	want  order
	value time.Time
	ok    bool
}

func dated(want order) func(string, bool) comparer {
	return func(v string, _ bool) comparer {
		t, ok := parseDate(v)
		return &dateValue{want, t, ok}
	}
}

func (v *dateValue) compare(actual string, _ Context) verdict {
	t, ok := parseDate(actual)
	if !ok || !v.ok {
		return unreadable
	}
	return verdictOf(orderOf(t.Compare(v.value))&v.want != 0)
}

// binaryValue is BinaryEquals. The request's bytes may come as they are or in base64.
type binaryValue struct {
	bytes []byte
	ok    bool
}

func newBinary(v string, _ bool) comparer {
	b, err := base64.StdEncoding.DecodeString(v)
	return &binaryValue{b, err == nil}
}

func (v *binaryValue) compare(actual string, _ Context) verdict {
	if !v.ok {
		return unreadable
	}
	if string(v.bytes) == actual {
		return yes
	}
	b, err := base64.StdEncoding.DecodeString(actual)
	return verdictOf(err == nil && bytes.Equal(b, v.bytes))
}

// networkValue is IpAddress. IPv4 and IPv6 never match each other.
type networkValue struct {
	prefix netip.Prefix
	ok     bool
}

func newNetwork(v string, _ bool) comparer {
	p, ok := parseNetwork(v)
	return &networkValue{p, ok}
}

func parseNetwork(v string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(v); err == nil {
		return p, true
	}
	a, err := netip.ParseAddr(v)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

func (v *networkValue) compare(actual string, _ Context) verdict {
	a, err := netip.ParseAddr(actual)
	if err != nil || !v.ok {
		return unreadable
	}
	return verdictOf(v.prefix.Contains(a))
}

// arnValue is the Arn operators: six fields apart, so that no wildcard but the last field's runs past a colon.
type arnValue struct {
	template template
	fields   [fieldCount]wildcard
	ok       bool
}

func newARN(v string, variables bool) comparer {
	a := &arnValue{template: parseTemplate(v, grammar{wild: true, variables: variables})}
	if seq, ok := a.template.expand(nil); a.template.fixed && ok {
		a.fields, a.ok = cutRunes(seq)
	}
	return a
}

// cutRunes compiles the six fields of an ARN pattern.
func cutRunes(seq []rune) (fields [fieldCount]wildcard, ok bool) {
	at := 0
	for i := range fieldCount - 1 {
		end := at
		for end < len(seq) && seq[end] != ':' {
			end++
		}
		if end == len(seq) {
			return fields, false
		}
		fields[i] = compileWildcard(seq[at:end], false)
		at = end + 1
	}
	fields[fieldCount-1] = compileWildcard(seq[at:], false)
	return fields, true
}

func (v *arnValue) compare(actual string, ctx Context) verdict {
	n := cutName(actual)
	if !n.isARN {
		return unreadable
	}
	fields, ok := v.fields, v.ok
	if !v.template.fixed {
		seq, filled := v.template.expand(ctx)
		if !filled {
			return no
		}
		fields, ok = cutRunes(seq)
	}
	if !ok {
		return unreadable
	}
	for i := range fields {
		if !fields[i].match(n.fields[i]) {
			return no
		}
	}
	return yes
}

// decimal is a number of any size: 0.digits × 10^point.
type decimal struct {
	negative bool
	digits   string // without leading or trailing zeros
	point    int
}

// maxExponent keeps comparisons within what a policy can mean.
const maxExponent = 400

// parseDecimal reads a decimal number, also with an exponent as JSON writes it.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	mantissa, exponent, ok := cutExponent(s)
	if !ok {
		return d, false
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return d, false
	}
	all := whole + fraction
	d.digits = strings.TrimLeft(all, "0")
	d.point = len(whole) - (len(all) - len(d.digits)) + exponent
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		d = decimal{}
	}
	return d, true
}

func cutExponent(s string) (mantissa string, exponent int, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, true
	}
	tail, sign := s[i+1:], 1
	if tail != "" && (tail[0] == '-' || tail[0] == '+') {
		if tail[0] == '-' {
			sign = -1
		}
		tail = tail[1:]
	}
	if tail == "" || !allDigits(tail) {
		return "", 0, false
	}
	for _, c := range tail {
		exponent = exponent*10 + int(c-'0')
		if exponent > maxExponent {
			return "", 0, false
		}
	}
	return s[:i], sign * exponent, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (d decimal) compare(o decimal) int {
	if d.negative != o.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	if d.negative {
		return o.magnitude(d)
	}
	return d.magnitude(o)
}

func (d decimal) magnitude(o decimal) int {
	switch {
	case d.digits == "" || o.digits == "":
		return len(d.digits) - len(o.digits)
	case d.point != o.point:
		return d.point - o.point
	}
	return strings.Compare(d.digits, o.digits)
}
