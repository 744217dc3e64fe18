package task_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// BenchmarkFullLoad loads the seed's table from MariaDB with all parts on one machine.
func BenchmarkFullLoad(b *testing.B) {
	const rows = 2_000_000
	w := newWorld(b)
	w.source.Exec(b, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(40), value DECIMAL(10,2), ts DATETIME)",
		fmt.Sprintf("INSERT INTO demo1.cdcdata SELECT seq, CONCAT('name ', seq), seq / 100, '2024-01-02 03:04:05' FROM demo1.seq_1_to_%d", rows))
	b.ResetTimer()
	for n := range b.N {
		began := time.Now()
		how := task.ReloadTarget
		if n == 0 {
			how = task.StartReplication
		}
		_, _, err := w.run(w.config("demo1.cdcdata", func(c *task.Config) { c.Type, c.Stage.FileBytes = task.FullLoad, 0 }), how)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(rows/time.Since(began).Seconds(), "rows/s")
	}
	b.ReportMetric(0, "ns/op")
}
