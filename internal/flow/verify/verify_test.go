package verify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/verify"
	"github.com/inlet-data/inlet/internal/node/nodetest"
)

// world is a MariaDB and a warehouse, with a task's way from one to the other.
type world struct {
	*nodetest.Node
	db     *mariadbtest.Server
	source *mysql.Source
	stage  *stage.Stage
	target *target.Target
	loads  int
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{Node: nodetest.Start(t), db: mariadbtest.Start(t)}
	w.db.Exec(t, "CREATE DATABASE shop", "SET SESSION sql_mode = ''")
	w.source = mysql.New(mysql.Config{Addrs: []string{w.db.Addr}, User: mariadbtest.User, Password: mariadbtest.Password})
	t.Cleanup(func() { w.source.Close() })
	w.stage = stage.New(stage.Options{Client: w.S3, Bucket: nodetest.Bucket, Folder: "task"})
	var err error
	w.target, err = target.Open(t.Context(), target.Config{Connect: w.Connect, Role: nodetest.Role, Region: nodetest.Region, Server: "server", Task: "task", Copy: target.CopyOptions{AcceptAnyDate: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.target.Close)
	return w
}

// load makes a table of the source and copies it as it is then into the warehouse.
func (w *world) load(t *testing.T, name string, statements ...string) *mapping.Plan {
	t.Helper()
	d, err := mapping.Explicit("shop.*")
	if err != nil {
		t.Fatal(err)
	}
	w.db.Exec(t, statements...)
	return w.loadBy(t, d, name)
}

func (w *world) loadBy(t *testing.T, d *mapping.Document, name string) *mapping.Plan {
	t.Helper()
	table, err := w.source.Describe(t.Context(), source.Name{Schema: "shop", Table: name})
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Plan(table, mapping.Options{Engine: "mariadb"})
	if err != nil {
		t.Fatal(err)
	}
	w.loads++
	set := w.stage.Set(t.Context(), fmt.Sprint(w.loads))
	_, err = w.source.Snapshot(t.Context(), p.From, source.Range{}, p.Writer(set))
	if err != nil {
		t.Fatal(err)
	}
	files, err := set.Close(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.target.Prepare(t.Context(), p, target.DropAndCreate); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.target.Load(t.Context(), p, target.Chunk{Manifest: files.Manifest, ID: "all"}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) verify(t *testing.T, p *mapping.Plan, change ...func(*verify.Config)) verify.Result {
	t.Helper()
	c := verify.Config{Source: w.source, Connect: w.Connect, Rows: 1000}
	for _, f := range change {
		f(&c)
	}
	v := verify.New(c)
	defer v.Close()
	r, err := v.Table(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// said are the differences as text.
func said(r verify.Result) []string {
	var all []string
	for _, d := range r.Differences {
		all = append(all, d.String())
	}
	slices.Sort(all)
	return all
}

// tables are kinds of keys: each is filled with 5,000 rows, id from 1.
var tables = []struct{ name, columns, row string }{
	{"numbers", "id int PRIMARY KEY, v varchar(20), n decimal(12,2)", "seq, CONCAT('v', seq), seq / 4"},
	{"two_numbers", "a int, id bigint unsigned, v varchar(20), n decimal(12,2), PRIMARY KEY (a, id)", "seq % 7, seq, CONCAT('v', seq), seq / 4"},
	{"words", "id varchar(20) PRIMARY KEY, v varchar(20), n decimal(12,2)", "CONCAT('K\\\\\\'', seq), CONCAT('v', seq), seq / 4"},
	{"keyless", "id int, v varchar(20), n decimal(12,2)", "seq % 1000, CONCAT('v', seq % 1000), seq % 10"},
}

func TestVerify(t *testing.T) {
	w := start(t)
	for _, tt := range tables {
		t.Run(tt.name, func(t *testing.T) {
			p := w.load(t, tt.name, "CREATE TABLE shop."+tt.name+" ("+tt.columns+")", "INSERT INTO shop."+tt.name+" SELECT "+tt.row+" FROM shop.seq_1_to_5000")
			r := w.verify(t, p)
			if !r.Equal || r.SourceRows != 5000 || r.TargetRows != 5000 || r.SourceSum != r.TargetSum || r.Unequal != 0 {
				t.Errorf("%+v, want 5000 equal rows", r)
			}
			if tt.name == "numbers" && r.Ranges != 5 {
				t.Errorf("%d ranges, want 5", r.Ranges)
			}
			w.damage(t, p)
			r = w.verify(t, p)
			if r.Equal || r.SourceRows != 5000 || r.TargetRows != 5000 || r.Unequal == 0 || r.State() != "Mismatched records" {
				t.Errorf("%+v, want 3 differences", r)
			}
			if diff := cmp.Diff(damaged[tt.name], said(r)); diff != "" {
				t.Errorf("differences differ (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("types", func(t *testing.T) { testTypes(t, w) })
	t.Run("rules", func(t *testing.T) { testRules(t, w) })
	t.Run("narrower", func(t *testing.T) { testNarrower(t, w) })
	t.Run("copies", func(t *testing.T) { testCopies(t, w) })
	t.Run("emptied", func(t *testing.T) { testEmptied(t, w) })
	t.Run("in flight", func(t *testing.T) { testInFlight(t, w) })
	t.Run("keys", func(t *testing.T) { testKeys(t, w) })
	t.Run("trouble", func(t *testing.T) { testTrouble(t, w) })
}

// damage changes one row of the warehouse, takes one away and adds one.
func (w *world) damage(t *testing.T, p *mapping.Plan) {
	t.Helper()
	n := p.Schema + "." + p.Table
	id := map[string][3]string{"words": {`'K\\''17'`, `'K\\''4000'`, `'other'`}}[p.Table]
	if id[0] == "" {
		id = [3]string{"17", "4000", "9999"}
	}
	first := map[string]string{"two_numbers": "a, "}[p.Table]
	value := map[string]string{"two_numbers": "0, "}[p.Table]
	if p.Table == "keyless" {
		w.SQL(t, "DELETE FROM "+n+" WHERE id = 17")
		w.SQL(t, "INSERT INTO "+n+" VALUES (17, 'v17', 7), (17, 'v17', 7), (17, 'v17', 7), (17, 'v17', 7), (17, 'changed', 7)")
		return
	}
	id[0], id[1] = strings.ReplaceAll(id[0], `\\`, `\`), strings.ReplaceAll(id[1], `\\`, `\`)
	w.SQL(t, "UPDATE "+n+" SET v = 'changed' WHERE id = "+id[0])
	w.SQL(t, "DELETE FROM "+n+" WHERE id = "+id[1])
	w.SQL(t, "INSERT INTO "+n+" ("+first+"id, v, n) VALUES ("+value+id[2]+", NULL, 1)")
}

var damaged = map[string][]string{
	"numbers":     {`MISSING_SOURCE id="9999"`, `MISSING_TARGET id="4000"`, `RECORD_DIFF id="17"; v is 'v17' in the source, 'changed' in the warehouse`},
	"two_numbers": {`MISSING_SOURCE a="0" id="9999"`, `MISSING_TARGET a="3" id="4000"`, `RECORD_DIFF a="3" id="17"; v is 'v17' in the source, 'changed' in the warehouse`},
	"words":       {`MISSING_SOURCE id="other"`, `MISSING_TARGET id="K\\'4000"`, `RECORD_DIFF id="K\\'17"; v is 'v17' in the source, 'changed' in the warehouse`},
	"keyless":     {`MISSING_SOURCE row="17" row="changed" row="7"`, `MISSING_TARGET row="17" row="v17" row="7"; the warehouse has it 4 times`},
}

// testTypes: each value that a source can hold is the same when it comes back from the warehouse.
func testTypes(t *testing.T, w *world) {
	types := []struct{ declared, values string }{
		{"tinyint", "-128, 127"}, {"bigint unsigned", "0, 18446744073709551615"}, {"decimal(10,2)", "-12345678.90, 0, 0.01"}, {"decimal(38,10)", "-1234567890123456789012345678.0123456789"},
		{"decimal(65,30)", "-12345678901234567890123456789012345.012345678901234567890123456789"}, {"float", "0.1, 16777216, -1e30"}, {"double", "0.1, -1.7976931348623157e308, 1e-300, 0"},
		{"bit(1)", "b'1', b'0'"}, {"bit(10)", "513"}, {"bit(64)", "18446744073709551615"}, {"date", "'2024-02-29', '0000-00-00', '9999-12-31'"},
		{"datetime", "'2024-03-31 02:30:00', '0000-00-00 00:00:00'"}, {"datetime(6)", "'9999-12-31 23:59:59.999999', '2024-01-01 00:00:00.100000'"}, {"timestamp(6)", "'2024-07-01 12:34:56.000001'"},
		{"time(6)", "'-838:59:59', '00:00:00', '25:00:00.5'"}, {"year", "2155, 0"}, {"char(10)", "'  ab  ', ''"}, {"varchar(10)", `'', ' ', '\\N', 'NULL', 'a,"b"', 'a\0b', 'x\ny', 'x\r\n', '\\'`},
		{"varchar(300)", "'😀😀😀'"}, {"varchar(20) character set latin1", "'Ärger €'"}, {"binary(4)", "X'0100'"}, {"varbinary(300)", "X'00ff10', ''"}, {"blob", "X'deadbeef', ''"},
		{"enum('a','it''s','ö')", "'it''s', 'wrong'"}, {"set('a','b','c','d')", "'d,a', ''"}, {"json", `'{"b":[1.10],"a":"ü"}'`}, {"point", "ST_GeomFromText('POINT(1 2)')"},
		{"uuid", "'123e4567-e89b-12d3-a456-426655440000'"}, {"inet6", "'2001:db8::ff00:42:8329'"}, {"mediumtext", "'m', REPEAT('m',60000)"},
	}
	columns, n := "", 0
	for i, typ := range types {
		columns += fmt.Sprintf(", c%d %s NULL", i, typ.declared)
	}
	w.db.Exec(t, "CREATE TABLE shop.types (id int PRIMARY KEY"+columns+")", "INSERT INTO shop.types (id) VALUES (0)")
	for i, typ := range types {
		for v := range strings.SplitSeq(typ.values, ", ") {
			n++
			w.db.Exec(t, fmt.Sprintf("INSERT INTO shop.types (id, c%d) VALUES (%d, %s)", i, n, v))
		}
	}
	p := w.load(t, "types")
	if r := w.verify(t, p); !r.Equal || r.SourceRows != int64(n+1) {
		t.Errorf("%d rows of %d, %q", r.SourceRows, n+1, said(r))
	}
	for i := range types {
		w.SQL(t, fmt.Sprintf("UPDATE shop.types SET c%d = NULL WHERE id > 0 AND c%d IS NOT NULL", i, i))
	}
	if r := w.verify(t, p); len(r.Differences) < n-3 { // Dates that are none are NULL on both sides.
		t.Errorf("%d differences of %d", len(r.Differences), n)
	}
}

// testRules: what rules make of rows is compared, but for what no second look can give again.
func testRules(t *testing.T, w *world) {
	w.db.Exec(t, "CREATE TABLE shop.ruled (id int PRIMARY KEY, a varchar(20), secret varchar(20), n int)",
		"INSERT INTO shop.ruled SELECT seq, CONCAT('a', seq), 'x', seq FROM shop.seq_1_to_100")
	d, err := mapping.Parse([]byte(`{"rules": [
		{"rule-type": "selection", "rule-id": "1", "rule-name": "1", "rule-action": "include", "object-locator": {"schema-name": "shop", "table-name": "ruled"},
			"filters": [{"filter-type": "source", "column-name": "n", "filter-conditions": [{"filter-operator": "gte", "value": "51"}]}]},
		{"rule-type": "transformation", "rule-id": "2", "rule-name": "2", "rule-target": "schema", "rule-action": "rename", "value": "ods", "object-locator": {"schema-name": "shop"}},
		{"rule-type": "transformation", "rule-id": "3", "rule-name": "3", "rule-target": "column", "rule-action": "remove-column", "object-locator": {"schema-name": "shop", "table-name": "ruled", "column-name": "secret"}},
		{"rule-type": "transformation", "rule-id": "4", "rule-name": "4", "rule-target": "column", "rule-action": "rename", "value": "key", "object-locator": {"schema-name": "shop", "table-name": "ruled", "column-name": "id"}},
		{"rule-type": "transformation", "rule-id": "5", "rule-name": "5", "rule-target": "column", "rule-action": "add-column", "value": "twice", "expression": "$a || $a", "data-type": {"type": "string", "length": 50}, "object-locator": {"schema-name": "shop", "table-name": "ruled"}},
		{"rule-type": "transformation", "rule-id": "6", "rule-name": "6", "rule-target": "column", "rule-action": "add-column", "value": "loaded", "expression": "datetime('now')", "data-type": {"type": "datetime", "precision": 6}, "object-locator": {"schema-name": "shop", "table-name": "ruled"}}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	p := w.loadBy(t, d, "ruled")
	r := w.verify(t, p)
	if !r.Equal || r.SourceRows != 50 || !slices.Equal(r.Skipped, []string{"loaded"}) {
		t.Errorf("%d rows, without %v, %q", r.SourceRows, r.Skipped, said(r))
	}
	w.SQL(t, "UPDATE ods.ruled SET twice = 'no' WHERE key = 60")
	if diff := cmp.Diff([]string{`RECORD_DIFF key="60"; twice is 'a60a60' in the source, 'no' in the warehouse`}, said(w.verify(t, p))); diff != "" {
		t.Errorf("differences differ (-want +got):\n%s", diff)
	}
}

// testNarrower: a table made by hand keeps less of each value, and that is equal.
func testNarrower(t *testing.T, w *world) {
	p := w.load(t, "hand", "CREATE TABLE shop.hand (id int PRIMARY KEY, d decimal(12,4), s varchar(20), m datetime(6), f double)",
		"INSERT INTO shop.hand VALUES (1, 1.2399, 'abcdef', '2024-01-02 03:04:05.678', 0.1), (2, -1, 'ab', '2024-01-02', 1e10)")
	w.SQL(t, "DROP TABLE shop.hand; CREATE TABLE shop.hand (id bigint, d decimal(6,2), s varchar(3), m date, f real)")
	w.SQL(t, "INSERT INTO shop.hand VALUES (1, 1.23, 'abc', '2024-01-02', 0.1), (2, -1, 'ab', '2024-01-02', 1e10)")
	if r := w.verify(t, p); !r.Equal {
		t.Errorf("%q", said(r))
	}
}

// testCopies: the warehouse keeps no key, so it may hold a row twice.
func testCopies(t *testing.T, w *world) {
	p := w.load(t, "copies", "CREATE TABLE shop.copies (id int PRIMARY KEY, v int)", "INSERT INTO shop.copies VALUES (1, 1), (2, 2)")
	w.SQL(t, "INSERT INTO shop.copies VALUES (2, 2)")
	r := w.verify(t, p)
	if diff := cmp.Diff([]string{`MISSING_SOURCE id="2"; the warehouse has it 2 times`}, said(r)); diff != "" || r.SourceRows != 2 || r.TargetRows != 3 {
		t.Errorf("%d rows, %d; differences differ (-want +got):\n%s", r.SourceRows, r.TargetRows, diff)
	}
}

// testEmptied: no more differences are named than asked for, and that there are others is told.
func testEmptied(t *testing.T, w *world) {
	p := w.load(t, "emptied", "CREATE TABLE shop.emptied (id varchar(9) PRIMARY KEY)", "INSERT INTO shop.emptied SELECT seq FROM shop.seq_1_to_3000")
	w.SQL(t, "DELETE FROM shop.emptied")
	r := w.verify(t, p, func(c *verify.Config) { c.Differences = 7 })
	if len(r.Differences) != 7 || !r.More || r.Equal || r.SourceRows != 3000 || r.TargetRows != 0 {
		t.Errorf("%+v", r)
	}
}

// testInFlight: rows that arrive while they are compared are no differences, those that stay are.
func testInFlight(t *testing.T, w *world) {
	for i, columns := range []string{"id int PRIMARY KEY", "id varchar(9) PRIMARY KEY", "id int"} {
		t.Run(columns, func(t *testing.T) {
			name := fmt.Sprint("flight", i)
			n := "shop." + name
			p := w.load(t, name, "CREATE TABLE "+n+" ("+columns+", v int)", "INSERT INTO "+n+" SELECT seq, seq FROM shop.seq_1_to_2000")
			w.db.Exec(t, "UPDATE "+n+" SET v = -v WHERE id IN (5, 1500)", "DELETE FROM "+n+" WHERE id IN (6, 1501)", "INSERT INTO "+n+" VALUES (3000, 1), (3001, 1)")
			arrive := []string{"UPDATE " + n + " SET v = -v WHERE id = 5", "DELETE FROM " + n + " WHERE id = 6", "INSERT INTO " + n + " VALUES (3000, 1)"}
			var mu sync.Mutex
			r := w.verify(t, p, func(c *verify.Config) {
				c.Applied = func(context.Context, source.Position) error {
					mu.Lock()
					defer mu.Unlock()
					for _, q := range arrive {
						w.SQL(t, q)
					}
					arrive = nil
					return nil
				}
			})
			if diff := cmp.Diff(stayed[min(len(p.Key), 1)], said(r)); diff != "" || r.Equal || r.Position == "" {
				t.Errorf("differences differ (-want +got):\n%s", diff)
			}
			if r.SourceRows != 2000 || r.TargetRows != 2000 || len(p.Key) > 0 && r.Moved == 0 {
				t.Errorf("%d rows, %d, %d moved", r.SourceRows, r.TargetRows, r.Moved)
			}
		})
	}
}

var stayed = [2][]string{
	{`MISSING_SOURCE row="1500" row="1500"`, `MISSING_SOURCE row="1501" row="1501"`, `MISSING_TARGET row="1500" row="-1500"`, `MISSING_TARGET row="3001" row="1"`},
	{`MISSING_SOURCE id="1501"`, `MISSING_TARGET id="3001"`, `RECORD_DIFF id="1500"; v is '-1500' in the source, '1500' in the warehouse`},
}

// testKeys compares some rows only.
func testKeys(t *testing.T, w *world) {
	p := w.load(t, "some", "CREATE TABLE shop.some (id int PRIMARY KEY, v int)", "INSERT INTO shop.some VALUES (1, 1), (2, 2), (3, 3)")
	w.SQL(t, "UPDATE shop.some SET v = 9 WHERE id > 1")
	v := verify.New(verify.Config{Source: w.source, Connect: w.Connect})
	defer v.Close()
	got, moving, err := v.Keys(t.Context(), p, []source.Key{{"1"}, {"2"}, {"77"}})
	if err != nil || moving != 0 || len(got) != 1 {
		t.Fatalf("%v, %d moving, %v; want one difference", got, moving, err)
	}
	key, details := got[0].Record()
	if key != `{"id":"2"}` || details != `[{"column":"v","source":"'2'","target":"'9'"}]` {
		t.Errorf("recorded as %s, %s", key, details)
	}
}

// testTrouble: a table that cannot be compared is no equal one, and an ended context ends it.
func testTrouble(t *testing.T, w *world) {
	p := w.load(t, "trouble", "CREATE TABLE shop.trouble (id int PRIMARY KEY)", "INSERT INTO shop.trouble VALUES (1)")
	gone := w.load(t, "gone", "CREATE TABLE shop.gone (id int PRIMARY KEY)")
	w.SQL(t, "DROP TABLE shop.gone")
	v := verify.New(verify.Config{Source: w.source, Connect: w.Connect})
	defer v.Close()
	var got []string
	equal, err := v.Tables(t.Context(), []*mapping.Plan{gone, p}, func(r verify.Result) { got = append(got, r.State()) })
	if diff := cmp.Diff([]string{"Table error", "Validated"}, got); diff != "" || equal || err != nil {
		t.Errorf("equal %v, %v; states differ (-want +got):\n%s", equal, err, diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Table(ctx, p); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}
