"""Every operation of AWS DMS, as far as it goes without a source database."""

import json
import os

from botocore.session import Session as Core

from session import CONFIG, Session

s = Session("dms")
dms = s.client()
ACCOUNT, REGION = os.environ["ACCOUNT2_ID"], os.environ["AWS_REGION"]
MAPPINGS = json.dumps({"rules": [{"rule-type": "selection", "rule-id": "1", "rule-name": "1", "rule-action": "explicit",
                                  "object-locator": {"schema-name": "demo1", "table-name": "cdcdata"}}]})


def other(service):
    """A client of another service, whose answers nobody compares here."""
    return Core(profile=os.environ["ACCOUNT2_PROFILE"]).create_client(service, config=CONFIG, region_name=REGION, endpoint_url=os.environ["AWS_ENDPOINT_URL"])


iam = other("iam")


def role(name, *policies):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "dms.amazonaws.com"}}]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    for policy in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/service-role/" + policy)


def only(name, *values):
    return [{"Name": name, "Values": list(values)}]


def groups():
    group = dict(ReplicationSubnetGroupIdentifier="sdk-group", SubnetIds=["subnet-a", "subnet-b"])
    s.refused("AccessDeniedFault", dms.create_replication_subnet_group, ReplicationSubnetGroupDescription="d", **group)
    role("dms-vpc-role", "AmazonDMSVPCManagementRole")
    made = dms.create_replication_subnet_group(ReplicationSubnetGroupDescription="d", **group)["ReplicationSubnetGroup"]
    s.same((made["SubnetGroupStatus"], len(made["Subnets"])), ("Complete", 2), "the subnet group")
    s.refused("ResourceAlreadyExistsFault", dms.create_replication_subnet_group, ReplicationSubnetGroupDescription="d", **group)
    s.refused("ReplicationSubnetGroupDoesNotCoverEnoughAZs", dms.modify_replication_subnet_group, ReplicationSubnetGroupIdentifier="sdk-group", SubnetIds=["subnet-a"])
    dms.modify_replication_subnet_group(ReplicationSubnetGroupIdentifier="sdk-group", SubnetIds=["subnet-a", "subnet-c"])
    got = dms.describe_replication_subnet_groups(Filters=only("replication-subnet-group-id", "sdk-group"))["ReplicationSubnetGroups"]
    s.same([n["SubnetIdentifier"] for n in got[0]["Subnets"]], ["subnet-a", "subnet-c"], "its subnets")


def instances():
    made = dms.create_replication_instance(ReplicationInstanceIdentifier="SDK-instance", ReplicationInstanceClass="dms.t3.medium", PubliclyAccessible=False,
                                           ReplicationSubnetGroupIdentifier="sdk-group", VpcSecurityGroupIds=["sg-1"], Tags=[{"Key": "a", "Value": "1"}])["ReplicationInstance"]
    arn = made["ReplicationInstanceArn"]
    s.same((made["ReplicationInstanceStatus"], made["ReplicationInstanceIdentifier"]), ("creating", "sdk-instance"), "the instance")
    dms.get_waiter("replication_instance_available").wait(Filters=only("replication-instance-arn", arn))
    s.refused("InvalidResourceStateFault", dms.delete_replication_subnet_group, ReplicationSubnetGroupIdentifier="sdk-group")
    changed = dms.modify_replication_instance(ReplicationInstanceArn=arn, AllocatedStorage=100, ApplyImmediately=True)["ReplicationInstance"]
    s.same(changed["AllocatedStorage"], 100, "its storage")
    dms.reboot_replication_instance(ReplicationInstanceArn=arn)
    page = dms.describe_orderable_replication_instances(MaxRecords=20)
    s.same((len(page["OrderableReplicationInstances"]), "Marker" in page), (20, True), "the first page of what can be ordered")
    dms.add_tags_to_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    dms.remove_tags_from_resource(ResourceArn=arn, TagKeys=["a"])
    s.same([(t["Key"], t["ResourceArn"]) for t in dms.list_tags_for_resource(ResourceArn=arn)["TagList"]], [("b", arn)], "the tags")
    return arn


