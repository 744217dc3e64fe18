"""Every operation of AWS IAM."""

import json
import os

from session import Session

s = Session("iam")
iam = s.client()
ACCOUNT = os.environ["ACCOUNT2_ID"]


def policy(action, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]}


def trusting(service):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}


READ, WRITE = policy("s3:GetObject"), policy("s3:PutObject")
TAGS = [{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "data"}]


def names(items, key):
    return sorted(item[key] for item in items)


def tags(kind, **which):
    """Tag, list and untag one resource of a kind, which has TAGS already."""
    getattr(iam, f"tag_{kind}")(Tags=[{"Key": "more", "Value": ""}], **which)
    listed = getattr(iam, f"list_{kind}_tags")
    s.same(listed(**which)["Tags"], [{"Key": "more", "Value": ""}, *TAGS], f"the tags of a {kind}")
    page = listed(MaxItems=2, **which)
    s.same(page["IsTruncated"], True, f"the first page of the tags of a {kind}")
    s.same(listed(Marker=page["Marker"], **which)["Tags"], TAGS[1:], f"the second page of the tags of a {kind}")
    getattr(iam, f"untag_{kind}")(TagKeys=["more"], **which)
    s.same(listed(**which)["Tags"], TAGS, f"the tags of a {kind} without the last")


def inline(kind, name):
    """Put, get, list and delete an inline policy of a user, group or role."""
    who = {kind.capitalize() + "Name": name}
    put, get, delete = (getattr(iam, f"{verb}_{kind}_policy") for verb in ("put", "get", "delete"))
    put(PolicyName="inline", PolicyDocument=json.dumps(READ), **who)
    got = get(PolicyName="inline", **who)
    s.same(got["PolicyDocument"], READ, f"the inline policy of a {kind}")
    s.same((got["PolicyName"], got[kind.capitalize() + "Name"]), ("inline", name), f"the names of the inline policy of a {kind}")
    listed = {"user": iam.list_user_policies, "group": iam.list_group_policies, "role": iam.list_role_policies}[kind]
    s.same(listed(**who)["PolicyNames"], ["inline"], f"the inline policies of a {kind}")
    s.refused("MalformedPolicyDocument", put, PolicyName="bad", PolicyDocument="{}", **who)
    delete(PolicyName="inline", **who)
    s.refused("NoSuchEntity", get, PolicyName="inline", **who)
    s.same(listed(**who)["PolicyNames"], [], f"the inline policies of a {kind} after the deletion")


def attach(kind, name, arn):
    who = {kind.capitalize() + "Name": name}
    getattr(iam, f"attach_{kind}_policy")(PolicyArn=arn, **who)
    got = getattr(iam, f"list_attached_{kind}_policies")(**who)["AttachedPolicies"]
    s.same(got, [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn}], f"the policies attached to a {kind}")
    s.refused("NoSuchEntity", getattr(iam, f"attach_{kind}_policy"), PolicyArn=arn + "-not", **who)


def detach(kind, name, arn):
    who = {kind.capitalize() + "Name": name}
    getattr(iam, f"detach_{kind}_policy")(PolicyArn=arn, **who)
    s.same(getattr(iam, f"list_attached_{kind}_policies")(**who)["AttachedPolicies"], [], f"the policies left to a {kind}")
    s.refused("NoSuchEntity", getattr(iam, f"detach_{kind}_policy"), PolicyArn=arn, **who)


