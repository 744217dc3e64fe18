package node_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
)

// TestTrap01And02Role starts a task whose role the warehouse cannot take: it trusts DMS
// alone, or it is not associated. The connection counts as successful all the same.
func TestTrap01And02Role(t *testing.T) {
	server := mariadbtest.Start(t)
	server.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO demo1.cdcdata VALUES (1, 'a'), (2, 'b')")
	tests := []struct {
		name, trust string
		attached    bool
		finding     string // Of the probe.
		says, never string
	}{
		{"01: trusts DMS alone", fmt.Sprintf(dmsTrust, ""), true, "Not authorized to get credentials of role " + stagingRole, "Not authorized to get credentials of role " + stagingRole, "is not associated to cluster"},
		{"02: is not associated", fmt.Sprintf(dmsTrust, warehouses), false, "is not associated to the warehouse", "The requested role " + stagingRole + " is not associated to cluster, should retry : 0", "Not authorized to get credentials"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &migration{TB: t, source: server, from: sourceAt(t, "mariadb", server.Addr, map[string]any{"Username": mariadbtest.User, "Password": mariadbtest.Password})}
			m.on(start(t, options(t.TempDir())))
			if tt.attached {
				m.attach()
			}
			m.make(tt.trust) // It waits for both connections to be successful.
			m.until("DescribeEvents", map[string]any{"Duration": 60}, tt.finding)
			m.start("start-replication", "failed")
			body := m.do("DescribeReplicationTasks", map[string]any{}, "")
			for _, want := range []string{tt.says, "30000", "UnauthorizedException, error type : 135"} {
				if !strings.Contains(body, want) && !strings.Contains(m.log(), want) {
					t.Errorf("neither the task nor its log has %q: %s", want, body)
				}
			}
			if strings.Contains(body, tt.never) {
				t.Errorf("the task says %q: %s", tt.never, body)
			}
			if log := m.log(); !strings.Contains(log, "]E:  RetCode: SQL_ERROR  SqlState: XX000 NativeError: 30") || !strings.Contains(log, tt.says) {
				t.Errorf("the log is\n%s", log)
			}
			m.until("DescribeTableStatistics", map[string]any{"ReplicationTaskArn": m.task}, `"Table error"`)
			if !tt.attached {
				m.attach()
			}
			m.ok(m.node.Identities().As(m.node.Root("222222222222")).UpdateAssumeRolePolicy(t.Context(), "dms-access-for-endpoint", fmt.Sprintf(dmsTrust, warehouses)))
			m.start("reload-target", "running")
			m.until("DescribeTableStatistics", map[string]any{"ReplicationTaskArn": m.task}, `"Table completed"`)
			m.sees("1a 2b")
		})
	}
}

// log is the task's log.
func (m *migration) log() string {
	m.Helper()
	page, err := m.node.TaskLog(m.Context(), "t1", "")
	m.ok(err)
	return strings.Join(page.Lines, "\n")
}
