package node_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/node"
)

const (
	stagingRole = "arn:aws:iam::" + node.Account2 + ":role/dms-access-for-endpoint"
	dmsTrust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["dms.amazonaws.com"%s]}}]}`
)

// migration is the seed's way from MariaDB to Redshift Serverless, by the DMS door.
type migration struct {
	testing.TB
	source interface {
		Exec(t testing.TB, statements ...string)
	}
	from  map[string]any // the source's endpoint
	node  *running
	admin *caller
	dms   tabled
	task  string
}

// sourceAt is the endpoint of a server.
func sourceAt(t testing.TB, engine, addr string, more map[string]any) map[string]any {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	from := map[string]any{"EndpointIdentifier": "src", "EndpointType": "source", "EngineName": engine, "ServerName": host, "Port": number}
	maps.Copy(from, more)
	return from
}

func (m *migration) ok(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// on binds the migration to a node, which may be one that was started again.
func (m *migration) on(n *running) {
	m.Helper()
	id, secret := n.AdminKey(node.Account2)
	m.node, m.admin = n, &caller{n, id, secret}
	for _, svc := range n.Doors() {
		if svc, ok := svc.(tabled); ok && svc.Name() == "dms" {
			m.dms = svc
		}
	}
}

// do calls DMS and returns a member of its answer.
func (m *migration) do(operation string, in map[string]any, member string) string {
	m.Helper()
	got := m.admin.call(m, m.dms, operation, in)
	if got.status != 200 {
		m.Fatalf("%s: %d %s", operation, got.status, got.body)
	}
	if member == "" {
		return got.body
	}
	return elementOf(m, got.body, member)
}

// until waits until a call's answer has a text.
func (m *migration) until(operation string, in map[string]any, text string) {
	m.Helper()
	var body string
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); {
		if body = m.do(operation, in, ""); strings.Contains(body, text) {
			return
		}
	}
	m.Fatalf("%s answers %s, without %s", operation, body, text)
}

func (m *migration) role(name, trust string, policies ...string) {
	m.Helper()
	v := m.node.Identities().As(m.node.Root(node.Account2))
	_, err := v.CreateRole(m.Context(), identity.CreateRoleInput{Name: name, Trust: trust})
	m.ok(err)
	for _, p := range policies {
		m.ok(v.AttachRolePolicy(m.Context(), name, "arn:aws:iam::aws:policy/service-role/"+p))
	}
}

// make makes roles, instance, endpoints and task, with both connections tested.
func (m *migration) make(trust string) {
	m.Helper()
	plain := fmt.Sprintf(dmsTrust, "")
	m.role("dms-vpc-role", plain, "AmazonDMSVPCManagementRole")
	m.role("dms-cloudwatch-logs-role", plain, "AmazonDMSCloudWatchLogsRole")
	m.role("dms-access-for-endpoint", trust, "AmazonDMSRedshiftS3Role")
	instance := m.do("CreateReplicationInstance", map[string]any{"ReplicationInstanceIdentifier": "ri1", "ReplicationInstanceClass": "dms.t3.medium"}, "ReplicationInstanceArn")
	source := m.do("CreateEndpoint", m.from, "EndpointArn")
	to := m.node.Info.Serverless
	target := m.do("CreateEndpoint", map[string]any{"EndpointIdentifier": "tgt", "EndpointType": "target", "EngineName": "redshift", "DatabaseName": to.Database,
		"ServerName": to.Workgroup + "." + node.Account2 + "." + m.node.Info.Region + ".redshift-serverless.amazonaws.com", "Port": 5439,
		"Username": to.User, "Password": to.Password}, "EndpointArn")
	for _, end := range []string{source, target} {
		m.do("TestConnection", map[string]any{"ReplicationInstanceArn": instance, "EndpointArn": end}, "")
		m.until("DescribeConnections", map[string]any{"Filters": []any{map[string]any{"Name": "endpoint-arn", "Values": []string{end}}}}, `"successful"`)
	}
	m.task = m.do("CreateReplicationTask", map[string]any{"ReplicationTaskIdentifier": "t1", "SourceEndpointArn": source, "TargetEndpointArn": target,
		"ReplicationInstanceArn": instance, "MigrationType": "full-load-and-cdc", "TableMappings": strings.NewReplacer(`"s"`, `"demo1"`, `"t"`, `"cdcdata"`).Replace(mappingAny),
		"ReplicationTaskSettings": `{"Logging":{"EnableLogging":true},"TargetMetadata":{"BatchApplyEnabled":true},"FullLoadSettings":{"TargetTablePrepMode":"TRUNCATE_BEFORE_LOAD"}}`,
	}, "ReplicationTaskArn")
}

func (m *migration) start(how, status string) {
	m.Helper()
	m.do("StartReplicationTask", map[string]any{"ReplicationTaskArn": m.task, "StartReplicationTaskType": how}, "")
	m.until("DescribeReplicationTasks", map[string]any{}, `"Status":"`+status+`"`)
}

// sees waits until the warehouse's table is as wanted.
func (m *migration) sees(want string) {
	m.Helper()
	got := ""
	for deadline := time.Now().Add(60 * time.Second); got != want && time.Now().Before(deadline); {
		c, err := m.node.Info.Serverless.Connect(m.Context())
		m.ok(err)
		var rows []string
		result, err := c.Query(m.Context(), "SELECT id || name FROM demo1.cdcdata ORDER BY id")
		for err == nil && result.Next() { // Until the table is made, there is an error.
			var one string
			m.ok(result.Scan(&one))
			rows = append(rows, one)
		}
		m.ok(c.Close(context.Background()))
		got = strings.Join(rows, " ")
	}
	if got != want {
		m.Fatalf("the warehouse has %q, the source %q", got, want)
	}
}

// attach lets the warehouse take the role.
func (m *migration) attach() {
	m.Helper()
	_, err := m.node.Namespaces().As(m.node.Root(node.Account2)).ModifyRoles(m.Context(), m.node.Info.Serverless.Namespace, []string{stagingRole}, nil)
	m.ok(err)
}

// warehouses are the further services that a role trusts whose files COPY reads.
const warehouses = `,"redshift.amazonaws.com","redshift-serverless.amazonaws.com"`

// TestReplication goes the seed's way: the role is refused hop by hop in the seed's words
// and mended, then rows and changes come, also those of the time in which the node was down.
func TestReplication(t *testing.T) {
	server := mariadbtest.Start(t)
	m := &migration{TB: t, source: server, from: sourceAt(t, "mariadb", server.Addr, map[string]any{"Username": mariadbtest.User, "Password": mariadbtest.Password})}
	m.source.Exec(t, "CREATE DATABASE demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO demo1.cdcdata VALUES (1, 'a'), (2, 'b')")
	o := options(t.TempDir())
	m.on(start(t, o))
	m.make(fmt.Sprintf(dmsTrust, ""))
	m.until("DescribeEvents", map[string]any{"Duration": 60}, "is not associated to the warehouse") // Told at the test, though that counts as successful.

	m.start("start-replication", "failed")
	m.until("DescribeReplicationTasks", map[string]any{}, "The requested role "+stagingRole+" is not associated to cluster, should retry : 0")
	m.until("DescribeTableStatistics", map[string]any{"ReplicationTaskArn": m.task}, `"Table error"`)
	m.attach()
	m.start("reload-target", "failed")
	m.until("DescribeReplicationTasks", map[string]any{}, "Not authorized to get credentials of role "+stagingRole)
	m.ok(m.node.Identities().As(m.node.Root(node.Account2)).UpdateAssumeRolePolicy(t.Context(), "dms-access-for-endpoint", fmt.Sprintf(dmsTrust, warehouses)))
	m.start("reload-target", "running")
	m.sees("1a 2b")
	m.source.Exec(t, "INSERT INTO demo1.cdcdata VALUES (3, 'c')", "UPDATE demo1.cdcdata SET name = 'x' WHERE id = 1")
	m.sees("1x 2b 3c")

	page, err := m.node.TaskLog(t.Context(), "t1", "")
	m.ok(err)
	if text := strings.Join(page.Lines, "\n"); !strings.Contains(text, "[TARGET_LOAD     ]") || !strings.Contains(text, "]E:  RetCode: SQL_ERROR  SqlState: XX000 NativeError: 30") {
		t.Errorf("the log is\n%s", text)
	}
	m.ok(m.node.stop())
	m.source.Exec(t, "DELETE FROM demo1.cdcdata WHERE id = 2")
	m.on(start(t, o))
	m.until("DescribeReplicationTasks", map[string]any{}, `"Status":"running"`)
	m.sees("1x 3c")

	m.do("StopReplicationTask", map[string]any{"ReplicationTaskArn": m.task}, "")
	m.until("DescribeReplicationTasks", map[string]any{}, `"Status":"stopped"`)
	m.do("DeleteReplicationTask", map[string]any{"ReplicationTaskArn": m.task}, "")
	m.until("DescribeReplicationTasks", map[string]any{}, `"ReplicationTasks":[]`)
}

// TestReplicationPostgres follows PostgreSQL as the settings of its endpoint say; a deleted task leaves no slot there.
func TestReplicationPostgres(t *testing.T) {
	server := postgrestest.Start(t)
	server.Exec(t, "CREATE SCHEMA demo1", "CREATE TABLE demo1.cdcdata (id INT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO demo1.cdcdata VALUES (1, 'a'), (2, 'b')")
	m := &migration{TB: t, source: server, from: sourceAt(t, "postgres", server.Addr, map[string]any{"Username": postgrestest.User, "Password": postgrestest.Password, "DatabaseName": "postgres",
		"PostgreSQLSettings": map[string]any{"CaptureDdls": false, "HeartbeatEnable": true}})}
	m.on(start(t, options(t.TempDir())))
	m.make(fmt.Sprintf(dmsTrust, warehouses))
	m.attach()
	m.start("start-replication", "running")
	m.sees("1a 2b")
	server.Exec(t, "ALTER TABLE demo1.cdcdata ADD COLUMN extra INT DEFAULT 7", "UPDATE demo1.cdcdata SET id = 3 WHERE id = 1")
	m.sees("2b 3a")
	c, err := m.node.Info.Serverless.Connect(t.Context())
	m.ok(err)
	var columns int
	m.ok(c.QueryRow(t.Context(), "SELECT count(*) FROM information_schema.columns WHERE table_name = 'cdcdata'").Scan(&columns))
	m.ok(c.Close(t.Context()))
	if columns != 2 {
		t.Errorf("without CaptureDdls the table has %d columns", columns)
	}
	page, err := m.node.TaskLog(t.Context(), "t1", "")
	m.ok(err)
	if text := strings.Join(page.Lines, "\n"); !strings.Contains(text, "]W:  The setting HeartbeatEnable of endpoint src has no effect: an idle slot moves on without writing.") {
		t.Errorf("the log is\n%s", text)
	}
	if got := server.Value(t, "SELECT count(*) FROM pg_replication_slots"); got != "1" {
		t.Errorf("%s slots", got)
	}
	m.do("StopReplicationTask", map[string]any{"ReplicationTaskArn": m.task}, "")
	m.until("DescribeReplicationTasks", map[string]any{}, `"Status":"stopped"`)
	m.do("DeleteReplicationTask", map[string]any{"ReplicationTaskArn": m.task}, "")
	m.until("DescribeReplicationTasks", map[string]any{}, `"ReplicationTasks":[]`)
	if got := server.Value(t, "SELECT count(*) FROM pg_replication_slots"); got != "0" {
		t.Errorf("%s slots are left", got)
	}
}
