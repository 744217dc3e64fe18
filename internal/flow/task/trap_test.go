package task_test

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
)

// trap is an input that is easily mistaken, with what it must come to: once loaded, and
// once followed. T stands for the table, ~'…' for a text with backslashes, `…` for a quoted name.
type trap struct {
	name     string
	engine   string   // "" for all.
	columns  string   // After CREATE TABLE T.
	load     []string // Statements before the load, besides.
	change   []string // Statements that are followed.
	target   string   // Statement at the warehouse before the load.
	settings string   // More of the settings.
	conf     func(*task.Config)
	query    string
	loaded   string // The query's rows after the load.
	want     string // And after the changes.

	counts   string          // Rows of the load, and inserts, updates, deletes, DDL that were applied; "" for not looked at.
	excepted string          // Rows in awsdms_apply_exceptions.
	says     []string        // Lines of the log.
	state    task.TableState // "" for complete.
	errs     int64           // Rows that the load left out.
}

// trapSettings is a task's settings with more of them.
func trapSettings(t testing.TB, more string) *settings.Settings {
	t.Helper()
	if !strings.Contains(more, "ErrorBehavior") {
		more += `,"ErrorBehavior":{"RecoverableErrorInterval":0}`
	}
	base := `{"ChangeProcessingTuning":{"BatchApplyTimeoutMin":0,"BatchApplyTimeoutMax":1},
		"FullLoadSettings":{"TargetTablePrepMode":"TRUNCATE_BEFORE_LOAD"},"TargetMetadata":{"BatchApplyEnabled":true}` + more + `}`
	s, err := settings.Parse([]byte(base))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// oneByOne applies each change by itself. The base has the other half of TargetMetadata.
func oneByOne(c *task.Config) { c.Settings.TargetMetadata.BatchApplyEnabled = false }

// spring loads and follows the table of a trap.
func (w *world) spring(t *testing.T, tt trap, name string) {
	one := &world{t: t, source: w.source, url: w.url, engine: w.engine, node: w.node, sql: w.sql, dir: t.TempDir()}
	one.source.Exec(t, one.words("CREATE TABLE T "+tt.columns, name))
	if tt.target != "" {
		one.rows(one.words("CREATE SCHEMA IF NOT EXISTS demo1; "+tt.target, name))
	}
	one.exec(tt.load, name)
	config := func() task.Config {
		return one.config("demo1."+name, func(c *task.Config) {
			c.Name, c.Target.Task, c.Until.CaughtUp = name, name, true
			c.Settings = trapSettings(t, tt.settings)
			if tt.conf != nil {
				tt.conf(c)
			}
		})
	}
	last, stop, err := one.run(config(), task.StartReplication)
	if err != nil || stop != task.StopNormal {
		t.Fatalf("load: %s, %v", stop, err)
	}
	query := one.words(tt.query, name)
	if got := one.rows(query); got != tt.loaded {
		t.Errorf("loaded are\n%swant\n%s%+v", got, tt.loaded, last.Tables())
	}
	if tt.change != nil {
		one.exec(tt.change, name)
		if last, stop, err = one.run(config(), task.ResumeProcessing); err != nil || stop != task.StopNormal {
			t.Fatalf("changes: %s, %v", stop, err)
		}
		if got := one.rows(query); got != tt.want {
			t.Errorf("followed are\n%swant\n%s%+v", got, tt.want, last.Tables())
		}
	}
	one.agree(tt, last, name)
	if err := last.Remove(context.Background()); err != nil {
		t.Error(err)
	}
}

// agree compares statistics, exceptions and the log with what the trap must leave.
func (w *world) agree(tt trap, last *task.Task, name string) {
	w.t.Helper()
	s := last.Tables()[0]
	if s.State != cmp.Or(tt.state, task.Completed) {
		w.t.Errorf("the table is %q: %s", s.State, s.Error)
	}
	if got := fmt.Sprint(s.FullLoadRows, s.AppliedInserts, s.AppliedUpdates, s.AppliedDeletes, s.AppliedDdls); tt.counts != "" && got != tt.counts {
		w.t.Errorf("rows loaded, inserts, updates, deletes and DDL applied are %s, want %s", got, tt.counts)
	}
	if s.FullLoadErrorRows != tt.errs {
		w.t.Errorf("%d rows left out of the load, want %d", s.FullLoadErrorRows, tt.errs)
	}
	if tt.excepted == "" {
		tt.excepted = "0"
	}
	if got := w.rows("SELECT count(*) FROM awsdms_apply_exceptions WHERE table_name = '" + name + "'"); got != tt.excepted+"\n" {
		w.t.Errorf("%s exceptions, want %s: %s", strings.TrimSpace(got), tt.excepted, w.rows("SELECT statement, error FROM awsdms_apply_exceptions WHERE table_name = '"+name+"'"))
	}
	for _, text := range tt.says {
		if !w.heard(text) {
			w.t.Errorf("no line has %q:\n%s", text, strings.Join(w.lines, "\n"))
		}
	}
	if tt.says == nil && (w.heard("]E:") || s.State != task.Completed) {
		w.t.Errorf("the log has errors:\n%s", strings.Join(w.lines, "\n"))
	}
}

// words puts in a table's name, and the engine's quotes.
func (w *world) words(statement, name string) string {
	escape, quote := "", "`"
	if w.engine == "postgres" {
		escape, quote = "E", `"`
	}
	return strings.NewReplacer("~'", escape+"'", "`", quote).Replace(replaceWord(statement, "demo1."+name))
}

// replaceWord puts a name in place of each T that stands alone.
func replaceWord(statement, name string) string {
	parts := strings.Split(statement, " ")
	for i, p := range parts {
		if rest, ok := strings.CutPrefix(p, "T"); ok && (rest == "" || rest[0] == ';') {
			parts[i] = name + rest
		}
	}
	return strings.Join(parts, " ")
}

func (w *world) exec(statements []string, name string) {
	w.t.Helper()
	for _, s := range statements {
		if s == "FULL" { // What PostgreSQL needs to log whole rows.
			if w.engine != "postgres" {
				continue
			}
			s = "ALTER TABLE T REPLICA IDENTITY FULL"
		}
		w.source.Exec(w.t, w.words(s, name))
	}
}

const (
	emoji = "😀😀😀😀😀😀😀😀😀😀" // Forty bytes.
	hard  = `a,"b"\nc\\\\N\r\n`
)

func traps() []trap {
	extremes := "255, 65535, 16777215, 4294967295, 18446744073709551615"
	nothing := []string{`INSERT INTO T VALUES (1, ''), (2, NULL)`, `INSERT INTO T VALUES (3, NULL), (4, ''), (5, 'x')`, `UPDATE T SET v = '' WHERE id = 5`}
	ring := []string{"BEGIN", "UPDATE T SET id = 9 WHERE id = 3", "UPDATE T SET id = 3 WHERE id = 2", "UPDATE T SET id = 2 WHERE id = 1", "UPDATE T SET id = 1 WHERE id = 9", "COMMIT"}
	again := []string{"BEGIN", "DELETE FROM T WHERE id = 5", "INSERT INTO T VALUES (5, 'b', 'kept')", "UPDATE T SET v = 'c' WHERE id = 5", "COMMIT"}
	toast := []string{"ALTER TABLE T ALTER COLUMN big SET STORAGE EXTERNAL", "INSERT INTO T VALUES (1, 1, repeat('x', 20480)), (2, 1, repeat('y', 20480))"}
	touched := []string{"UPDATE T SET n = 2 WHERE id = 1", "UPDATE T SET id = 3 WHERE id = 2"}
	words := []string{"INSERT INTO T VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')"}
	worded := []string{"UPDATE T SET `select` = 'B' WHERE `user` = 1 AND `group` = 2", "DELETE FROM T WHERE `user` = 2", "UPDATE T SET `group` = 7 WHERE `user` = 1 AND `group` = 1"}
	cut := []string{"BEGIN", "INSERT INTO T VALUES (2)", "COMMIT", "TRUNCATE TABLE T", "INSERT INTO T VALUES (3)"}
	numbers := "SELECT id, a, b, c, d, e FROM T ORDER BY id"
	return []trap{
		{name: "04: unsigned extremes", engine: "mariadb", columns: "(id INT PRIMARY KEY, a TINYINT UNSIGNED, b SMALLINT UNSIGNED, c MEDIUMINT UNSIGNED, d INT UNSIGNED, e BIGINT UNSIGNED)",
			load: []string{"INSERT INTO T VALUES (1, " + extremes + "), (2, 0, 0, 0, 0, 0)"}, change: []string{"INSERT INTO T VALUES (3, " + extremes + ")", "UPDATE T SET a = 255, b = 65535, c = 16777215, d = 4294967295, e = 18446744073709551615 WHERE id = 2"},
			query: numbers, loaded: "1|255|65535|16777215|4294967295|18446744073709551615\n2|0|0|0|0|0\n", counts: "2 1 1 0 0",
			want: "1|255|65535|16777215|4294967295|18446744073709551615\n2|255|65535|16777215|4294967295|18446744073709551615\n3|255|65535|16777215|4294967295|18446744073709551615\n"},
		{name: "04: unsigned extremes in DMS's types", engine: "mariadb", columns: "(id INT PRIMARY KEY, b SMALLINT UNSIGNED, d INT UNSIGNED)", conf: func(c *task.Config) { c.Types = mapping.DMS },
			target: "CREATE TABLE T (id INT, b SMALLINT, d INT)", load: []string{"INSERT INTO T VALUES (1, 32767, 2147483647), (2, 65535, 1), (3, 1, 4294967295)"},
			change: []string{"INSERT INTO T VALUES (4, 65535, 1), (5, 1, 4294967295), (6, 1, 1)"},
			query:  "SELECT id, b, d FROM T ORDER BY id", loaded: "1|32767|2147483647\n", want: "1|32767|2147483647\n6|1|1\n", excepted: "4", errs: 2, counts: "1 1 0 0 0",
			says: []string{"]W:  Load into table 'demo1'.'t1': 2 rows were refused and left out", "column b"}},
		{name: "05: empty and NULL", columns: "(id INT PRIMARY KEY, v VARCHAR(20))", load: nothing[:1], change: nothing[1:], query: "SELECT id, v IS NULL FROM T ORDER BY id",
			loaded: "1|f\n2|t\n", want: "1|f\n2|t\n3|t\n4|f\n5|f\n", counts: "2 3 1 0 0"},
		{name: "05: empty as NULL", columns: "(id INT PRIMARY KEY, v VARCHAR(20))", load: nothing[:1], change: nothing[1:], query: "SELECT id, v IS NULL FROM T ORDER BY id",
			loaded: "1|t\n2|t\n", want: "1|t\n2|t\n3|t\n4|t\n5|t\n", conf: func(c *task.Config) { c.Target.Copy.EmptyAsNull = true }},
		{name: "06: quotes, line ends and a text like NULL", columns: "(id INT PRIMARY KEY, v VARCHAR(40))", load: []string{"INSERT INTO T VALUES (1, ~'" + hard + "'), (2, ~'\\\\N')"},
			change: []string{"INSERT INTO T VALUES (3, ~'" + hard + "'), (4, ~'\\\\N')"}, query: "SELECT id, v FROM T ORDER BY id",
			loaded: "1|a,\"b\"\nc\\\\N\r\n\n2|\\N\n", want: "1|a,\"b\"\nc\\\\N\r\n\n2|\\N\n3|a,\"b\"\nc\\\\N\r\n\n4|\\N\n"},
		{name: "07: forty bytes in a table of its own", columns: "(id INT PRIMARY KEY, v VARCHAR(10))", load: []string{"INSERT INTO T VALUES (1, '" + emoji + "')"}, change: []string{"INSERT INTO T VALUES (2, '" + emoji + "')"},
			query: "SELECT id, octet_length(v) FROM T ORDER BY id", loaded: "1|40\n", want: "1|40\n2|40\n"},
		{name: "07: forty bytes in ten, suspended", columns: "(id INT PRIMARY KEY, v VARCHAR(10))", target: "CREATE TABLE T (id INT, v VARCHAR(10))", load: []string{"INSERT INTO T VALUES (1, '" + emoji + "')"},
			settings: `,"ErrorBehavior":{"RecoverableErrorInterval":0,"DataTruncationErrorPolicy":"SUSPEND_TABLE"}`, query: "SELECT count(*) FROM T", loaded: "0\n", state: task.TableError, says: []string{"column v"}},
		{name: "07: forty bytes in ten, left out", columns: "(id INT PRIMARY KEY, v VARCHAR(10))", target: "CREATE TABLE T (id INT, v VARCHAR(10))", load: []string{"INSERT INTO T VALUES (1, '" + emoji + "'), (2, 'b')"},
			settings: `,"ErrorBehavior":{"RecoverableErrorInterval":0,"DataTruncationErrorPolicy":"IGNORE_RECORD"}`, query: "SELECT id, v FROM T ORDER BY id", loaded: "2|b\n", want: "2|b\n3|c\n",
			change: []string{"INSERT INTO T VALUES (4, '" + emoji + "'), (3, 'c')"}, says: []string{"column 'v'"}, errs: 1},
		{name: "08: insert and delete in one batch", columns: "(id INT PRIMARY KEY)", change: []string{"BEGIN", "INSERT INTO T VALUES (1)", "DELETE FROM T WHERE id = 1", "COMMIT"}, query: "SELECT id FROM T", counts: "0 1 0 1 0"},
		{name: "08: insert and delete one by one", columns: "(id INT PRIMARY KEY)", change: []string{"BEGIN", "INSERT INTO T VALUES (1)", "DELETE FROM T WHERE id = 1", "COMMIT"}, query: "SELECT id FROM T", conf: oneByOne, counts: "0 1 0 1 0"},
		{name: "09: keys exchanged in a ring", columns: "(id INT PRIMARY KEY, v VARCHAR(5))", load: []string{"INSERT INTO T VALUES (1, 'a'), (2, 'b'), (3, 'c')"}, change: ring, query: "SELECT id, v FROM T ORDER BY id",
			loaded: "1|a\n2|b\n3|c\n", want: "1|c\n2|a\n3|b\n", counts: "3 0 4 0 0"},
		{name: "09: keys exchanged one by one", columns: "(id INT PRIMARY KEY, v VARCHAR(5))", load: []string{"INSERT INTO T VALUES (1, 'a'), (2, 'b'), (3, 'c')"}, change: ring, query: "SELECT id, v FROM T ORDER BY id",
			loaded: "1|a\n2|b\n3|c\n", want: "1|c\n2|a\n3|b\n", conf: oneByOne, counts: "3 0 4 0 0"},
		{name: "10: delete, insert, update in one batch", columns: "(id INT PRIMARY KEY, v VARCHAR(5), w VARCHAR(5))", load: []string{"INSERT INTO T VALUES (5, 'a', 'old')"}, change: again, query: "SELECT id, v, w FROM T",
			loaded: "5|a|old\n", want: "5|c|kept\n", counts: "1 1 1 1 0"},
		{name: "10: delete, insert, update one by one", columns: "(id INT PRIMARY KEY, v VARCHAR(5), w VARCHAR(5))", load: []string{"INSERT INTO T VALUES (5, 'a', 'old')"}, change: again, query: "SELECT id, v, w FROM T",
			loaded: "5|a|old\n", want: "5|c|kept\n", conf: oneByOne, counts: "1 1 1 1 0"},
		{name: "11: one update of two equal rows", columns: "(n INT, v VARCHAR(5))", load: []string{"FULL", "INSERT INTO T VALUES (1, 'same'), (1, 'same'), (1, 'other'), (2, 'same')"}, change: []string{"UPDATE T SET v = 'new' WHERE n = 1 AND v = 'same'"},
			query: "SELECT n, v FROM T ORDER BY n, v", loaded: "1|other\n1|same\n1|same\n2|same\n", want: "1|new\n1|new\n1|other\n2|same\n", counts: "4 0 2 0 0"},
		{name: "12: unchanged TOAST in a batch", engine: "postgres", columns: "(id INT PRIMARY KEY, n INT, big TEXT)", load: toast, change: touched, query: "SELECT id, n, octet_length(big), left(big, 3) FROM T ORDER BY id",
			loaded: "1|1|20480|xxx\n2|1|20480|yyy\n", want: "1|2|20480|xxx\n3|1|20480|yyy\n", counts: "2 0 2 0 0"},
		{name: "12: unchanged TOAST one by one", engine: "postgres", columns: "(id INT PRIMARY KEY, n INT, big TEXT)", load: toast, change: touched, query: "SELECT id, n, octet_length(big), left(big, 3) FROM T ORDER BY id",
			loaded: "1|1|20480|xxx\n2|1|20480|yyy\n", want: "1|2|20480|xxx\n3|1|20480|yyy\n", conf: oneByOne, counts: "2 0 2 0 0"},
		{name: "13: dates that are none as NULL", engine: "mariadb", columns: "(id INT PRIMARY KEY, d DATE)", load: []string{"SET SESSION sql_mode = 'ALLOW_INVALID_DATES'", "INSERT INTO T VALUES (1, '0000-00-00'), (2, '2024-02-30'), (3, '2024-02-29')"},
			change: []string{"INSERT INTO T VALUES (4, '0000-00-00'), (5, '2024-02-30'), (6, '2024-02-29')"}, conf: func(c *task.Config) { c.Target.Copy.AcceptAnyDate = true },
			query: "SELECT id, d FROM T ORDER BY id", loaded: "1|\n2|\n3|2024-02-29\n", want: "1|\n2|\n3|2024-02-29\n4|\n5|\n6|2024-02-29\n"},
		{name: "13: dates that are none", engine: "mariadb", columns: "(id INT PRIMARY KEY, d DATE)", load: []string{"INSERT INTO T VALUES (1, '2024-02-30'), (2, '2024-02-29')"}, change: []string{"INSERT INTO T VALUES (3, '2024-02-30'), (4, '2024-02-29')"},
			query: "SELECT id, d FROM T ORDER BY id", loaded: "1|\n2|2024-02-29\n", want: "1|\n2|2024-02-29\n3|\n4|2024-02-29\n", excepted: "2", says: []string{"1 values of table 'demo1'.'t", "1 values of table demo1.t"}},
		{name: "13: dates that are none in a column NOT NULL", engine: "mariadb", columns: "(id INT PRIMARY KEY, d DATE)", target: "CREATE TABLE T (id INT, d DATE NOT NULL)", load: []string{"INSERT INTO T VALUES (1, '2024-02-30'), (2, '2024-02-29')"},
			change: []string{"INSERT INTO T VALUES (3, '2024-02-30'), (4, '2024-02-29')"}, conf: func(c *task.Config) { c.Target.Copy.AcceptAnyDate = true },
			query: "SELECT id, d FROM T ORDER BY id", loaded: "2|2024-02-29\n", want: "2|2024-02-29\n4|2024-02-29\n", excepted: "2", errs: 1, says: []string{"column d"}},
		{name: "14: hours beyond a day", engine: "mariadb", columns: "(id INT PRIMARY KEY, a TIME, b TIME(1), c TIME)", load: []string{"INSERT INTO T VALUES (1, '-838:59:59', '25:00:00.5', '00:00:00')"},
			change: []string{"INSERT INTO T VALUES (2, '-838:59:59', '25:00:00.5', '00:00:00')"}, query: "SELECT a, b, c FROM T ORDER BY id",
			loaded: "-838:59:59|25:00:00.500000|00:00:00\n", want: "-838:59:59|25:00:00.500000|00:00:00\n-838:59:59|25:00:00.500000|00:00:00\n"}, // A fraction has six digits.
		{name: "15: zones of server and session", engine: "mariadb", columns: "(id INT PRIMARY KEY, a DATETIME, b TIMESTAMP NULL)",
			load:   []string{"SET GLOBAL time_zone = '-08:00'", "SET SESSION time_zone = '+02:00', sql_mode = ''", "INSERT INTO T VALUES (1, '2024-03-31 02:30:00', '2024-03-31 02:30:00')"},
			change: []string{"INSERT INTO T VALUES (2, '2024-03-31 02:30:00', '2024-03-31 02:30:00')", "SET SESSION time_zone = DEFAULT", "SET GLOBAL time_zone = SYSTEM"}, query: "SELECT a, b FROM T ORDER BY id",
			loaded: "2024-03-31 02:30:00|2024-03-31 00:30:00\n", want: "2024-03-31 02:30:00|2024-03-31 00:30:00\n2024-03-31 02:30:00|2024-03-31 00:30:00\n"},
		{name: "16: a document cut at the limit", columns: "(id INT PRIMARY KEY, doc JSON)", load: []string{jsonRow(1, 40000)}, change: []string{jsonRow(2, 40000)}, conf: lob(32),
			query: "SELECT id, octet_length(doc) FROM T ORDER BY id", loaded: "1|32768\n", want: "1|32768\n2|32768\n", says: []string{"]W:  The value of column 'doc' in table 'demo1.", "was truncated to length 32768"}},
		{name: "16: a whole document", columns: "(id INT PRIMARY KEY, doc JSON)", load: []string{jsonRow(1, 40000)}, change: []string{jsonRow(2, 40000)}, conf: lob(63),
			query: "SELECT id, octet_length(doc) FROM T ORDER BY id", loaded: "1|40000\n", want: "1|40000\n2|40000\n"},
		{name: "16: a document that no column holds", columns: "(id INT PRIMARY KEY, doc JSON)", load: []string{jsonRow(1, 40000)}, change: []string{jsonRow(2, 70000)}, conf: lob(63),
			query: "SELECT id, octet_length(doc) FROM T ORDER BY id", loaded: "1|40000\n", want: "1|40000\n2|65535\n", says: []string{"was truncated to length 65535"}},
		{name: "22: a column dropped between rows", columns: "(id INT PRIMARY KEY, a INT, b INT, c INT)", load: []string{"INSERT INTO T VALUES (1, 10, 20, 30)"},
			change: []string{"INSERT INTO T VALUES (2, 11, 21, 31)", "ALTER TABLE T DROP COLUMN b", "INSERT INTO T VALUES (3, 12, 32)"}, query: "SELECT * FROM T ORDER BY id",
			loaded: "1|10|20|30\n", want: "1|10|30\n2|11|31\n3|12|32\n"},
		{name: "23: TRUNCATE between rows", columns: "(id INT PRIMARY KEY)", load: []string{"INSERT INTO T VALUES (1)"}, change: cut, query: "SELECT id FROM T ORDER BY id", loaded: "1\n", want: "3\n"},
		{name: "23: TRUNCATE that is not followed", columns: "(id INT PRIMARY KEY)", load: []string{"INSERT INTO T VALUES (1)"}, change: cut, query: "SELECT id FROM T ORDER BY id", loaded: "1\n", want: "1\n2\n3\n",
			settings: `,"ChangeProcessingDdlHandlingPolicy":{"HandleSourceTableTruncated":false}`},
		{name: "28: names that are words of SQL", columns: "(`user` INT, `group` INT, `select` VARCHAR(5), PRIMARY KEY (`user`, `group`))", load: words, change: worded, query: `SELECT "user", "group", "select" FROM T ORDER BY 1, 2`,
			loaded: "1|1|a\n1|2|b\n2|1|c\n", want: "1|2|B\n1|7|a\n", counts: "3 0 2 1 0"},
		{name: "28: names that are words of SQL, one by one", columns: "(`user` INT, `group` INT, `select` VARCHAR(5), PRIMARY KEY (`user`, `group`))", load: words, change: worded, query: `SELECT "user", "group", "select" FROM T ORDER BY 1, 2`,
			loaded: "1|1|a\n1|2|b\n2|1|c\n", want: "1|2|B\n1|7|a\n", conf: oneByOne, counts: "3 0 2 1 0"},
	}
}

// jsonRow inserts JSON of so many bytes.
func jsonRow(id, bytes int) string {
	return fmt.Sprintf(`INSERT INTO T VALUES (%d, '"%s"')`, id, strings.Repeat("x", bytes-2))
}

// lob limits values to so many KB.
func lob(kb int) func(*task.Config) {
	return func(c *task.Config) {
		s, err := settings.Parse(fmt.Appendf(nil, `{"ErrorBehavior":{"RecoverableErrorInterval":0},"ChangeProcessingTuning":{"BatchApplyTimeoutMin":0,"BatchApplyTimeoutMax":1},
			"TargetMetadata":{"BatchApplyEnabled":true,"LobMaxSize":%d}}`, kb))
		if err == nil {
			c.Settings = s
		}
	}
}

// TestTraps has the numbers of the list of traps.
func TestTraps(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.schema("demo1")
			for i, tt := range traps() {
				if tt.engine == "" || tt.engine == engine {
					t.Run(tt.name, func(t *testing.T) { w.spring(t, tt, fmt.Sprint("t", i)) })
				}
			}
		})
	}
}
