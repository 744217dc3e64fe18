package infer_test

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/load/delimited"
	"github.com/inlet-data/inlet/internal/flow/load/infer"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// fits asks COPY itself.
func fits(t testing.TB, opt delimited.Options) infer.Fits {
	t.Helper()
	var cols []delimited.Column
	at := map[sqltype.ID]int{}
	for i, id := range infer.Asked {
		at[id] = i
		cols = append(cols, delimited.Column{Type: sqltype.Type{ID: id}})
	}
	c, err := delimited.NewChecker(cols, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return func(id sqltype.ID, b []byte) bool { return c.Check(at[id], b) == nil }
}

func TestInfer(t *testing.T) {
	auto := delimited.Options{DateFormat: "auto", TimeFormat: "auto"}
	for _, tt := range []struct {
		name, values       string // between bars; ∅ is NULL
		opt                delimited.Options
		narrowest, suggest string
	}{
		{name: "small numbers", values: "1|-32768|32767", narrowest: "SMALLINT", suggest: "INTEGER"},
		{name: "numbers", values: "1|2147483647", narrowest: "INTEGER", suggest: "INTEGER"},
		{name: "large numbers", values: "1|-9223372036854775808", narrowest: "BIGINT", suggest: "BIGINT"},
		{name: "beyond 64 bits", values: "9223372036854775808", narrowest: "DECIMAL(20,0)", suggest: "DECIMAL(38,0)"},
		{name: "38 digits", values: strings.Repeat("9", 38), narrowest: "DECIMAL(38,0)", suggest: "DECIMAL(38,0)"},
		{name: "39 digits", values: strings.Repeat("9", 39), narrowest: "VARCHAR(39)", suggest: "VARCHAR(64)"},
		{name: "prices", values: "12.5|310.00|7", narrowest: "DECIMAL(5,2)", suggest: "DECIMAL(18,2)"},
		{name: "a fraction", values: "0.25|.5", narrowest: "DECIMAL(2,2)", suggest: "DECIMAL(18,2)"},
		{name: "a point and nothing", values: "12.", narrowest: "DECIMAL(2,0)", suggest: "DECIMAL(18,0)"},
		{name: "many decimals", values: "0.1234567890123456789012345678901234567890", narrowest: "DOUBLE PRECISION", suggest: "DOUBLE PRECISION"},
		{name: "digits beyond any number", values: strings.Repeat("9", 400) + ".5", narrowest: "VARCHAR(402)", suggest: "VARCHAR(512)"},
		{name: "exponents", values: "1e5|2.5", narrowest: "DOUBLE PRECISION", suggest: "DOUBLE PRECISION"},
		{name: "not a number", values: "1.5|NaN", narrowest: "DOUBLE PRECISION", suggest: "DOUBLE PRECISION"},
		{name: "postcodes", values: "01069|80331", narrowest: "VARCHAR(5)", suggest: "VARCHAR(16)"},
		{name: "telephone numbers", values: "+4989123456", narrowest: "VARCHAR(11)", suggest: "VARCHAR(16)"},
		{name: "yes and no", values: "true|FALSE|yes", narrowest: "BOOLEAN", suggest: "BOOLEAN"},
		{name: "ones and zeros", values: "1|0", narrowest: "SMALLINT", suggest: "INTEGER"},
		{name: "dates", values: "2025-01-15|1999-12-31", narrowest: "DATE", suggest: "DATE"},
		{name: "no date", values: "2025-01-15|2025-02-30", narrowest: "VARCHAR(10)", suggest: "VARCHAR(16)"},
		{name: "timestamps", values: "2025-01-15 08:00:00|2025-01-15 08:00:00.25", narrowest: "TIMESTAMP", suggest: "TIMESTAMP"},
		{name: "timestamps and a date", values: "2025-01-15 08:00:00|2025-01-15", narrowest: "VARCHAR(19)", suggest: "VARCHAR(32)"},
		{name: "both under auto", values: "2025-01-15 08:00:00|2025-01-15", opt: auto, narrowest: "TIMESTAMP", suggest: "TIMESTAMP"},
		{name: "zones", values: "2025-01-15 08:00:00+02", narrowest: "TIMESTAMPTZ", suggest: "TIMESTAMPTZ"},
		{name: "times", values: "08:00:00|23:59:59", narrowest: "TIME", suggest: "TIME"},
		{name: "numbers under auto", values: "20250115|3", opt: auto, narrowest: "INTEGER", suggest: "INTEGER"},
		{name: "dates under auto", values: "Jan 15 2025", opt: auto, narrowest: "DATE", suggest: "DATE"},
		{name: "a pattern of digits", values: "20250115|20250116", opt: delimited.Options{DateFormat: "YYYYMMDD"}, narrowest: "DATE", suggest: "DATE"},
		{name: "documents", values: `{"a":1}|[1,2]`, narrowest: "SUPER", suggest: "SUPER"},
		{name: "text", values: "Lamp|Ünü", narrowest: "VARCHAR(5)", suggest: "VARCHAR(16)"},
		{name: "text longer than any", values: strings.Repeat("x", 70000), narrowest: "VARCHAR(65535)", suggest: "VARCHAR(65535)"},
		{name: "numbers, blanks and NULL", values: "1||  |∅", narrowest: "SMALLINT", suggest: "INTEGER"},
		{name: "blanks only", values: "| ", narrowest: "VARCHAR(1)", suggest: "VARCHAR(16)"},
		{name: "NULL only", values: "∅", narrowest: "VARCHAR(1)", suggest: "VARCHAR(256)"},
		{name: "numbers and text", values: "1|n/a", narrowest: "VARCHAR(3)", suggest: "VARCHAR(16)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first := tt.opt.DateFormat != "" && tt.opt.DateFormat != "auto"
			ask := fits(t, tt.opt)
			var one, other, all infer.Tally // Workers share the values between them.
			for i, v := range strings.Split(tt.values, "|") {
				to := &one
				if i%2 == 1 {
					to = &other
				}
				if v == "∅" {
					to.Null()
					continue
				}
				to.Add([]byte(v), ask)
			}
			all.Merge(&one)
			all.Merge(&other)
			narrowest, _ := all.Narrowest(first)
			suggested, _ := all.Suggest(first)
			if infer.SQL(narrowest) != tt.narrowest || infer.SQL(suggested) != tt.suggest {
				t.Errorf("narrowest %s, suggested %s, want %s, %s", infer.SQL(narrowest), infer.SQL(suggested), tt.narrowest, tt.suggest)
			}
		})
	}
}

