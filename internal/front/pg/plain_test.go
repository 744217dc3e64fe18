package pg

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// plainRows is what encoder.rows has to do, value by value.
func plainRows(e *encoder, dst []byte, from, to int) ([]byte, int, error) {
	for row := from; row < to; row++ {
		start := len(dst)
		dst = append(dst, 'D', 0, 0, 0, 0, byte(len(e.columns)>>8), byte(len(e.columns)))
		for i := range e.columns {
			c := &e.columns[i]
			if c.vec.Null(row) {
				dst = append(dst, 0xff, 0xff, 0xff, 0xff)
				continue
			}
			at := len(dst)
			dst = c.put(c, append(dst, 0, 0, 0, 0), row)
			bigEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
			if c.err != nil {
				return dst[:start], row, c.takeErr()
			}
		}
		bigEndian.PutUint32(dst[start+1:], uint32(len(dst)-start-1))
		if len(dst) >= flushSize {
			return dst, row + 1, nil
		}
	}
	return dst, to, nil
}

// kinds are all that a vector can hold, decimals in each of their widths and many scales.
func kinds() []warehouse.VectorType {
	var all []warehouse.VectorType
	for k := warehouse.KindBool; k <= warehouse.KindInterval; k++ {
		if k != warehouse.KindDecimal {
			all = append(all, of(k))
		}
	}
	for scale := range uint8(9) {
		all = append(all, decimal(15, scale))
	}
	for _, precision := range []uint8{4, 9, 18, 19, 38} {
		for _, scale := range []uint8{0, 1, 2, precision} {
			all = append(all, decimal(precision, scale))
		}
	}
	return all
}

// wants are the types that a vector's values may be announced as.
func wants(from warehouse.VectorType) []sqltype.Type {
	all := []sqltype.Type{numeric(18, 4), {ID: sqltype.Char, Length: 20}, {ID: sqltype.Decimal}, typ(sqltype.Timestamp), typ(sqltype.TimestampTZ)}
	if from.Kind == warehouse.KindDecimal {
		all = append(all, numeric(int(from.Precision), int(from.Scale)))
	}
	for _, id := range slices.Sorted(maps.Keys(typeClasses)) {
		if id != sqltype.Decimal {
			all = append(all, typ(id))
		}
	}
	return all
}

// randomVector fills a vector with values of all sizes, the usual ones of a type and its limits.
func randomVector(r *rand.Rand, from warehouse.VectorType, nulls bool) warehouse.Vector {
	v := warehouse.NewVector(from)
	kind := from.Kind
	if kind == warehouse.KindDecimal {
		kind = warehouse.DecimalKind(from.Precision)
	}
	bounded := int64(math.MaxInt64) // of decimals, which keep within their precision
	if from.Kind == warehouse.KindDecimal && from.Precision <= 18 {
		bounded = int64(math.Pow10(int(from.Precision))) - 1
	}
	for row := range warehouse.ChunkSize {
		setRandom(r, &v, kind, row, bounded)
		if nulls && r.IntN(4) == 0 {
			v.SetNull(row)
		}
	}
	return v
}

func setRandom(r *rand.Rand, v *warehouse.Vector, kind warehouse.Kind, row int, bounded int64) {
	n := randomInt(r, bounded)
	switch kind {
	case warehouse.KindBool:
		warehouse.Values[uint8](v)[row] = uint8(n & 1)
	case warehouse.KindInt8:
		warehouse.Values[int8](v)[row] = int8(n)
	case warehouse.KindInt16:
		warehouse.Values[int16](v)[row] = int16(n)
	case warehouse.KindInt32:
		warehouse.Values[int32](v)[row] = int32(n)
	case warehouse.KindInt64:
		warehouse.Values[int64](v)[row] = n
	case warehouse.KindInt128:
		warehouse.Values[warehouse.Int128](v)[row] = int128(randomInt(r, math.MaxInt64)>>(r.IntN(12)+3)>>r.IntN(64), r.Uint64())
	case warehouse.KindFloat:
		warehouse.Values[float32](v)[row] = float32(float64(math.Float32frombits(r.Uint32()))) // Widened once, a NaN stays as it is.
	case warehouse.KindDouble:
		warehouse.Values[float64](v)[row] = []float64{math.Float64frombits(r.Uint64()), float64(n) / 100, float64(n), math.NaN(), math.Inf(-1)}[r.IntN(5)]
	case warehouse.KindVarchar, warehouse.KindBlob:
		b := make([]byte, []int{r.IntN(14), r.IntN(40), r.IntN(1000)}[r.IntN(3)])
		for i := range b {
			b[i] = 'a' + byte(r.IntN(26))
		}
		v.SetBytes(row, b)
	case warehouse.KindDate:
		warehouse.Values[int32](v)[row] = []int32{int32(n), int32(r.IntN(30000)), int32(r.IntN(4000000) - 1000000), infiniteDay, -infiniteDay}[r.IntN(5)]
	case warehouse.KindTime:
		warehouse.Values[int64](v)[row] = randomClock(r)
	case warehouse.KindTimeTZ:
		warehouse.Values[uint64](v)[row] = uint64(randomClock(r))<<24 | uint64(r.IntN(2*57600))
	case warehouse.KindTimestamp, warehouse.KindTimestampTZ:
		day := int64(r.IntN(30000)) * microsPerDay
		warehouse.Values[int64](v)[row] = []int64{n >> 8, day + randomClock(r), day, infiniteMoment, -infiniteMoment}[r.IntN(5)]
	case warehouse.KindInterval:
		warehouse.Values[warehouse.Interval](v)[row] = warehouse.Interval{Months: int32(r.IntN(100) - 50), Days: int32(r.IntN(100) - 50), Micros: randomClock(r)}
	}
}

