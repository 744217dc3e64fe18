package pg

import (
	"encoding/hex"
	"io"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// oneChunk is a result of one chunk.
type oneChunk struct{ chunk *warehouse.Chunk }

func (r *oneChunk) Columns() []warehouse.Column {
	var cs []warehouse.Column
	for i := range r.chunk.Vectors {
		cs = append(cs, warehouse.Column{Type: r.chunk.Vectors[i].Type})
	}
	return cs
}
func (r *oneChunk) Next() (*warehouse.Chunk, error) { return r.chunk, io.EOF }
func (r *oneChunk) Affected() int64                 { return 0 }
func (r *oneChunk) Close() error                    { return nil }

// vector makes a vector of one value.
func vector[T any](t warehouse.VectorType, value T) warehouse.Vector {
	v := warehouse.NewVector(t)
	warehouse.Values[T](&v)[0] = value
	return v
}

func of(k warehouse.Kind) warehouse.VectorType { return warehouse.VectorType{Kind: k} }

func decimal(p, s uint8) warehouse.VectorType {
	return warehouse.VectorType{Kind: warehouse.KindDecimal, Precision: p, Scale: s}
}

func bytesVector(k warehouse.Kind, text string) warehouse.Vector {
	v := warehouse.NewVector(of(k))
	v.SetBytes(0, []byte(text))
	return v
}

// encodeOne gives the bytes of a vector's first value as one column.
func encodeOne(v warehouse.Vector, t sqltype.Type, binary bool, s style) ([]byte, error) {
	rows := &oneChunk{&warehouse.Chunk{Rows: 1, Vectors: []warehouse.Vector{v}}}
	formats := []int16{0}
	if binary {
		formats[0] = 1
	}
	e, err := newEncoder(&session.Result{Columns: []session.Column{{Name: "c", Type: t}}, Rows: rows}, formats, s)
	if err != nil {
		return nil, err
	}
	if err := e.use(rows.chunk); err != nil {
		return nil, err
	}
	out, _, err := e.rows(nil, 0, 1)
	if err != nil {
		return nil, err
	}
	if int(bigEndian.Uint32(out[1:])) != len(out)-1 || int(bigEndian.Uint32(out[7:])) != len(out)-11 {
		return nil, io.ErrUnexpectedEOF
	}
	return out[11:], nil
}

func micros(year, month, day, hour, minute, second, us int) int64 {
	return time.Date(year, time.Month(month), day, hour, minute, second, us*1000, time.UTC).UnixMicro()
}

func days(year, month, day int) int32 {
	return int32(micros(year, month, day, 0, 0, 0, 0) / microsPerDay)
}

func typ(id sqltype.ID) sqltype.Type { return sqltype.Type{ID: id} }

func numeric(p, s int) sqltype.Type { return sqltype.Type{ID: sqltype.Decimal, Precision: p, Scale: s} }

func int128(hi int64, lo uint64) warehouse.Int128 { return warehouse.Int128{Hi: hi, Lo: lo} }

// The expected texts and bytes are those of PostgreSQL 15, except for VARBYTE, SUPER and the two intervals' bytes.
var encodings = []struct {
	name   string
	vector warehouse.Vector
	typ    sqltype.Type
	text   string
	binary string // hex
}{
	{"true", vector(of(warehouse.KindBool), true), typ(sqltype.Boolean), "t", "01"},
	{"false", vector(of(warehouse.KindBool), false), typ(sqltype.Boolean), "f", "00"},
	{"bool as integer", vector(of(warehouse.KindBool), true), typ(sqltype.Integer), "1", "00000001"},
	{"smallint", vector(of(warehouse.KindInt16), int16(-2)), typ(sqltype.Smallint), "-2", "fffe"},
	{"tinyint as smallint", vector(of(warehouse.KindInt8), int8(-128)), typ(sqltype.Smallint), "-128", "ff80"},
	{"integer", vector(of(warehouse.KindInt32), int32(math.MinInt32)), typ(sqltype.Integer), "-2147483648", "80000000"},
	{"integer as bigint", vector(of(warehouse.KindInt32), int32(7)), typ(sqltype.Bigint), "7", "0000000000000007"},
	{"integer as float8", vector(of(warehouse.KindInt32), int32(7)), typ(sqltype.Double), "7", "401c000000000000"},
	{"integer as numeric", vector(of(warehouse.KindInt32), int32(70)), numeric(38, 2), "70.00", "0001000000000002" + "0046"},
	{"bigint", vector(of(warehouse.KindInt64), int64(math.MinInt64)), typ(sqltype.Bigint), "-9223372036854775808", "8000000000000000"},
	{"hugeint as bigint", vector(of(warehouse.KindInt128), int128(-1, math.MaxUint64)), typ(sqltype.Bigint), "-1", "ffffffffffffffff"},
	{"smallest hugeint as bigint", vector(of(warehouse.KindInt128), int128(-1, 1<<63)), typ(sqltype.Bigint), "-9223372036854775808", "8000000000000000"},
	{"hugeint as numeric", vector(of(warehouse.KindInt128), int128(1, 0)), numeric(38, 0), "18446744073709551616", "0005000400000000" + "0734" + "1a58" + "02e1" + "03bb" + "0650"},
	{"oid", vector(of(warehouse.KindInt64), int64(4294967295)), typ(sqltype.Oid), "4294967295", "ffffffff"},
	{"real", vector(of(warehouse.KindFloat), float32(0.1)), typ(sqltype.Real), "0.1", "3dcccccd"},
	{"large real", vector(of(warehouse.KindFloat), float32(1e6)), typ(sqltype.Real), "1e+06", "49742400"},
	{"real below that", vector(of(warehouse.KindFloat), float32(999999)), typ(sqltype.Real), "999999", "497423f0"},
	{"small real", vector(of(warehouse.KindFloat), float32(1e-4)), typ(sqltype.Real), "0.0001", "38d1b717"},
	{"real as float8", vector(of(warehouse.KindFloat), float32(1.5)), typ(sqltype.Double), "1.5", "3ff8000000000000"},
	{"float8", vector(of(warehouse.KindDouble), 0.1+0.2000000000000001), typ(sqltype.Double), "0.3000000000000001", "3fd3333333333335"},
	{"large float8", vector(of(warehouse.KindDouble), 1e15), typ(sqltype.Double), "1e+15", "430c6bf526340000"},
	{"float8 below that", vector(of(warehouse.KindDouble), 123456789012345.0), typ(sqltype.Double), "123456789012345", "42dc12218377de40"},
	{"small float8", vector(of(warehouse.KindDouble), 1e-5), typ(sqltype.Double), "1e-05", "3ee4f8b588e368f1"},
	{"negative zero", vector(of(warehouse.KindDouble), math.Copysign(0, -1)), typ(sqltype.Double), "-0", "8000000000000000"},
	{"NaN", vector(of(warehouse.KindDouble), math.NaN()), typ(sqltype.Double), "NaN", "7ff8000000000001"},
	{"-Infinity", vector(of(warehouse.KindDouble), math.Inf(-1)), typ(sqltype.Double), "-Infinity", "fff0000000000000"},
	{"float8 as numeric", vector(of(warehouse.KindDouble), -2.5), numeric(10, 3), "-2.500", "0002000040000003" + "0002" + "1388"},
	{"float8 as integer", vector(of(warehouse.KindDouble), 2.5), typ(sqltype.Integer), "3", "00000003"},
	{"decimal in 2 bytes", vector(decimal(4, 2), int16(-5)), numeric(4, 2), "-0.05", "0001ffff40000002" + "01f4"},
	{"decimal in 4 bytes", vector(decimal(9, 2), int32(1234567)), numeric(9, 2), "12345.67", "0003000100000002" + "0001" + "0929" + "1a2c"},
	{"decimal in 8 bytes", vector(decimal(18, 4), int64(100000000)), numeric(18, 4), "10000.0000", "0001000100000004" + "0001"},
	{"decimal in 16 bytes", vector(decimal(38, 20), int128(0, 1)), numeric(38, 20), "0.00000000000000000001", "0001fffb00000014" + "0001"},
	{"largest decimal", vector(decimal(38, 0), int128(5421010862427522170, 687399551400673279)), numeric(38, 0), "99999999999999999999999999999999999999",
		"000a000900000000" + "0063" + "270f270f270f270f270f270f270f270f270f"},
	{"smallest decimal", vector(decimal(38, 37), int128(-5421010862427522171, math.MaxUint64-687399551400673278)), numeric(38, 37), "-9.9999999999999999999999999999999999999",
		"000b000040000025" + "0009" + "270f270f270f270f270f270f270f270f270f" + "2328"},
	{"zero decimal", vector(decimal(10, 2), int64(0)), numeric(10, 2), "0.00", "0000000000000002"},
	{"decimal of larger scale", vector(decimal(10, 2), int64(150)), numeric(18, 4), "1.5000", "0002000000000004" + "0001" + "1388"},
	{"decimal of smaller scale", vector(decimal(10, 2), int64(-995)), numeric(18, 1), "-10.0", "0001000040000001" + "000a"},
	{"decimal rounded to nothing", vector(decimal(10, 2), int64(-4)), numeric(18, 0), "0", "0000000000000000"},
	{"decimal as bigint", vector(decimal(38, 0), int128(0, 42)), typ(sqltype.Bigint), "42", "000000000000002a"},
	{"decimal as float8", vector(decimal(10, 2), int64(-150)), typ(sqltype.Double), "-1.5", "bff8000000000000"},
	{"varchar", bytesVector(warehouse.KindVarchar, "größer als zwölf"), typ(sqltype.Varchar), "größer als zwölf", hexOf("größer als zwölf")},
	{"integer as varchar", vector(of(warehouse.KindInt32), int32(7)), typ(sqltype.Varchar), "7", hexOf("7")},
	{"decimal as varchar", vector(decimal(9, 2), int32(7)), typ(sqltype.Varchar), "0.07", hexOf("0.07")},
	{"date as unknown", vector(of(warehouse.KindDate), int32(0)), typ(sqltype.Unknown), "1970-01-01", hexOf("1970-01-01")},
	{"char", bytesVector(warehouse.KindVarchar, "ab"), sqltype.Type{ID: sqltype.Char, Length: 4}, "ab  ", "61622020"},
	{"full char", bytesVector(warehouse.KindVarchar, "abcd"), sqltype.Type{ID: sqltype.Char, Length: 4}, "abcd", "61626364"},
	{"name", bytesVector(warehouse.KindVarchar, "pg_class"), typ(sqltype.Name), "pg_class", hexOf("pg_class")},
	{"super", bytesVector(warehouse.KindVarchar, `{"a":1}`), typ(sqltype.Super), `{"a":1}`, hexOf(`{"a":1}`)},
	{"varbyte", bytesVector(warehouse.KindBlob, "xyz\x00"), typ(sqltype.Varbyte), "78797a00", "78797a00"},
	{"date", vector(of(warehouse.KindDate), days(2024, 1, 31)), typ(sqltype.Date), "2024-01-31", "0000225c"},
	{"leap day", vector(of(warehouse.KindDate), days(2000, 2, 29)), typ(sqltype.Date), "2000-02-29", "0000003b"},
	{"date before Christ", vector(of(warehouse.KindDate), days(-43, 3, 15)), typ(sqltype.Date), "0044-03-15 BC", "fff49d7b"},
	{"late date", vector(of(warehouse.KindDate), days(12024, 1, 31)), typ(sqltype.Date), "12024-01-31", "0037dda5"},
	{"last date", vector(of(warehouse.KindDate), int32(math.MaxInt32)), typ(sqltype.Date), "infinity", "7fffffff"},
	{"first date", vector(of(warehouse.KindDate), int32(-math.MaxInt32)), typ(sqltype.Date), "-infinity", "80000000"},
	{"date as timestamp", vector(of(warehouse.KindDate), days(2000, 1, 2)), typ(sqltype.Timestamp), "2000-01-02 00:00:00", "000000141dd76000"},
	{"last date as timestamp", vector(of(warehouse.KindDate), int32(math.MaxInt32)), typ(sqltype.Timestamp), "infinity", "7fffffffffffffff"},
	{"timestamp", vector(of(warehouse.KindTimestamp), micros(2024, 1, 31, 10, 0, 0, 0)), typ(sqltype.Timestamp), "2024-01-31 10:00:00", "0002b339b5eae800"},
	{"timestamp with fraction", vector(of(warehouse.KindTimestamp), micros(1969, 12, 31, 23, 59, 59, 120)), typ(sqltype.Timestamp), "1969-12-31 23:59:59.00012", "fffca2fec4b8de38"},
	{"timestamp before Christ", vector(of(warehouse.KindTimestamp), micros(-43, 3, 15, 1, 2, 3, 0)), typ(sqltype.Timestamp), "0044-03-15 01:02:03 BC", "ff1af9dfca4398c0"},
	{"last timestamp", vector(of(warehouse.KindTimestamp), int64(math.MaxInt64)), typ(sqltype.Timestamp), "infinity", "7fffffffffffffff"},
	{"first timestamp", vector(of(warehouse.KindTimestamp), int64(-math.MaxInt64)), typ(sqltype.Timestamp), "-infinity", "8000000000000000"},
	{"timestamp as date", vector(of(warehouse.KindTimestamp), micros(1969, 12, 31, 1, 0, 0, 0)), typ(sqltype.Date), "1969-12-31", "ffffd532"},
	{"timestamptz", vector(of(warehouse.KindTimestampTZ), micros(2024, 1, 31, 10, 0, 0, 500000)), typ(sqltype.TimestampTZ), "2024-01-31 10:00:00.5+00", "0002b339b5f28920"},
	{"timestamptz before Christ", vector(of(warehouse.KindTimestampTZ), micros(0, 1, 1, 0, 0, 0, 0)), typ(sqltype.TimestampTZ), "0001-01-01 00:00:00+00 BC", "ff1fc63d1bb12000"},
	{"time", vector(of(warehouse.KindTime), int64(microsPerDay)), typ(sqltype.Time), "24:00:00", "000000141dd76000"},
	{"time with fraction", vector(of(warehouse.KindTime), int64(36_000_000_001)), typ(sqltype.Time), "10:00:00.000001", "0000000861c46801"},
	{"timetz", vector(of(warehouse.KindTimeTZ), uint64(36_000_000_000)<<24|uint64(57599-19800)), typ(sqltype.TimeTZ), "10:00:00+05:30", "0000000861c46800" + "ffffb2a8"},
	{"timetz west", vector(of(warehouse.KindTimeTZ), uint64(0)<<24|uint64(57599+12652)), typ(sqltype.TimeTZ), "00:00:00-03:30:52", "0000000000000000" + "0000316c"},
	{"months", vector(of(warehouse.KindInterval), warehouse.Interval{Months: 14}), typ(sqltype.IntervalYM), "1 year 2 mons", "0000000e"},
	{"one month", vector(of(warehouse.KindInterval), warehouse.Interval{Months: -1}), typ(sqltype.IntervalYM), "-1 mons", "ffffffff"},
	{"days", vector(of(warehouse.KindInterval), warehouse.Interval{Days: 1, Micros: 3723500000}), typ(sqltype.IntervalDS), "1 day 01:02:03.5", "00000014fbc779e0"},
	{"mixed signs", vector(of(warehouse.KindInterval), warehouse.Interval{Days: -1, Micros: 3600000000}), typ(sqltype.IntervalDS), "-1 days +01:00:00", "ffffffecb8bc4400"},
	{"long clock", vector(of(warehouse.KindInterval), warehouse.Interval{Micros: -360000000000}), typ(sqltype.IntervalDS), "-100:00:00", "ffffffac2e53f000"},
	{"no time", vector(of(warehouse.KindInterval), warehouse.Interval{}), typ(sqltype.IntervalDS), "00:00:00", "0000000000000000"},
}

func hexOf(s string) string { return hex.EncodeToString([]byte(s)) }

func TestEncodings(t *testing.T) {
	for _, tc := range encodings {
		t.Run(tc.name, func(t *testing.T) {
			text, err := encodeOne(tc.vector, tc.typ, false, defaultStyle())
			if err != nil || string(text) != tc.text {
				t.Errorf("text is %q (%v), want %q", text, err, tc.text)
			}
			binary, err := encodeOne(tc.vector, tc.typ, true, defaultStyle())
			if got := hex.EncodeToString(binary); err != nil || got != tc.binary {
				t.Errorf("binary is %s (%v), want %s", got, err, tc.binary)
			}
		})
	}
}

func TestStyles(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		vector warehouse.Vector
		typ    sqltype.Type
		style  style
		want   string
	}{
		{"15 digits", vector(of(warehouse.KindDouble), 0.1+0.2000000000000001), typ(sqltype.Double), style{0, time.UTC}, "0.3"},
		{"fewer digits", vector(of(warehouse.KindDouble), 1234567.0), typ(sqltype.Double), style{-10, time.UTC}, "1.2346e+06"},
		{"6 digits", vector(of(warehouse.KindFloat), float32(3.1415927)), typ(sqltype.Real), style{0, time.UTC}, "3.14159"},
		{"winter", vector(of(warehouse.KindTimestampTZ), micros(2024, 1, 31, 23, 30, 0, 0)), typ(sqltype.TimestampTZ), style{1, berlin}, "2024-02-01 00:30:00+01"},
		{"summer", vector(of(warehouse.KindTimestampTZ), micros(2024, 7, 31, 23, 30, 0, 0)), typ(sqltype.TimestampTZ), style{1, berlin}, "2024-08-01 01:30:00+02"},
		{"day in the zone", vector(of(warehouse.KindTimestampTZ), micros(2024, 7, 31, 23, 30, 0, 0)), typ(sqltype.Date), style{1, berlin}, "2024-08-01"},
		{"no zone", vector(of(warehouse.KindTimestamp), micros(2024, 7, 31, 23, 30, 0, 0)), typ(sqltype.Timestamp), style{1, berlin}, "2024-07-31 23:30:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := encodeOne(tc.vector, tc.typ, false, tc.style)
			if err != nil || string(got) != tc.want {
				t.Errorf("got %q (%v), want %q", got, err, tc.want)
			}
		})
	}
}

