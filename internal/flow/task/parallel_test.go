package task_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestParallelLoad loads the parts that table mappings ask for, each as a chunk of its own.
func TestParallelLoad(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			w.schema("demo1")
			w.partitioned()
			all := "1|a|1 2|b|11 3|B|12 4||25 5|c|"
			for _, tt := range []struct {
				name, load string
				chunks     int
				want       string // "" when the table is refused.
				says       string
			}{
				{"none", `{"type":"none"}`, 1, all, ""},
				{"ranges of the key", `{"type":"ranges","columns":["id"],"boundaries":[["2"],["4"]]}`, 3, all, "segment 3: "},
				{"ranges of another column", `{"type":"ranges","columns":["v"],"boundaries":[["11"],["12"],["20"]]}`, 4, all, ""},
				{"ranges of two columns", `{"type":"ranges","columns":["name","v"],"boundaries":[["a","1"],["b","11"],["c","5"]]}`, 4, all, ""},
				{"all partitions", `{"type":"partitions-auto"}`, 3, all, "in 3 parts, its partitions"},
				{"some partitions", `{"type":"partitions-list","partitions":["p0","p2"]}`, 2, "1|a|1 4||25 5|c|", "rows of the partitions p1 are not loaded"},
				{"no such partition", `{"type":"partitions-list","partitions":["p0","p9"]}`, 0, "", "it has no partition p9"},
			} {
				t.Run(tt.name, func(t *testing.T) {
					w.dir = t.TempDir()
					rule := fmt.Sprintf(`,{"rule-type":"table-settings","rule-id":"2","rule-name":"2","object-locator":{"schema-name":"demo1","table-name":"t"},"parallel-load":%s}`, tt.load)
					selected := strings.Replace(everything, `"table-name":"%"`, `"table-name":"t"`, 1)
					one, stop, err := w.run(w.config("demo1.t", func(c *task.Config) { c.Type, c.Mapping = task.FullLoad, document(t, selected+rule) }), task.StartReplication)
					s := one.Tables()[0]
					if !w.heard(tt.says) {
						t.Errorf("no line has %q", tt.says)
					}
					if tt.want == "" {
						if err == nil || s.State != task.TableError {
							t.Errorf("%s, %v, %q", stop, err, s.State)
						}
						return
					}
					if err != nil || s.Chunks != tt.chunks || s.State != task.Completed {
						t.Fatalf("%s, %v, %d chunks, %q", stop, err, s.Chunks, s.State)
					}
					if got := strings.TrimSpace(strings.ReplaceAll(w.rows("SELECT id, name, v FROM demo1.t ORDER BY id"), "\n", " ")); got != tt.want {
						t.Errorf("%q, want %q", got, tt.want)
					}
				})
			}
		})
	}
}

// partitioned makes demo1.t of three partitions by its key, with rows that have NULL.
func (w *world) partitioned() {
	rows := "INSERT INTO demo1.t VALUES (1, 'a', 1), (2, 'b', 11), (3, 'B', 12), (4, NULL, 25), (5, 'c', NULL)"
	if w.engine == "postgres" {
		w.source.Exec(w.t, "CREATE TABLE demo1.t (id INT PRIMARY KEY, name VARCHAR(10), v INT) PARTITION BY RANGE (id)", "CREATE TABLE demo1.p0 PARTITION OF demo1.t FOR VALUES FROM (0) TO (2)",
			"CREATE TABLE demo1.p1 PARTITION OF demo1.t FOR VALUES FROM (2) TO (4)", "CREATE TABLE demo1.p2 PARTITION OF demo1.t FOR VALUES FROM (4) TO (100)", rows)
		return
	}
	w.source.Exec(w.t, "CREATE TABLE demo1.t (id INT PRIMARY KEY, name VARCHAR(10), v INT) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN (4), PARTITION p2 VALUES LESS THAN MAXVALUE)", rows)
}
