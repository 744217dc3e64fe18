package dmsapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// TestRoundTrip calls every operation that is supported: what is put comes back.
func TestRoundTrip(t *testing.T) {
	w := newWorld(t)
	w.groupsAndInstances()
	w.endpointsAndConnections()
	w.tasks()
	w.serverless()
	w.subscriptions()
	w.rest()
	for _, op := range w.service.Operations() {
		if op.Supported() && !w.called[op.Name] {
			t.Errorf("%s was not called", op.Name)
		}
	}
}

const (
	instanceARN = "arn:aws:dms:us-east-1:222222222222:rep:ri"
	sourceARN   = "arn:aws:dms:us-east-1:222222222222:endpoint:src"
	targetARN   = "arn:aws:dms:us-east-1:222222222222:endpoint:tgt"
	taskARN     = "arn:aws:dms:us-east-1:222222222222:task:t1"
	configARN   = "arn:aws:dms:us-east-1:222222222222:replication-config:c1"
)

func (w *world) groupsAndInstances() {
	w.Helper()
	made := w.do("CreateReplicationSubnetGroup", `{"ReplicationSubnetGroupIdentifier":"SG","ReplicationSubnetGroupDescription":"d","SubnetIds":["subnet-a","subnet-b"]}`)
	w.same(made.text("ReplicationSubnetGroup.Subnets.1.SubnetAvailabilityZone.Name"), "us-east-1b")
	w.do("ModifyReplicationSubnetGroup", `{"ReplicationSubnetGroupIdentifier":"sg","SubnetIds":["subnet-a","subnet-c"]}`)
	w.do("CreateReplicationSubnetGroup", `{"ReplicationSubnetGroupIdentifier":"spare","ReplicationSubnetGroupDescription":"d","SubnetIds":["subnet-a","subnet-b"]}`)
	w.do("DeleteReplicationSubnetGroup", `{"ReplicationSubnetGroupIdentifier":"spare"}`)
	w.same(w.do("DescribeReplicationSubnetGroups", `{}`).text("ReplicationSubnetGroups.0.Subnets.1.SubnetIdentifier"), "subnet-c")

	made = w.do("CreateReplicationInstance", `{"ReplicationInstanceIdentifier":"RI","ReplicationInstanceClass":"dms.t3.medium","ReplicationSubnetGroupIdentifier":"sg","VpcSecurityGroupIds":["sg-1"],"PubliclyAccessible":false,"ResourceIdentifier":"ri"}`)
	w.same(made.text("ReplicationInstance.ReplicationInstanceStatus"), "creating")
	got := w.do("DescribeReplicationInstances", `{"Filters":[{"Name":"replication-instance-id","Values":["ri"]}]}`)
	w.same(got.text("ReplicationInstances.0.ReplicationInstanceStatus"), "available")
	w.same(got.text("ReplicationInstances.0.ReplicationSubnetGroup.ReplicationSubnetGroupIdentifier"), "sg")
	w.same(got.at("ReplicationInstances.0.PubliclyAccessible"), false)
	w.do("ModifyReplicationInstance", `{"ReplicationInstanceArn":"`+instanceARN+`","AllocatedStorage":100,"ApplyImmediately":true}`)
	w.do("RebootReplicationInstance", `{"ReplicationInstanceArn":"`+instanceARN+`"}`)
	w.same(w.do("DescribeReplicationInstances", `{}`).at("ReplicationInstances.0.AllocatedStorage"), 100.0)
	w.same(len(w.do("DescribeOrderableReplicationInstances", `{"MaxRecords":20}`).at("OrderableReplicationInstances").([]any)), 20)
	w.refused("CreateReplicationInstance", `{"ReplicationInstanceIdentifier":"ri"}`, "InvalidParameterValueException", "replicationInstanceClass")
	w.refused("DeleteReplicationSubnetGroup", `{"ReplicationSubnetGroupIdentifier":"sg"}`, "InvalidResourceStateFault", "in use")
}

func (w *world) same(got, want any) {
	w.Helper()
	if got != want {
		w.Errorf("%v, want %v", got, want)
	}
}

