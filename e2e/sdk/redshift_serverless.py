"""Every operation of Amazon Redshift Serverless."""

import json

from session import Session

s = Session("redshift-serverless")
serverless = s.client()
TAGS = [{"key": "stage", "value": "test"}, {"key": "team", "value": "data"}]
SPACE, GROUP = {"namespaceName": "sdk-space"}, {"workgroupName": "sdk-group"}


def space():
    return serverless.get_namespace(**SPACE)["namespace"]


def group():
    return serverless.get_workgroup(**GROUP)["workgroup"]


def role():
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "redshift-serverless.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    return Session("iam").client().create_role(RoleName="sdk-serverless", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def namespaces():
    made = serverless.create_namespace(adminUsername="owner", adminUserPassword="Secret-123", dbName="sales", tags=TAGS, logExports=["userlog"], **SPACE)["namespace"]
    s.same((made["namespaceName"], made["adminUsername"], made["dbName"], made["logExports"]), ("sdk-space", "owner", "sales", ["userlog"]), "the namespace")
    s.until("AVAILABLE", lambda: space()["status"])
    s.same((space()["namespaceId"], space()["namespaceArn"]), (made["namespaceId"], made["namespaceArn"]), "the namespace's names")
    s.same("sdk-space" in [n["namespaceName"] for n in serverless.list_namespaces()["namespaces"]], True, "that it is listed")
    page = serverless.list_namespaces(maxResults=1)
    s.same((len(page["namespaces"]), len(serverless.list_namespaces(nextToken=page["nextToken"])["namespaces"])), (1, 1), "the pages")
    s.refused("ConflictException", serverless.create_namespace, **SPACE)
    s.refused("ResourceNotFoundException", serverless.get_namespace, namespaceName="sdk-not")
    s.refused("ValidationException", serverless.create_namespace, namespaceName="sdk-other", adminUsername="owner", adminUserPassword="short")
    attached = role()
    serverless.update_namespace(iamRoles=[attached], defaultIamRoleArn=attached, **SPACE)
    s.until([f"IamRole(applyStatus=in-sync, iamRoleArn={attached})"], lambda: space()["iamRoles"])
    s.same(space()["defaultIamRoleArn"], attached, "the default role")
    s.until("AVAILABLE", lambda: space()["status"])
    return made["namespaceArn"]


def workgroups():
    made = serverless.create_workgroup(
        baseCapacity=32, enhancedVpcRouting=True, publiclyAccessible=False, subnetIds=["subnet-1"], securityGroupIds=["sg-1"], tags=TAGS,
        configParameters=[{"parameterKey": "max_query_execution_time", "parameterValue": "100"}], **SPACE, **GROUP)["workgroup"]
    s.same((made["workgroupName"], made["namespaceName"], made["baseCapacity"], made["subnetIds"]), ("sdk-group", "sdk-space", 32, ["subnet-1"]), "the workgroup")
    s.until("AVAILABLE", lambda: group()["status"])
    s.same((group()["enhancedVpcRouting"], group()["endpoint"]["port"] > 0), (True, True), "the workgroup's details")
    parameters = {p["parameterKey"]: p["parameterValue"] for p in group()["configParameters"]}
    s.same(parameters["max_query_execution_time"], "100", "the parameter")
    s.same("sdk-group" in [w["workgroupName"] for w in serverless.list_workgroups()["workgroups"]], True, "that it is listed")
    s.refused("ConflictException", serverless.create_workgroup, **SPACE, **GROUP)
    s.refused("ResourceNotFoundException", serverless.get_workgroup, workgroupName="sdk-not")
    s.refused("ConflictException", serverless.delete_namespace, **SPACE)
    serverless.update_workgroup(baseCapacity=64, **GROUP)
    s.until((64, "AVAILABLE"), lambda: (group()["baseCapacity"], group()["status"]))
    got = serverless.get_credentials(dbName="sales", durationSeconds=900, **GROUP)
    s.same((got["dbUser"], len(got["dbPassword"]) > 20, got["nextRefreshTime"] < got["expiration"]), ("IAM:admin", True, True), "the credentials")
    s.refused("ResourceNotFoundException", serverless.get_credentials, workgroupName="sdk-not")
    return made["workgroupArn"]


def tags(resource):
    serverless.tag_resource(resourceArn=resource, tags=[{"key": "more", "value": ""}])
    s.same(serverless.list_tags_for_resource(resourceArn=resource)["tags"], [{"key": "more", "value": ""}, *TAGS], f"the tags of {resource}")
    serverless.untag_resource(resourceArn=resource, tagKeys=["more"])
    s.same(serverless.list_tags_for_resource(resourceArn=resource)["tags"], TAGS, f"the tags left to {resource}")
    s.refused("ResourceNotFoundException", serverless.list_tags_for_resource, resourceArn=resource + "-not")


def policies(resource):
    """They share snapshots, of which there are none; integrations go by Redshift's own put_resource_policy."""
    s.refused("ValidationException", serverless.put_resource_policy, resourceArn=resource, policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
    s.refused("ResourceNotFoundException", serverless.get_resource_policy, resourceArn=resource)
    s.refused("ResourceNotFoundException", serverless.delete_resource_policy, resourceArn=resource)
    s.called |= {"PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy"}  # They have no other answer.


def clean():
    s.same(serverless.delete_workgroup(**GROUP)["workgroup"]["status"], "DELETING", "the state of a deleted workgroup")
    s.until(False, lambda: "sdk-group" in [w["workgroupName"] for w in serverless.list_workgroups()["workgroups"]])
    s.refused("ResourceNotFoundException", serverless.get_workgroup, **GROUP)
    s.same(serverless.delete_namespace(**SPACE)["namespace"]["status"], "DELETING", "the state of a deleted namespace")
    s.until(False, lambda: "sdk-space" in [n["namespaceName"] for n in serverless.list_namespaces()["namespaces"]])
    s.refused("ResourceNotFoundException", serverless.delete_namespace, **SPACE)


made = namespaces()
for each in (made, workgroups()):
    tags(each)
policies(made)
clean()
s.end(serverless)
