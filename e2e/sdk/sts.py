"""Every operation of AWS STS."""

import json
import os

from session import Session

s = Session("sts")
account = os.environ["ACCOUNT2_ID"]
sts = s.client()

me = sts.get_caller_identity()
s.same(me["Account"], account, "the account")
user = me["Arn"].rpartition("/")[2]

# A session of a role: its name, its tags' limits and its end.
iam = Session("iam").client()
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": me["Arn"]}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}]}
role = iam.create_role(RoleName="sdk-sts", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
assumed = sts.assume_role(
    RoleArn=role["Arn"], RoleSessionName="first", DurationSeconds=900, ExternalId="nobody-asks", SourceIdentity="the-sdk",
    Tags=[{"Key": "team", "Value": "data"}], TransitiveTagKeys=["team"],
    PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}],
    Policy=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
s.same(assumed["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{account}:assumed-role/sdk-sts/first", "the session's ARN")
s.same(assumed["AssumedRoleUser"]["AssumedRoleId"], role["RoleId"] + ":first", "the session's id")
s.same(assumed["SourceIdentity"], "the-sdk", "the source identity")
as_role = s.client(**assumed["Credentials"])
s.same(as_role.get_caller_identity()["Arn"], assumed["AssumedRoleUser"]["Arn"], "who the session is")
s.refused("AccessDenied", sts.assume_role, RoleArn=role["Arn"] + "-not", RoleSessionName="first")
s.refused("MalformedPolicyDocument", sts.assume_role, RoleArn=role["Arn"], RoleSessionName="first", Policy="{}")
s.refused("ValidationError", sts.assume_role, RoleArn=role["Arn"], RoleSessionName="a b")
s.refused("InvalidClientTokenId", s.client(**dict(assumed["Credentials"], SessionToken="wrong")).get_caller_identity)
s.refused("SignatureDoesNotMatch", s.client(**dict(assumed["Credentials"], SecretAccessKey="wrong")).get_caller_identity)

token = sts.get_session_token(DurationSeconds=900)["Credentials"]
s.same(s.client(**token).get_caller_identity()["Arn"], me["Arn"], "who the token's bearer is")
s.refused("AccessDenied", as_role.get_session_token)

key = iam.list_access_keys(UserName=user)["AccessKeyMetadata"][0]["AccessKeyId"]
s.same(sts.get_access_key_info(AccessKeyId=key)["Account"], account, "the key's account")

iam.delete_role(RoleName="sdk-sts")
s.refused("AccessDenied", sts.assume_role, RoleArn=role["Arn"], RoleSessionName="first")
s.end(sts)
