package statement

import (
	"math"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func TestText(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		typ  warehouse.VectorType
		set  func(v *warehouse.Vector)
		zone *time.Location
		want string
	}{
		{"largest decimal", warehouse.VectorType{Kind: warehouse.KindDecimal, Precision: 38, Scale: 2}, func(v *warehouse.Vector) {
			warehouse.Values[warehouse.Int128](v)[0] = warehouse.Int128{Lo: math.MaxUint64, Hi: -1}
		}, nil, "-0.01"},
		{"huge", warehouse.VectorType{Kind: warehouse.KindInt128}, func(v *warehouse.Vector) { warehouse.Values[warehouse.Int128](v)[0] = warehouse.Int128{Lo: 1, Hi: 1} }, nil, "18446744073709551617"},
		{"nan", warehouse.VectorType{Kind: warehouse.KindDouble}, func(v *warehouse.Vector) { warehouse.Values[float64](v)[0] = math.NaN() }, nil, "NaN"},
		{"bytes", warehouse.VectorType{Kind: warehouse.KindBlob}, func(v *warehouse.Vector) { v.SetBytes(0, []byte{0, 255}) }, nil, "00ff"},
		{"infinite date", warehouse.VectorType{Kind: warehouse.KindDate}, func(v *warehouse.Vector) { warehouse.Values[int32](v)[0] = math.MaxInt32 }, nil, "infinity"},
		{"before infinity", warehouse.VectorType{Kind: warehouse.KindTimestamp}, func(v *warehouse.Vector) { warehouse.Values[int64](v)[0] = -math.MaxInt64 }, nil, "-infinity"},
		{"leap day before Christ", warehouse.VectorType{Kind: warehouse.KindDate}, func(v *warehouse.Vector) {
			warehouse.Values[int32](v)[0] = int32(time.Date(-4, 2, 29, 0, 0, 0, 0, time.UTC).Unix() / 86400)
		}, nil, "0005-02-29 BC"},
		{"zone", warehouse.VectorType{Kind: warehouse.KindTimestampTZ}, func(v *warehouse.Vector) { warehouse.Values[int64](v)[0] = 0 }, berlin, "1970-01-01 01:00:00+01"},
		{"midnight", warehouse.VectorType{Kind: warehouse.KindTime}, func(v *warehouse.Vector) { warehouse.Values[int64](v)[0] = 86400e6 }, nil, "24:00:00"},
		{"time with zone", warehouse.VectorType{Kind: warehouse.KindTimeTZ}, func(v *warehouse.Vector) {
			warehouse.Values[uint64](v)[0] = uint64(3600e6+500)<<24 | uint64(16*3600-1-(-19800))
		}, nil, "01:00:00.0005-05:30"},
		{"interval", warehouse.VectorType{Kind: warehouse.KindInterval}, func(v *warehouse.Vector) {
			warehouse.Values[warehouse.Interval](v)[0] = warehouse.Interval{Months: 14, Days: -3, Micros: 3723e6}
		}, nil, "1 year 2 mons -3 days +01:02:03"},
		{"no interval", warehouse.VectorType{Kind: warehouse.KindInterval}, func(*warehouse.Vector) {}, nil, "00:00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := warehouse.NewVector(c.typ)
			c.set(&v)
			zone := c.zone
			if zone == nil {
				zone = time.UTC
			}
			if got, err := text(&v, 0, zone); got != c.want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
	for value, want := range map[string]string{"NaN": `"NaN"`, "-Infinity": `"-Infinity"`, "1.5": "1.5", "1e+300": "1e+300"} {
		if got := string(appendNumber(nil, []byte(value))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
