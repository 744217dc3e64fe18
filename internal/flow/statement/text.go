package statement

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// text prints a value that is not NULL.
func text(v *warehouse.Vector, row int, zone *time.Location) (string, error) {
	b, err := appendText(nil, v, row, zone)
	return string(b), err
}

// appendText prints a value that is not NULL, as a driver would that asks for text.
func appendText(dst []byte, v *warehouse.Vector, row int, zone *time.Location) ([]byte, error) {
	switch v.Type.Kind {
	case warehouse.KindBool:
		return strconv.AppendBool(dst, warehouse.Values[uint8](v)[row]&1 == 1), nil
	case warehouse.KindInt8, warehouse.KindInt16, warehouse.KindInt32, warehouse.KindInt64:
		return strconv.AppendInt(dst, integer(v, v.Type.Kind, row), 10), nil
	case warehouse.KindInt128:
		return wide(v, row).Append(dst, 10), nil
	case warehouse.KindFloat:
		return appendFloat(dst, float64(warehouse.Values[float32](v)[row]), 32), nil
	case warehouse.KindDouble:
		return appendFloat(dst, warehouse.Values[float64](v)[row], 64), nil
	case warehouse.KindDecimal:
		return appendDecimal(dst, v, row), nil
	case warehouse.KindVarchar:
		return append(dst, v.Bytes(row)...), nil
	case warehouse.KindBlob:
		return hex.AppendEncode(dst, v.Bytes(row)), nil
	case warehouse.KindInterval:
		return append(dst, interval(warehouse.Values[warehouse.Interval](v)[row])...), nil
	}
	text, err := moment(v, row, zone)
	return append(dst, text...), err
}

func integer(v *warehouse.Vector, kind warehouse.Kind, row int) int64 {
	switch kind {
	case warehouse.KindInt8:
		return int64(warehouse.Values[int8](v)[row])
	case warehouse.KindInt16:
		return int64(warehouse.Values[int16](v)[row])
	case warehouse.KindInt32:
		return int64(warehouse.Values[int32](v)[row])
	}
	return warehouse.Values[int64](v)[row]
}

func wide(v *warehouse.Vector, row int) *big.Int {
	n := warehouse.Values[warehouse.Int128](v)[row]
	b := new(big.Int).Lsh(big.NewInt(n.Hi), 64)
	return b.Add(b, new(big.Int).SetUint64(n.Lo))
}

// appendDecimal prints the number that is stored with a point before its last digits.
func appendDecimal(dst []byte, v *warehouse.Vector, row int) []byte {
	kind, start := warehouse.DecimalKind(v.Type.Precision), len(dst)
	if kind == warehouse.KindInt128 {
		dst = wide(v, row).Append(dst, 10)
	} else {
		dst = strconv.AppendInt(dst, integer(v, kind, row), 10)
	}
	scale := int(v.Type.Scale)
	if scale == 0 {
		return dst
	}
	if dst[start] == '-' {
		start++
	}
	for len(dst)-start <= scale {
		dst = slices.Insert(dst, start, '0')
	}
	return slices.Insert(dst, len(dst)-scale, '.')
}

func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e15) {
		return strconv.AppendFloat(dst, f, 'e', -1, bits)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, bits)
}

// moment prints dates and times.
func moment(v *warehouse.Vector, row int, zone *time.Location) (string, error) {
	switch v.Type.Kind {
	case warehouse.KindDate:
		day := int64(warehouse.Values[int32](v)[row])
		if infinite(day, math.MaxInt32) {
			return infinity(day), nil
		}
		return dated(time.Unix(day*86400, 0).UTC(), time.DateOnly), nil
	case warehouse.KindTimestamp, warehouse.KindTimestampTZ:
		us := warehouse.Values[int64](v)[row]
		if infinite(us, math.MaxInt64) {
			return infinity(us), nil
		}
		if v.Type.Kind == warehouse.KindTimestamp {
			return dated(time.UnixMicro(us).UTC(), timestampLayout), nil
		}
		t := time.UnixMicro(us).In(zone)
		_, seconds := t.Zone()
		return zoned(t, offset(seconds)), nil
	case warehouse.KindTime:
		return clock(warehouse.Values[int64](v)[row]), nil
	case warehouse.KindTimeTZ:
		const highest = 16*3600 - 1 // Offsets are kept as their distance from it.
		packed := warehouse.Values[uint64](v)[row]
		return clock(int64(packed>>24)) + offset(highest-int(packed&0xffffff)), nil
	}
	return "", &fault.Error{Kind: fault.Unsupported, Code: "0A000", Message: "a value of the type " + v.Type.String() + " cannot be returned"}
}

const timestampLayout = "2006-01-02 15:04:05.999999"

func infinite(n, most int64) bool { return n == most || n == -most }

func infinity(n int64) string {
	if n < 0 {
		return "-infinity"
	}
	return "infinity"
}

// dated prints a moment; years before Christ count backwards.
func dated(t time.Time, layout string) string {
	year := t.Year()
	if year > 0 {
		return t.Format(layout)
	}
	// 400 years are a whole number of weeks and leap years, so that the rest of the date stays.
	shifted := t.AddDate(400*((-year)/400+1), 0, 0)
	rest := strings.TrimPrefix(shifted.Format(layout), fmt.Sprintf("%04d", shifted.Year()))
	return fmt.Sprintf("%04d%s BC", 1-year, rest)
}

// zoned prints a moment with its zone, which stands before the era.
func zoned(t time.Time, zone string) string {
	text, before := strings.CutSuffix(dated(t, timestampLayout), " BC")
	if before {
		return text + zone + " BC"
	}
	return text + zone
}

// clock prints a time of day, up to and including 24:00:00.
func clock(us int64) string {
	seconds := us / 1e6
	text := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if rest := us % 1e6; rest != 0 {
		text += strings.TrimRight(fmt.Sprintf(".%06d", rest), "0")
	}
	return text
}

// offset prints a zone as +02, +05:30 or -03:30:52.
func offset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	text := fmt.Sprintf("%s%02d", sign, seconds/3600)
	if seconds%3600 != 0 {
		text += fmt.Sprintf(":%02d", seconds/60%60)
	}
	if seconds%60 != 0 {
		text += fmt.Sprintf(":%02d", seconds%60)
	}
	return text
}

// interval prints as PostgreSQL does: 1 year 2 mons -3 days +04:05:06.7.
func interval(v warehouse.Interval) string {
	var parts []string
	negative := false // the part before was, so that a positive one shows its sign
	for _, p := range []struct {
		n    int64
		unit string
	}{{int64(v.Months / 12), "year"}, {int64(v.Months % 12), "mon"}, {int64(v.Days), "day"}} {
		if p.n == 0 {
			continue
		}
		text := fmt.Sprintf("%d %s", p.n, p.unit)
		if p.n != 1 {
			text += "s"
		}
		if negative && p.n > 0 {
			text = "+" + text
		}
		parts, negative = append(parts, text), p.n < 0
	}
	if v.Micros == 0 && len(parts) > 0 {
		return strings.Join(parts, " ")
	}
	time := clock(max(v.Micros, -v.Micros))
	switch {
	case v.Micros < 0:
		time = "-" + time
	case negative:
		time = "+" + time
	}
	return strings.Join(append(parts, time), " ")
}
