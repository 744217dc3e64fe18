"""Every operation of Amazon Redshift."""

import json
import os

from session import Session

s = Session("redshift")
redshift = s.client()
ACCOUNT, SOURCE_ACCOUNT, REGION = os.environ["ACCOUNT2_ID"], os.environ["ACCOUNT1_ID"], os.environ["AWS_REGION"]
TAGS = [{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "data"}]
CLUSTER = "sdk-cluster"


def arn(kind, name):
    return f"arn:aws:redshift:{REGION}:{ACCOUNT}:{kind}:{name}"


def cluster():
    return redshift.describe_clusters(ClusterIdentifier=CLUSTER)["Clusters"][0]


def available():
    s.until("available", lambda: cluster()["ClusterStatus"])


def subnet_groups():
    which = {"ClusterSubnetGroupName": "sdk-subnets"}
    made = redshift.create_cluster_subnet_group(Description="first", SubnetIds=["subnet-1", "subnet-2"], Tags=TAGS, **which)["ClusterSubnetGroup"]
    s.same([n["SubnetIdentifier"] for n in made["Subnets"]], ["subnet-1", "subnet-2"], "the subnets")
    s.refused("ClusterSubnetGroupAlreadyExists", redshift.create_cluster_subnet_group, Description="", SubnetIds=["subnet-1"], **which)
    redshift.modify_cluster_subnet_group(Description="second", SubnetIds=["subnet-3"], **which)
    got = redshift.describe_cluster_subnet_groups(**which)["ClusterSubnetGroups"]
    s.same([(g["Description"], [n["SubnetIdentifier"] for n in g["Subnets"]], g["Tags"]) for g in got], [("second", ["subnet-3"], TAGS)], "the group")
    s.refused("ClusterSubnetGroupNotFoundFault", redshift.describe_cluster_subnet_groups, ClusterSubnetGroupName="sdk-not")


def parameter_groups():
    which = {"ParameterGroupName": "sdk-parameters"}
    made = redshift.create_cluster_parameter_group(ParameterGroupFamily="redshift-2.0", Description="first", Tags=TAGS, **which)
    s.same(made["ClusterParameterGroup"]["ParameterGroupFamily"], "redshift-2.0", "the family")
    s.refused("ClusterParameterGroupAlreadyExists", redshift.create_cluster_parameter_group, ParameterGroupFamily="redshift-2.0", Description="", **which)
    got = redshift.describe_cluster_parameter_groups(**which)["ParameterGroups"]
    s.same([(g["Description"], g["Tags"]) for g in got], [("first", TAGS)], "the group")
    s.refused("ClusterParameterGroupNotFound", redshift.describe_cluster_parameter_groups, ParameterGroupName="sdk-not")
    redshift.modify_cluster_parameter_group(Parameters=[{"ParameterName": "statement_timeout", "ParameterValue": "5000"}], **which)
    own = redshift.describe_cluster_parameters(Source="user", **which)["Parameters"]
    s.same([(p["ParameterName"], p["ParameterValue"], p["Source"]) for p in own], [("statement_timeout", "5000", "user")], "what was set")
    default = redshift.describe_default_cluster_parameters(ParameterGroupFamily="redshift-2.0")["DefaultClusterParameters"]
    s.same((default["ParameterGroupFamily"], "statement_timeout" in [p["ParameterName"] for p in default["Parameters"]]), ("redshift-2.0", True), "the defaults")
    redshift.reset_cluster_parameter_group(Parameters=[{"ParameterName": "statement_timeout"}], **which)
    s.same(redshift.describe_cluster_parameters(Source="user", **which)["Parameters"], [], "what is set after the reset")
    s.refused("InvalidParameterValue", redshift.modify_cluster_parameter_group, Parameters=[{"ParameterName": "no_such", "ParameterValue": "1"}], **which)


