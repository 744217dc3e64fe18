package mysql_test

import (
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

type mariadb struct{ *mariadbtest.Server }

func (m mariadb) Open(testing.TB) source.Source {
	return mysql.New(mysql.Config{Addrs: []string{m.Addr}, User: mariadbtest.User, Password: mariadbtest.Password})
}

func (m mariadb) Schema() string { return "shop" }

func (m mariadb) Purge(t testing.TB) { m.purge(t, "SHOW MASTER STATUS") }

// purge asks until it is done: the engine gives a log free only after a while.
func (m mariadb) purge(t testing.TB, status string) {
	m.Exec(t, "FLUSH BINARY LOGS")
	current := m.Value(t, status)
	tick := time.Tick(20 * time.Millisecond)
	for range 1000 {
		m.Exec(t, "PURGE BINARY LOGS TO '"+current+"'")
		if m.Value(t, "SHOW BINARY LOGS") == current {
			return
		}
		<-tick
	}
	t.Fatal("the log is not purged")
}

func (m mariadb) Values() []sourcetest.Value {
	return sourcetest.Values(values)
}

func TestMariaDB(t *testing.T) {
	m := mariadb{mariadbtest.Start(t)}
	m.Exec(t, "CREATE DATABASE shop", "SET SESSION sql_mode = ''")
	sourcetest.Run(t, m)
	t.Run("check", func(t *testing.T) { testCheck(t, m) })
	t.Run("log format", func(t *testing.T) { testLogFormat(t, m) })
	t.Run("snapshot without key", func(t *testing.T) { testSnapshotWithoutKey(t, m) })
}

// values are declared types, literals, and what becomes of both: CSV and Redshift type.
var values = [][4]string{
	{"tinyint", "-128", "-128", "smallint"},
	{"tinyint", "127", "127", "smallint"},
	{"tinyint unsigned", "255", "255", "smallint"},
	{"smallint", "-32768", "-32768", "smallint"},
	{"smallint unsigned", "65535", "65535", "integer"},
	{"mediumint", "-8388608", "-8388608", "integer"},
	{"mediumint unsigned", "16777215", "16777215", "integer"},
	{"int", "-2147483648", "-2147483648", "integer"},
	{"int unsigned", "4294967295", "4294967295", "bigint"},
	{"bigint", "-9223372036854775808", "-9223372036854775808", "bigint"},
	{"bigint unsigned", "18446744073709551615", "18446744073709551615", "numeric(20,0)"},
	{"decimal(10,2)", "-12345678.90", "-12345678.90", "numeric(10,2)"},
	{"decimal(10,2)", "0", "0.00", "numeric(10,2)"},
	{"decimal(10,2)", "0.01", "0.01", "numeric(10,2)"},
	{"decimal(38,10)", "-1234567890123456789012345678.0123456789", "-1234567890123456789012345678.0123456789", "numeric(38,10)"},
	{"decimal(65,30)", "-12345678901234567890123456789012345.012345678901234567890123456789", "-12345678901234567890123456789012345.012345678901234567890123456789", "character varying(68)"},
	{"decimal(5,5)", "-0.00001", "-0.00001", "numeric(5,5)"},
	{"decimal(9,0)", "999999999", "999999999", "numeric(9,0)"},
	{"float", "0.1", "0.1", "double precision"},
	{"float", "16777216", "1.6777216e+07", "double precision"},
	{"double", "-1.7976931348623157e308", "-1.7976931348623157e+308", "double precision"},
	{"double", "0.1", "0.1", "double precision"},
	{"bit(1)", "b'1'", "t", "boolean"},
	{"bit(1)", "b'0'", "f", "boolean"},
	{"bit(10)", "b'1000000001'", "513", "bigint"},
	{"bit(64)", "18446744073709551615", "18446744073709551615", "numeric(20,0)"},
	{"date", "'2024-02-29'", "2024-02-29", "date"},
	{"date", "'0000-00-00'", "0000-00-00", "date"},
	{"date", "'9999-12-31'", "9999-12-31", "date"},
	{"datetime", "'2024-03-31 02:30:00'", "2024-03-31 02:30:00", "timestamp without time zone"},
	{"datetime", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00", "timestamp without time zone"},
	{"datetime(6)", "'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999", "timestamp without time zone"},
	{"datetime(3)", "'1000-01-01 00:00:00.001'", "1000-01-01 00:00:00.001000", "timestamp without time zone"},
	{"timestamp(6)", "'2024-07-01 12:34:56.000001'", "2024-07-01 12:34:56.000001", "timestamp without time zone"},
	{"timestamp", "'1970-01-01 00:00:01'", "1970-01-01 00:00:01", "timestamp without time zone"},
	{"time", "'-838:59:59'", "-838:59:59", "character varying(17)"},
	{"time", "'25:00:00'", "25:00:00", "character varying(17)"},
	{"time", "'00:00:00'", "00:00:00", "character varying(17)"},
	{"time(6)", "'-00:00:00.000001'", "-00:00:00.000001", "character varying(17)"},
	{"time(6)", "'838:59:58.999999'", "838:59:58.999999", "character varying(17)"},
	{"time(2)", "'-01:02:03.45'", "-01:02:03.450000", "character varying(17)"},
	{"time(4)", "'-11:22:33.4567'", "-11:22:33.456700", "character varying(17)"},
	{"year", "2155", "2155", "smallint"},
	{"year", "0", "0", "smallint"},
	{"char(10)", "'  ab  '", `"  ab"`, "character varying(40)"},
	{"varchar(10)", "''", `""`, "character varying(40)"},
	{"varchar(10)", "'\\\\N'", `"\N"`, "character varying(40)"},
	{"varchar(10)", "'a,\"b\"'", `"a,""b"""`, "character varying(40)"},
	{"varchar(10)", "'a\\0b'", `"ab"`, "character varying(40)"},
	{"varchar(300)", "REPEAT('😀', 3)", `"😀😀😀"`, "character varying(1200)"},
	{"varchar(20) character set latin1", "'Ärger €'", `"Ärger €"`, "character varying(60)"},
	{"varchar(20) character set ucs2", "'Größe'", `"Größe"`, "character varying(60)"},
	{"varchar(20) character set utf16", "'x😀'", `"x😀"`, "character varying(80)"},
	{"varchar(20) character set utf32", "'x😀'", `"x😀"`, "character varying(80)"},
	{"varchar(20) character set gbk", "'中文字'", `"中文字"`, "character varying(60)"},
	{"varchar(20) character set koi8r", "'Привет'", `"Привет"`, "character varying(60)"},
	{"char(20) character set sjis", "'テスト'", `"テスト"`, "character varying(60)"},
	{"tinytext", "'tiny'", `"tiny"`, "character varying(1020)"},
	{"text character set latin1", "'ÿ'", `"ÿ"`, "character varying(65535)"},
	{"mediumtext", "REPEAT('m', 70)", `"mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm"`, "character varying(65535)"},
	{"longtext", "'long'", `"long"`, "character varying(65535)"},
	{"binary(4)", "X'0100'", `"01000000"`, "character varying(8)"},
	{"varbinary(300)", "X'00ff10'", `"00ff10"`, "character varying(600)"},
	{"tinyblob", "X''", `""`, "character varying(510)"},
	{"blob", "X'deadbeef'", `"deadbeef"`, "binary varying(65535)"},
	{"longblob", "X'00'", `"00"`, "binary varying(1024000)"},
	{"enum('a','it''s','ö')", "'it''s'", `"it's"`, "character varying(4)"},
	{"enum('a','it''s','ö')", "'ö'", `"ö"`, "character varying(4)"},
	{"enum('a','it''s','ö')", "'wrong'", `""`, "character varying(4)"},
	{"set('a','b','c','d')", "'d,a'", `"a,d"`, "character varying(7)"},
	{"set('a','b','c','d')", "''", `""`, "character varying(7)"},
	{"json", `'{"b": [1.10, null], "a": "ü"}'`, `"{""b"": [1.10, null], ""a"": ""ü""}"`, "character varying(65535)"},
	{"point", "ST_GeomFromText('POINT(1 2)')", `"0101000000000000000000f03f0000000000000040"`, "character varying(65535)"},
	{"geometry", "ST_GeomFromText('POINT(1 2)', 4326)", `"0101000020e6100000000000000000f03f0000000000000040"`, "character varying(65535)"},
	{"uuid", "'123e4567-e89b-12d3-a456-426655440000'", `"123e4567-e89b-12d3-a456-426655440000"`, "character varying(36)"},
	{"uuid", "'123e4567-e89b-12d3-a456-420000000000'", `"123e4567-e89b-12d3-a456-420000000000"`, "character varying(36)"},
	{"inet6", "'2001:db8::ff00:42:8329'", `"2001:db8::ff00:42:8329"`, "character varying(45)"},
	{"inet6", "'::'", `"::"`, "character varying(45)"},
	{"inet6", "'::ffff:192.0.2.1'", `"::ffff:192.0.2.1"`, "character varying(45)"},
	{"uuid", "'f47ac10b-58cc-4372-a567-0e02b2c3d479'", `"f47ac10b-58cc-4372-a567-0e02b2c3d479"`, "character varying(36)"},
	{"uuid", "'018f3c5e-7b1a-7c3d-8e4f-5a6b7c8d9e0f'", `"018f3c5e-7b1a-7c3d-8e4f-5a6b7c8d9e0f"`, "character varying(36)"},
	{"uuid", "'6ccd780c-baba-1026-9564-5b8c656024db'", `"6ccd780c-baba-1026-9564-5b8c656024db"`, "character varying(36)"},
	{"uuid", "'00000000-0000-0000-0000-000000000000'", `"00000000-0000-0000-0000-000000000000"`, "character varying(36)"},
	{"uuid", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", `"ffffffff-ffff-ffff-ffff-ffffffffffff"`, "character varying(36)"},
	{"uuid", "'00112233-4455-6677-8899-aabbccddeeff'", `"00112233-4455-6677-8899-aabbccddeeff"`, "character varying(36)"},
	{"inet6", "'2001:db8:0:1:1:1:1:1'", `"2001:db8::1:1:1:1:1"`, "character varying(45)"},
	{"inet6", "'::192.0.2.1'", `"::192.0.2.1"`, "character varying(45)"},
	{"inet6", "'1:0:0:2::3'", `"1:0:0:2::3"`, "character varying(45)"},
	{"inet6", "'::1'", `"::1"`, "character varying(45)"},
	{"inet6", "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'", `"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"`, "character varying(45)"},
	{"inet6", "'1:2:3:4:5:6:7:0'", `"1:2:3:4:5:6:7::"`, "character varying(45)"},
	{"inet6", "'0:2:0:0:5:0:0:8'", `"0:2::5:0:0:8"`, "character varying(45)"},
	{"inet4", "'192.0.2.0'", `"192.0.2.0"`, "character varying(15)"},
}