def endpoints():
    source = dms.create_endpoint(EndpointIdentifier="sdk-source", EndpointType="source", EngineName="mysql", ServerName="127.0.0.1", Port=1, Username="u",
                                 Password="topsecret", MySQLSettings={"ServerTimezone": "UTC"})["Endpoint"]
    s.same((source["Status"], source["MySQLSettings"]["Port"], "Password" in source["MySQLSettings"]), ("active", 1, False), "the source")
    target = dict(EndpointIdentifier="sdk-target", EndpointType="target", EngineName="redshift", DatabaseName=os.environ["SERVERLESS_PGDATABASE"],
                  ServerName=f"{os.environ['WORKGROUP_NAME']}.{ACCOUNT}.{REGION}.redshift-serverless.amazonaws.com", Port=5439,
                  Username=os.environ["SERVERLESS_PGUSER"], Password=os.environ["SERVERLESS_PGPASSWORD"])
    made = dms.create_endpoint(RedshiftSettings={"MaxFileSize": 1024}, **target)["Endpoint"]
    s.refused("ResourceAlreadyExistsFault", dms.create_endpoint, **target)
    changed = dms.modify_endpoint(EndpointArn=made["EndpointArn"], ExtraConnectionAttributes="truncateColumns=true")["Endpoint"]
    s.same((changed["RedshiftSettings"]["TruncateColumns"], changed["RedshiftSettings"]["MaxFileSize"]), (True, 1024), "its settings")
    s.same([e["EndpointIdentifier"] for e in dms.describe_endpoints(Filters=only("endpoint-type", "target"))["Endpoints"]], ["sdk-target"], "the targets")
    s.refused("InvalidParameterValueException", dms.create_endpoint, EndpointIdentifier="x", EndpointType="source", EngineName="oracle")
    types = {(t["EngineName"], t["EndpointType"]) for t in dms.describe_endpoint_types()["SupportedEndpointTypes"]}
    s.same(("postgres", "source") in types and ("redshift-serverless", "target") in types, True, "the types of endpoints")
    names = [n["Name"] for n in dms.describe_endpoint_settings(EngineName="redshift")["EndpointSettings"]]
    s.same("FileTransferUploadStreams" in names, True, "that the settings are told")
    return source["EndpointArn"], made["EndpointArn"]


def connections(instance, source, target):
    both = dict(ReplicationInstanceArn=instance, EndpointArn=target)
    s.refused("AccessDeniedFault", dms.test_connection, **both)
    role("dms-access-for-endpoint", "AmazonDMSRedshiftS3Role")
    s.same(dms.test_connection(**both)["Connection"]["Status"], "testing", "the connection")
    dms.get_waiter("test_connection_succeeds").wait(Filters=only("endpoint-arn", target))
    dms.test_connection(ReplicationInstanceArn=instance, EndpointArn=source)
    s.until("failed", lambda: dms.describe_connections(Filters=only("endpoint-arn", source))["Connections"][0]["Status"])
    dms.refresh_schemas(**both)
    s.until("successful", lambda: dms.describe_refresh_schemas_status(EndpointArn=target)["RefreshSchemasStatus"]["Status"])
    s.same("public" in dms.describe_schemas(EndpointArn=target)["Schemas"], True, "that the schema public is listed")


def tasks(instance, source, target):
    task = dict(ReplicationTaskIdentifier="sdk-task", SourceEndpointArn=source, TargetEndpointArn=target, ReplicationInstanceArn=instance,
                MigrationType="full-load", TableMappings=MAPPINGS)
    s.refused("InvalidParameterValueException", dms.create_replication_task, **{**task, "TableMappings": "{}"})
    s.refused("InvalidParameterValueException", dms.create_replication_task, ReplicationTaskSettings="", **task)
    arn = dms.create_replication_task(**task)["ReplicationTask"]["ReplicationTaskArn"]
    mine = only("replication-task-arn", arn)
    dms.get_waiter("replication_task_ready").wait(Filters=mine)
    settings = json.loads(dms.describe_replication_tasks(Filters=mine)["ReplicationTasks"][0]["ReplicationTaskSettings"])
    settings["Logging"]["EnableLogging"] = True
    dms.modify_replication_task(ReplicationTaskArn=arn, ReplicationTaskSettings=json.dumps(settings))
    named = dms.describe_replication_tasks(Filters=mine)["ReplicationTasks"][0]["ReplicationTaskSettings"]
    s.same(json.loads(named)["Logging"]["CloudWatchLogGroup"], "dms-tasks-sdk-instance", "the group of the log")
    s.refused("InvalidParameterValueException", dms.create_replication_task, **{**task, "ReplicationTaskIdentifier": "again"}, ReplicationTaskSettings=named)
    s.same("ReplicationTaskSettings" in dms.describe_replication_tasks(WithoutSettings=True)["ReplicationTasks"][0], False, "that settings are left out")
    s.refused("InvalidResourceStateFault", dms.start_replication_task, only=True, ReplicationTaskArn=arn, StartReplicationTaskType="start-replication")
    s.refused("InvalidResourceStateFault", dms.stop_replication_task, only=True, ReplicationTaskArn=arn)
    s.refused("InvalidResourceStateFault", dms.reload_tables, only=True, ReplicationTaskArn=arn, TablesToReload=[{"SchemaName": "demo1", "TableName": "cdcdata"}])
    s.same(dms.describe_table_statistics(ReplicationTaskArn=arn)["TableStatistics"], [], "the tables of a task that never ran")
    s.refused("InvalidResourceStateFault", dms.delete_endpoint, EndpointArn=source)
    s.refused("InvalidResourceStateFault", dms.delete_replication_instance, ReplicationInstanceArn=instance)
    assessments(arn)
    second = dms.create_replication_instance(ReplicationInstanceIdentifier="sdk-second", ReplicationInstanceClass="dms.t3.micro")["ReplicationInstance"]["ReplicationInstanceArn"]
    s.same(dms.move_replication_task(ReplicationTaskArn=arn, TargetReplicationInstanceArn=second)["ReplicationTask"]["Status"], "moving", "the task on its way")
    s.same(dms.delete_replication_task(ReplicationTaskArn=arn)["ReplicationTask"]["Status"], "deleting", "the deleted task")
    dms.get_waiter("replication_task_deleted").wait(Filters=mine)
    dms.delete_replication_instance(ReplicationInstanceArn=second)


