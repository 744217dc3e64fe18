package task_test

import (
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/task"
)

const headers = `,{"rule-type":"transformation","rule-id":"2","rule-name":"2","rule-target":"column","object-locator":{"schema-name":"demo1","table-name":"%"},"rule-action":"add-column","value":"op","expression":"$AR_H_OPERATION","data-type":{"type":"string","length":10}},
	{"rule-type":"transformation","rule-id":"3","rule-name":"3","rule-target":"column","object-locator":{"schema-name":"demo1","table-name":"%"},"rule-action":"add-column","value":"place","expression":"$AR_H_STREAM_POSITION","data-type":{"type":"string","length":400}},
	{"rule-type":"transformation","rule-id":"4","rule-name":"4","rule-target":"column","object-locator":{"schema-name":"demo1","table-name":"%"},"rule-action":"add-column","value":"at","expression":"$AR_H_COMMIT_TIMESTAMP","data-type":{"type":"datetime","scale":6}},
	{"rule-type":"transformation","rule-id":"5","rule-name":"5","rule-target":"column","object-locator":{"schema-name":"demo1","table-name":"%"},"rule-action":"add-column","value":"seq","expression":"$AR_H_CHANGE_SEQ","data-type":{"type":"string","length":35}},
	{"rule-type":"transformation","rule-id":"6","rule-name":"6","rule-target":"column","object-locator":{"schema-name":"demo1","table-name":"%"},"rule-action":"add-column","value":"who","expression":"$AR_H_USER||'/'||($AR_H_TIMESTAMP = $AR_H_COMMIT_TIMESTAMP)","data-type":{"type":"string","length":20}}`

// TestHeaders fills what rules ask of a change's transaction: its time and place in the source's
// log, one for all of its rows, and numbers that grow; of rows of the load the time they were read.
func TestHeaders(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.schema("demo1")
			w.source.Exec(t, "CREATE TABLE demo1.t (id INT PRIMARY KEY, v INT)", "INSERT INTO demo1.t VALUES (1, 1), (2, 1)")
			config := func() task.Config {
				return w.config("x.y", func(c *task.Config) { c.Mapping, c.Until.CaughtUp = document(t, everything+headers), true })
			}
			began := time.Now().UTC()
			if _, stop, err := w.run(config(), task.StartReplication); err != nil || stop != task.StopNormal {
				t.Fatalf("%s, %v", stop, err)
			}
			now := "'" + began.Add(-time.Second).Format(time.DateTime) + "'"
			if got := w.rows("SELECT op, place, at >= " + now + ", length(seq), who FROM demo1.t ORDER BY id"); got != strings.Repeat("INSERT||t|35|/1\n", 2) {
				t.Errorf("loaded are %s", got)
			}
			w.source.Exec(t, "BEGIN", "INSERT INTO demo1.t VALUES (3, 1)", "UPDATE demo1.t SET v = 2 WHERE id = 1", "COMMIT", "INSERT INTO demo1.t VALUES (4, 1)")
			until := "'" + time.Now().UTC().Add(time.Second).Format(time.DateTime) + "'"
			if _, stop, err := w.run(config(), task.ResumeProcessing); err != nil || stop != task.StopNormal {
				t.Fatalf("%s, %v", stop, err)
			}
			if got := w.rows("SELECT id, op, length(place) > 3, at BETWEEN " + now + " AND " + until + ", length(seq), who FROM demo1.t WHERE id <> 2 ORDER BY id"); got != "1|UPDATE|t|t|35|/1\n3|INSERT|t|t|35|/1\n4|INSERT|t|t|35|/1\n" {
				t.Errorf("followed are %s", got)
			}
			for query, want := range map[string]string{
				"SELECT count(DISTINCT place), count(DISTINCT at) FROM demo1.t WHERE id IN (1, 3)":                                                                    "1|1\n",
				"SELECT a.place < b.place, a.at <= b.at FROM demo1.t a, demo1.t b WHERE a.id = 3 AND b.id = 4":                                                        "t|t\n",
				"SELECT count(DISTINCT seq), min(CASE WHEN id = 3 THEN seq END) = min(seq), max(CASE WHEN id = 4 THEN seq END) = max(seq) FROM demo1.t WHERE id <> 2": "3|t|t\n",
				"SELECT left(max(seq), 14) = to_char(max(at), 'YYYYMMDDHH24MISS') FROM demo1.t WHERE id <> 2":                                                         "t\n",
			} {
				if got := w.rows(query); got != want {
					t.Errorf("%s: %s, want %s", query, got, want)
				}
			}
		})
	}
}