// randomInt gives numbers of every length up to bounded, of both signs, and often a limit.
func randomInt(r *rand.Rand, bounded int64) int64 {
	n := int64(r.Uint64()>>1) >> r.IntN(63)
	switch r.IntN(12) {
	case 0:
		n = int64(math.Pow10(r.IntN(19))) - int64(r.IntN(2))
	case 1:
		n = bounded
	case 2:
		n = int64(r.IntN(10)) * int64(math.Pow10(r.IntN(18)))
	}
	if n > bounded {
		n %= bounded
	}
	if r.IntN(2) == 0 {
		return -n
	}
	return n
}

// randomClock gives times with fractions of every length.
func randomClock(r *rand.Rand) int64 {
	us := r.Int64N(microsPerDay + 1)
	return us - us%int64(math.Pow10(r.IntN(8)))
}

// TestAsPlainly compares rows with plainRows for every pair of types, in blocks of every length.
func TestAsPlainly(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	id, other := randomVector(r, of(warehouse.KindInt32), false), randomVector(r, of(warehouse.KindVarchar), true)
	for _, from := range kinds() {
		full, holed := randomVector(r, from, false), randomVector(r, from, true)
		for i, want := range wants(from) {
			s := []style{defaultStyle(), {0, berlin}}[i%2]
			column := session.Column{Name: "c", Type: want}
			for _, formats := range [][]int16{{0}, {1}} {
				t.Run(fmt.Sprintf("%s as %s in format %d", from, want, formats[0]), func(t *testing.T) {
					alone := plainQuery{formats, s, []session.Column{column}}
					compare(t, r, alone.pair(t, full))
					between := plainQuery{formats, s, []session.Column{{Type: typ(sqltype.Bigint)}, column, {Type: typ(sqltype.Varchar)}}}
					compare(t, r, between.pair(t, id, holed, other))
				})
			}
		}
	}
}

// plainQuery is what a client asks for.
type plainQuery struct {
	formats []int16
	style   style
	columns []session.Column
}

// pair makes two encoders of the same chunk, none for what cannot be sent; that is TestUnsendable's.
func (q plainQuery) pair(t *testing.T, vectors ...warehouse.Vector) (pair []*encoder) {
	t.Helper()
	chunk := &warehouse.Chunk{Rows: warehouse.ChunkSize, Vectors: vectors}
	for range 2 {
		e, err := newEncoder(&session.Result{Columns: q.columns, Rows: &oneChunk{chunk}}, q.formats, q.style)
		if err != nil {
			return nil
		}
		if err := e.use(chunk); err != nil {
			t.Fatal(err)
		}
		pair = append(pair, e)
	}
	return pair
}

// compare encodes a chunk both ways, from a row to some later one at a time.
func compare(t *testing.T, r *rand.Rand, pair []*encoder) {
	t.Helper()
	if pair == nil {
		return
	}
	plain := func(dst []byte, from, to int) ([]byte, int, error) { return plainRows(pair[1], dst, from, to) }
	failures := 0
	for from := 0; from < warehouse.ChunkSize && failures < 20; from++ { // An error costs its row.
		to := min(warehouse.ChunkSize, from+1+r.IntN(700))
		got, next, err := rowsTo(pair[0].rows, from, to)
		want, wantNext, wantErr := rowsTo(plain, from, to)
		if diff := cmp.Diff(string(want), string(got)); diff != "" || next != wantNext || fault.CodeOf(err) != fault.CodeOf(wantErr) {
			t.Fatalf("rows %d to %d end at %d (%v), want %d (%v)\n%.2000s", from, to, next, err, wantNext, wantErr, diff)
		}
		if from = next; err != nil {
			failures++
		}
	}
}

// rowsTo repeats rows over full buffers until to or an error.
func rowsTo(rows func([]byte, int, int) ([]byte, int, error), from, to int) (all []byte, next int, err error) {
	var piece []byte
	for next = from; next < to && err == nil; {
		piece, next, err = rows(piece[:0], next, to)
		all = append(all, piece...)
	}
	return all, next, err
}

func TestCivilShort(t *testing.T) {
	for day := int64(firstDay); day <= lastDay; day++ {
		year, month, d := civil(day)
		if y, m, dd := civilShort(uint32(day + marchDays)); int64(y) != year || int64(m) != month || int64(dd) != d {
			t.Fatalf("day %d is %d-%d-%d, want %d-%d-%d", day, y, m, dd, year, month, d)
		}
	}
}
