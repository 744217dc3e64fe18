package session

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// OIDs of the types that arguments are read as; all others are text.
const (
	oidBool        = 16
	oidBytea       = 17
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidOid         = 26
	oidFloat4      = 700
	oidFloat8      = 701
	oidDate        = 1082
	oidTime        = 1083
	oidTimestamp   = 1114
	oidTimestampTZ = 1184
	oidNumeric     = 1700
	oidVarbyte     = 6551
)

// arguments makes the engine's values of what the client sent.
func arguments(args []Arg, oids []uint32) ([]any, error) {
	if len(args) != len(oids) {
		return nil, &fault.Error{Kind: fault.Invalid, Code: "08P01",
			Message: fmt.Sprintf("bind message supplies %d parameters, but prepared statement requires %d", len(args), len(oids))}
	}
	values := make([]any, len(args))
	for i, a := range args {
		if a.Null {
			continue
		}
		oid := a.OID
		if oid == 0 {
			oid = oids[i]
		}
		v, err := argument(a, oid)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func argument(a Arg, oid uint32) (any, error) {
	if a.Binary {
		v, ok := binaryArgument(a.Value, oid)
		if !ok {
			return nil, &fault.Error{Kind: fault.Invalid, Code: "22P03", Message: fmt.Sprintf("incorrect binary data format in bind parameter of type %d", oid)}
		}
		return v, nil
	}
	return textArgument(string(a.Value), oid)
}

func textArgument(s string, oid uint32) (any, error) {
	word := strings.TrimSpace(s)
	switch oid {
	case oidInt2, oidInt4, oidInt8, oidOid:
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil || oid == oidInt4 && n != int64(int32(n)) || oid == oidInt2 && n != int64(int16(n)) {
			return nil, badInteger(s, oid, err)
		}
		return n, nil
	case oidFloat4, oidFloat8:
		f, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, badInput("double precision", s)
		}
		return f, nil
	case oidBool:
		switch strings.ToLower(word) {
		case "t", "true", "y", "yes", "1", "on":
			return true, nil
		case "f", "false", "n", "no", "0", "off":
			return false, nil
		}
		return nil, badInput("boolean", s)
	case oidBytea, oidVarbyte:
		b, err := hex.DecodeString(strings.TrimPrefix(word, `\x`))
		if err != nil {
			return []byte(s), nil
		}
		return b, nil
	}
	return s, nil // The engine reads numerics, dates and times from text.
}

func badInput(typ, value string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "22P02", Message: fmt.Sprintf("invalid input syntax for type %s: %q", typ, value)}
}

func badInteger(value string, oid uint32, err error) error {
	if err != nil && !strings.Contains(err.Error(), "range") {
		return &fault.Error{Kind: fault.Invalid, Code: "22P02", Message: fmt.Sprintf("invalid input syntax for integer: %q", value)}
	}
	name := map[uint32]string{oidInt2: "smallint", oidInt4: "integer"}[oid]
	if name == "" {
		name = "bigint"
	}
	return &fault.Error{Kind: fault.Invalid, Code: "22003", Message: name + " out of range"}
}

// epoch is where PostgreSQL's dates and timestamps start.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func binaryArgument(b []byte, oid uint32) (any, bool) {
	switch oid {
	case oidBool:
		return len(b) == 1 && b[0] != 0, len(b) == 1
	case oidInt2, oidInt4, oidInt8, oidOid:
		return binaryInteger(b, oid)
	case oidFloat4, oidFloat8:
		return binaryFloat(b, oid)
	case oidNumeric:
		return binaryNumeric(b)
	case oidBytea, oidVarbyte:
		return b, true
	case oidDate:
		if len(b) != 4 {
			return nil, false
		}
		return epoch.AddDate(0, 0, int(int32(binary.BigEndian.Uint32(b)))).Format(time.DateOnly), true
	case oidTime, oidTimestamp, oidTimestampTZ:
		return binaryMoment(b, oid)
	}
	return string(b), true // Text looks the same in both formats.
}

func binaryInteger(b []byte, oid uint32) (any, bool) {
	switch {
	case len(b) == 2 && oid == oidInt2:
		return int64(int16(binary.BigEndian.Uint16(b))), true
	case len(b) == 4 && oid == oidInt4:
		return int64(int32(binary.BigEndian.Uint32(b))), true
	case len(b) == 4 && oid == oidOid:
		return int64(binary.BigEndian.Uint32(b)), true
	case len(b) == 8 && oid == oidInt8:
		return int64(binary.BigEndian.Uint64(b)), true
	}
	return nil, false
}

func binaryFloat(b []byte, oid uint32) (any, bool) {
	switch {
	case len(b) == 4 && oid == oidFloat4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b))), true
	case len(b) == 8 && oid == oidFloat8:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), true
	}
	return nil, false
}

func binaryMoment(b []byte, oid uint32) (any, bool) {
	if len(b) != 8 {
		return nil, false
	}
	micros := int64(binary.BigEndian.Uint64(b))
	t := time.UnixMicro(micros).UTC()
	if oid == oidTime {
		return t.Format("15:04:05.000000"), micros >= 0 && micros <= 24*3600*1e6
	}
	if micros > math.MaxInt64-epoch.UnixMicro() {
		return "infinity", true
	}
	t = time.UnixMicro(micros + epoch.UnixMicro()).UTC()
	text := t.Format("2006-01-02 15:04:05.000000")
	if oid == oidTimestampTZ {
		text += "+00"
	}
	return text, true
}

// Signs of PostgreSQL's binary numeric.
const (
	numericNegative = 0x4000
	numericNaN      = 0xC000
)

// binaryNumeric reads groups of four decimal digits.
// Source: PostgreSQL documentation, "numeric" send format (numeric_send).
func binaryNumeric(b []byte) (any, bool) {
	if len(b) < 8 {
		return nil, false
	}
	at := func(i int) int { return int(int16(binary.BigEndian.Uint16(b[2*i:]))) }
	digits, weight, sign, scale := at(0), at(1), int(binary.BigEndian.Uint16(b[4:])), at(3)
	if digits < 0 || len(b) != 8+2*digits || sign == numericNaN || scale < 0 || weight > 1000 || weight < -1000 {
		return nil, false
	}
	group := func(i int) int {
		if i < 0 || i >= digits {
			return 0
		}
		return at(4 + i)
	}
	var s strings.Builder
	if sign == numericNegative {
		s.WriteByte('-')
	}
	s.WriteByte('0')
	for i := 0; i <= weight; i++ {
		fmt.Fprintf(&s, "%04d", group(i))
	}
	var fraction strings.Builder
	for i := weight + 1; fraction.Len() < scale; i++ {
		fmt.Fprintf(&fraction, "%04d", group(i))
	}
	if scale > 0 {
		s.WriteString("." + fraction.String()[:scale])
	}
	return s.String(), true
}
