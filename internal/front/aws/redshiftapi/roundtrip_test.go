package redshiftapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/identity"
)

// wanted compares elements of an answer.
func wanted(t *testing.T, body string, want map[string]string) {
	t.Helper()
	for element, text := range want {
		if got := value(body, element); got != text {
			t.Errorf("%s is %q, want %q", element, got, text)
		}
	}
	if t.Failed() {
		t.Log(body)
	}
}

func TestClusterRoundTrip(t *testing.T) {
	n := newNode(t)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	role, err := n.ids.As(n.ids.Root(account2)).CreateRole(t.Context(), identity.CreateRoleInput{Name: "loader", Trust: trust})
	check(t, err)
	n.must(t, "CreateClusterSubnetGroup", "ClusterSubnetGroupName=Nets", "Description=d", "SubnetIds.SubnetIdentifier.1=subnet-1", "SubnetIds.SubnetIdentifier.2=subnet-2")
	// As Terraform sends it (findings).
	made := n.must(t, "CreateCluster", "AllowVersionUpgrade=true", "AutomatedSnapshotRetentionPeriod=1", "ClusterIdentifier=wh", "ClusterSubnetGroupName=nets",
		"ClusterType=single-node", "ClusterVersion=1.0", "DBName=dev", "Encrypted=true", "IamRoles.IamRoleArn.1="+role.ARN, "MaintenanceTrackName=current",
		"ManualSnapshotRetentionPeriod=-1", "MasterUsername=awsuser", "MasterUserPassword=Passw0rd1", "NodeType=ra3.xlplus", "NumberOfNodes=1", "Port=5439",
		"PubliclyAccessible=false", "Tags.Tag.1.Key=team", "Tags.Tag.1.Value=data", "VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1", "MultiAZ=false",
		"AvailabilityZoneRelocation=false", "EnhancedVpcRouting=false")
	wanted(t, made, map[string]string{"ClusterStatus": "creating", "ClusterAvailabilityStatus": "Modifying", "ApplyStatus": "adding"})
	if strings.Contains(made, "Passw0rd1") {
		t.Error("the password stands in the answer")
	}
	got := n.must(t, "DescribeClusters", "ClusterIdentifier=wh")
	namespace := value(got, "ClusterNamespaceArn")
	wanted(t, got, map[string]string{
		"ClusterStatus": "available", "ClusterAvailabilityStatus": "Available", "Endpoint": "<Address>127.0.0.1</Address><Port>5440</Port>",
		"ClusterSubnetGroupName": "nets", "IamRoleArn": role.ARN, "VpcSecurityGroups": "<VpcSecurityGroup><VpcSecurityGroupId>sg-1</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroup>",
		"Tags": "<Tag><Key>team</Key><Value>data</Value></Tag>", "ClusterNodes": "<member><NodeRole>SHARED</NodeRole><PrivateIPAddress>127.0.0.1</PrivateIPAddress></member>",
		"KmsKeyId": "AWS_OWNED_KMS_KEY", "MultiAZ": "Disabled", "AvailabilityZoneRelocationStatus": "disabled", "DBName": "dev", "NumberOfNodes": "1",
	})
	wanted(t, n.must(t, "ModifyClusterIamRoles", "ClusterIdentifier=wh", "RemoveIamRoles.IamRoleArn.1="+role.ARN), map[string]string{"ApplyStatus": "removing"})
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"redshift:CreateInboundIntegration","Resource":"` + namespace + `"}]}`
	n.must(t, "PutResourcePolicy", "ResourceArn="+namespace, "Policy="+policy)
	wanted(t, n.must(t, "GetResourcePolicy", "ResourceArn="+namespace), map[string]string{"Policy": strings.ReplaceAll(policy, `"`, "&#34;"), "ResourceArn": namespace})
	n.must(t, "DeleteResourcePolicy", "ResourceArn="+namespace)
	wanted(t, n.must(t, "DescribeLoggingStatus", "ClusterIdentifier=wh"), map[string]string{"LoggingEnabled": "false"})
	wanted(t, n.must(t, "PauseCluster", "ClusterIdentifier=wh"), map[string]string{"ClusterStatus": "paused"})
	wanted(t, n.must(t, "ResumeCluster", "ClusterIdentifier=wh"), map[string]string{"ClusterStatus": "available"})
	n.must(t, "RebootCluster", "ClusterIdentifier=wh")
	wanted(t, n.must(t, "ModifyCluster", "ClusterIdentifier=wh", "NumberOfNodes=2", "ClusterType=multi-node"), map[string]string{"NumberOfNodes": "2"})
	wanted(t, n.must(t, "DeleteCluster", "ClusterIdentifier=wh", "SkipFinalClusterSnapshot=true"), map[string]string{"ClusterStatus": "deleting"})
	if got := n.must(t, "DescribeClusters"); !strings.Contains(got, "<Clusters></Clusters>") {
		t.Errorf("an empty list is %s", got)
	}
}

