package redshiftapi_test

import "testing"

// TestStrangerIsDenied walks the table of operations as a user without a policy.
func TestStrangerIsDenied(t *testing.T) {
	n := newNode(t)
	namespace := n.cluster(t)
	key := n.stranger(t)
	cluster := "arn:aws:redshift:us-east-1:222222222222:cluster:wh"
	known := map[string][]string{
		"CreateCluster":                    {"ClusterIdentifier=new", "MasterUsername=awsuser", "MasterUserPassword=Passw0rd1", "NodeType=ra3.xlplus"},
		"CreateClusterSubnetGroup":         {"ClusterSubnetGroupName=g", "Description=d", "SubnetIds.SubnetIdentifier.1=subnet-1"},
		"ModifyClusterSubnetGroup":         {"ClusterSubnetGroupName=g", "SubnetIds.SubnetIdentifier.1=subnet-1"},
		"DeleteClusterSubnetGroup":         {"ClusterSubnetGroupName=g"},
		"CreateClusterParameterGroup":      {"ParameterGroupName=g", "ParameterGroupFamily=redshift-2.0", "Description=d"},
		"DescribeClusterParameters":        {"ParameterGroupName=g"},
		"DescribeDefaultClusterParameters": {"ParameterGroupFamily=redshift-2.0"},
		"ModifyClusterParameterGroup":      {"ParameterGroupName=g", "Parameters.Parameter.1.ParameterName=auto_mv"},
		"ResetClusterParameterGroup":       {"ParameterGroupName=g"},
		"DeleteClusterParameterGroup":      {"ParameterGroupName=g"},
		"GetClusterCredentials":            {"ClusterIdentifier=wh", "DbUser=ann"},
		"PutResourcePolicy":                {"ResourceArn=" + namespace, "Policy={}"},
		"GetResourcePolicy":                {"ResourceArn=" + namespace},
		"DeleteResourcePolicy":             {"ResourceArn=" + namespace},
		"CreateTags":                       {"ResourceName=" + cluster, "Tags.Tag.1.Key=a"},
		"DeleteTags":                       {"ResourceName=" + cluster, "TagKeys.TagKey.1=a"},
		"DescribeClusters":                 nil, "DescribeClusterSubnetGroups": nil, "DescribeClusterParameterGroups": nil,
		"DescribeClusterSnapshots": nil, "DescribeTags": nil, "DescribeIntegrations": nil, "DescribeInboundIntegrations": nil,
		"CreateIntegration": {"IntegrationName=i", "SourceArn=arn:aws:s3:::b", "TargetArn=" + namespace},
		"ModifyIntegration": {"IntegrationArn=arn:aws:redshift:us-east-1:222222222222:integration:11111111-1111-4111-8111-111111111111", "Description=d"},
		"DeleteIntegration": {"IntegrationArn=arn:aws:redshift:us-east-1:222222222222:integration:11111111-1111-4111-8111-111111111111"},
	}
	for _, op := range n.door.Operations() {
		if !op.Supported() {
			continue
		}
		t.Run(op.Name, func(t *testing.T) {
			in, ok := known[op.Name]
			if !ok {
				in = []string{"ClusterIdentifier=wh"}
			}
			if got := n.call(t, key, op.Name, in...); got.status != 403 || got.code != "AccessDenied" {
				t.Errorf("got %d %s: %s", got.status, got.code, got.message)
			}
		})
	}
	wanted(t, n.must(t, "DescribeClusters"), map[string]string{"ClusterIdentifier": "wh", "ClusterStatus": "available"})
}