def managed_policies():
    made = iam.create_policy(PolicyName="sdk-policy", Path="/sdk/", PolicyDocument=json.dumps(READ), Description="reads", Tags=TAGS)["Policy"]
    arn = made["Arn"]
    s.same(arn, f"arn:aws:iam::{ACCOUNT}:policy/sdk/sdk-policy", "the policy's ARN")
    got = iam.get_policy(PolicyArn=arn)["Policy"]
    s.same((got["PolicyId"], got["Description"], got["Tags"], got["AttachmentCount"], got["DefaultVersionId"]),
           (made["PolicyId"], "reads", TAGS, 0, "v1"), "the policy")
    s.refused("EntityAlreadyExists", iam.create_policy, PolicyName="sdk-policy", PolicyDocument=json.dumps(READ))
    s.refused("MalformedPolicyDocument", iam.create_policy, PolicyName="bad", PolicyDocument="{")
    s.refused("NoSuchEntity", iam.get_policy, PolicyArn=arn + "-not")
    s.same(names(iam.list_policies(Scope="Local", PathPrefix="/sdk/")["Policies"], "Arn"), [arn], "the policies of the path")
    second = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(WRITE))["PolicyVersion"]
    s.same((second["VersionId"], second["IsDefaultVersion"]), ("v2", False), "the second version")
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    s.same(iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"], "v2", "the version in force")
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]
    s.same((version["Document"], version["IsDefaultVersion"]), (WRITE, True), "the version")
    s.refused("DeleteConflict", iam.delete_policy_version, PolicyArn=arn, VersionId="v2")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    s.same(names(iam.list_policy_versions(PolicyArn=arn)["Versions"], "VersionId"), ["v2"], "the versions")
    s.refused("NoSuchEntity", iam.get_policy_version, PolicyArn=arn, VersionId="v1")
    tags("policy", PolicyArn=arn)
    aws = iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")["Policy"]
    s.same(aws["PolicyName"], "AmazonS3ReadOnlyAccess", "AWS's policy")
    return arn


def users(arn):
    made = iam.create_user(UserName="sdk-user", Path="/sdk/", Tags=TAGS, PermissionsBoundary=arn)["User"]
    s.same(made["Arn"], f"arn:aws:iam::{ACCOUNT}:user/sdk/sdk-user", "the user's ARN")
    got = iam.get_user(UserName="sdk-user")["User"]
    s.same((got["UserId"], got["Tags"], got["PermissionsBoundary"]["PermissionsBoundaryArn"]), (made["UserId"], TAGS, arn), "the user")
    s.same(got["CreateDate"], made["CreateDate"], "when the user was made")
    s.refused("EntityAlreadyExists", iam.create_user, UserName="sdk-user")
    s.refused("ValidationError", iam.create_user, UserName="a b")
    s.same(names(iam.list_users(PathPrefix="/sdk/")["Users"], "UserName"), ["sdk-user"], "the users of the path")
    iam.delete_user_permissions_boundary(UserName="sdk-user")
    s.same("PermissionsBoundary" in iam.get_user(UserName="sdk-user")["User"], False, "that there is a boundary")
    s.refused("NoSuchEntity", iam.delete_user_permissions_boundary, UserName="sdk-user")
    iam.put_user_permissions_boundary(UserName="sdk-user", PermissionsBoundary=arn)
    s.same(iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"], 1, "the uses as a boundary")
    iam.delete_user_permissions_boundary(UserName="sdk-user")
    inline("user", "sdk-user")
    tags("user", UserName="sdk-user")
    iam.update_user(UserName="sdk-user", NewUserName="sdk-renamed", NewPath="/sdk/new/")
    s.same(iam.get_user(UserName="sdk-renamed")["User"]["Arn"], f"arn:aws:iam::{ACCOUNT}:user/sdk/new/sdk-renamed", "the new ARN")
    s.refused("NoSuchEntity", iam.get_user, UserName="sdk-user")
    iam.update_user(UserName="sdk-renamed", NewUserName="sdk-user")
    keys()
    credentials()


def keys():
    made = iam.create_access_key(UserName="sdk-user")["AccessKey"]
    key = made["AccessKeyId"]
    s.same((made["UserName"], made["Status"], len(made["SecretAccessKey"])), ("sdk-user", "Active", 40), "the key")
    own = s.client(AccessKeyId=key, SecretAccessKey=made["SecretAccessKey"])
    s.refused("AccessDenied", own.list_users)
    iam.update_access_key(UserName="sdk-user", AccessKeyId=key, Status="Inactive")
    listed = iam.list_access_keys(UserName="sdk-user")["AccessKeyMetadata"]
    s.same([(k["AccessKeyId"], k["Status"]) for k in listed], [(key, "Inactive")], "the keys")
    s.refused("InvalidClientTokenId", own.list_users)
    iam.create_access_key(UserName="sdk-user")
    s.refused("LimitExceeded", iam.create_access_key, UserName="sdk-user")
    for one in iam.list_access_keys(UserName="sdk-user")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="sdk-user", AccessKeyId=one["AccessKeyId"])
    s.same(iam.list_access_keys(UserName="sdk-user")["AccessKeyMetadata"], [], "the keys after the deletion")
    s.refused("NoSuchEntity", iam.delete_access_key, UserName="sdk-user", AccessKeyId=key)