def clusters(role):
    made = redshift.create_cluster(
        ClusterIdentifier=CLUSTER, NodeType="ra3.xlplus", NumberOfNodes=2, MasterUsername="owner", MasterUserPassword="Secret-123", DBName="sales",
        ClusterSubnetGroupName="sdk-subnets", ClusterParameterGroupName="sdk-parameters", VpcSecurityGroupIds=["sg-1"], Tags=TAGS, Encrypted=True,
        AvailabilityZone=REGION + "a", PreferredMaintenanceWindow="sun:05:00-sun:05:30", PubliclyAccessible=False)["Cluster"]
    s.same((made["ClusterIdentifier"], made["MasterUsername"], made["DBName"], made["NumberOfNodes"]), (CLUSTER, "owner", "sales", 2), "the cluster")
    available()
    got = cluster()
    s.same((got["Tags"], got["Encrypted"], got["ClusterSubnetGroupName"], len(got["ClusterNodes"])), (TAGS, True, "sdk-subnets", 3), "the cluster's details")
    s.same((got["ClusterParameterGroups"][0]["ParameterGroupName"], got["VpcSecurityGroups"][0]["VpcSecurityGroupId"]), ("sdk-parameters", "sg-1"), "its groups")
    s.same(got["Endpoint"]["Port"] > 0, True, "that there is a port")
    s.refused("ClusterAlreadyExists", redshift.create_cluster, ClusterIdentifier=CLUSTER, NodeType="ra3.xlplus", MasterUsername="owner", MasterUserPassword="Secret-123")
    s.refused("ClusterNotFound", redshift.describe_clusters, ClusterIdentifier="sdk-not")
    s.refused("InvalidParameterValue", redshift.create_cluster, ClusterIdentifier="a_b", NodeType="ra3.xlplus", MasterUsername="owner", MasterUserPassword="Secret-123")
    s.same([c["ClusterIdentifier"] for c in redshift.describe_clusters(TagKeys=["stage"], TagValues=["test"])["Clusters"]], [CLUSTER], "the tagged clusters")
    for change, told, state in ((redshift.pause_cluster, "pausing", "paused"), (redshift.resume_cluster, "resuming", "available"), (redshift.reboot_cluster, "rebooting", "available")):
        s.same(change(ClusterIdentifier=CLUSTER)["Cluster"]["ClusterStatus"] in (told, state), True, f"that it is {told}")
        s.until(state, lambda: cluster()["ClusterStatus"])
    redshift.modify_cluster(ClusterIdentifier=CLUSTER, AutomatedSnapshotRetentionPeriod=7, EnhancedVpcRouting=True)
    s.until((7, True), lambda: (cluster()["AutomatedSnapshotRetentionPeriod"], cluster()["EnhancedVpcRouting"]))
    available()
    redshift.modify_cluster_iam_roles(ClusterIdentifier=CLUSTER, AddIamRoles=[role], DefaultIamRoleArn=role)
    s.until([{"IamRoleArn": role, "ApplyStatus": "in-sync"}], lambda: cluster()["IamRoles"])
    s.same(cluster()["DefaultIamRoleArn"], role, "the default role")
    redshift.modify_cluster_iam_roles(ClusterIdentifier=CLUSTER, RemoveIamRoles=[role])
    s.until([], lambda: cluster()["IamRoles"])
    s.same(redshift.describe_logging_status(ClusterIdentifier=CLUSTER)["LoggingEnabled"], False, "whether it logs")
    s.same(redshift.describe_cluster_snapshots(ClusterIdentifier=CLUSTER)["Snapshots"], [], "the snapshots")
    s.refused("ClusterSnapshotNotFound", redshift.describe_cluster_snapshots, SnapshotIdentifier="sdk-not")
    credentials()


def credentials():
    got = redshift.get_cluster_credentials(ClusterIdentifier=CLUSTER, DbUser="reader", AutoCreate=True, DbName="sales", DurationSeconds=900, DbGroups=["readers"])
    s.same((got["DbUser"], len(got["DbPassword"]) > 20), ("IAMA:reader", True), "the temporary user")
    got = redshift.get_cluster_credentials_with_iam(ClusterIdentifier=CLUSTER)
    s.same((got["DbUser"], got["NextRefreshTime"] < got["Expiration"]), ("IAM:admin", True), "the user of the caller")
    s.refused("ClusterNotFound", redshift.get_cluster_credentials, ClusterIdentifier="sdk-not", DbUser="reader")


def tags(by, resource):
    by.create_tags(ResourceName=resource, Tags=[{"Key": "more", "Value": "yes"}])
    got = by.describe_tags(ResourceName=resource)["TaggedResources"]
    s.same(sorted(t["Tag"]["Key"] for t in got), ["more", "stage", "team"], f"the tags of {resource}")
    s.same({t["ResourceName"] for t in got}, {resource}, "whose tags they are")
    by.delete_tags(ResourceName=resource, TagKeys=["more"])
    s.same(sorted(t["Tag"]["Key"] for t in by.describe_tags(ResourceName=resource)["TaggedResources"]), ["stage", "team"], f"the tags left to {resource}")