def assessments(task):
    """A pre-flight of a task whose source is away."""
    bucket = "dms-sdk-results"
    run = dict(ReplicationTaskArn=task, ServiceAccessRoleArn=f"arn:aws:iam::{ACCOUNT}:role/dms-access-for-endpoint", ResultLocationBucket=bucket, ResultLocationFolder="checks", AssessmentRunName="Sdk")
    names = dms.describe_applicable_individual_assessments(ReplicationTaskArn=task)["IndividualAssessmentNames"]
    s.same("unsupported-data-types-in-source" in names, True, "that types are assessed")
    s.refused("S3ResourceNotFoundFault", dms.start_replication_task_assessment_run, **run)
    s3 = other("s3")
    s3.create_bucket(Bucket=bucket)
    s.refused("InvalidParameterCombinationException", dms.start_replication_task_assessment_run, only=True, IncludeOnly=names[:1], Exclude=names[:1], **run)
    arn = dms.start_replication_task_assessment_run(**run)["ReplicationTaskAssessmentRun"]["ReplicationTaskAssessmentRunArn"]
    mine = only("replication-task-assessment-run-arn", arn)
    s.until("failed", lambda: dms.describe_replication_task_assessment_runs(Filters=mine)["ReplicationTaskAssessmentRuns"][0]["Status"])
    states = {a["IndividualAssessmentName"]: a["Status"] for a in dms.describe_replication_task_individual_assessments(Filters=mine)["ReplicationTaskIndividualAssessments"]}
    s.same((sorted(states) == sorted(names), states["inlet-check-source"], states["unsupported-data-types-in-source"]), (True, "failed", "skipped"), "the assessments")
    summary = json.load(s3.get_object(Bucket=bucket, Key="checks/Sdk/summary.json")["Body"])
    s.same((summary["status"], len(summary["individual-assessments"])), ("failed", len(names)), "what stands in the bucket")
    s.refused("InvalidResourceStateFault", dms.cancel_replication_task_assessment_run, only=True, ReplicationTaskAssessmentRunArn=arn)
    dms.delete_replication_task_assessment_run(ReplicationTaskAssessmentRunArn=arn)
    s.refused("ResourceNotFoundFault", dms.describe_replication_task_assessment_runs, Filters=mine)
    for one in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=one["Key"])
    s3.delete_bucket(Bucket=bucket)


def serverless(source, target):
    made = dms.create_replication_config(ReplicationConfigIdentifier="sdk-config", SourceEndpointArn=source, TargetEndpointArn=target, ReplicationType="full-load",
                                         ComputeConfig={"MaxCapacityUnits": 4}, TableMappings=MAPPINGS)["ReplicationConfig"]
    arn = made["ReplicationConfigArn"]
    mine = only("replication-config-arn", arn)
    dms.modify_replication_config(ReplicationConfigArn=arn, ComputeConfig={"MaxCapacityUnits": 8})
    s.same(dms.describe_replication_configs(Filters=mine)["ReplicationConfigs"][0]["ComputeConfig"], {"MaxCapacityUnits": 8}, "the compute")
    s.same(dms.start_replication(ReplicationConfigArn=arn, StartReplicationType="start-replication")["Replication"]["Status"], "initializing", "the replication")
    s.until("failed", lambda: dms.describe_replications(Filters=mine)["Replications"][0]["Status"])
    s.refused("InvalidResourceStateFault", dms.stop_replication, only=True, ReplicationConfigArn=arn)
    s.same(dms.describe_replication_table_statistics(ReplicationConfigArn=arn)["ReplicationTableStatistics"], [], "its tables")
    s.refused("InvalidResourceStateFault", dms.reload_replication_tables, only=True, ReplicationConfigArn=arn, TablesToReload=[{"SchemaName": "a", "TableName": "b"}])
    dms.delete_replication_config(ReplicationConfigArn=arn)
    s.until(True, lambda: not [c for c in dms.describe_replication_configs()["ReplicationConfigs"] if c["ReplicationConfigArn"] == arn])