def credentials():
    """What users of a node never have."""
    who = {"UserName": "sdk-user"}
    s.same(iam.list_mfa_devices(**who)["MFADevices"], [], "the devices")
    s.same(iam.list_virtual_mfa_devices()["VirtualMFADevices"], [], "the virtual devices")
    s.same(iam.list_ssh_public_keys(**who)["SSHPublicKeys"], [], "the SSH keys")
    s.same(iam.list_signing_certificates(**who)["Certificates"], [], "the certificates")
    s.same(iam.list_service_specific_credentials(**who)["ServiceSpecificCredentials"], [], "the credentials of services")
    s.refused("NoSuchEntity", iam.list_mfa_devices, UserName="sdk-not")
    s.refused("NoSuchEntity", iam.get_login_profile, only=True, **who)
    s.refused("NoSuchEntity", iam.delete_login_profile, only=True, **who)


def groups():
    made = iam.create_group(GroupName="sdk-group", Path="/sdk/")["Group"]
    s.same(made["Arn"], f"arn:aws:iam::{ACCOUNT}:group/sdk/sdk-group", "the group's ARN")
    s.refused("EntityAlreadyExists", iam.create_group, GroupName="sdk-group")
    iam.add_user_to_group(GroupName="sdk-group", UserName="sdk-user")
    got = iam.get_group(GroupName="sdk-group")
    s.same((got["Group"]["GroupId"], names(got["Users"], "UserName")), (made["GroupId"], ["sdk-user"]), "the group")
    s.same(names(iam.list_groups(PathPrefix="/sdk/")["Groups"], "GroupName"), ["sdk-group"], "the groups of the path")
    s.same(names(iam.list_groups_for_user(UserName="sdk-user")["Groups"], "GroupName"), ["sdk-group"], "the user's groups")
    s.refused("NoSuchEntity", iam.add_user_to_group, GroupName="sdk-group", UserName="sdk-not")
    iam.update_group(GroupName="sdk-group", NewGroupName="sdk-renamed")
    s.refused("NoSuchEntity", iam.get_group, GroupName="sdk-group")
    iam.update_group(GroupName="sdk-renamed", NewGroupName="sdk-group")
    inline("group", "sdk-group")


