package postgres_test

import (
	"context"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/postgres"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
	"github.com/inlet-data/inlet/internal/flow/source/sourcetest"
)

// server is a PostgreSQL with the schema shop, of which everything is published.
type server struct{ *postgrestest.Server }

func start(t testing.TB, options ...string) server {
	s := server{postgrestest.Start(t, options...)}
	s.Exec(t, "CREATE SCHEMA shop", "CREATE PUBLICATION inlet FOR ALL TABLES WITH (publish_via_partition_root = true)", "CREATE EXTENSION citext SCHEMA public", "CREATE EXTENSION hstore SCHEMA public",
		"CREATE TYPE shop.mood AS ENUM ('sad', 'it''s ok', 'glücklich')", "CREATE DOMAIN shop.email AS varchar(40)", "CREATE DOMAIN shop.work_email AS shop.email", "CREATE TYPE shop.pair AS (a int, b text)")
	return s
}

func (s server) config() postgres.Config {
	return postgres.Config{Addrs: []string{s.Addr}, Database: postgrestest.Database, User: postgrestest.User, Password: postgrestest.Password}
}

func (s server) Open(testing.TB) source.Source { return postgres.New(s.config()) }

func (s server) Schema() string { return "shop" }

// Purge makes the slot forget.
func (s server) Purge(t testing.TB) {
	s.Exec(t, "SELECT pg_replication_slot_advance('inlet', pg_current_wal_flush_lsn())")
}

func (s server) Values() []sourcetest.Value {
	return sourcetest.Values(values)
}

