package pg_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/pg"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// failures are what "fail NAME" answers.
var failures = map[string]error{
	"fault":    &fault.Error{Kind: fault.Invalid, Code: "22012", Message: "Divide by zero", Detail: "d", Hint: "h"},
	"aws":      &fault.Error{Kind: fault.NotFound, Code: "NoSuchBucket", Message: "The specified bucket does not exist"},
	"engine":   &warehouse.EngineError{Kind: warehouse.ErrorBinder, Subtype: "COLUMN_NOT_FOUND", Message: `column "c" does not exist in t`},
	"internal": errors.New("password is hunter2"),
	"scan": &warehouse.EngineError{Kind: warehouse.ErrorOther, Message: "Invalid Input Error",
		Err: &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "Load into table 't' failed."}},
}

func lines(s ...string) string { return strings.Join(s, "\n") }

func TestSimpleQuery(t *testing.T) {
	b := newFake()
	b.results["select 2"] = integers(2)
	b.results["select 0"] = integers(0)
	broken := integers(1)
	broken.err = failures["fault"]
	b.results["select broken"] = broken
	c := login(t, start(t, pg.Config{Backend: b}))
	for _, tc := range []struct{ name, sql, want string }{
		{"rows", "select 2", lines("T n:20:8:-1:0", "D 1", "D 2", "C SELECT 2", "Z I")},
		{"no rows", "select 0", lines("T n:20:8:-1:0", "C SELECT 0", "Z I")},
		{"empty", " ; ", lines("EmptyQueryResponse", "Z I")},
		{"several", "insert; select 2", lines("C INSERT 0 3", "T n:20:8:-1:0", "D 1", "D 2", "C SELECT 2", "Z I")},
		{"stops at the first error", "insert; fail fault; insert", lines("C INSERT 0 3", "E ERROR 22012 Divide by zero", "Z I")},
		{"error in the text of a later statement", "insert; syntax", lines(`E ERROR 42601 syntax error at or near "syntax"`, "Z I")},
		{"error after rows", "select broken", lines("T n:20:8:-1:0", "D 1", "E ERROR 22012 Divide by zero", "Z I")},
		{"begin", "begin", lines("C BEGIN", "Z T")},
		{"failed transaction", "fail fault", lines("E ERROR 22012 Divide by zero", "Z E")},
		{"in failed transaction", "insert", lines("E ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block", "Z E")},
		{"rollback", "rollback", lines("C ROLLBACK", "Z I")},
		{"engine error", "fail engine", lines(`E ERROR 42703 column "c" does not exist in t`, "Z I")},
		{"fault inside an engine error", "fail scan", lines("E ERROR XX000 Load into table 't' failed.", "Z I")},
		{"AWS code", "fail aws", lines("E ERROR 42704 The specified bucket does not exist", "Z I")},
		{"notice", "notice", lines("N INFO Load into table 't' completed, 3 record(s) loaded successfully.", "C COPY", "Z I")},
		{"setting", "set DateStyle SQL, DMY", lines("S DateStyle=SQL, DMY", "C SET", "Z I")},
		{"setting by another case", "set datestyle ISO, MDY", lines("S DateStyle=ISO, MDY", "C SET", "Z I")},
		{"setting that stays the same", "set DateStyle ISO, MDY", lines("C SET", "Z I")},
		{"setting the client is not told", "set extra_float_digits 0", lines("C SET", "Z I")},
		{"not UTF-8", "select '\xff'", lines(`E ERROR 22021 invalid byte sequence for encoding "UTF8": 0xff`, "Z I")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, c.query(tc.sql)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSettingsChangeValues(t *testing.T) {
	b := newFake()
	moment, float := warehouse.NewVector(warehouse.VectorType{Kind: warehouse.KindTimestampTZ}), warehouse.NewVector(warehouse.VectorType{Kind: warehouse.KindDouble})
	warehouse.Values[float64](&float)[0] = 0.1 + 0.2000000000000001
	b.results["select"] = fakeResult{
		columns: []session.Column{{Name: "t", Type: sqltype.Type{ID: sqltype.TimestampTZ}}, {Name: "f", Type: sqltype.Type{ID: sqltype.Double}}},
		chunks:  func() []*chunk { return []*chunk{{Rows: 1, Vectors: []warehouse.Vector{moment, float}}} },
	}
	c := login(t, start(t, pg.Config{Backend: b}))
	for _, step := range []struct{ set, want string }{
		{"insert", "D 1970-01-01 00:00:00+00|0.3000000000000001"},
		{"set extra_float_digits 0", "D 1970-01-01 00:00:00+00|0.3"},
		{"set timezone Asia/Kolkata", "D 1970-01-01 05:30:00+05:30|0.3"},
		{"set extra_float_digits 2", "D 1970-01-01 05:30:00+05:30|0.3000000000000001"},
		{"set timezone nowhere", "D 1970-01-01 05:30:00+05:30|0.3000000000000001"},
	} {
		c.query(step.set)
		if got := c.query("select"); !strings.Contains(got, step.want+"\n") {
			t.Errorf("after %s: %s", step.set, got)
		}
	}
}

func TestCommitFails(t *testing.T) {
	b := newFake()
	b.syncErr = &fault.Error{Kind: fault.Conflict, Code: "40001", Message: "1023"}
	c := login(t, start(t, pg.Config{Backend: b}))
	want := lines("E ERROR 40001 1023", "E ERROR 40001 1023", "Z I")
	if diff := cmp.Diff(want, c.query("insert")); diff != "" {
		t.Error(diff)
	}
}

func TestInternalErrorIsNotShown(t *testing.T) {
	var log logbook
	c := login(t, start(t, pg.Config{Backend: newFake(), Logger: log.logger()}))
	got := c.query("fail internal")
	if strings.Contains(got, "hunter2") || !strings.Contains(got, "E ERROR XX000 internal error (request ") {
		t.Errorf("client got %s", got)
	}
	_, id, _ := strings.Cut(got, "(request ")
	id, _, _ = strings.Cut(id, ")")
	if !strings.Contains(log.String(), "request="+id) {
		t.Errorf("request %s is not in the log: %s", id, log.String())
	}
}

func TestErrorFields(t *testing.T) {
	c := login(t, start(t, pg.Config{Backend: newFake()}))
	c.send(&pgproto3.Query{String: "syntax"})
	got, ok := c.receive().(*pgproto3.ErrorResponse)
	if !ok {
		t.Fatal("no error")
	}
	want := &pgproto3.ErrorResponse{Severity: "ERROR", Code: "42601", Message: `syntax error at or near "syntax"`, Position: 3,
		File: "/home/rdsdb/padb/src/pg/src/backend/parser/parser_scan.l", Line: 732, Routine: "yyerror"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPanicEndsOnlyItsConnection(t *testing.T) {
	b := newFake()
	addr := start(t, pg.Config{Backend: b})
	c, other := login(t, addr), login(t, addr)
	if got := c.query("panic"); got != "closed" {
		t.Errorf("got %s", got)
	}
	if got := other.query("insert"); got != lines("C INSERT 0 3", "Z I") {
		t.Errorf("other connection: %s", got)
	}
}

func TestExtended(t *testing.T) {
	b := newFake()
	r := integers(5)
	r.params = []uint32{20}
	b.results["select 5"] = r
	parse := func(name, sql string) *pgproto3.Parse { return &pgproto3.Parse{Name: name, Query: sql} }
	bind := func(portal, stmt string) *pgproto3.Bind {
		return &pgproto3.Bind{DestinationPortal: portal, PreparedStatement: stmt}
	}
	run := func(portal string, n uint32) *pgproto3.Execute { return &pgproto3.Execute{Portal: portal, MaxRows: n} }
	sync := &pgproto3.Sync{}
	type ms = []pgproto3.FrontendMessage
	for _, tc := range []struct {
		name string
		ms   ms
		want string
	}{
		{"whole cycle", ms{parse("", "select 5"), &pgproto3.Describe{ObjectType: 'S'}, bind("", ""), &pgproto3.Describe{ObjectType: 'P'}, run("", 0), sync},
			lines("ParseComplete", "t [20]", "T n:20:8:-1:0", "BindComplete", "T n:20:8:-1:0", "D 1", "D 2", "D 3", "D 4", "D 5", "C SELECT 5", "Z I")},
		{"row limit", ms{parse("", "select 5"), bind("", ""), run("", 3), run("", 2), run("", 2), run("", 2), sync},
			lines("ParseComplete", "BindComplete", "D 1", "D 2", "D 3", "PortalSuspended", "D 4", "D 5", "PortalSuspended", "C SELECT 0", "C SELECT 0", "Z I")},
		{"statement between", ms{parse("", "select 5"), bind("a", ""), run("a", 2), parse("", "insert"), bind("", ""), run("", 0), run("a", 2), run("a", 0), sync},
			lines("ParseComplete", "BindComplete", "D 1", "D 2", "PortalSuspended", "ParseComplete", "BindComplete", "C INSERT 0 3",
				"D 3", "D 4", "PortalSuspended", "D 5", "C SELECT 1", "Z I")},
		{"two portals of one statement", ms{parse("s", "select 5"), bind("a", "s"), bind("b", "s"), &pgproto3.Close{ObjectType: 'S', Name: "s"},
			run("a", 4), run("b", 4), run("a", 4), &pgproto3.Close{ObjectType: 'P', Name: "b"}, sync},
			lines("ParseComplete", "BindComplete", "BindComplete", "CloseComplete", "D 1", "D 2", "D 3", "D 4", "PortalSuspended",
				"D 1", "D 2", "D 3", "D 4", "PortalSuspended", "D 5", "C SELECT 1", "CloseComplete", "Z I")},
		{"portal ends with its transaction", ms{run("a", 0), sync}, lines(`E ERROR 34000 portal "a" does not exist`, "Z I")},
		{"no rows", ms{parse("", "insert"), &pgproto3.Describe{ObjectType: 'S'}, bind("", ""), &pgproto3.Describe{ObjectType: 'P'}, run("", 0), run("", 0), sync},
			lines("ParseComplete", "t []", "NoData", "BindComplete", "NoData", "C INSERT 0 3", `E ERROR 55000 portal "" cannot be run`, "Z I")},
		{"empty", ms{parse("", ""), &pgproto3.Describe{ObjectType: 'S'}, bind("", ""), run("", 0), sync},
			lines("ParseComplete", "t []", "NoData", "BindComplete", "EmptyQueryResponse", "Z I")},
		{"skips to Sync", ms{parse("", "fail fault"), bind("", ""), run("", 0), bind("", ""), run("", 0), &pgproto3.Query{String: "insert"}, sync},
			lines("ParseComplete", "BindComplete", "E ERROR 22012 Divide by zero", "Z I")},
		{"several statements", ms{parse("", "insert; insert"), sync},
			lines("E ERROR 42601 cannot insert multiple commands into a prepared statement", "Z I")},
		{"name taken", ms{parse("n", "insert"), parse("n", "insert"), sync},
			lines("ParseComplete", `E ERROR 42P05 prepared statement "n" already exists`, "Z I")},
		{"portal name taken", ms{parse("n", "insert"), bind("p", "n"), bind("p", "n"), sync},
			lines("ParseComplete", "BindComplete", `E ERROR 42P03 cursor "p" already exists`, "Z I")},
		{"closed statement", ms{parse("n", "insert"), &pgproto3.Describe{ObjectType: 'S', Name: "n"}, &pgproto3.Close{ObjectType: 'S', Name: "n"},
			&pgproto3.Describe{ObjectType: 'S', Name: "n"}, sync},
			lines("ParseComplete", "t []", "NoData", "CloseComplete", `E ERROR 26000 prepared statement "n" does not exist`, "Z I")},
		{"close what is not there", ms{&pgproto3.Close{ObjectType: 'P', Name: "x"}, sync}, lines("CloseComplete", "Z I")},
		{"describe nonsense", ms{&pgproto3.Describe{ObjectType: 'x'}, sync}, lines("E ERROR 08P01 invalid DESCRIBE message subtype 120", "Z I")},
		{"values", ms{parse("", "echo"), &pgproto3.Bind{ParameterFormatCodes: []int16{1, 0}, Parameters: [][]byte{{0, 1}, []byte("é")}}, run("", 0), sync},
			lines("ParseComplete", "BindComplete", "D b:0001|t:é", "C SELECT 1", "Z I")},
		{"null and empty", ms{parse("", "echo"), &pgproto3.Bind{Parameters: [][]byte{nil, {}}}, run("", 0), sync},
			lines("ParseComplete", "BindComplete", "D NULL|t:", "C SELECT 1", "Z I")},
		{"text that is not UTF-8", ms{parse("", "echo"), &pgproto3.Bind{Parameters: [][]byte{{0xc3}}}, sync},
			lines("ParseComplete", `E ERROR 22021 invalid byte sequence for encoding "UTF8": 0xc3`, "Z I")},
		{"NUL in text", ms{parse("", "echo"), &pgproto3.Bind{Parameters: [][]byte{{'a', 0}}}, sync},
			lines("ParseComplete", `E ERROR 22021 invalid byte sequence for encoding "UTF8": 0x00`, "Z I")},
		{"wrong number of formats", ms{parse("", "echo"), &pgproto3.Bind{ParameterFormatCodes: []int16{1, 0}, Parameters: [][]byte{{0, 1}}}, sync},
			lines("ParseComplete", "E ERROR 08P01 bind message has 2 parameter formats but 1 parameters", "Z I")},
		{"unknown format", ms{parse("", "echo"), &pgproto3.Bind{ResultFormatCodes: []int16{2}}, sync},
			lines("ParseComplete", "E ERROR 22023 unsupported format code: 2", "Z I")},
		{"wrong number of result formats", ms{parse("", "echo"), &pgproto3.Bind{ResultFormatCodes: []int16{0, 0, 1}}, run("", 0), sync},
			lines("ParseComplete", "BindComplete", "E ERROR 08P01 bind message has 3 result formats but query has 2 columns", "Z I")},
		{"binary result", ms{parse("", "select 5"), &pgproto3.Bind{ResultFormatCodes: []int16{1}}, &pgproto3.Describe{ObjectType: 'P'}, run("", 1), sync},
			lines("ParseComplete", "BindComplete", "T n:20:8:-1:1", "D \x00\x00\x00\x00\x00\x00\x00\x01", "PortalSuspended", "Z I")},
		{"function call", ms{&pgproto3.FunctionCall{}}, lines("E ERROR 0A000 function call messages are not supported", "Z I")},
		{"copy data is ignored", ms{&pgproto3.CopyData{Data: []byte("1")}, &pgproto3.CopyDone{}, sync}, "Z I"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := login(t, start(t, pg.Config{Backend: b}))
			if diff := cmp.Diff(tc.want, c.ask(tc.ms...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPortalAcrossSyncInTransaction(t *testing.T) {
	b := newFake()
	b.results["select 5000"] = integers(5000)
	c := login(t, start(t, pg.Config{Backend: b, MaxHeld: 1 << 10}))
	c.query("begin")
	c.ask(&pgproto3.Parse{Name: "s", Query: "select 5000"}, &pgproto3.Bind{DestinationPortal: "p", PreparedStatement: "s"}, &pgproto3.Sync{})
	for i := range 2 {
		got := c.ask(&pgproto3.Execute{Portal: "p", MaxRows: 2000}, &pgproto3.Sync{})
		if !strings.HasSuffix(got, lines("PortalSuspended", "Z T")) || strings.Count(got, "D ") != 2000 {
			t.Fatalf("part %d: %.100s", i, got)
		}
	}
	// Another statement ends the stream; what is left does not fit into the 1 KiB allowed here.
	c.query("insert")
	got := c.ask(&pgproto3.Execute{Portal: "p"}, &pgproto3.Sync{})
	if !strings.Contains(got, "D 4001") || !strings.Contains(got, "E ERROR 53200") || !strings.HasSuffix(got, "Z E") {
		t.Errorf("got %.200s … %s", got, got[max(0, len(got)-200):])
	}
}