func (w *world) endpointsAndConnections() {
	w.Helper()
	w.do("CreateEndpoint", `{"EndpointIdentifier":"src","EndpointType":"source","EngineName":"mysql","ServerName":"db","Username":"u","Password":"topsecret","ResourceIdentifier":"src","MySQLSettings":{"ServerTimezone":"UTC"}}`)
	w.do("CreateEndpoint", `{"EndpointIdentifier":"tgt","EndpointType":"target","EngineName":"redshift","ServerName":"wh","Username":"u","Password":"topsecret","DatabaseName":"dev","ResourceIdentifier":"tgt","RedshiftSettings":{"EncryptionMode":"SSE_S3","MaxFileSize":1024}}`)
	w.do("CreateEndpoint", `{"EndpointIdentifier":"spare","EndpointType":"source","EngineName":"postgres","ServerName":"db","Username":"u","Password":"p","DatabaseName":"d","ResourceIdentifier":"spare"}`)
	w.same(w.do("DeleteEndpoint", `{"EndpointArn":"arn:aws:dms:us-east-1:222222222222:endpoint:spare"}`).text("Endpoint.Status"), "deleting")
	w.gone("DescribeEndpoints", `{"Filters":[{"Name":"endpoint-id","Values":["spare"]}]}`)
	w.do("ModifyEndpoint", `{"EndpointArn":"`+targetARN+`","ExtraConnectionAttributes":"compressCsvFiles=false;truncateColumns=true"}`)
	got := w.do("DescribeEndpoints", `{"Filters":[{"Name":"endpoint-type","Values":["target"]}]}`)
	w.same(got.at("Endpoints.0.RedshiftSettings.TruncateColumns"), true)
	w.same(got.at("Endpoints.0.RedshiftSettings.MaxFileSize"), 1024.0)
	if text, _ := json.Marshal(w.do("DescribeEndpoints", `{}`)); strings.Contains(string(text), "topsecret") {
		w.Errorf("a password is shown: %s", text)
	}
	w.refused("CreateEndpoint", `{"EndpointIdentifier":"s3","EndpointType":"target","EngineName":"s3","S3Settings":{}}`, "InvalidParameterValueException", "s3Settings")
	w.same(w.do("DescribeEndpointTypes", `{"Filters":[{"Name":"endpoint-type","Values":["target"]}]}`).text("SupportedEndpointTypes.0.EngineName"), "redshift")
	w.same(w.do("DescribeEndpointSettings", `{"EngineName":"mysql"}`).text("EndpointSettings.0.Name"), "AfterConnectScript")

	for _, end := range []string{sourceARN, targetARN} {
		both := `{"ReplicationInstanceArn":"` + instanceARN + `","EndpointArn":"` + end + `"}`
		w.same(w.do("TestConnection", both).text("Connection.Status"), "testing")
		w.until("DescribeConnections", `{"Filters":[{"Name":"endpoint-arn","Values":["`+end+`"]}]}`, "Connections.0.Status", "successful")
	}
	both := `{"ReplicationInstanceArn":"` + instanceARN + `","EndpointArn":"` + sourceARN + `"}`
	w.same(w.do("RefreshSchemas", both).text("RefreshSchemasStatus.Status"), "refreshing")
	w.until("DescribeRefreshSchemasStatus", `{"EndpointArn":"`+sourceARN+`"}`, "RefreshSchemasStatus.Status", "successful")
	w.same(w.do("DescribeSchemas", `{"EndpointArn":"`+sourceARN+`"}`).text("Schemas.1"), "shop")
}

const mappings = `"{\"rules\":[{\"rule-type\":\"selection\",\"rule-id\":\"1\",\"rule-name\":\"1\",\"object-locator\":{\"schema-name\":\"demo1\",\"table-name\":\"cdcdata\"},\"rule-action\":\"explicit\"}]}"`