func TestPostgreSQL(t *testing.T) {
	sourcetest.Run(t, start(t))
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func position(t testing.TB, src source.Source) source.Position {
	t.Helper()
	return must(src.Position(context.Background()))(t)
}

// values are declared types, literals, and what becomes of both: CSV and Redshift type.
var values = [][4]string{
	{"smallint", "-32768", "-32768", "smallint"},
	{"integer", "-2147483648", "-2147483648", "integer"},
	{"bigint", "-9223372036854775808", "-9223372036854775808", "bigint"},
	{"oid", "4294967295", "4294967295", "bigint"},
	{"numeric(10,2)", "-12345678.90", "-12345678.90", "numeric(10,2)"},
	{"numeric(10,2)", "0", "0.00", "numeric(10,2)"},
	{"numeric(10,2)", "'NaN'", "NaN", "numeric(10,2)"},
	{"numeric(38,10)", "-1234567890123456789012345678.0123456789", "-1234567890123456789012345678.0123456789", "numeric(38,10)"},
	{"numeric(40,2)", "-12345678901234567890123456789012345678.99", `"-12345678901234567890123456789012345678.99"`, "character varying(42)"},
	{"numeric(38,38)", "-0.00000000000000000000000000000000000001", `"-0.00000000000000000000000000000000000001"`, "character varying(41)"},
	{"numeric(3,-2)", "-99949", "-99900", "numeric(5,0)"},
	{"numeric(3,5)", "-0.00999", "-0.00999", "numeric(5,5)"},
	{"numeric", "1e-20", `"0.00000000000000000001"`, "character varying(256)"},
	{"numeric", "'-Infinity'", `"-Infinity"`, "character varying(256)"},
	{"numeric", "1.10", `"1.10"`, "character varying(256)"},
	{"real", "0.1", "0.1", "real"},
	{"real", "'Infinity'", "Infinity", "real"},
	{"double precision", "0.1::float8 + 0.2", "0.30000000000000004", "double precision"},
	{"double precision", "-1.7976931348623157e308", "-1.7976931348623157e+308", "double precision"},
	{"double precision", "'NaN'", "NaN", "double precision"},
	{"double precision", "'-Infinity'", "-Infinity", "double precision"},
	{"money", "'-92233720368547758.08'", "-92233720368547758.08", "numeric(38,4)"},
	{"money", "'0.05'", "0.05", "numeric(38,4)"},
	{"money", "'1234567.89'", "1234567.89", "numeric(38,4)"},
	{"boolean", "true", "t", "boolean"},
	{"boolean", "false", "f", "boolean"},
	{"char(5)", "'ab '", `"ab"`, "character varying(20)"},
	{"char(5)", "''", `""`, "character varying(20)"},
	{"varchar(10)", "''", `""`, "character varying(40)"},
	{"varchar(10)", `'\N'`, `"\N"`, "character varying(40)"},
	{"varchar(10)", `'\.'`, `"\."`, "character varying(40)"},
	{"varchar(10)", `'a,"b"'`, `"a,""b"""`, "character varying(40)"},
	{"varchar(10)", `E'\x01'`, "\"\x01\"", "character varying(40)"},
	{"varchar(10)", `E'",\x01,"'`, "\"\"\",\x01,\"\"\"", "character varying(40)"},
	{"varchar(10)", "repeat('😀', 10)", `"😀😀😀😀😀😀😀😀😀😀"`, "character varying(40)"},
	{"varchar(20000)", "'x '", `"x "`, "character varying(65535)"},
	{"varchar", "'x'", `"x"`, "character varying(65535)"},
	{"text", "'it''s'", `"it's"`, "character varying(65535)"},
	{"public.citext", "'ÄrGer'", `"ÄrGer"`, "character varying(65535)"},
	{"name", "'abc'", `"abc"`, "character varying(64)"},
	{`"char"`, "'x'", `"x"`, "character varying(4)"},
	{"bytea", `'\x00ff10'`, `"00ff10"`, "binary varying(1024000)"},
	{"bytea", `''`, `""`, "binary varying(1024000)"},
	{"date", "'2024-02-29'", "2024-02-29", "date"},
	{"date", "'infinity'", "9999-12-31", "date"},
	{"date", "'-infinity'", "-infinity", "date"},
	{"date", "'0044-03-15 BC'", "0044-03-15 BC", "date"},
	{"time", "'24:00'", "24:00:00", "time without time zone"},
	{"time(6)", "'12:34:56.000001'", "12:34:56.000001", "time without time zone"},
	{"timetz", "'12:34:56.5+05:30'", "12:34:56.5+05:30", "time with time zone"},
	{"timestamp", "'2024-03-31 02:30:00'", "2024-03-31 02:30:00", "timestamp without time zone"},
	{"timestamp", "'2024-03-31 02:30:00.000001'", "2024-03-31 02:30:00.000001", "timestamp without time zone"},
	{"timestamp", "'infinity'", "9999-12-31 23:59:59", "timestamp without time zone"},
	{"timestamp", "'12345-01-01'", "12345-01-01 00:00:00", "timestamp without time zone"},
	{"timestamp", "'0001-01-01 00:00:00 BC'", "0001-01-01 00:00:00 BC", "timestamp without time zone"},
	{"timestamptz", "'2024-03-31 02:30:00 Europe/Berlin'", "2024-03-31 01:30:00+00", "timestamp with time zone"},
	{"timestamptz", "'infinity'", "9999-12-31 23:59:59+00", "timestamp with time zone"},
	{"timestamptz", "'-infinity'", "-infinity", "timestamp with time zone"},
	{"interval", "'-1 year 2 mons 3 days 04:05:06.7'", `"-10 mons +3 days 04:05:06.7"`, "character varying(128)"},
	{"uuid", "'123e4567-e89b-12d3-a456-426655440000'", `"123e4567-e89b-12d3-a456-426655440000"`, "character varying(36)"},
	{"shop.mood", "'it''s ok'", `"it's ok"`, "character varying(10)"},
	{"shop.mood", "'glücklich'", `"glücklich"`, "character varying(10)"},
	{"shop.work_email", "'a@b'", `"a@b"`, "character varying(160)"},
	{"inet", "'2001:db8::1/64'", `"2001:db8::1/64"`, "character varying(50)"},
	{"cidr", "'192.0.2.0/24'", `"192.0.2.0/24"`, "character varying(50)"},
	{"macaddr", "'08:00:2b:01:02:03'", `"08:00:2b:01:02:03"`, "character varying(17)"},
	{"macaddr8", "'08:00:2b:01:02:03:04:05'", `"08:00:2b:01:02:03:04:05"`, "character varying(23)"},
	{"bit(3)", "B'101'", `"101"`, "character varying(3)"},
	{"bit varying", "B'1'", `"1"`, "character varying(65535)"},
	{"bit varying(9)", "B''", `""`, "character varying(9)"},
	{"tsvector", "'a fat cat'", `"'a' 'cat' 'fat'"`, "character varying(65535)"},
	{"tsquery", "'fat & rat'", `"'fat' & 'rat'"`, "character varying(65535)"},
	{"xml", "'<a>1</a>'", `"<a>1</a>"`, "character varying(65535)"},
	{"point", "'(1,2.5)'", `"(1,2.5)"`, "character varying(255)"},
	{"circle", "'<(1,2),3>'", `"<(1,2),3>"`, "character varying(255)"},
	{"polygon", "'((0,0),(1,1),(1,0))'", `"((0,0),(1,1),(1,0))"`, "character varying(65535)"},
	{"json", `'{"b": [1.10, null], "a": "ü"}'`, `"{""b"": [1.10, null], ""a"": ""ü""}"`, "character varying(65535)"},
	{"jsonb", `'{"b": [1.10, null], "a": "ü"}'`, `"{""a"": ""ü"", ""b"": [1.10, null]}"`, "character varying(65535)"},
	{"int[]", "'{1,2,NULL}'", `"{1,2,NULL}"`, "character varying(65535)"},
	{"text[]", `'{a,"b c","d\"e"}'`, `"{a,""b c"",""d\""e""}"`, "character varying(65535)"},
	{"shop.mood[]", "'{sad}'", `"{sad}"`, "character varying(65535)"},
	{"bytea[]", `'{"\\x00ff"}'`, `"{""\\x00ff""}"`, "character varying(65535)"},
	{"timestamptz[]", `'{"2024-03-31 02:30:00 Europe/Berlin"}'`, `"{""2024-03-31 01:30:00+00""}"`, "character varying(65535)"},
	{"shop.pair", `'(1,"x y")'`, `"(1,""x y"")"`, "character varying(65535)"},
	{"public.hstore", "'a=>1, b=>NULL'", `"""a""=>""1"", ""b""=>NULL"`, "character varying(65535)"},
	{"int4range", "'[1,5)'", `"[1,5)"`, "character varying(255)"},
	{"tstzrange", "'[2024-01-01,)'", `"[""2024-01-01 00:00:00+00"",)"`, "character varying(255)"},
	{"numrange", "'[1.5,2.5]'", `"[1.5,2.5]"`, "character varying(65535)"},
	{"int4multirange", "'{[1,3), [5,7)}'", `"{[1,3),[5,7)}"`, "character varying(65535)"},
	{"pg_lsn", "'16/B374D848'", `"16/B374D848"`, "character varying(17)"},
}
