package copyjob_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func TestValidate(t *testing.T) {
	for _, tt := range []struct{ name, query, states, message string }{
		{"true", "SELECT count(*) < 9 FROM orders", "a I", ""},
		{"false", "SELECT count(*) > 9 FROM orders", "a E", "the query did not return true"},
		{"null", "SELECT CAST(NULL AS boolean)", "a E", "the query did not return true"},
		{"no rows", "SELECT key FROM orders WHERE key = ''nothing''", "a I", ""},
		{"rows", "SELECT key FROM orders", "a E", "the query returned rows, and must return none"},
		{"broken", "SELECT nowhere FROM orders", "a E", "nowhere"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			queries, topic := &plainQueries{}, &told{}
			w.jobs.Use(copyjob.Services{Notifier: topic, Queries: queries})
			w.ok(w.create("j", "orders", "", "ON"))
			w.ok(w.set("j", "validate = '"+tt.query+"', notify = 'arn:aws:sns:us-east-1:111111111111:alarm', quarantine = 's3://bad/'"))
			w.run()
			w.arrive("a@1")
			w.settled("j")
			w.want(states, tt.states)
			if tt.message == "" {
				w.want(loaded, "a@1")
				return
			}
			w.want(loaded)
			if got := w.rows("SELECT message FROM inlet.copy_job_message WHERE message LIKE 'Error: validate of COPY job \"j\": %'"); len(got) != 1 || !strings.Contains(got[0], tt.message) {
				t.Errorf("messages %q", got)
			}
			if len(topic.lines) != 1 || !strings.Contains(topic.lines[0], tt.message) || !strings.Contains(topic.lines[0], "s3://drop/a") {
				t.Errorf("told %q", topic.lines)
			}
			if len(w.loader.batches) != 1 || len(w.loader.moved) > 0 || queries.users[0] != "awsuser" {
				t.Errorf("%d loads, moved %q, asked by %q", len(w.loader.batches), w.loader.moved, queries.users)
			}
		})
	}
}

// One broken rule costs one load: it is not known which file breaks it.
func TestABatchThatBreaksARule(t *testing.T) {
	w := newWorld(t)
	w.jobs.Use(copyjob.Services{Queries: &plainQueries{}})
	w.ok(w.create("j", "orders", "", "OFF"))
	w.ok(w.set("j", "validate = 'SELECT key FROM orders WHERE key LIKE ''bad%'''"))
	w.arrive("a@1", "bad@1", "c@1")
	w.loader.listed = []load.Object{{Bucket: "drop", Key: "a"}}
	_, err := w.runNow("j")
	w.refused(err, "23514", "the query returned rows")
	w.want(loaded)
	w.want(states, "a E", "bad E", "c E")
	w.ok(w.set("j", "validate = DEFAULT"))
	_, err = w.runNow("j")
	w.ok(err)
	w.want(loaded, "a@")
}

func TestNotifyFails(t *testing.T) {
	w := newWorld(t)
	w.jobs.Use(copyjob.Services{Notifier: &told{fail: &fault.Error{Kind: fault.NotFound, Code: "NotFound", Message: "Topic does not exist"}}})
	w.loader.before = func([]load.Object) error { return &fault.Error{Kind: fault.Invalid, Code: "XX000", Message: "bad"} }
	w.ok(w.create("j", "orders", "", "ON"))
	w.ok(w.set("j", "notify = 'arn:aws:sns:us-east-1:111111111111:alarm'"))
	w.run()
	w.arrive("a@1")
	w.settled("j")
	w.want(states, "a E")
	w.want("SELECT message FROM inlet.copy_job_message WHERE message LIKE '%told%'", "Error: arn:aws:sns:us-east-1:111111111111:alarm was not told: Topic does not exist")
}

// dedupe is a world with a table of two columns and a job that keeps the newest row of a.
func dedupe(t *testing.T) *files {
	f := newFiles(t, t.TempDir())
	f.table("t", number, words)
	f.job("j", "t", "CSV", "OFF")
	f.ok(f.set("j", "dedupe_key = 'a'"))
	return f
}

const newest = "SELECT coalesce(a::VARCHAR, 'null') || b FROM public.t ORDER BY a, b"

func TestDedupe(t *testing.T) {
	f := dedupe(t)
	f.within(func(c *warehouse.Client) {
		_, err := c.Conn().Exec(f.ctx, "INSERT INTO public.t VALUES (1, 'x'), (2, 'x'), (7, 'x'), (7, 'y'), (NULL, 'x')")
		f.ok(err)
	})
	f.put("in/b", "1,b\n3,b\n3,c\n,b\n,b\n")
	f.put("in/a", "3,a\n2,a\n")
	f.rerun()
	f.want(newest, "1b", "2a", "3a", "7x", "7y", "nullb", "nullb", "nullx")
	f.put("in/c", "3,z\n")
	f.rerun()
	f.want(newest, "1b", "2a", "3z", "7x", "7y", "nullb", "nullb", "nullx")
	if _, err := f.unload("in/b"); err == nil {
		t.Error("rows that were replaced were unloaded")
	}
	f.want(newest, "1b", "2a", "3z", "7x", "7y", "nullb", "nullb", "nullx")
}

// The last line of many blocks and files wins.
func TestDedupeKeepsTheOrderOfManyRows(t *testing.T) {
	f := dedupe(t)
	for file := range 3 {
		var b strings.Builder
		for i := range 300_000 {
			fmt.Fprintf(&b, "%d,%d-%d\n", i%1000, file, i)
		}
		f.put(fmt.Sprint("in/", file), b.String())
	}
	f.rerun()
	f.want("SELECT count(*) || ' ' || min(b) || ' ' || max(b) FROM public.t", "1000 2-299000 2-299999")
}

func TestDedupeByTwoColumns(t *testing.T) {
	f := dedupe(t)
	f.ok(f.set("j", "dedupe_key = 'a, B'"))
	f.put("in/a", "1,a\n1,b\n1,a\n")
	f.rerun()
	f.want(newest, "1a", "1b")
}