func (n *node) cluster(t *testing.T) (namespace string) {
	t.Helper()
	n.must(t, "CreateCluster", "ClusterIdentifier=wh", "MasterUsername=awsuser", "MasterUserPassword=Passw0rd1", "NodeType=ra3.xlplus")
	return value(n.must(t, "DescribeClusters"), "ClusterNamespaceArn")
}

func TestCredentialsRoundTrip(t *testing.T) {
	n := newNode(t)
	namespace := n.cluster(t)
	for action, want := range map[string]string{"GetClusterCredentials": "IAMA:ann", "GetClusterCredentialsWithIAM": "IAM:admin"} {
		in := []string{"ClusterIdentifier=wh", "DbName=dev", "DurationSeconds=900"}
		if action == "GetClusterCredentials" {
			in = append(in, "DbUser=ann", "AutoCreate=true", "DbGroups.DbGroup.1=loaders")
		}
		got := n.must(t, action, in...)
		wanted(t, got, map[string]string{"DbUser": want})
		if p, ok := n.namespaces.TemporaryPassword(namespace, want); !ok || p != value(got, "DbPassword") {
			t.Errorf("%s: the password given is not the one that is taken", action)
		}
		if strings.Contains(got, "NextRefreshTime") != (action == "GetClusterCredentialsWithIAM") {
			t.Errorf("%s: %s", action, got)
		}
	}
}

func TestGroupsAndTagsRoundTrip(t *testing.T) {
	n := newNode(t)
	n.must(t, "CreateClusterParameterGroup", "ParameterGroupName=Params", "ParameterGroupFamily=redshift-2.0", "Description=d")
	wanted(t, n.must(t, "ModifyClusterParameterGroup", "ParameterGroupName=params", "Parameters.Parameter.1.ParameterName=require_ssl",
		"Parameters.Parameter.1.ParameterValue=false", "Parameters.Parameter.1.ApplyType=static"), map[string]string{"ParameterGroupName": "params"})
	wanted(t, n.must(t, "DescribeClusterParameters", "ParameterGroupName=params", "Source=user"), map[string]string{"ParameterName": "require_ssl", "ParameterValue": "false", "Source": "user"})
	n.must(t, "ResetClusterParameterGroup", "ParameterGroupName=params", "ResetAllParameters=true")
	if got := n.must(t, "DescribeClusterParameterGroups"); strings.Count(got, "<ClusterParameterGroup>") != 3 {
		t.Errorf("with the default ones: %s", got)
	}
	wanted(t, n.must(t, "DescribeDefaultClusterParameters", "ParameterGroupFamily=redshift-2.0"), map[string]string{"ParameterName": "auto_analyze"})
	n.must(t, "CreateClusterSubnetGroup", "ClusterSubnetGroupName=nets", "Description=d", "SubnetIds.SubnetIdentifier.1=subnet-1")
	n.must(t, "ModifyClusterSubnetGroup", "ClusterSubnetGroupName=nets", "SubnetIds.SubnetIdentifier.1=subnet-2")
	wanted(t, n.must(t, "DescribeClusterSubnetGroups", "ClusterSubnetGroupName=nets"), map[string]string{"SubnetIdentifier": "subnet-2", "SubnetGroupStatus": "Complete", "Description": "d"})
	group := "arn:aws:redshift:us-east-1:222222222222:subnetgroup:nets"
	n.must(t, "CreateTags", "ResourceName="+group, "Tags.Tag.1.Key=a", "Tags.Tag.1.Value=1")
	wanted(t, n.must(t, "DescribeTags", "ResourceName="+group), map[string]string{"Tag": "<Key>a</Key><Value>1</Value>", "ResourceName": group, "ResourceType": "subnetgroup"})
	n.must(t, "DeleteTags", "ResourceName="+group, "TagKeys.TagKey.1=a")
	n.must(t, "DeleteClusterSubnetGroup", "ClusterSubnetGroupName=nets")
	n.must(t, "DeleteClusterParameterGroup", "ParameterGroupName=params")
	if got := n.must(t, "DescribeClusterSnapshots"); !strings.Contains(got, "<Snapshots></Snapshots>") {
		t.Errorf("snapshots: %s", got)
	}
}

