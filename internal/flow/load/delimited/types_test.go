package delimited

import (
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	runCases(t, []scanCase{
		{name: "limits", cols: "a smallint; b int; c bigint", in: "-32768|-2147483648|-9223372036854775808\n32767|2147483647|9223372036854775807\n007|-0|0\n",
			rows: []string{"-32768|-2147483648|-9223372036854775808", "32767|2147483647|9223372036854775807", "7|0|0"}},
		{name: "letter", cols: "a int", in: "a", code: 1207, reason: "Invalid digit, Value 'a', Pos 0, Type: Integer"},
		{name: "point", cols: "a bigint", in: "1.0", code: 1207, reason: "Invalid digit, Value '.', Pos 1, Type: Long"},
		{name: "blank before", cols: "a smallint", in: " 7", code: 1207, reason: "Invalid digit, Value ' ', Pos 0, Type: Short"},
		{name: "plus", cols: "a int", in: "+5", code: 1207, reason: "Invalid digit, Value '+', Pos 0, Type: Integer"},
		{name: "exponent", cols: "a int", in: "1e3", code: 1207, reason: "Invalid digit, Value 'e', Pos 1, Type: Integer"},
		{name: "underscore", cols: "a int", in: "1_000", code: 1207, reason: "Invalid digit, Value '_', Pos 1, Type: Integer"},
		{name: "only a minus", cols: "a int", in: "-", code: 1207, reason: "Invalid digit, Value '-', Pos 0, Type: Integer"},
		{name: "not ASCII", cols: "a int", in: "1é", code: 1207, reason: "Invalid digit, Value 'é', Pos 1, Type: Integer"},
		{name: "overflow", cols: "a smallint", in: "32768", code: 1222, reason: "Overflow (Short valid range -32768 to 32767)"},
		{name: "overflow of int", cols: "a int", in: "-2147483649", code: 1222, reason: "Overflow (Integer valid range -2147483648 to 2147483647)"},
		{name: "overflow of bigint", cols: "a bigint", in: "9223372036854775808", code: 1222, reason: "Overflow (Long valid range"},
		{name: "overflow of 64 bits", cols: "a bigint", in: "99999999999999999999999", code: 1222, reason: "Overflow (Long valid range"},
	})
}

func TestDecimals(t *testing.T) {
	nines := strings.Repeat("9", 38)
	runCases(t, []scanCase{
		{name: "widths", cols: "a decimal(4,2); b decimal(9,0); c decimal(18,4); d decimal(38,10)",
			in: "1|2|3|4\n-99.99|-999999999|-12345678901234.5678|1234567890123456789012345678.0123456789\n.5|5.|0.00005|-.0000000001\n",
			rows: []string{"1.00|2|3.0000|4.0000000000", "-99.99|-999999999|-12345678901234.5678|1234567890123456789012345678.0123456789",
				"0.50|5|0.0000|-0.0000000001"}},
		{name: "38 digits", cols: "a decimal(38,0)", in: nines + "\n-" + nines + "\n0000000000000000000000000000000000000000001\n", rows: []string{nines, "-" + nines, "1"}},
		{name: "39 digits", cols: "a decimal(38,0)", in: "1" + nines, code: 1222, reason: "Overflow for NUMERIC(38,0)"},
		{name: "19 digits are 8 bytes", cols: "a decimal(19,0)", in: "9223372036854775807\n", rows: []string{"9223372036854775807"}},
		{name: "19 digits over 8 bytes", cols: "a decimal(19,0)", in: "9223372036854775808\n", code: 1222, reason: "Overflow for NUMERIC(19,0)"},
		{name: "overflow", cols: "a decimal(10,2)", in: "123456789.0", code: 1222, reason: "Overflow for NUMERIC(10,2)"},
		{name: "overflow by scaling", cols: "a decimal(38,37)", in: "10", code: 1222, reason: "Overflow for NUMERIC(38,37)"},
		{name: "letter", cols: "a decimal(10,2)", in: "1x", code: 1207, reason: "Invalid digit, Value 'x', Pos 1, Type: Decimal"},
		{name: "two points", cols: "a decimal(10,2)", in: "1.2.3", code: 1207, reason: "Invalid digit, Value '.', Pos 3, Type: Decimal"},
		{name: "bad digit behind the scale", cols: "a decimal(10,2)", in: "1.234x", code: 1207, reason: "Invalid digit, Value 'x', Pos 5, Type: Decimal"},
		{name: "no digits", cols: "a decimal(10,2)", in: "-.", code: 1209, reason: "Invalid decimal value"},
	})
}

