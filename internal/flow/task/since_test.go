package task_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestSince begins with what was committed at a time, and ends before another: the server's
// log is made to have the hours of a day in it.
func TestSince(t *testing.T) {
	w := newWorld(t)
	w.schema("demo1")
	w.source.Exec(t, "CREATE TABLE demo1.a (id INT PRIMARY KEY)", "FLUSH BINARY LOGS")
	day := time.Now().Add(time.Hour).Truncate(time.Second)
	hour := func(n int) time.Time { return day.Add(time.Duration(n) * time.Hour) }
	for n := 1; n <= 6; n++ {
		w.source.Exec(t, fmt.Sprintf("SET SESSION timestamp = %d", hour(n).Unix()), fmt.Sprintf("INSERT INTO demo1.a VALUES (%d), (%d)", 10*n, 10*n+1))
	}
	for i, tt := range []struct {
		since time.Time
		until time.Time
		want  string
	}{
		{hour(3), time.Time{}, "30|61|8\n"},
		{hour(3).Add(time.Second), time.Time{}, "40|61|6\n"},
		{hour(2), hour(4), "20|41|6\n"},
		{hour(7), time.Time{}, "||0\n"},
		{hour(0), time.Time{}, "10|61|12\n"},
	} {
		w.dir = t.TempDir()
		w.rows("CREATE SCHEMA IF NOT EXISTS demo1; DROP TABLE IF EXISTS demo1.a; CREATE TABLE demo1.a (id INT PRIMARY KEY)")
		c := w.config("demo1.a", func(c *task.Config) {
			c.Type, c.Since, c.Until.CommitTime, c.Until.CaughtUp = task.CDC, tt.since, tt.until, true
		})
		_, stop, err := w.run(c, task.StartReplication)
		want := task.StopNormal
		if !tt.until.IsZero() {
			want = task.StopCommitTime
		}
		if err != nil || stop != want {
			t.Fatalf("%d: %s, %v", i, stop, err)
		}
		if got := w.rows("SELECT min(id), max(id), count(*) FROM demo1.a"); got != tt.want {
			t.Errorf("%d: %q, want %q", i, got, tt.want)
		}
	}
	w.source.Exec(t, "PURGE BINARY LOGS TO '"+w.source.Value(t, "SHOW MASTER STATUS")+"'")
	w.dir = t.TempDir()
	_, stop, err := w.run(w.config("demo1.a", func(c *task.Config) { c.Type, c.Since = task.CDC, time.Now().Add(-24*time.Hour) }), task.StartReplication)
	if stop != task.StopFatal || fault.CodeOf(err) != mysql.CodePurged {
		t.Errorf("a time that is purged: %s, %v", stop, err)
	}
}

// TestSincePostgres is refused: there are no places by time.
func TestSincePostgres(t *testing.T) {
	w := newWorldOf(t, "postgres")
	w.small()
	_, stop, err := w.run(w.config("demo1.cdcdata", func(c *task.Config) { c.Type, c.Since = task.CDC, time.Now() }), task.StartReplication)
	if stop != task.StopFatal || fault.KindOf(err) != fault.Unsupported || hintOf(err) == "" {
		t.Errorf("%s, %v", stop, err)
	}
}
