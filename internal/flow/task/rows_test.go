package task_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// losing tells of one row more than it wrote, as when one got lost on the way.
type losing struct {
	source.Source
	table string
}

func (l *losing) Snapshot(ctx context.Context, t *source.Table, r source.Range, w io.Writer) (source.Result, error) {
	res, err := l.Source.Snapshot(ctx, t, r, w)
	if t.Table == l.table {
		res.Rows++
	}
	return res, err
}

// TestRowsMissing stops a table whose COPY did not load what was staged, and keeps nothing
// of the chunk; rows that a filter leaves out are not missing.
func TestRowsMissing(t *testing.T) {
	w := newWorld(t)
	w.small()
	w.source.Exec(t, "CREATE TABLE demo1.short (id INT PRIMARY KEY)", "INSERT INTO demo1.short VALUES (1), (2)")
	filter := `{"rule-type":"selection","rule-id":"1","rule-name":"1","rule-action":"include","object-locator":{"schema-name":"demo1","table-name":"cdcdata"},
		"filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"between","start-value":"100","end-value":"149"}]}]},
		{"rule-type":"selection","rule-id":"2","rule-name":"2","rule-action":"include","object-locator":{"schema-name":"demo1","table-name":"short"}}`
	c := w.config("demo1.cdcdata", func(c *task.Config) { c.Type, c.Mapping = task.FullLoad, document(t, filter) })
	c.Source = &losing{c.Source, "short"}
	one, stop, err := w.run(c, task.StartReplication)
	if err != nil || stop != task.StopFullLoadFinished {
		t.Fatalf("%s, %v", stop, err)
	}
	for _, s := range one.Tables() {
		if good := s.Table == "cdcdata"; good != (s.State == task.Completed) || !good && !strings.Contains(s.Error, "3 rows were staged in ") {
			t.Errorf("%s is %q: %s", s.Name, s.State, s.Error)
		}
	}
	if !w.heard("]E:  ") || !w.heard("and COPY loaded 2") {
		t.Error("the log does not say so")
	}
	if got := w.rows("SELECT (SELECT count(*) FROM demo1.cdcdata), (SELECT count(*) FROM demo1.short)"); got != "50|0\n" {
		t.Error(got)
	}
}

// TestReloadAddsNothing loads a table again whose rows are to be added to: they are there once.
func TestReloadAddsNothing(t *testing.T) {
	w := newWorld(t)
	w.small()
	b := w.start(w.config("demo1.*", func(c *task.Config) { c.Settings.FullLoadSettings.TargetTablePrepMode = "DO_NOTHING" }), task.StartReplication)
	w.until("SELECT count(*) FROM demo1.cdcdata", "500\n")
	w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (501, 'x')")
	w.until("SELECT count(*) FROM demo1.cdcdata", "501\n")
	if err := b.Reload(source.Name{Schema: "demo1", Table: "cdcdata"}); err != nil {
		t.Fatal(err)
	}
	w.await("it is loaded again", func() bool { s := b.Tables()[0]; return s.FullLoadReloaded && s.State == task.Completed })
	w.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (502, 'x')")
	w.until("SELECT count(*) FROM demo1.cdcdata WHERE id > 501", "1\n")
	if got := w.rows("SELECT count(*), count(DISTINCT id) FROM demo1.cdcdata"); got != "502|502\n" || !w.heard("is emptied before it is loaded again") {
		t.Error(got)
	}
}