func TestOtherTypes(t *testing.T) {
	runCases(t, []scanCase{
		{name: "boolean", cols: "a boolean; b boolean", in: "t|f\nTRUE|False\ny|n\nYes|NO\n1|0\n|\n",
			rows: []string{"true|false", "true|false", "true|false", "true|false", "true|false", "NULL|NULL"}},
		{name: "bad boolean", cols: "a boolean", in: "on", code: 1210, reason: "Unknown boolean format"},
		{name: "floats", cols: "a real; b double precision", in: "1.5|-2e10\n+.5|1e-300\nNaN|-Infinity\n", rows: []string{"1.5|-2e+10", "0.5|1e-300", "NaN|-Inf"}},
		{name: "hexadecimal float", cols: "a real", in: "0x1p3", code: 1208},
		{name: "bad exponent", cols: "a real", in: "1e", code: 1208},
		{name: "float out of range", cols: "a real", in: "1e39", code: 1204},
		{name: "super", cols: "a super", in: `{"a":[1,2,{"b":null}]}` + "\n\"text of more than 12\"\n", rows: []string{`"{\"a\":[1,2,{\"b\":null}]}"`, `"\"text of more than 12\""`}},
		{name: "bad super", cols: "a super", in: "{a:1}", code: 1224},
		{name: "varbyte", cols: "a varbyte(20)", in: "00ffABcd\n000102030405060708090a0b0c0d0e0f\n", rows: []string{"00ffabcd", "000102030405060708090a0b0c0d0e0f"}},
		{name: "varbyte digit", cols: "a varbyte(20)", in: "0g", code: 1219, reason: "Invalid hexadecimal digit, Value 'g', Pos 1"},
		{name: "varbyte too long", cols: "a varbyte(1)", in: "0000", code: 1204},
		{name: "time", cols: "a time; b timetz", in: "01:02:03.5|23:59:59-08\n10:20|10:20:30+05:30\n", rows: []string{"01:02:03.5|23:59:59-28800", "10:20:00|10:20:30+19800"}},
		{name: "bad time", cols: "a time", in: "24:00:00", code: 1206},
		{name: "timestamptz", cols: "a timestamptz", in: "2024-03-01 10:00:00+02\n2024-03-01 10:00:00.25 UTC\n2024-07-01 10:00:00 America/New_York\n2024-03-01 10:00:00\n",
			rows: []string{"2024-03-01 08:00:00", "2024-03-01 10:00:00.25", "2024-07-01 14:00:00", "2024-03-01 10:00:00"}},
		{name: "bad timestamptz", cols: "a timestamptz", in: "2024-03-01 10:00:00 Nowhere", code: 1206, reason: "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SSOF]"},
	})
}