func TestRefusals(t *testing.T) {
	n := newNode(t)
	n.cluster(t)
	create := []string{"ClusterIdentifier=new", "MasterUsername=awsuser", "MasterUserPassword=Passw0rd1", "NodeType=ra3.xlplus"}
	with := func(more ...string) []string { return append(append([]string{}, create...), more...) }
	tests := map[string]struct {
		action string
		in     []string
		status int
		code   string
	}{
		"no identifier":       {"CreateCluster", create[1:], 400, "MissingParameter"},
		"a cluster there":     {"CreateCluster", with("ClusterIdentifier=wh"), 400, "ClusterAlreadyExists"},
		"a port in words":     {"CreateCluster", with("Port=five"), 400, "InvalidParameterValue"},
		"a wrong parameter":   {"CreateCluster", with("Sort=1"), 400, "InvalidParameterValue"},
		"hardware keys":       {"CreateCluster", with("HsmConfigurationIdentifier=h"), 400, "UnsupportedOperation"},
		"no such cluster":     {"DescribeClusters", []string{"ClusterIdentifier=none"}, 404, "ClusterNotFound"},
		"no such subnets":     {"DescribeClusterSubnetGroups", []string{"ClusterSubnetGroupName=none"}, 400, "ClusterSubnetGroupNotFoundFault"},
		"no such parameters":  {"DescribeClusterParameters", []string{"ParameterGroupName=none"}, 404, "ClusterParameterGroupNotFound"},
		"resumed while it is": {"ResumeCluster", []string{"ClusterIdentifier=wh"}, 400, "InvalidClusterState"},
		"no such namespace":   {"GetResourcePolicy", []string{"ResourceArn=arn:aws:redshift:us-east-1:222222222222:namespace:none"}, 404, "ResourceNotFoundFault"},
		"no policy":           {"PutResourcePolicy", []string{"ResourceArn=arn:aws:redshift:us-east-1:222222222222:namespace:none", "Policy={"}, 404, "ResourceNotFoundFault"},
		"tags of no cluster":  {"CreateTags", []string{"ResourceName=arn:aws:redshift:us-east-1:222222222222:cluster:none", "Tags.Tag.1.Key=a"}, 404, "ResourceNotFoundFault"},
		"no integration's":    {"DescribeTags", []string{"ResourceName=arn:aws:redshift:us-east-1:222222222222:integration:11111111-1111-4111-8111-111111111111"}, 404, "IntegrationNotFoundFault"},
		"not here":            {"CreateClusterSnapshot", nil, 400, "UnsupportedOperation"},
		"not anywhere":        {"CreateClustre", nil, 400, "InvalidAction"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := n.call(t, n.admin, tt.action, tt.in...); got.status != tt.status || got.code != tt.code {
				t.Errorf("got %d %s: %s", got.status, got.code, got.message)
			}
		})
	}
	if got := n.must(t, "DescribeClusters"); strings.Count(got, "<Cluster>") != 1 {
		t.Errorf("left %s", got)
	}
	n.namespaces.SetHost(&engines{fail: http.ErrServerClosed})
	if got := n.call(t, n.admin, "CreateCluster", create...); got.status != 500 || strings.Contains(got.message, "Server closed") {
		t.Errorf("an engine that does not start: %d %s", got.status, got.message)
	}
	if got := n.must(t, "DescribeClusters"); strings.Count(got, "<Cluster>") != 1 {
		t.Errorf("left %s", got)
	}
}
