package session

import (
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
)

func TestArguments(t *testing.T) {
	tests := []struct {
		name   string
		oid    uint32
		binary string // hex
		text   string
		want   any
		code   string
	}{
		{name: "int4 text", oid: oidInt4, text: " 12 ", want: int64(12)},
		{name: "int4 word", oid: oidInt4, text: "x", code: "22P02"},
		{name: "int4 range", oid: oidInt4, text: "99999999999", code: "22003"},
		{name: "int2 range", oid: oidInt2, text: "40000", code: "22003"},
		{name: "int8 range", oid: oidInt8, text: "99999999999999999999", code: "22003"},
		{name: "bool text", oid: oidBool, text: "t", want: true},
		{name: "bool word", oid: oidBool, text: "maybe", code: "22P02"},
		{name: "float text", oid: oidFloat8, text: "1.5", want: 1.5},
		{name: "varchar", oid: 1043, text: "abc", want: "abc"},
		{name: "unknown type", oid: 9999, text: "abc", want: "abc"},
		{name: "bytea text", oid: oidBytea, text: `\x0102`, want: []byte{1, 2}},
		{name: "int2", oid: oidInt2, binary: "fffe", want: int64(-2)},
		{name: "int4", oid: oidInt4, binary: "0000000c", want: int64(12)},
		{name: "int8", oid: oidInt8, binary: "000000000000000c", want: int64(12)},
		{name: "int4 short", oid: oidInt4, binary: "00", code: "22P03"},
		{name: "bool", oid: oidBool, binary: "01", want: true},
		{name: "float4", oid: oidFloat4, binary: "3fc00000", want: 1.5},
		{name: "float8", oid: oidFloat8, binary: "3ff8000000000000", want: 1.5},
		{name: "date", oid: oidDate, binary: "00000001", want: "2000-01-02"},
		{name: "timestamp", oid: oidTimestamp, binary: "00000000000f4241", want: "2000-01-01 00:00:01.000001"},
		{name: "timestamptz", oid: oidTimestampTZ, binary: "ffffffffffffffff", want: "1999-12-31 23:59:59.999999+00"},
		{name: "time", oid: oidTime, binary: "00000000000f4240", want: "00:00:01.000000"},
		{name: "numeric", oid: oidNumeric, binary: "0002000000000002000c1388", want: "00012.50"},
		{name: "numeric negative", oid: oidNumeric, binary: "0003000140000002000100020dac", want: "-000010002.35"},
		{name: "numeric small", oid: oidNumeric, binary: "0001fffe000000080001", want: "0.00000001"},
		{name: "numeric zero", oid: oidNumeric, binary: "0000000000000000", want: "00000"},
		{name: "numeric NaN", oid: oidNumeric, binary: "00000000c0000000", code: "22P03"},
		{name: "numeric cut", oid: oidNumeric, binary: "0002000000000002000c", code: "22P03"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Arg{OID: tt.oid, Value: []byte(tt.text)}
			if tt.binary != "" {
				a.Binary = true
				a.Value, _ = hex.DecodeString(tt.binary)
			}
			got, err := arguments([]Arg{a}, []uint32{0})
			if fault.CodeOf(err) != tt.code {
				t.Fatalf("error %v, want code %q", err, tt.code)
			}
			if err == nil {
				if d := cmp.Diff([]any{tt.want}, got); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func TestArgumentCount(t *testing.T) {
	if _, err := arguments(nil, []uint32{oidInt4}); fault.CodeOf(err) != "08P01" {
		t.Errorf("got %v", err)
	}
	got, err := arguments([]Arg{{Null: true}}, []uint32{oidInt4})
	if err != nil || got[0] != nil {
		t.Errorf("got %v, %v for NULL", got, err)
	}
}