func TestDateFormats(t *testing.T) {
	runCases(t, []scanCase{
		{name: "default", cols: "d date", in: "2024-02-29\n0001-01-01\n9999-12-31\n1969-12-31\n", rows: []string{"2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31"}},
		{name: "a time is dropped", cols: "d date", in: "2024-02-29 10:11:12\n2024-02-29T10:11:12.5Z\n", rows: []string{"2024-02-29", "2024-02-29"}},
		{name: "rubbish after the date", cols: "d date", in: "2024-02-29x\n", code: 1205, reason: "Invalid date format or value [YYYY-MM-DD]"},
		{name: "too short", cols: "d date", in: "2024-2-9\n", code: 1205, reason: "Invalid Date Format - length must be 10 or more"},
		{name: "no such day", cols: "d date", in: "2024-04-31\n", code: 1205, reason: "Invalid date format or value"},
		{name: "year 0", cols: "d date", in: "0000-01-01\n", code: 1205},
		{name: "pattern", cols: "d date", in: "3/1/2024\n12/31/1999\n", opt: Options{DateFormat: "MM/DD/YYYY"}, rows: []string{"2024-03-01", "1999-12-31"}},
		{name: "two digits of a year", cols: "d date", in: "010270\n311269\n", opt: Options{DateFormat: "DDMMYY"}, rows: []string{"1970-02-01", "2069-12-31"}},
		{name: "month names", cols: "d date", in: "01 Mar 2024\n1 march 2024\n", opt: Options{DateFormat: "DD MON YYYY"}, rows: []string{"2024-03-01", "2024-03-01"}},
		{name: "time in the pattern", cols: "d date", in: "2024.03.01 10:11\n", opt: Options{DateFormat: "YYYY.MM.DD HH:MI"}, rows: []string{"2024-03-01"}},
		{name: "not by the pattern", cols: "d date", in: "2024-03-01\n", opt: Options{DateFormat: "MM/DD/YYYY"}, code: 1205, reason: "Invalid date format or value [MM/DD/YYYY]"},
		{name: "ACCEPTANYDATE", cols: "d date", in: "00/00/00\nsoon\n2024-03-01\n", opt: Options{AcceptAnyDate: true}, rows: []string{"NULL", "NULL", "2024-03-01"}},
		{name: "ACCEPTANYDATE NOT NULL", cols: "d date not null", in: "soon\n", opt: Options{AcceptAnyDate: true}, code: 1213},
	})
}

func TestTimeFormats(t *testing.T) {
	runCases(t, []scanCase{
		{name: "24 hours", cols: "t timestamp", in: "03/01/24 23:59:58.5\n", opt: Options{TimeFormat: "MM/DD/YY HH24:MI:SS"}, rows: []string{"2024-03-01 23:59:58.5"}},
		{name: "12 hours", cols: "t timestamp", in: "2024-03-01 12:01:00 AM\n2024-03-01 12:01:00 pm\n2024-03-01 07:01:00 PM\n",
			opt: Options{TimeFormat: "YYYY-MM-DD HH12:MI:SS AM"}, rows: []string{"2024-03-01 00:01:00", "2024-03-01 12:01:00", "2024-03-01 19:01:00"}},
		{name: "with T", cols: "t timestamp", in: "2024-03-01T10:00:00\n", opt: Options{TimeFormat: "YYYY-MM-DDTHH:MI:SS"}, rows: []string{"2024-03-01 10:00:00"}},
		{name: "zone by pattern", cols: "t timestamptz", in: "01.03.2024 10:00:00+01\n", opt: Options{TimeFormat: "DD.MM.YYYY HH:MI:SS"}, rows: []string{"2024-03-01 09:00:00"}},
		{name: "no zone in TIMESTAMP", cols: "t timestamp", in: "01.03.2024 10:00:00+01\n", opt: Options{TimeFormat: "DD.MM.YYYY HH:MI:SS"}, code: 1206,
			reason: "Invalid timestamp format or value [DD.MM.YYYY HH:MI:SS]"},
		{name: "epoch", cols: "t timestamp", in: "1493855000\n-1\n", opt: Options{TimeFormat: "epochsecs"}, rows: []string{"2017-05-03 23:43:20", "1969-12-31 23:59:59"}},
		{name: "epoch in milliseconds", cols: "t timestamptz", in: "1493855000123\n", opt: Options{TimeFormat: "epochmillisecs"}, rows: []string{"2017-05-03 23:43:20.123"}},
		{name: "not an epoch", cols: "t timestamp", in: "2017-05-03 23:43:20\n", opt: Options{TimeFormat: "epochsecs"}, code: 1206},
		{name: "epoch beyond all dates", cols: "t timestamp", in: "99999999999999999\n", opt: Options{TimeFormat: "epochsecs"}, code: 1206},
	})
}

