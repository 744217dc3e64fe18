package task_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// shards brings the tables of two schemas together.
const shards = `,{"rule-type":"transformation","rule-id":"2","rule-name":"2","rule-target":"schema","object-locator":{"schema-name":"shard_"},"rule-action":"rename","value":"shop"}`

const sum = "SELECT count(*), sum(id), max(v) FROM shop.t"

// TestShards loads two tables into one, follows both, and loads one of them again: nothing of the
// other is lost or there twice.
func TestShards(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorldOf(t, engine)
			for i, from := range []int{0, 5000} {
				s := fmt.Sprint("shard", i+1)
				w.schema(s)
				w.source.Exec(t, "CREATE TABLE "+s+".t (id INT PRIMARY KEY, v INT)", fmt.Sprintf("INSERT INTO %s.t SELECT seq + %d, 1 FROM %s", s, from, w.series(1000)))
			}
			config := func(mode string) task.Config {
				return w.config("x.y", func(c *task.Config) {
					c.Mapping, c.Until.CaughtUp, c.ChunkRows = document(t, everything+shards), true, 300
					c.Settings.FullLoadSettings.TargetTablePrepMode = mode
				})
			}
			run := func(mode string, how task.Start, want string) *task.Task {
				t.Helper()
				one, stop, err := w.run(config(mode), how)
				if err != nil || stop != task.StopNormal {
					t.Fatalf("%s, %v", stop, err)
				}
				for _, s := range one.Tables() {
					if s.State != task.Completed || s.Error != "" {
						t.Errorf("%+v", s)
					}
				}
				if got := w.rows(sum); got != want {
					t.Errorf("%s: %s, want %s", mode, got, want)
				}
				return one
			}
			run("TRUNCATE_BEFORE_LOAD", task.StartReplication, "2000|6001000|1\n")
			w.source.Exec(t, "DELETE FROM shard1.t WHERE id = 1", "UPDATE shard2.t SET v = 2 WHERE id = 5001", "INSERT INTO shard2.t VALUES (1, 3)", "INSERT INTO shard1.t VALUES (7000, 4)")
			run("TRUNCATE_BEFORE_LOAD", task.ResumeProcessing, "2001|6008000|4\n")
			run("DROP_AND_CREATE", task.ReloadTarget, "2001|6008000|4\n")
			run("TRUNCATE_BEFORE_LOAD", task.ReloadTarget, "2001|6008000|4\n")

			b := w.start(w.config("x.y", func(c *task.Config) { c.Mapping = document(t, everything+shards) }), task.ResumeProcessing)
			w.source.Exec(t, "INSERT INTO shard1.t VALUES (8000, 5)")
			w.until(sum, "2002|6016000|5\n")
			if err := b.Reload(source.Name{Schema: "shard2", Table: "t"}); err != nil {
				t.Fatal(err)
			}
			w.source.Exec(t, "INSERT INTO shard1.t VALUES (9000, 6)")
			w.until(sum, "2003|6025000|6\n")
			if _, err := b.end(); err != nil {
				t.Error(err)
			}
			if i := slices.IndexFunc(b.Tables(), func(s task.TableStatistics) bool { return !s.FullLoadReloaded }); i >= 0 {
				t.Errorf("%+v was not loaded again", b.Tables()[i])
			}
		})
	}
}

// TestShardsCollide gives up the table whose keys are another's, too, and does not take tables
// together that nobody asked for.
func TestShardsCollide(t *testing.T) {
	for name, tt := range map[string]struct{ rules, says string }{
		"keys":  {shards, "is in the target's table more than once, since several source tables have it"},
		"names": {`,{"rule-type":"transformation","rule-id":"2","rule-name":"2","rule-target":"schema","object-locator":{"schema-name":"%"},"rule-action":"rename","value":"shop"}`, "it would be shop.t in the warehouse, as would shard"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for _, s := range []string{"shard1", "shard2"} {
				w.schema(s)
				w.source.Exec(t, "CREATE TABLE "+s+".t (id INT PRIMARY KEY, v INT)", "INSERT INTO "+s+".t VALUES (1, 1)")
			}
			one, stop, err := w.run(w.config("x.y", func(c *task.Config) { c.Type, c.Mapping = task.FullLoad, document(t, everything+tt.rules) }), task.StartReplication)
			if err != nil || stop != task.StopFullLoadFinished {
				t.Fatalf("%s, %v", stop, err)
			}
			bad := 0
			for _, s := range one.Tables() {
				if s.State == task.TableError {
					bad++
				}
			}
			if bad == 0 || !w.heard(tt.says) {
				t.Errorf("%+v", one.Tables())
			}
		})
	}
}
