package pg

import (
	"math/rand/v2"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// The short way to print a decimal and the long one give the same text.
func TestSmallDecimals(t *testing.T) {
	for precision := 1; precision <= smallDigits; precision++ {
		limit := int64(1)
		for range precision {
			limit *= 10
		}
		for scale := 0; scale <= precision; scale++ {
			v := warehouse.NewVector(decimal(uint8(precision), uint8(scale)))
			c := &column{want: numeric(precision, scale), vec: &v, from: v.Type}
			values := []int64{0, 1, -1, 9, -10, limit - 1, 1 - limit}
			for range 20 {
				values = append(values, rand.Int64N(limit), -rand.Int64N(limit))
			}
			for _, x := range values {
				switch c.storage() {
				case warehouse.KindInt16:
					warehouse.Values[int16](&v)[0] = int16(x)
				case warehouse.KindInt32:
					warehouse.Values[int32](&v)[0] = int32(x)
				default:
					warehouse.Values[int64](&v)[0] = x
				}
				if got, want := string(textSmallDecimal(c, nil, 0)), string(textDecimal(c, nil, 0)); got != want {
					t.Fatalf("decimal(%d,%d) %d: got %s, want %s", precision, scale, x, got, want)
				}
			}
		}
	}
}