def subscriptions():
    topic = other("sns").create_topic(Name="sdk-events")["TopicArn"]
    watch = dict(SubscriptionName="sdk-watch", SnsTopicArn=topic, SourceType="replication-instance", SourceIds=["sdk-instance"], EventCategories=["failure"])
    s.refused("SNSInvalidTopicFault", dms.create_event_subscription, **{**watch, "SnsTopicArn": topic + "-none"})
    s.same(dms.create_event_subscription(**watch)["EventSubscription"]["Status"], "creating", "the subscription")
    s.refused("ResourceAlreadyExistsFault", dms.create_event_subscription, **watch)
    dms.modify_event_subscription(SubscriptionName="sdk-watch", EventCategories=["configuration change"])
    got = dms.describe_event_subscriptions(SubscriptionName="sdk-watch")["EventSubscriptionsList"][0]
    s.same((got["Status"], got["EventCategoriesList"], got["SourceIdsList"]), ("active", ["configuration change"], ["sdk-instance"]), "what it is about")
    dms.delete_event_subscription(SubscriptionName="sdk-watch")
    s.refused("ResourceNotFoundFault", dms.describe_event_subscriptions, SubscriptionName="sdk-watch")
    other("sns").delete_topic(TopicArn=topic)


def rest():
    quotas = {q["AccountQuotaName"]: q["Used"] for q in dms.describe_account_attributes()["AccountQuotas"]}
    s.same((quotas["ReplicationInstances"], quotas["Endpoints"]), (1, 2), "what is used")
    events = dms.describe_events(SourceType="replication-instance", SourceIdentifier="sdk-instance", Duration=60)["Events"]
    s.same("creation" in events[0]["EventCategories"], True, "that the first event is a creation")
    s.same({g["SourceType"] for g in dms.describe_event_categories()["EventCategoryGroupList"]}, {"replication-instance", "replication-task"}, "the sources of events")
    with open(os.path.join(os.path.dirname(os.path.dirname(os.environ["AWS_CONFIG_FILE"])), "tls", "server.crt")) as file:
        pem = file.read()
    made = dms.import_certificate(CertificateIdentifier="sdk-certificate", CertificatePem=pem)["Certificate"]
    s.same(dms.describe_certificates(Filters=only("certificate-id", "sdk-certificate"))["Certificates"][0]["CertificatePem"], pem, "the certificate")
    s.refused("InvalidCertificateFault", dms.import_certificate, CertificateIdentifier="wrong", CertificatePem="none")
    dms.delete_certificate(CertificateArn=made["CertificateArn"])


def clear(instance, source, target):
    dms.delete_connection(ReplicationInstanceArn=instance, EndpointArn=target)
    for endpoint in (source, target):
        s.same(dms.delete_endpoint(EndpointArn=endpoint)["Endpoint"]["Status"], "deleting", "the deleted endpoint")
        dms.get_waiter("endpoint_deleted").wait(Filters=only("endpoint-arn", endpoint))
    dms.delete_replication_instance(ReplicationInstanceArn=instance)
    dms.get_waiter("replication_instance_deleted").wait(Filters=only("replication-instance-arn", instance))
    dms.delete_replication_subnet_group(ReplicationSubnetGroupIdentifier="sdk-group")
    for name, policy in (("dms-vpc-role", "AmazonDMSVPCManagementRole"), ("dms-access-for-endpoint", "AmazonDMSRedshiftS3Role")):
        iam.detach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/service-role/" + policy)
        iam.delete_role(RoleName=name)


groups()
INSTANCE = instances()
SOURCE, TARGET = endpoints()
connections(INSTANCE, SOURCE, TARGET)
tasks(INSTANCE, SOURCE, TARGET)
serverless(SOURCE, TARGET)
subscriptions()
rest()
clear(INSTANCE, SOURCE, TARGET)
s.end(dms)
