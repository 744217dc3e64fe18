package task_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/task"
)

const shop = `CREATE DATABASE demo1; CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40), at DATETIME(6), note TEXT)`

func TestFullLoad(t *testing.T) {
	w := newWorld(t)
	w.source.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40), at DATETIME(6), note TEXT)",
		"INSERT INTO demo1.cdcdata SELECT seq, CONCAT('name ', seq), '2024-01-02 03:04:05.678', IF(seq % 3, NULL, 'a,\"b\"\nc') FROM demo1.seq_1_to_1000")
	one, stop, err := w.run(w.config("demo1.cdcdata", func(c *task.Config) { c.Type, c.ChunkRows = task.FullLoad, 100 }), task.StartReplication)
	if err != nil || stop != task.StopFullLoadFinished {
		t.Fatalf("%s, %v", stop, err)
	}
	if got := w.rows("SELECT count(*), sum(id), count(note), min(at) FROM demo1.cdcdata"); got != "1000|500500|333|2024-01-02 03:04:05.678\n" {
		t.Error(got)
	}
	s := one.Tables()[0]
	if s.State != task.Completed || s.FullLoadRows != 1000 || s.Chunks != 10 {
		t.Errorf("%+v", s)
	}
}
