package verify

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// appendCanonical appends a value as a column of the warehouse tells values apart: what
// COPY makes one value of is one text here. It is NULL where COPY makes NULL of it.
func appendCanonical(dst []byte, t sqltype.Type, v []byte) (out []byte, null bool) {
	switch t.ID {
	case sqltype.Boolean:
		return appendBoolean(dst, v), false
	case sqltype.Smallint, sqltype.Integer, sqltype.Bigint:
		return appendNumber(dst, v, 0), false
	case sqltype.Decimal:
		return appendNumber(dst, v, t.Scale), false
	case sqltype.Real:
		return appendFloat(dst, v, 32), false
	case sqltype.Double:
		return appendFloat(dst, v, 64), false
	case sqltype.Char:
		return append(dst, bytes.TrimRight(cut(v, t.Length), " ")...), false
	case sqltype.Varchar:
		return append(dst, cut(v, t.Length)...), false
	case sqltype.Date, sqltype.Timestamp, sqltype.TimestampTZ:
		return appendMoment(dst, t.ID, v)
	case sqltype.Time, sqltype.TimeTZ:
		return appendTime(dst, t.ID, v), false
	case sqltype.Varbyte:
		return append(dst, bytes.ToLower(bytes.TrimPrefix(v, []byte(`\x`)))...), false
	case sqltype.Super:
		return appendJSON(dst, v), false
	}
	return append(dst, v...), false
}

// cut is the part of a text that a column of so many bytes holds: whole characters.
func cut(v []byte, length int) []byte {
	if length <= 0 || len(v) <= length {
		return v
	}
	for length > 0 && !utf8.RuneStart(v[length]) {
		length--
	}
	return v[:length]
}

func appendBoolean(dst, v []byte) []byte {
	switch string(bytes.ToLower(bytes.TrimSpace(v))) {
	case "t", "true", "1", "y", "yes", "on":
		return append(dst, 't')
	case "f", "false", "0", "n", "no", "off":
		return append(dst, 'f')
	}
	return append(dst, v...)
}

// appendNumber drops what does not count: zeros at both ends, and digits over the scale,
// which COPY cuts.
func appendNumber(dst, v []byte, scale int) []byte {
	whole, fraction, negative, ok := digits(v)
	if !ok {
		return append(dst, v...)
	}
	fraction = bytes.TrimRight(fraction[:min(len(fraction), scale)], "0")
	if len(whole)+len(fraction) == 0 {
		return append(dst, '0')
	}
	if negative {
		dst = append(dst, '-')
	}
	if len(whole) == 0 {
		dst = append(dst, '0')
	}
	dst = append(dst, whole...)
	if len(fraction) > 0 {
		dst = append(append(dst, '.'), fraction...)
	}
	return dst
}

// digits takes a number apart, without zeros before it.
func digits(v []byte) (whole, fraction []byte, negative, ok bool) {
	v = bytes.TrimSpace(v)
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		negative, v = v[0] == '-', v[1:]
	}
	point := len(v)
	for i, c := range v {
		if c == '.' && point == len(v) {
			point = i
		} else if c < '0' || c > '9' {
			return nil, nil, false, false
		}
	}
	if point < len(v) {
		fraction = v[point+1:]
	}
	return bytes.TrimLeft(v[:point], "0"), fraction, negative, len(v) > 0
}

func appendFloat(dst, v []byte, bits int) []byte {
	f, err := strconv.ParseFloat(string(v), bits)
	if err != nil {
		return append(dst, v...)
	}
	if f == 0 {
		return append(dst, '0') // Also what is below zero by a sign alone.
	}
	if bits == 32 {
		return strconv.AppendFloat(dst, f, 'g', 8, 64) // As many digits as Redshift prints at most.
	}
	return strconv.AppendFloat(dst, f, 'g', -1, bits)
}

// appendJSON drops blanks and the order of keys.
func appendJSON(dst, v []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(v))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil || d.More() {
		return append(dst, v...)
	}
	out, err := json.Marshal(numbers(value))
	if err != nil {
		return append(dst, v...)
	}
	return append(dst, out...)
}

// numbers writes those of a document without zeros that do not count.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if whole, _, _, ok := digits([]byte(v)); ok && len(whole) < 30 {
			return json.Number(appendNumber(nil, []byte(v), 100))
		}
		return json.Number(appendFloat(nil, []byte(v), 64))
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}
