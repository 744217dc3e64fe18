package node_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/node"
)

// TestMetricsOfTasks scrapes a node with a task of DMS and one of the pipeline file.
func TestMetricsOfTasks(t *testing.T) {
	server := mariadbtest.Start(t)
	m := &migration{TB: t, source: server, from: sourceAt(t, "mariadb", server.Addr, map[string]any{"Username": mariadbtest.User, "Password": mariadbtest.Password})}
	m.source.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO demo1.cdcdata VALUES (1, 'a'), (2, 'b')")
	t.Setenv("DEMO1_PASSWORD", mariadbtest.Password)
	o := options(t.TempDir())
	o.Pipeline = &config.File{
		Roles:     []config.Role{{Name: "loader", Account: node.Account2, Trust: pipelineTrust, Policies: map[string]config.Document{"files": pipelineAccess}}},
		Warehouse: config.Warehouse{Roles: []string{"arn:aws:iam::" + node.Account2 + ":role/loader"}},
		Tasks: []config.Task{
			{Name: "file", From: "mysql://" + mariadbtest.User + "@" + server.Addr, PasswordEnv: "DEMO1_PASSWORD", Tables: []string{"demo1.*"}, Role: "arn:aws:iam::" + node.Account2 + ":role/loader"},
			{Name: "lost", From: "mysql://" + mariadbtest.User + "@127.0.0.1:1", Tables: []string{"demo1.*"}, Settings: `{"ErrorBehavior":{"RecoverableErrorCount":0}}`},
		},
	}
	m.on(start(t, o))
	m.make(fmt.Sprintf(dmsTrust, warehouses))
	m.attach()
	m.start("start-replication", "running")
	complete := `,schema="demo1",table="cdcdata",state="Table completed"}`
	m.scraped(map[string]float64{`inlet_task_table_state{task="t1",arn="` + m.task + `"` + complete: 1, `inlet_task_table_state{task="file"` + complete: 1})
	m.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (3, 'c')", "UPDATE demo1.cdcdata SET name = 'x' WHERE id = 1")
	m.sees("1x 2b 3c")
	awaitSum(t, m.node, "6")

	for _, want := range []node.TaskStatus{{Name: "t1", Kind: node.OfDMS, State: "running", Tables: 1, Loaded: 1, CaughtUp: true}, {Name: "file", Kind: node.OfFile, State: "running", Tables: 1, Loaded: 1, CaughtUp: true}, {Name: "lost", Kind: node.OfFile, State: "failed"}} {
		if !slices.ContainsFunc(m.node.Health().Tasks, func(got node.TaskStatus) bool {
			got.SourceLatency, got.TargetLatency, got.Lost = 0, 0, time.Time{}
			if want.Name == "lost" {
				got.CaughtUp = false // Nothing was read, and nothing waits.
			}
			return got == want
		}) {
			t.Errorf("no %+v among %+v", want, m.node.Health().Tasks)
		}
	}
	for _, of := range []string{`{task="file"`, `{task="t1",arn="` + m.task + `"`} {
		on := of + `,schema="demo1",table="cdcdata"`
		m.scraped(map[string]float64{
			"inlet_task_state" + of + `,state="running"}`:                    1,
			"inlet_task_pending_transactions" + of + "}":                     0,
			"inlet_task_caught_up" + of + "}":                                1,
			"inlet_task_table_state" + on + `,state="Table completed"}`:      1,
			"inlet_task_table_rows_loaded_total" + on + "}":                  2,
			"inlet_task_table_load_error_rows_total" + on + "}":              0,
			"inlet_task_table_changes_captured_total" + on + `,op="insert"}`: 1,
			"inlet_task_table_changes_applied_total" + on + `,op="insert"}`:  1,
			"inlet_task_table_changes_applied_total" + on + `,op="update"}`:  1,
			"inlet_task_table_changes_applied_total" + on + `,op="delete"}`:  0,
			"inlet_task_state" + `{task="lost",state="failed"}`:              1,
		})
		got := node.Scrape(t, m.node.Node)
		read, applied := got["inlet_task_last_read_timestamp_seconds"+of+"}"], got["inlet_task_last_applied_timestamp_seconds"+of+"}"]
		if now := float64(time.Now().Unix()); read < now-60 || applied < read || applied > now+1 || got["inlet_task_spool_bytes"+of+"}"] <= 0 {
			t.Errorf("%s: read at %f, applied at %f", of, read, applied)
		}
		for _, lag := range []string{"source", "target"} {
			if v, ok := got["inlet_task_"+lag+"_latency_seconds"+of+"}"]; !ok || v < 0 || v > 60 {
				t.Errorf("%s latency of %s is %v", lag, of, v)
			}
		}
	}

	m.do("StopReplicationTask", map[string]any{"ReplicationTaskArn": m.task}, "")
	m.scraped(map[string]float64{`inlet_task_state{task="t1",arn="` + m.task + `",state="stopped"}`: 1})
	for series := range node.Scrape(t, m.node.Node) {
		if strings.HasPrefix(series, `inlet_task_caught_up{task="t1"`) {
			t.Errorf("a task that is stopped has %s", series)
		}
	}
}

// scraped waits until the metrics are as wanted.
func (m *migration) scraped(want map[string]float64) {
	m.Helper()
	var wrong []string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		got := node.Scrape(m, m.node.Node)
		wrong = nil
		for series, w := range want {
			if v, ok := got[series]; !ok || v != w {
				wrong = append(wrong, fmt.Sprintf("%s is %v, %t, want %v", series, v, ok, w))
			}
		}
		if wrong == nil {
			return
		}
	}
	m.Fatal(strings.Join(wrong, "\n"))
}
