package dmsapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/guard/identity"
)

const onTask = `{"ReplicationTaskArn":"` + taskARN + `"`

// readied has both endpoints, tested, and a task.
func readied(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.groupsAndInstances()
	w.endpointsAndConnections()
	w.do("CreateReplicationTask", newTask("t1", `{"Logging":{"EnableLogging":true}}`))
	return w
}

// newTask is a request for a task.
func newTask(name, settings string) string {
	return `{"ReplicationTaskIdentifier":"` + name + `","SourceEndpointArn":"` + sourceARN + `","TargetEndpointArn":"` + targetARN + `","ReplicationInstanceArn":"` + instanceARN +
		`","MigrationType":"full-load-and-cdc","ResourceIdentifier":"` + name + `","TableMappings":` + mappings + `,"ReplicationTaskSettings":` + quoted(settings) + `}`
}

func (w *world) running() {
	w.Helper()
	w.do("StartReplicationTask", onTask+`,"StartReplicationTaskType":"start-replication"}`)
	w.until("DescribeReplicationTasks", `{}`, "ReplicationTasks.0.Status", "running")
}

func (w *world) stop() {
	w.Helper()
	w.do("StopReplicationTask", onTask+`}`)
	w.until("DescribeReplicationTasks", `{}`, "ReplicationTasks.0.Status", "stopped")
}

// TestTrap03RoleOfEndpoint wants the role's own name unless the endpoint names another.
func TestTrap03RoleOfEndpoint(t *testing.T) {
	w := readied(t)
	root := w.ids.As(w.ids.Root(account))
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"dms.amazonaws.com"}}]}`
	mine, err := root.CreateRole(t.Context(), identity.CreateRoleInput{Name: "my-dms-access-for-endpoint", Trust: trust})
	w.ok(err)
	w.ok(root.DetachRolePolicy(t.Context(), "dms-access-for-endpoint", "arn:aws:iam::aws:policy/service-role/AmazonDMSRedshiftS3Role"))
	w.ok(root.DeleteRole(t.Context(), "dms-access-for-endpoint"))
	both := `{"ReplicationInstanceArn":"` + instanceARN + `","EndpointArn":"` + targetARN + `"}`
	w.refused("TestConnection", both, "AccessDeniedFault", "Role 'dms-access-for-endpoint' is not configured properly")
	got := w.do("DescribeConnections", `{"Filters":[{"Name":"endpoint-arn","Values":["`+targetARN+`"]}]}`)
	w.same(got.text("Connections.0.Status"), "failed")
	w.same(strings.Contains(got.text("Connections.0.LastFailureMessage"), "Role 'dms-access-for-endpoint' is not configured properly"), true)
	w.do("ModifyEndpoint", `{"EndpointArn":"`+targetARN+`","RedshiftSettings":{"ServiceAccessRoleArn":"`+mine.ARN+`"}}`)
	w.do("TestConnection", both)
	w.until("DescribeConnections", `{"Filters":[{"Name":"endpoint-arn","Values":["`+targetARN+`"]}]}`, "Connections.0.Status", "successful")
}

// TestTrap18SecondStart is refused as start-replication, and goes as anything else.
func TestTrap18SecondStart(t *testing.T) {
	w := readied(t)
	w.running()
	w.stop()
	w.refused("StartReplicationTask", onTask+`,"StartReplicationTaskType":"start-replication"}`, "InvalidParameterCombinationException",
		"Start Type : START_REPLICATION, valid only for tasks running for the first time")
	w.same(w.do("DescribeReplicationTasks", `{}`).text("ReplicationTasks.0.Status"), "stopped")
	for _, how := range []string{"resume-processing", "reload-target"} {
		w.do("StartReplicationTask", onTask+`,"StartReplicationTaskType":"`+how+`"}`)
		w.until("DescribeReplicationTasks", `{}`, "ReplicationTasks.0.Status", "running")
		w.stop()
	}
}

// TestTrap19Deleted says with an error that a task is gone: a waiter waits on for an empty list.
func TestTrap19Deleted(t *testing.T) {
	w := readied(t)
	w.same(w.do("DeleteReplicationTask", onTask+`}`).text("ReplicationTask.Status"), "deleting")
	filter := `{"Filters":[{"Name":"replication-task-arn","Values":["` + taskARN + `"]}]}`
	for deadline := time.Now().Add(10 * time.Second); ; { // The waiter's first look comes after 15 s.
		status, a := w.send(w.admin, "DescribeReplicationTasks", filter)
		if status == http.StatusBadRequest && a.text("__type") == "ResourceNotFoundFault" {
			return
		}
		if status != http.StatusOK || a.text("ReplicationTasks.0.Status") != "deleting" || time.Now().After(deadline) {
			t.Fatalf("a task that is being deleted is described as %d %v", status, a)
		}
	}
}

// TestTrap26WhileRunning keeps what a running task needs, and takes other severities of its log.
func TestTrap26WhileRunning(t *testing.T) {
	w := readied(t)
	w.running()
	const state = "InvalidResourceStateFault"
	w.refused("ModifyReplicationTask", onTask+`,"TableMappings":`+mappings+`}`, state, "excluding logging severity task settings, cannot be modified while it is running state")
	w.refused("ModifyReplicationTask", onTask+`,"ReplicationTaskSettings":`+quoted(`{"Logging":{"EnableLogging":true},"FullLoadSettings":{"MaxFullLoadSubTasks":3}}`)+`}`, state, "excluding logging severity")
	w.refused("DeleteReplicationTask", onTask+`}`, state, "running")
	w.refused("DeleteEndpoint", `{"EndpointArn":"`+sourceARN+`"}`, state, "part of one or more ReplicationTasks")
	w.refused("DeleteEndpoint", `{"EndpointArn":"`+targetARN+`"}`, state, "part of one or more ReplicationTasks")
	w.refused("DeleteReplicationInstance", `{"ReplicationInstanceArn":"`+instanceARN+`"}`, state, "active replication tasks")
	w.do("ModifyReplicationTask", onTask+`,"ReplicationTaskSettings":`+quoted(`{"Logging":{"EnableLogging":true,"LogComponents":[{"Id":"TARGET_LOAD","Severity":"LOGGER_SEVERITY_DEBUG"}]}}`)+`}`)
	got := w.do("DescribeReplicationTasks", `{}`)
	w.same(got.text("ReplicationTasks.0.Status"), "running")
	w.same(strings.Contains(got.text("ReplicationTasks.0.ReplicationTaskSettings"), "LOGGER_SEVERITY_DEBUG"), true)
}

// TestTrap27PastedSettings refuses settings as they are described, and takes them without the names of the log.
func TestTrap27PastedSettings(t *testing.T) {
	w := readied(t)
	shown := w.do("DescribeReplicationTasks", `{}`).text("ReplicationTasks.0.ReplicationTaskSettings")
	w.refused("CreateReplicationTask", newTask("t2", shown), "InvalidParameterValueException", "Task Settings CloudWatchLogGroup or CloudWatchLogStream cannot be set on create")
	var document map[string]any
	w.ok(json.Unmarshal([]byte(shown), &document))
	if logging, ok := document["Logging"].(map[string]any); ok {
		delete(logging, "CloudWatchLogGroup")
		delete(logging, "CloudWatchLogStream")
	}
	stripped, err := json.Marshal(document)
	w.ok(err)
	w.do("CreateReplicationTask", newTask("t2", string(stripped)))
}
