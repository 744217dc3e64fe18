package session_test

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func printValue(v *warehouse.Vector, row int) string {
	if v.Null(row) {
		return "∅"
	}
	switch v.Type.Kind {
	case warehouse.KindVarchar:
		return string(v.Bytes(row))
	case warehouse.KindBlob:
		return fmt.Sprintf("%x", v.Bytes(row))
	case warehouse.KindBool:
		return map[bool]string{true: "t", false: "f"}[warehouse.Values[bool](v)[row]]
	case warehouse.KindFloat:
		return fmt.Sprint(warehouse.Values[float32](v)[row])
	case warehouse.KindDouble:
		return fmt.Sprint(warehouse.Values[float64](v)[row])
	case warehouse.KindDate:
		return time.Unix(int64(warehouse.Values[int32](v)[row])*86400, 0).UTC().Format(time.DateOnly)
	case warehouse.KindTimestamp, warehouse.KindTimestampTZ:
		return time.UnixMicro(warehouse.Values[int64](v)[row]).UTC().Format(time.DateTime)
	case warehouse.KindDecimal:
		return point(integer(v, warehouse.DecimalKind(v.Type.Precision), row).String(), int(v.Type.Scale))
	}
	return integer(v, v.Type.Kind, row).String()
}

func integer(v *warehouse.Vector, kind warehouse.Kind, row int) *big.Int {
	switch kind {
	case warehouse.KindInt8:
		return big.NewInt(int64(warehouse.Values[int8](v)[row]))
	case warehouse.KindInt16:
		return big.NewInt(int64(warehouse.Values[int16](v)[row]))
	case warehouse.KindInt32:
		return big.NewInt(int64(warehouse.Values[int32](v)[row]))
	case warehouse.KindInt128:
		n := warehouse.Values[warehouse.Int128](v)[row]
		b := new(big.Int).Lsh(big.NewInt(n.Hi), 64)
		return b.Add(b, new(big.Int).SetUint64(n.Lo))
	}
	return big.NewInt(warehouse.Values[int64](v)[row])
}

func point(digits string, scale int) string {
	if scale == 0 {
		return digits
	}
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for len(digits) <= scale {
		digits = "0" + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