func (w *world) tasks() {
	w.Helper()
	made := w.do("CreateReplicationTask", `{"ReplicationTaskIdentifier":"t1","SourceEndpointArn":"`+sourceARN+`","TargetEndpointArn":"`+targetARN+`","ReplicationInstanceArn":"`+instanceARN+`","MigrationType":"full-load-and-cdc","ResourceIdentifier":"t1","TableMappings":`+mappings+`}`)
	w.same(made.text("ReplicationTask.Status"), "creating")
	filter := `"Filters":[{"Name":"replication-task-arn","Values":["` + taskARN + `"]}]`
	w.same(w.do("DescribeReplicationTasks", `{`+filter+`}`).text("ReplicationTasks.0.Status"), "ready")
	w.do("ModifyReplicationTask", `{"ReplicationTaskArn":"`+taskARN+`","TaskData":"x"}`)
	w.assessments()
	w.same(w.do("StartReplicationTask", `{"ReplicationTaskArn":"`+taskARN+`","StartReplicationTaskType":"start-replication"}`).text("ReplicationTask.Status"), "starting")
	got := w.until("DescribeReplicationTasks", `{`+filter+`,"WithoutSettings":true}`, "ReplicationTasks.0.Status", "running")
	w.same(got.at("ReplicationTasks.0.ReplicationTaskSettings"), nil)
	w.same(got.at("ReplicationTasks.0.ReplicationTaskStats.FullLoadProgressPercent"), 100.0)
	w.same(got.text("ReplicationTasks.0.RecoveryCheckpoint"), "here")
	tables := w.do("DescribeTableStatistics", `{"ReplicationTaskArn":"`+taskARN+`"}`)
	w.same(tables.text("TableStatistics.0.TableState"), "Table completed")
	w.same(tables.at("TableStatistics.0.AppliedInserts"), 2.0)
	w.do("ReloadTables", `{"ReplicationTaskArn":"`+taskARN+`","TablesToReload":[{"SchemaName":"demo1","TableName":"cdcdata"}]}`)
	w.refused("DeleteConnection", `{"ReplicationInstanceArn":"`+instanceARN+`"}`, "InvalidParameterValueException", "endpointArn")
	w.same(w.do("StopReplicationTask", `{"ReplicationTaskArn":"`+taskARN+`"}`).text("ReplicationTask.Status"), "stopping")
	got = w.until("DescribeReplicationTasks", `{`+filter+`}`, "ReplicationTasks.0.Status", "stopped")
	w.same(got.text("ReplicationTasks.0.StopReason"), "Stop Reason NORMAL")
	w.refused("StartReplicationTask", `{"ReplicationTaskArn":"`+taskARN+`","StartReplicationTaskType":"start-replication"}`, "InvalidParameterCombinationException", "START_REPLICATION")

	w.do("CreateReplicationInstance", `{"ReplicationInstanceIdentifier":"ri2","ReplicationInstanceClass":"dms.t3.medium","ResourceIdentifier":"ri2"}`)
	moved := w.do("MoveReplicationTask", `{"ReplicationTaskArn":"`+taskARN+`","TargetReplicationInstanceArn":"arn:aws:dms:us-east-1:222222222222:rep:ri2"}`)
	w.same(moved.text("ReplicationTask.Status"), "moving")
	w.same(w.do("DeleteReplicationTask", `{"ReplicationTaskArn":"`+taskARN+`"}`).text("ReplicationTask.Status"), "deleting")
	w.gone("DescribeReplicationTasks", `{`+filter+`}`)
	w.same(w.do("DeleteReplicationInstance", `{"ReplicationInstanceArn":"arn:aws:dms:us-east-1:222222222222:rep:ri2"}`).text("ReplicationInstance.ReplicationInstanceStatus"), "deleting")
	w.do("DeleteConnection", `{"ReplicationInstanceArn":"`+instanceARN+`","EndpointArn":"`+sourceARN+`"}`)
}