def roles(arn):
    made = iam.create_role(
        RoleName="sdk-role", Path="/sdk/", AssumeRolePolicyDocument=json.dumps(trusting("redshift.amazonaws.com")), Description="loads",
        MaxSessionDuration=7200, Tags=TAGS, PermissionsBoundary=arn)["Role"]
    s.same(made["Arn"], f"arn:aws:iam::{ACCOUNT}:role/sdk/sdk-role", "the role's ARN")
    got = iam.get_role(RoleName="sdk-role")["Role"]
    s.same((got["RoleId"], got["Description"], got["MaxSessionDuration"], got["Tags"]), (made["RoleId"], "loads", 7200, TAGS), "the role")
    s.same(got["AssumeRolePolicyDocument"], trusting("redshift.amazonaws.com"), "whom the role trusts")
    s.refused("EntityAlreadyExists", iam.create_role, RoleName="sdk-role", AssumeRolePolicyDocument=json.dumps(trusting("redshift.amazonaws.com")))
    s.refused("MalformedPolicyDocument", iam.create_role, RoleName="bad", AssumeRolePolicyDocument=json.dumps(READ))
    s.same(names(iam.list_roles(PathPrefix="/sdk/")["Roles"], "RoleName"), ["sdk-role"], "the roles of the path")
    iam.update_role(RoleName="sdk-role", Description="", MaxSessionDuration=3600)
    got = iam.get_role(RoleName="sdk-role")["Role"]
    s.same((got.get("Description", ""), got["MaxSessionDuration"]), ("", 3600), "the role after its update")
    s.same(iam.update_role_description(RoleName="sdk-role", Description="again")["Role"]["Description"], "again", "the description")
    iam.update_assume_role_policy(RoleName="sdk-role", PolicyDocument=json.dumps(trusting("ec2.amazonaws.com")))
    s.same(iam.get_role(RoleName="sdk-role")["Role"]["AssumeRolePolicyDocument"], trusting("ec2.amazonaws.com"), "whom the role trusts now")
    iam.delete_role_permissions_boundary(RoleName="sdk-role")
    s.same("PermissionsBoundary" in iam.get_role(RoleName="sdk-role")["Role"], False, "that there is a boundary")
    iam.put_role_permissions_boundary(RoleName="sdk-role", PermissionsBoundary=arn)
    s.same(iam.get_role(RoleName="sdk-role")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"], arn, "the boundary")
    iam.delete_role_permissions_boundary(RoleName="sdk-role")
    inline("role", "sdk-role")
    tags("role", RoleName="sdk-role")
    s.refused("NoSuchEntity", iam.get_role, RoleName="sdk-not")


def profiles():
    iam.create_instance_profile(InstanceProfileName="sdk-profile", Path="/sdk/", Tags=TAGS)
    iam.add_role_to_instance_profile(InstanceProfileName="sdk-profile", RoleName="sdk-role")
    got = iam.get_instance_profile(InstanceProfileName="sdk-profile")["InstanceProfile"]
    s.same((got["Tags"], names(got["Roles"], "RoleName")), (TAGS, ["sdk-role"]), "the profile")
    s.refused("LimitExceeded", iam.add_role_to_instance_profile, InstanceProfileName="sdk-profile", RoleName="sdk-role")
    for listed in (iam.list_instance_profiles(PathPrefix="/sdk/"), iam.list_instance_profiles_for_role(RoleName="sdk-role")):
        s.same(names(listed["InstanceProfiles"], "InstanceProfileName"), ["sdk-profile"], "the profiles")
    tags("instance_profile", InstanceProfileName="sdk-profile")
    s.refused("DeleteConflict", iam.delete_instance_profile, InstanceProfileName="sdk-profile")
    s.refused("DeleteConflict", iam.delete_role, RoleName="sdk-role")
    iam.remove_role_from_instance_profile(InstanceProfileName="sdk-profile", RoleName="sdk-role")
    iam.delete_instance_profile(InstanceProfileName="sdk-profile")
    s.refused("NoSuchEntity", iam.get_instance_profile, InstanceProfileName="sdk-profile")


def uses(arn):
    """Who has a managed policy, and what all policies together say."""
    holders = [("user", "sdk-user"), ("group", "sdk-group"), ("role", "sdk-role")]
    for kind, name in holders:
        attach(kind, name, arn)
    got = iam.list_entities_for_policy(PolicyArn=arn)
    s.same([names(got[f"Policy{k.capitalize()}s"], k.capitalize() + "Name") for k, _ in holders], [[n] for _, n in holders], "who has the policy")
    s.same(iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"], 3, "the attachments")
    s.refused("DeleteConflict", iam.delete_policy, PolicyArn=arn)
    details = iam.get_account_authorization_details(Filter=["User", "Role", "Group", "LocalManagedPolicy"])
    user = next(u for u in details["UserDetailList"] if u["UserName"] == "sdk-user")
    s.same((user["GroupList"], user["AttachedManagedPolicies"]), (["sdk-group"], [{"PolicyName": "sdk-policy", "PolicyArn": arn}]), "the user's details")
    s.same([v["Document"] for p in details["Policies"] if p["Arn"] == arn for v in p["PolicyVersionList"]], [WRITE], "the policy's details")
    simulate(arn)
    for kind, name in holders:
        detach(kind, name, arn)


def simulate(arn):
    source = f"arn:aws:iam::{ACCOUNT}:role/sdk/sdk-role"
    got = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=["s3:PutObject", "s3:GetObject"], ResourceArns=["arn:aws:s3:::b/k"])
    s.same({r["EvalActionName"]: r["EvalDecision"] for r in got["EvaluationResults"]},
           {"s3:PutObject": "allowed", "s3:GetObject": "implicitDeny"}, "what the role may")
    s.refused("NoSuchEntity", iam.simulate_principal_policy, PolicySourceArn=source + "-not", ActionNames=["s3:GetObject"])
    near = policy("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    got = iam.simulate_custom_policy(
        PolicyInputList=[json.dumps(near)], ActionNames=["s3:GetObject"], PermissionsBoundaryPolicyInputList=[json.dumps(READ)],
        ContextEntries=[{"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["10.1.2.3"], "ContextKeyType": "ip"}])["EvaluationResults"]
    s.same([(r["EvalDecision"], r["PermissionsBoundaryDecisionDetail"]) for r in got], [("allowed", {"AllowedByPermissionsBoundary": True})], "what would be")
    s.refused("InvalidInput", iam.simulate_custom_policy, PolicyInputList=["{}"], ActionNames=["s3:GetObject"])


def linked_roles():
    role = iam.create_service_linked_role(AWSServiceName="redshift.amazonaws.com", Description="of the service")["Role"]
    s.same(role["Path"], "/aws-service-role/redshift.amazonaws.com/", "the linked role's path")
    s.refused("InvalidInput", iam.create_service_linked_role, AWSServiceName="redshift.amazonaws.com")
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    s.until("SUCCEEDED", lambda: iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"])
    s.refused("NoSuchEntity", iam.get_role, RoleName=role["RoleName"])


def account():
    s.same(iam.get_account_summary()["SummaryMap"]["AccessKeysPerUserQuota"], 2, "how many keys a user may have")
    iam.create_account_alias(AccountAlias="sdk-alias")
    s.same(iam.list_account_aliases()["AccountAliases"], ["sdk-alias"], "the alias")
    s.refused("EntityAlreadyExists", s.client("ACCOUNT1").create_account_alias, AccountAlias="sdk-alias")
    iam.delete_account_alias(AccountAlias="sdk-alias")
    s.same(iam.list_account_aliases()["AccountAliases"], [], "the aliases after the deletion")
    s.refused("NoSuchEntity", iam.delete_account_alias, AccountAlias="sdk-alias")


def clean(arn):
    s.refused("DeleteConflict", iam.delete_user, UserName="sdk-user")
    iam.remove_user_from_group(GroupName="sdk-group", UserName="sdk-user")
    s.same(iam.list_groups_for_user(UserName="sdk-user")["Groups"], [], "the user's groups after the removal")
    iam.delete_group(GroupName="sdk-group")
    iam.delete_user(UserName="sdk-user")
    iam.delete_role(RoleName="sdk-role")
    iam.delete_policy(PolicyArn=arn)
    s.refused("NoSuchEntity", iam.get_group, GroupName="sdk-group")
    s.refused("NoSuchEntity", iam.get_user, UserName="sdk-user")
    s.refused("NoSuchEntity", iam.get_role, RoleName="sdk-role")
    s.refused("NoSuchEntity", iam.get_policy, PolicyArn=arn)


made = managed_policies()
users(made)
groups()
roles(made)
profiles()
uses(made)
linked_roles()
account()
clean(made)
s.end(iam)