// FuzzInfer finds values that the type made for them does not take.
func FuzzInfer(f *testing.F) {
	for _, seed := range []string{"1|2", "1.5|-0.5", "01|1", "2025-01-15|2025-01-15 08:00", "{}|[]", "true|f", "1e9|NaN", "-|.", "9999999999999999999|0.1", "08:00:00|x"} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	strict, auto := fits(f, delimited.Options{}), fits(f, delimited.Options{DateFormat: "auto", TimeFormat: "auto"})
	f.Fuzz(func(t *testing.T, text string, automatic bool) {
		opt, ask := delimited.Options{}, strict
		if automatic {
			opt, ask = delimited.Options{DateFormat: "auto", TimeFormat: "auto"}, auto
		}
		text = strings.ToValidUTF8(text, "?")
		var tally infer.Tally
		for v := range strings.SplitSeq(text, "|") {
			tally.Add([]byte(v), ask)
		}
		var cols []delimited.Column
		for _, choose := range []func(bool) (sqltype.Type, bool){tally.Narrowest, tally.Suggest} {
			if typ, ok := choose(false); ok {
				cols = append(cols, delimited.Column{Type: typ})
			}
		}
		if len(cols) == 0 {
			return
		}
		c, err := delimited.NewChecker(cols, opt)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for v := range strings.SplitSeq(text, "|") {
			for i := range cols {
				if bad := c.Check(i, []byte(v)); bad != nil {
					t.Errorf("%q does not fit %s: %s", v, infer.SQL(cols[i].Type), bad.Reason)
				}
			}
		}
	})
}