func (w *world) serverless() {
	w.Helper()
	made := w.do("CreateReplicationConfig", `{"ReplicationConfigIdentifier":"c1","SourceEndpointArn":"`+sourceARN+`","TargetEndpointArn":"`+targetARN+`","ReplicationType":"full-load","ComputeConfig":{"MaxCapacityUnits":4,"MinCapacityUnits":2},"ResourceIdentifier":"c1","TableMappings":`+mappings+`}`)
	w.same(made.at("ReplicationConfig.ComputeConfig.MaxCapacityUnits"), 4.0)
	w.do("ModifyReplicationConfig", `{"ReplicationConfigArn":"`+configARN+`","ComputeConfig":{"MaxCapacityUnits":8}}`)
	w.same(w.do("DescribeReplicationConfigs", `{}`).at("ReplicationConfigs.0.ComputeConfig.MaxCapacityUnits"), 8.0)
	w.same(w.do("StartReplication", `{"ReplicationConfigArn":"`+configARN+`","StartReplicationType":"start-replication"}`).text("Replication.Status"), "initializing")
	got := w.until("DescribeReplications", `{}`, "Replications.0.Status", "running")
	w.same(got.at("Replications.0.ProvisionData.ProvisionedCapacityUnits"), 2.0)
	w.same(w.do("DescribeReplicationTableStatistics", `{"ReplicationConfigArn":"`+configARN+`"}`).text("ReplicationTableStatistics.0.TableName"), "cdcdata")
	w.do("ReloadReplicationTables", `{"ReplicationConfigArn":"`+configARN+`","TablesToReload":[{"SchemaName":"demo1","TableName":"cdcdata"}],"ReloadOption":"validate-only"}`)
	w.do("StopReplication", `{"ReplicationConfigArn":"`+configARN+`"}`)
	w.until("DescribeReplications", `{}`, "Replications.0.Status", "stopped")
	w.do("DeleteReplicationConfig", `{"ReplicationConfigArn":"`+configARN+`"}`)
	w.gone("DescribeReplicationConfigs", `{"Filters":[{"Name":"replication-config-id","Values":["c1"]}]}`)
}

func (w *world) assessments() {
	w.Helper()
	w.same(w.do("DescribeApplicableIndividualAssessments", `{"ReplicationTaskArn":"`+taskARN+`"}`).text("IndividualAssessmentNames.0"), "all-check-source-selection-rules")
	started := w.do("StartReplicationTaskAssessmentRun", `{"ReplicationTaskArn":"`+taskARN+`","ServiceAccessRoleArn":"arn:aws:iam::222222222222:role/dms-access-for-endpoint","ResultLocationBucket":"dms-results",
		"AssessmentRunName":"First","IncludeOnly":["mysql-check-binlog-format","redshift-check-role"]}`)
	w.same(started.text("ReplicationTaskAssessmentRun.Status"), "starting")
	run := started.text("ReplicationTaskAssessmentRun.ReplicationTaskAssessmentRunArn")
	got := w.until("DescribeReplicationTaskAssessmentRuns", `{"Filters":[{"Name":"replication-task-arn","Values":["`+taskARN+`"]}]}`, "ReplicationTaskAssessmentRuns.0.Status", "passed")
	w.same(got.at("ReplicationTaskAssessmentRuns.0.ResultStatistic.Passed"), 2.0)
	w.same(got.at("ReplicationTaskAssessmentRuns.0.IsLatestTaskAssessmentRun"), true)
	w.same(got.text("ReplicationTaskAssessmentRuns.0.AssessmentRunName"), "First")
	all := w.do("DescribeReplicationTaskIndividualAssessments", `{"Filters":[{"Name":"status","Values":["passed"]}]}`)
	w.same(all.text("ReplicationTaskIndividualAssessments.1.IndividualAssessmentName"), "redshift-check-role")
	w.refused("CancelReplicationTaskAssessmentRun", `{"ReplicationTaskAssessmentRunArn":"`+run+`"}`, "InvalidResourceStateFault", "passed")
	w.called["CancelReplicationTaskAssessmentRun"] = true // There is no run left to end: replication's own tests end one.
	w.same(w.do("DeleteReplicationTaskAssessmentRun", `{"ReplicationTaskAssessmentRunArn":"`+run+`"}`).text("ReplicationTaskAssessmentRun.Status"), "deleting")
	w.gone("DescribeReplicationTaskAssessmentRuns", `{"Filters":[{"Name":"replication-task-arn","Values":["`+taskARN+`"]}]}`)
	w.until("DescribeReplicationTasks", `{}`, "ReplicationTasks.0.Status", "ready")
}