func TestUnsendable(t *testing.T) {
	for _, tc := range []struct {
		name   string
		vector warehouse.Vector
		typ    sqltype.Type
		binary bool
		code   string
	}{
		{"too large for integer", vector(of(warehouse.KindInt64), int64(1<<31)), typ(sqltype.Integer), false, "22003"},
		{"too large for smallint", vector(of(warehouse.KindInt32), int32(40000)), typ(sqltype.Smallint), true, "22003"},
		{"too large for bigint", vector(of(warehouse.KindInt128), int128(0, 1<<63)), typ(sqltype.Bigint), false, "22003"},
		{"NaN as integer", vector(of(warehouse.KindDouble), math.NaN()), typ(sqltype.Bigint), false, "22003"},
		{"infinity as numeric", vector(of(warehouse.KindDouble), math.Inf(1)), numeric(10, 2), false, "22003"},
		{"text as binary integer", bytesVector(warehouse.KindVarchar, "1"), typ(sqltype.Integer), true, "0A000"},
		{"number as date", vector(of(warehouse.KindInt32), int32(1)), typ(sqltype.Date), false, "0A000"},
		{"no type", vector(of(warehouse.KindNull), int32(1)), typ(sqltype.Varchar), false, "0A000"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := encodeOne(tc.vector, tc.typ, tc.binary, defaultStyle())
			if fault.CodeOf(err) != tc.code {
				t.Errorf("got %q and %v, want SQLSTATE %s", got, err, tc.code)
			}
		})
	}
}

func TestRowsKeepsWholeRowsBeforeAnError(t *testing.T) {
	v := warehouse.NewVector(of(warehouse.KindInt64))
	copy(warehouse.Values[int64](&v), []int64{1, 0, 1 << 40})
	v.SetNull(1)
	rows := &oneChunk{&warehouse.Chunk{Rows: 3, Vectors: []warehouse.Vector{v}}}
	e, err := newEncoder(&session.Result{Columns: []session.Column{{Name: "c", Type: typ(sqltype.Integer)}}, Rows: rows}, nil, defaultStyle())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.use(rows.chunk); err != nil {
		t.Fatal(err)
	}
	got, next, err := e.rows(nil, 0, 3)
	if fault.CodeOf(err) != stateRange || next != 2 {
		t.Errorf("next row %d, error %v", next, err)
	}
	want := "D\x00\x00\x00\x0b\x00\x01\x00\x00\x00\x011" + "D\x00\x00\x00\x0a\x00\x01\xff\xff\xff\xff"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
