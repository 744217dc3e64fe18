package mysql

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strings"
	"testing"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

func TestAppendJSON(t *testing.T) {
	moment := func(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }
	clock := uint64(23<<12 | 24<<6 | 25)
	date := uint64((2015*13+1)<<5|15) << 17
	tests := []struct{ name, doc, want string }{
		{"empty", "", "null"},
		{"object", "\x00\x02\x00\x20\x00\x12\x00\x01\x00\x13\x00\x01\x00\x05\x01\x00\x02\x14\x00ab\x02\x00\x0c\x00\x04\x01\x00\x0c\x0a\x00\x01x", `{"a": 1, "b": [true, "x"]}`},
		{"no members", "\x00\x00\x00\x04\x00", "{}"},
		{"int16", "\x05\xff\xff", "-1"},
		{"uint32", "\x08\xff\xff\xff\xff", "4294967295"},
		{"int64", "\x09\x00\x00\x00\x00\x00\x00\x00\x80", "-9223372036854775808"},
		{"double", "\x0b" + moment(math.Float64bits(1.5)), "1.5"},
		{"escapes", "\x0c\x06\"\\\n\x01\xc3\xbc", `"\"\\\n\u0001ü"`},
		{"decimal", "\x0f\xf6\x04\x03\x02\x81\x0a", "1.10"},
		{"datetime", "\x0f\x0c\x08" + moment((date|clock)<<24), `"2015-01-15 23:24:25.000000"`},
		{"date", "\x0f\x0a\x08" + moment(date<<24), `"2015-01-15"`},
		{"time", "\x0f\x0b\x08" + moment(-(clock<<24 | 500000)), `"-23:24:25.500000"`},
		{"bytes", "\x0f\xfc\x02\x01\x02", `"base64:type252:AQI="`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := appendJSON(nil, []byte(tt.doc))
			if err != nil || string(got) != tt.want {
				t.Errorf("got %s, %v, want %s", got, err, tt.want)
			}
		})
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte("\x00\x02\x00\x20\x00\x12\x00\x01\x00\x13\x00\x01\x00\x05\x01\x00\x02\x14\x00ab\x02\x00\x0c\x00\x04\x01\x00\x0c\x0a\x00\x01x"))
	f.Add([]byte("\x0f\xf6\x04\x03\x02\x81\x0a"))
	f.Add([]byte("\x0f\x0c\x08\x00\x00\x00\x00\x00\x00\x00\x80"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if text, err := appendJSON(nil, doc); err == nil && !json.Valid(text) {
			t.Errorf("%x printed as %s, which is no JSON", doc, text)
		}
	})
}

// everyType is a plan with a column of each type.
func everyType() *plan {
	p := &plan{table: &table{}}
	for _, c := range []cell{
		{typ: gomysql.MYSQL_TYPE_TINY}, {typ: gomysql.MYSQL_TYPE_SHORT, unsigned: true}, {typ: gomysql.MYSQL_TYPE_INT24}, {typ: gomysql.MYSQL_TYPE_LONG},
		{typ: gomysql.MYSQL_TYPE_LONGLONG}, {typ: gomysql.MYSQL_TYPE_FLOAT}, {typ: gomysql.MYSQL_TYPE_DOUBLE}, {typ: gomysql.MYSQL_TYPE_NEWDECIMAL, meta: 65, scale: 30},
		{typ: gomysql.MYSQL_TYPE_YEAR}, {typ: gomysql.MYSQL_TYPE_BIT, meta: 64}, {typ: gomysql.MYSQL_TYPE_ENUM, meta: 2, members: []string{"a", "b"}},
		{typ: gomysql.MYSQL_TYPE_SET, meta: 8, members: []string{"a", "b"}}, {typ: gomysql.MYSQL_TYPE_DATE}, {typ: gomysql.MYSQL_TYPE_TIME}, {typ: gomysql.MYSQL_TYPE_TIME2, meta: 3},
		{typ: gomysql.MYSQL_TYPE_DATETIME}, {typ: gomysql.MYSQL_TYPE_DATETIME2, meta: 6}, {typ: gomysql.MYSQL_TYPE_TIMESTAMP}, {typ: gomysql.MYSQL_TYPE_TIMESTAMP2, meta: 1},
		{typ: gomysql.MYSQL_TYPE_VARCHAR, meta: 300}, {typ: gomysql.MYSQL_TYPE_STRING, meta: 16, binary: true, base: "uuid"}, {typ: gomysql.MYSQL_TYPE_STRING, meta: 16, binary: true, base: "inet6"},
		{typ: gomysql.MYSQL_TYPE_STRING, meta: 8, binary: true}, {typ: gomysql.MYSQL_TYPE_BLOB, meta: 3, convert: fromUTF32}, {typ: gomysql.MYSQL_TYPE_GEOMETRY, meta: 4}, {typ: gomysql.MYSQL_TYPE_JSON, meta: 4},
	} {
		p.cells = append(p.cells, c)
		p.table.Columns = append(p.table.Columns, source.Column{})
	}
	return p
}