func (w *world) subscriptions() {
	w.Helper()
	const topic = `"SnsTopicArn":"arn:aws:sns:us-east-1:222222222222:events"`
	made := w.do("CreateEventSubscription", `{"SubscriptionName":"Watch",`+topic+`,"SourceType":"replication-instance","SourceIds":["ri"],"EventCategories":["failure"],"Tags":[{"Key":"a","Value":"1"}]}`)
	w.same(made.text("EventSubscription.Status"), "creating")
	got := w.do("DescribeEventSubscriptions", `{"SubscriptionName":"watch"}`)
	w.same(got.text("EventSubscriptionsList.0.Status")+got.text("EventSubscriptionsList.0.SourceIdsList.0"), "activeri")
	w.same(got.at("EventSubscriptionsList.0.Enabled"), true)
	w.same(w.do("ListTagsForResource", `{"ResourceArn":"arn:aws:dms:us-east-1:222222222222:es:watch"}`).text("TagList.0.Key"), "a")
	w.do("ModifyEventSubscription", `{"SubscriptionName":"watch","Enabled":false,"EventCategories":["creation","deletion"]}`)
	got = w.do("DescribeEventSubscriptions", `{"Filters":[{"Name":"event-subscription-id","Values":["watch"]}]}`)
	w.same(got.text("EventSubscriptionsList.0.EventCategoriesList.1"), "deletion")
	w.same(got.at("EventSubscriptionsList.0.Enabled"), false)
	w.same(w.do("DeleteEventSubscription", `{"SubscriptionName":"watch"}`).text("EventSubscription.Status"), "deleting")
	w.gone("DescribeEventSubscriptions", `{"SubscriptionName":"watch"}`)
}

func (w *world) rest() {
	w.Helper()
	w.same(w.do("DescribeAccountAttributes", `{}`).at("AccountQuotas.0.Used"), 1.0)
	w.do("AddTagsToResource", `{"ResourceArn":"`+instanceARN+`","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}`)
	w.do("RemoveTagsFromResource", `{"ResourceArn":"`+instanceARN+`","TagKeys":["a"]}`)
	got := w.do("ListTagsForResource", `{"ResourceArnList":["`+instanceARN+`"]}`)
	w.same(got.text("TagList.0.Key")+got.text("TagList.0.ResourceArn"), "b"+instanceARN)
	w.same(w.do("DescribeEvents", `{"SourceIdentifier":"ri","SourceType":"replication-instance","Duration":60}`).text("Events.0.EventCategories.0"), "creation")
	w.same(w.do("DescribeEventCategories", `{}`).text("EventCategoryGroupList.1.SourceType"), "replication-task")
	made := w.do("ImportCertificate", `{"CertificateIdentifier":"ca","CertificatePem":`+quoted(certificate(w))+`}`)
	w.same(made.at("Certificate.KeyLength"), 256.0)
	w.same(w.do("DescribeCertificates", `{}`).text("Certificates.0.CertificateIdentifier"), "ca")
	w.do("DeleteCertificate", `{"CertificateArn":"`+made.text("Certificate.CertificateArn")+`"}`)
	w.refused("ImportCertificate", `{"CertificateIdentifier":"ca","CertificatePem":"none"}`, "InvalidCertificateFault", "not valid")
}

func quoted(text string) string {
	b, _ := json.Marshal(text) // Texts always marshal.
	return string(b)
}

// certificate is one that signs itself.
func certificate(w *world) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.ok(err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}, &x509.Certificate{}, &key.PublicKey, key)
	w.ok(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// TestDenied has the words for who may not, and for what is not supported.
func TestDenied(t *testing.T) {
	w := newWorld(t)
	status, a := w.send(w.stranger, "DescribeEndpoints", `{}`)
	if status != 400 || a.text("__type") != "AccessDeniedException" || !strings.Contains(a.text("message"), "is not authorized to perform: dms:DescribeEndpoints") {
		t.Errorf("%d %v", status, a)
	}
	status, a = w.send(w.admin, "StartReplicationTaskAssessment", `{}`)
	if status != 400 || !strings.Contains(a.text("message"), "not supported by inlet") {
		t.Errorf("%d %v", status, a)
	}
}
