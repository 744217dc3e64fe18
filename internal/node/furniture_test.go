package node_test

import (
	"encoding/json"
	"regexp"
	"testing"
)

const (
	documentAny = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`
	trustDMS    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"dms.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	mappingAny  = `{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","object-locator":{"schema-name":"s","table-name":"t"},"rule-action":"explicit"}]}`
	trustAny    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

// fixed are parameters that need no resource.
var fixed = parameters{
	"PolicyDocument":     documentAny,
	"redshift/SourceArn": "arn:aws:s3:::sofa", "redshift/TargetArn": "arn:aws:redshift:us-east-1:111111111111:namespace:11111111-1111-4111-8111-111111111111",
	"redshift/IntegrationArn": "arn:aws:redshift:us-east-1:111111111111:integration:11111111-1111-4111-8111-111111111111",

	"redshift/ResourceName": "arn:aws:redshift:us-east-1:111111111111:cluster:table",
	"redshift/Tags":         map[string]any{"Tag.1.Key": "k", "Tag.1.Value": "v"},
	"redshift/Parameters":   map[string]any{"Parameter.1.ParameterName": "enable_user_activity_logging", "Parameter.1.ParameterValue": "true"},

	"redshift/ResetClusterParameterGroup.ResetAllParameters": true,

	"sns/Publish.TopicArn": "arn:aws:sns:us-east-1:111111111111:bell",

	"logs/logGroupName": "wood", "logs/logStreamName": "oak", "logs/resourceArn": "arn:aws:logs:us-east-1:111111111111:log-group:wood", "logs/retentionInDays": 7,
	"logs/GetLogEvents.logGroupName": "wood", "logs/FilterLogEvents.logGroupName": "wood", "logs/DescribeLogStreams.logGroupName": "wood",

	"dms/ResourceArn": "arn:aws:dms:us-east-1:111111111111:rep:clock", "dms/ListTagsForResource.ResourceArn": "arn:aws:dms:us-east-1:111111111111:rep:clock",
	"dms/ReplicationTaskAssessmentRunArn": "arn:aws:dms:us-east-1:111111111111:assessment-run:RUN",
	"dms/SnsTopicArn":                     "arn:aws:sns:us-east-1:111111111111:bell", "dms/EngineName": "mysql", "dms/TargetReplicationInstanceArn": "arn:aws:dms:us-east-1:111111111111:rep:clock",
}

// furniture is what account 1 has, in the order it is made.
var furniture = []made{
	{"iam", "CreateUser", map[string]any{"UserName": "sofa"}, map[string]string{"UserName": "UserName"}},
	{"iam", "CreateAccessKey", map[string]any{"UserName": "sofa"}, map[string]string{"AccessKeyId": "AccessKeyId"}},
	{"iam", "CreateGroup", map[string]any{"GroupName": "shelf"}, map[string]string{"GroupName": "GroupName"}},
	{"iam", "CreateRole", map[string]any{"RoleName": "stool", "AssumeRolePolicyDocument": trustAny}, map[string]string{"RoleName": "RoleName", "Arn": "RoleArn"}},
	{"iam", "CreatePolicy", map[string]any{"PolicyName": "lamp", "PolicyDocument": documentAny}, map[string]string{"PolicyName": "PolicyName", "Arn": "PolicyArn", "DefaultVersionId": "VersionId"}},
	{"iam", "CreateInstanceProfile", map[string]any{"InstanceProfileName": "bench"}, map[string]string{"InstanceProfileName": "InstanceProfileName"}},
	{"redshift", "CreateCluster", map[string]any{"ClusterIdentifier": "table", "NodeType": "ra3.large", "MasterUsername": "ann", "MasterUserPassword": "Passw0rd"},
		map[string]string{"ClusterIdentifier": "ClusterIdentifier", "ClusterNamespaceArn": "ResourceArn"}},
	{"redshift", "CreateClusterSubnetGroup", map[string]any{"ClusterSubnetGroupName": "legs", "Description": "d", "SubnetIds.SubnetIdentifier.1": "subnet-1"},
		map[string]string{"ClusterSubnetGroupName": "ClusterSubnetGroupName"}},
	{"redshift", "CreateClusterParameterGroup", map[string]any{"ParameterGroupName": "drawers", "Description": "d", "ParameterGroupFamily": "redshift-1.0"},
		map[string]string{"ParameterGroupName": "ParameterGroupName"}},
	{"redshift-serverless", "CreateNamespace", map[string]any{"namespaceName": "cloud"}, map[string]string{"namespaceName": "namespaceName", "namespaceArn": "redshift-serverless/resourceArn"}},
	{"redshift-serverless", "CreateWorkgroup", map[string]any{"workgroupName": "rain", "namespaceName": "cloud"}, map[string]string{"workgroupName": "workgroupName"}},
	{"redshift-data", "ExecuteStatement", map[string]any{"ClusterIdentifier": "table", "Database": "dev", "DbUser": "ann", "Sql": "SELECT 1"},
		map[string]string{"Id": "redshift-data/Id"}},
	{"sns", "CreateTopic", map[string]any{"Name": "bell"}, map[string]string{"TopicArn": "TopicArn"}},
	{"sns", "Subscribe", map[string]any{"TopicArn": "arn:aws:sns:us-east-1:111111111111:bell", "Protocol": "file", "Endpoint": "bell"}, map[string]string{"SubscriptionArn": "SubscriptionArn"}},
	{"iam", "CreateRole", map[string]any{"RoleName": "dms-vpc-role", "AssumeRolePolicyDocument": trustDMS}, nil},
	{"iam", "AttachRolePolicy", map[string]any{"RoleName": "dms-vpc-role", "PolicyArn": "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"}, nil},
	{"iam", "CreateRole", map[string]any{"RoleName": "dms-access-for-endpoint", "AssumeRolePolicyDocument": trustDMS}, nil},
	{"dms", "CreateReplicationSubnetGroup", map[string]any{"ReplicationSubnetGroupIdentifier": "room", "ReplicationSubnetGroupDescription": "d", "SubnetIds": []string{"subnet-1", "subnet-2"}},
		map[string]string{"ReplicationSubnetGroupIdentifier": "ReplicationSubnetGroupIdentifier"}},
	{"dms", "CreateReplicationInstance", map[string]any{"ReplicationInstanceIdentifier": "clock", "ReplicationInstanceClass": "dms.t3.micro", "ResourceIdentifier": "clock"},
		map[string]string{"ReplicationInstanceArn": "ReplicationInstanceArn"}},
	{"dms", "CreateEndpoint", map[string]any{"EndpointIdentifier": "well", "EndpointType": "source", "EngineName": "mysql", "ServerName": "127.0.0.1", "Username": "u", "Password": "p", "ResourceIdentifier": "well"},
		map[string]string{"EndpointArn": "EndpointArn"}},
	{"dms", "CreateEndpoint", map[string]any{"EndpointIdentifier": "bowl", "EndpointType": "target", "EngineName": "redshift", "ServerName": "127.0.0.1", "Username": "u", "Password": "p", "DatabaseName": "dev", "ResourceIdentifier": "bowl"}, nil},
	{"dms", "CreateReplicationTask", map[string]any{"ReplicationTaskIdentifier": "drip", "MigrationType": "full-load", "TableMappings": mappingAny, "ResourceIdentifier": "drip",
		"SourceEndpointArn": "arn:aws:dms:us-east-1:111111111111:endpoint:well", "TargetEndpointArn": "arn:aws:dms:us-east-1:111111111111:endpoint:bowl",
		"ReplicationInstanceArn": "arn:aws:dms:us-east-1:111111111111:rep:clock"}, map[string]string{"ReplicationTaskArn": "ReplicationTaskArn"}},
	{"dms", "CreateReplicationConfig", map[string]any{"ReplicationConfigIdentifier": "rain", "ReplicationType": "full-load", "TableMappings": mappingAny, "ComputeConfig": map[string]any{"MaxCapacityUnits": 1},
		"SourceEndpointArn": "arn:aws:dms:us-east-1:111111111111:endpoint:well", "TargetEndpointArn": "arn:aws:dms:us-east-1:111111111111:endpoint:bowl"},
		map[string]string{"ReplicationConfigArn": "ReplicationConfigArn"}},
	{"dms", "CreateEventSubscription", map[string]any{"SubscriptionName": "ear", "SnsTopicArn": "arn:aws:sns:us-east-1:111111111111:bell"}, map[string]string{"CustSubscriptionId": "dms/SubscriptionName"}},
	{"logs", "CreateLogGroup", map[string]any{"logGroupName": "wood"}, map[string]string{}},
	{"logs", "CreateLogStream", map[string]any{"logGroupName": "wood", "logStreamName": "oak"}, map[string]string{}},
	{"secretsmanager", "CreateSecret", map[string]any{"Name": "chair", "SecretString": "s"}, map[string]string{"ARN": "SecretId"}},
}

// elementOf finds the value of an element in JSON or XML, wherever it stands.
func elementOf(t testing.TB, body, name string) string {
	t.Helper()
	if found := regexp.MustCompile(`<` + name + `>([^<]*)<`).FindStringSubmatch(body); found != nil {
		return found[1]
	}
	if found := regexp.MustCompile(`"` + name + `":\s*("(?:[^"\\]|\\.)*")`).FindStringSubmatch(body); found != nil {
		var text string
		if err := json.Unmarshal([]byte(found[1]), &text); err == nil {
			return text
		}
	}
	t.Fatalf("there is no %s in %s", name, body)
	return ""
}