func FuzzImage(f *testing.F) {
	f.Add(make([]byte, 300))
	f.Add([]byte(strings.Repeat("\x00\xff\x01\x80", 80)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := everyType()
		var m source.Images
		m.Reset(len(p.cells))
		present := []byte{0xff, 0xff, 0xff, 0xff}
		for len(data) > 0 {
			rest, err := p.image(&m, data, present)
			if err != nil {
				m.Undo()
				break
			}
			data = rest
		}
		total := 0
		for i := range m.Len() {
			total += len(m.Row(i)) + 1
		}
		if total != len(m.Data()) {
			t.Errorf("%d rows are %d bytes of %d", m.Len(), total, len(m.Data()))
		}
	})
}

func FuzzBinaryRow(f *testing.F) {
	fields, row := seedRow()
	f.Add(row)
	f.Fuzz(func(t *testing.T, row []byte) {
		e := newRowEncoder(fields, []int{0})
		if out, err := e.append(nil, row); err == nil {
			e.lastKey(out)
		}
	})
}

func TestParseStatement(t *testing.T) {
	name := func(s string) source.Name {
		schema, table, _ := strings.Cut(s, ".")
		return source.Name{Schema: schema, Table: table}
	}
	tests := []struct{ sql, verb, table, to string }{
		{"TRUNCATE t", "TRUNCATE TABLE", "shop.t", ""},
		{"truncate table `other`.`t``x`", "TRUNCATE TABLE", "other.t`x", ""},
		{"/* c */ ALTER /*!40000 ONLINE */ TABLE IF EXISTS t ADD COLUMN rename int", "ALTER TABLE", "shop.t", ""},
		{"ALTER TABLE t ADD x int, RENAME TO o.u", "RENAME TABLE", "shop.t", "o.u"},
		{"ALTER TABLE t RENAME COLUMN a TO b", "ALTER TABLE", "shop.t", ""},
		{"ALTER TABLE t COMMENT 'x, RENAME TO y'", "ALTER TABLE", "shop.t", ""},
		{"RENAME TABLE t TO u", "RENAME TABLE", "shop.t", "shop.u"},
		{"DROP TABLE IF EXISTS `t` /* generated by server */", "DROP TABLE", "shop.t", ""},
		{"CREATE TABLE IF NOT EXISTS o.t (id int)", "CREATE TABLE", "o.t", ""},
		{"CREATE TEMPORARY TABLE t (id int)", "", "", ""},
		{"CREATE UNIQUE INDEX i ON t (id)", "", "", ""},
		{"-- nothing\nFLUSH TABLES", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.sql, func(t *testing.T) {
			got := parseStatement(tt.sql, "shop").ddl
			if tt.verb == "" {
				if len(got) > 0 {
					t.Errorf("got %+v, want none", got)
				}
				return
			}
			if len(got) != 1 || got[0].Verb.String() != tt.verb || got[0].Table != name(tt.table) || tt.to != "" && got[0].To != name(tt.to) {
				t.Errorf("got %+v", got)
			}
		})
	}
	if got := parseStatement("DROP TABLE a, b.c", "shop").ddl; len(got) != 2 || got[1].Table != name("b.c") {
		t.Errorf("two tables: got %+v", got)
	}
	if got := parseStatement("CREATE TABLE t (id int) START TRANSACTION", "shop"); !got.opens {
		t.Error("CREATE TABLE … SELECT of MySQL opens no transaction")
	}
}

