package verify

import (
	"testing"

	"github.com/inlet-data/inlet/internal/sqltype"
)

// TestCanonical: what COPY makes one value of is one text, from whichever side it comes.
func TestCanonical(t *testing.T) {
	decimal := sqltype.Type{ID: sqltype.Decimal, Precision: 10, Scale: 2}
	tests := []struct {
		name           string
		typ            sqltype.Type
		source, target string
		null           bool
	}{
		{"a number in words", sqltype.Type{ID: sqltype.Integer}, "+007", "7", false},
		{"zero below zero", decimal, "-0.001", "0.00", false},
		{"digits over the scale", decimal, "-1.239", "-1.23", false},
		{"digits under the scale", decimal, "12", "12.00", false},
		{"no digit before the point", decimal, ".5", "0.50", false},
		{"a wide number", sqltype.Type{ID: sqltype.Decimal, Precision: 20}, "18446744073709551615", "18446744073709551615", false},
		{"a float with an exponent", sqltype.Type{ID: sqltype.Double}, "1.6777216e+07", "16777216", false},
		{"a narrow float", sqltype.Type{ID: sqltype.Real}, "0.10000000149011612", "0.1", false},
		{"no number", sqltype.Type{ID: sqltype.Double}, "NaN", "NaN", false},
		{"true", sqltype.Type{ID: sqltype.Boolean}, "true", "t", false},
		{"false", sqltype.Type{ID: sqltype.Boolean}, "0", "f", false},
		{"blanks behind CHAR", sqltype.Type{ID: sqltype.Char, Length: 5}, "ab", "ab   ", false},
		{"text that is cut", sqltype.Type{ID: sqltype.Varchar, Length: 4}, "aäää", "aä", false},
		{"a date", sqltype.Type{ID: sqltype.Date}, "2024-02-29", "2024-02-29", false},
		{"a moment as a date", sqltype.Type{ID: sqltype.Date}, "2024-02-29 10:11:12.000000", "2024-02-29", false},
		{"no date", sqltype.Type{ID: sqltype.Date}, "0000-00-00", "", true},
		{"no day", sqltype.Type{ID: sqltype.Timestamp}, "2023-02-29 00:00:00", "", true},
		{"a date as a moment", sqltype.Type{ID: sqltype.Timestamp}, "2024-02-29", "2024-02-29 00:00:00", false},
		{"zeros of a second", sqltype.Type{ID: sqltype.Timestamp}, "2024-02-29 10:11:12.120000", "2024-02-29 10:11:12.12", false},
		{"no part of a second", sqltype.Type{ID: sqltype.Timestamp}, "2024-02-29 10:11:12.000000", "2024-02-29 10:11:12", false},
		{"a zone", sqltype.Type{ID: sqltype.TimestampTZ}, "2024-03-01 01:30:00.5+02:00", "2024-02-29 23:30:00.5+00", false},
		{"years before ours", sqltype.Type{ID: sqltype.Timestamp}, "0044-03-15 00:00:00 BC", "0044-03-15 00:00:00 BC", false},
		{"a time of day", sqltype.Type{ID: sqltype.Time}, "10:11:12.500000", "10:11:12.5", false},
		{"a time of day in a zone", sqltype.Type{ID: sqltype.TimeTZ}, "01:00:00+02", "23:00:00+00", false},
		{"bytes", sqltype.Type{ID: sqltype.Varbyte, Length: 10}, "DEADBEEF", "deadbeef", false},
		{"a document", sqltype.Type{ID: sqltype.Super}, `{"b": 1.10, "a": [true, null]}`, `{"a":[true,null],"b":1.1}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, null := appendCanonical(nil, tt.typ, []byte(tt.source))
			if null != tt.null {
				t.Fatalf("NULL is %v, want %v", null, tt.null)
			}
			if b, _ := appendCanonical(nil, tt.typ, []byte(tt.target)); !null && string(a) != string(b) {
				t.Errorf("%q of the source, %q of the warehouse", a, b)
			}
		})
	}
}

func TestLiteral(t *testing.T) {
	tests := []struct {
		typ        sqltype.Type
		text, want string
	}{
		{sqltype.Type{ID: sqltype.Bigint}, "-5", "-5"},
		{sqltype.Type{ID: sqltype.Bigint}, "5; DROP", "'5; DROP'"},
		{sqltype.Type{ID: sqltype.Varchar, Length: 9}, "it's", "'it''s'"},
		{sqltype.Type{ID: sqltype.Varchar, Length: 9}, `a\'b`, `('a' || CHR(92) || '''b')`},
	}
	for _, tt := range tests {
		if got := literal(tt.typ, tt.text); got != tt.want {
			t.Errorf("%q as %s: %s, want %s", tt.text, tt.typ, got, tt.want)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add(uint8(sqltype.Decimal), []byte("-1.50"))
	f.Add(uint8(sqltype.TimestampTZ), []byte("2024-02-29 10:11:12.5+02:00"))
	f.Add(uint8(sqltype.Super), []byte(`{"a":[1.0]}`))
	f.Fuzz(func(t *testing.T, id uint8, v []byte) {
		typ := sqltype.Type{ID: sqltype.ID(id), Length: 8, Precision: 10, Scale: 2}
		once, null := appendCanonical(nil, typ, v)
		if null {
			return
		}
		if twice, _ := appendCanonical(nil, typ, once); string(once) != string(twice) {
			t.Errorf("%v: %q becomes %q, and that %q", typ, v, once, twice)
		}
	})
}