func TestAutomaticRecognition(t *testing.T) {
	for in, want := range map[string]string{
		"2024-03-01":                     "2024-03-01 00:00:00",
		"2024-03-01 13:05":               "2024-03-01 13:05:00",
		"2024-03-01 13:05:06.789":        "2024-03-01 13:05:06.789",
		"2024-03-01T13:05:06Z":           "2024-03-01 13:05:06",
		"2024-03-01T130506":              "2024-03-01 13:05:06",
		"2024-03-01 13:05:06 PST":        "2024-03-01 13:05:06",
		"20240301 130506":                "2024-03-01 13:05:06",
		"240301 130506":                  "2024-03-01 13:05:06",
		"2024.061":                       "2024-03-01 00:00:00",
		"J2451187":                       "1999-01-08 00:00:00",
		"01 Mar 13:05:06 2024 UTC":       "2024-03-01 13:05:06",
		"03/01/2024 13:05:06.50 EST":     "2024-03-01 13:05:06.5",
		"01.03.2024 13:05:06 CET":        "2024-03-01 13:05:06",
		"January 8, 1999":                "1999-01-08 00:00:00",
		"1999-Jan-08":                    "1999-01-08 00:00:00",
		"08-Jan-1999":                    "1999-01-08 00:00:00",
		"Jan-08-99":                      "1999-01-08 00:00:00",
		"1/8/1999 4:05 PM":               "1999-01-08 16:05:00",
		"Wed Dec 17 07:37:16 1997 PST":   "1997-12-17 07:37:16",
		"2024-03-01 13:05:06 US/Pacific": "2024-03-01 13:05:06",
	} {
		c := scanCase{name: in, cols: "t timestamp", in: "\"" + in + "\"\n", opt: Options{CSV: true, TimeFormat: "auto"}, rows: []string{want}}
		t.Run(in, c.run)
		date := scanCase{name: in, cols: "d date", in: "\"" + in + "\"\n", opt: Options{CSV: true, DateFormat: "auto"}, rows: []string{want[:10]}}
		t.Run("date "+in, date.run)
	}
	for _, in := range []string{"", "1493855000", "1493855000123", "2024", "2024-13-01", "2024-02-30", "soon", "10:00:00", "2024-03-01 25:00:00", "1/2", "2024-03-01 x",
		"2024-03-01-05", "2024-03-01 13:05:06+99", "99/99/9999", "2024-03-01 2024-03-01", "J", "-", "2024.400", "5 5 5", "24:00", "BC"} {
		if v, ok := automatic([]byte(in)); ok {
			t.Errorf("%q is recognised as %+v", in, v)
		}
	}
	zoned := scanCase{cols: "t timestamptz", in: "2024-03-01T13:05:06-08:00\n2024-03-01 13:05:06 PST\n20240301\n", opt: Options{CSV: true, TimeFormat: "auto"},
		rows: []string{"2024-03-01 21:05:06", "2024-03-01 21:05:06", "2024-03-01 00:00:00"}}
	zoned.run(t)
}

func TestBeforeChrist(t *testing.T) {
	v, ok := automatic([]byte("0044-03-15 BC"))
	if !ok || v.year != -43 || v.month != 3 {
		t.Errorf("%+v", v)
	}
}

func TestCalendar(t *testing.T) {
	for days := -2_000_000; days < 3_000_000; days += 37 {
		y, m, d := civilFromDays(days)
		if got := daysSince1970(y, m, d); got != days || d < 1 || d > daysIn(y, m) {
			t.Fatalf("day %d is %d-%d-%d, which is day %d", days, y, m, d, got)
		}
	}
	if got := daysSince1970(2024, 3, 1); got != 19783 {
		t.Errorf("2024-03-01 is day %d", got)
	}
}