func FuzzParseStatement(f *testing.F) {
	f.Add("ALTER TABLE `a`.b ADD x int, RENAME TO o.u")
	f.Add("/*!40000 x */ DROP TABLE 'a', b")
	f.Fuzz(func(t *testing.T, sql string) { parseStatement(sql, "s") })
}

func TestPosition(t *testing.T) {
	all := []position{
		{line{"101", 0}, "log.999999", 4, "", 0}, {line{"101", 0}, "log.999999", 5, "", 1700000000}, {line{"101", 0}, "log.1000000", 4, "0-101-9", 0}, {line{"101", 0}, "log.1000000", 4294967295, "0-101-10", 0},
		{line{"101", 0}, "log.1000000", 4294967296, "0-101-10", 0}, {line{"101", 0}, "log.1000000", 9999999999, "0-101-10", 0}, {line{"101", 0}, "log.1000000", 10000000000, "0-101-11", 0},
		{line{"101", 0}, "log.1000000", 1<<64 - 1, "", 0}, {line{"101", 0}, "log.1000001", 4, "", 0},
		{line{"9", 1}, "a.000001", 100, "0-101-10,1-9-1", 1700000000},
	}
	var last source.Position
	for _, p := range all {
		s := source.Position(p.String())
		if s <= last {
			t.Errorf("%q does not come after %q", s, last)
		}
		last = s
		if got, err := parsePosition(s); err != nil || got != p {
			t.Errorf("%q read as %+v, %v", s, got, err)
		}
	}
	for _, bad := range []source.Position{"", "x", "1.2 a b c", "a.b.c d e f", "0.1.4 a b.1 @x", "0.1.x a b.1 c", "0.1.-4 a b.1 c"} {
		if _, err := parsePosition(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// TestAdvance: the log counts in 32 bits, a transaction may be larger than that.
func TestAdvance(t *testing.T) {
	p := position{file: "log.000001", offset: 4}
	for _, step := range []struct {
		low  uint32
		want uint64
	}{
		{1000, 1000}, {3_000_000_000, 3_000_000_000}, {4_294_967_295, 4_294_967_295}, {900, 4_294_968_196}, {800, 4_294_968_096}, // The last is no event after the one before.
		{1 << 30, 5 << 30}, {3 << 30, 7 << 30}, {4_000_000_000, 8_294_967_296}, {1 << 20, 2<<32 + 1<<20}, {3_900_000_000, 2<<32 + 3_900_000_000}, {5, 3<<32 + 5},
	} {
		before := p
		p.advance(step.low)
		if p.offset != step.want {
			t.Fatalf("%d after %d, want %d", p.offset, before.offset, step.want)
		}
	}
}

// TestFar: what cannot be said in 32 bits is said by GTID, or not at all.
func TestFar(t *testing.T) {
	for _, gtid := range []string{"", "0-1-1"} {
		_, err := dumpCommand(true, position{file: "log.000001", offset: 1<<32 + 4, gtid: gtid}, 1)
		if (fault.CodeOf(err) == CodeFar) != (gtid == "") {
			t.Errorf("with GTID %q: %v", gtid, err)
		}
	}
}

func TestMembers(t *testing.T) {
	got := members(`'a','it''s',',)','')`)
	if diff := cmp.Diff([]string{"a", "it's", ",)", ""}, got); diff != "" {
		t.Errorf("members differ (-want +got):\n%s", diff)
	}
}