def integrations():
    namespace = cluster()["ClusterNamespaceArn"]
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "redshift:AuthorizeInboundIntegration", "Resource": namespace},
        {"Effect": "Allow", "Principal": {"AWS": SOURCE_ACCOUNT}, "Action": "redshift:CreateInboundIntegration", "Resource": namespace}]}
    redshift.put_resource_policy(ResourceArn=namespace, Policy=json.dumps(policy))
    s.same(json.loads(redshift.get_resource_policy(ResourceArn=namespace)["ResourcePolicy"]["Policy"]), policy, "the resource policy")
    s.refused("InvalidPolicyFault", redshift.put_resource_policy, ResourceArn=namespace, Policy="{")
    bucket, source = bucket_of_source(), s.client("ACCOUNT1")
    made = source.create_integration(IntegrationName="sdk-integration", SourceArn=bucket, TargetArn=namespace, Description="files", TagList=TAGS)
    made_arn = made["IntegrationArn"]
    s.same((made["SourceArn"], made["TargetArn"], made["Description"], made["Tags"]), (bucket, namespace, "files", TAGS), "the integration")
    s.until("active", lambda: source.describe_integrations(IntegrationArn=made_arn)["Integrations"][0]["Status"])
    s.refused("IntegrationAlreadyExistsFault", source.create_integration, IntegrationName="sdk-integration", SourceArn=bucket, TargetArn=namespace)
    found = source.describe_integrations(Filters=[{"Name": "source-arn", "Values": [bucket]}])["Integrations"]
    s.same([i["IntegrationArn"] for i in found], [made_arn], "the integrations of the bucket")
    changed = source.modify_integration(IntegrationArn=made_arn, IntegrationName="sdk-renamed", Description="more files")
    s.same((changed["IntegrationName"], changed["Description"]), ("sdk-renamed", "more files"), "the integration after its change")
    inbound = redshift.describe_inbound_integrations(TargetArn=namespace)["InboundIntegrations"]
    s.same([(i["IntegrationArn"], i["Status"]) for i in inbound], [(made_arn, "active")], "what comes in")
    tags(source, made_arn)
    s.same(source.delete_integration(IntegrationArn=made_arn)["Status"], "deleting", "the state of a deleted integration")
    s.until([], lambda: source.describe_integrations()["Integrations"])
    s.refused("IntegrationNotFoundFault", source.describe_integrations, IntegrationArn=made_arn)
    redshift.delete_resource_policy(ResourceArn=namespace)
    s.refused("ResourceNotFoundFault", redshift.get_resource_policy, ResourceArn=namespace)


def bucket_of_source():
    """A bucket whose policy lets Redshift listen."""
    s3 = Session("s3").client("ACCOUNT1")
    s3.create_bucket(Bucket="sdk-redshift")
    allowed = {"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Resource": "arn:aws:s3:::sdk-redshift",
               "Action": ["s3:GetBucketNotification", "s3:PutBucketNotification", "s3:GetBucketLocation"]}
    s3.put_bucket_policy(Bucket="sdk-redshift", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}))
    return "arn:aws:s3:::sdk-redshift"


def role_of_cluster():
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    return Session("iam").client().create_role(RoleName="sdk-redshift", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def clean():
    s.refused("InvalidClusterSubnetGroupStateFault", redshift.delete_cluster_subnet_group, ClusterSubnetGroupName="sdk-subnets")
    s.refused("InvalidClusterParameterGroupState", redshift.delete_cluster_parameter_group, ParameterGroupName="sdk-parameters")
    gone = redshift.delete_cluster(ClusterIdentifier=CLUSTER, SkipFinalClusterSnapshot=True)["Cluster"]
    s.same(gone["ClusterStatus"], "deleting", "the state of a deleted cluster")
    s.until(False, lambda: CLUSTER in [c["ClusterIdentifier"] for c in redshift.describe_clusters()["Clusters"]])
    s.refused("ClusterNotFound", redshift.delete_cluster, ClusterIdentifier=CLUSTER, SkipFinalClusterSnapshot=True)
    redshift.delete_cluster_subnet_group(ClusterSubnetGroupName="sdk-subnets")
    redshift.delete_cluster_parameter_group(ParameterGroupName="sdk-parameters")
    s.refused("ClusterSubnetGroupNotFoundFault", redshift.describe_cluster_subnet_groups, ClusterSubnetGroupName="sdk-subnets")
    s.refused("ClusterParameterGroupNotFound", redshift.describe_cluster_parameters, ParameterGroupName="sdk-parameters")


subnet_groups()
parameter_groups()
clusters(role_of_cluster())
for kind, name in (("cluster", CLUSTER), ("subnetgroup", "sdk-subnets"), ("parametergroup", "sdk-parameters")):
    tags(redshift, arn(kind, name))
integrations()
clean()
s.end(redshift)
