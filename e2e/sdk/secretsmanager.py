"""Every operation of AWS Secrets Manager."""

import json
import os

from session import Session

s = Session("secretsmanager")
secrets = s.client()
TAGS = [{"Key": "stage", "Value": "test"}]
TOKENS = [f"{n}" * 32 for n in "123"]
SECRET = {"SecretId": "sdk/secret"}


def values():
    made = secrets.create_secret(Name="sdk/secret", Description="first", SecretString="one", ClientRequestToken=TOKENS[0], Tags=TAGS)
    s.same((made["Name"], made["VersionId"]), ("sdk/secret", TOKENS[0]), "the secret")
    got = secrets.get_secret_value(**SECRET)
    s.same((got["SecretString"], got["VersionStages"], got["ARN"]), ("one", ["AWSCURRENT"], made["ARN"]), "the value")
    s.refused("ResourceExistsException", secrets.create_secret, Name="sdk/secret", SecretString="two")
    s.refused("ResourceNotFoundException", secrets.get_secret_value, SecretId="sdk/not")
    put = secrets.put_secret_value(SecretBinary=b"\x00two", ClientRequestToken=TOKENS[1], **SECRET)
    s.same((put["VersionId"], put["VersionStages"]), (TOKENS[1], ["AWSCURRENT"]), "the second version")
    s.same(secrets.get_secret_value(**SECRET)["SecretBinary"], b"\x00two", "the second value")
    s.same(secrets.get_secret_value(VersionStage="AWSPREVIOUS", **SECRET)["SecretString"], "one", "the value before")
    s.refused("InvalidRequestException", secrets.get_secret_value, VersionStage="AWSCURRENT", VersionId=TOKENS[0], **SECRET)
    s.refused("ResourceExistsException", secrets.put_secret_value, SecretString="else", ClientRequestToken=TOKENS[1], **SECRET)
    s.same(secrets.update_secret(Description="second", SecretString="three", ClientRequestToken=TOKENS[2], **SECRET)["VersionId"], TOKENS[2], "the third version")
    secrets.update_secret_version_stage(VersionStage="AWSCURRENT", RemoveFromVersionId=TOKENS[2], MoveToVersionId=TOKENS[1], **SECRET)
    s.same(secrets.get_secret_value(**SECRET)["VersionId"], TOKENS[1], "the version in force")
    versions = secrets.list_secret_version_ids(IncludeDeprecated=True, **SECRET)["Versions"]
    s.same({v["VersionId"]: v.get("VersionStages") for v in versions}, {TOKENS[0]: None, TOKENS[1]: ["AWSCURRENT"], TOKENS[2]: ["AWSPREVIOUS"]}, "the versions")
    batch = secrets.batch_get_secret_value(SecretIdList=["sdk/secret", "sdk/not"])
    s.same(([v["SecretBinary"] for v in batch["SecretValues"]], [(e["SecretId"], e["ErrorCode"]) for e in batch["Errors"]]),
           ([b"\x00two"], [("sdk/not", "ResourceNotFoundException")]), "the batch")
    return made["ARN"]


def described(arn):
    got = secrets.describe_secret(**SECRET)
    s.same((got["ARN"], got["Description"], got["Tags"]), (arn, "second", TAGS), "the description")
    s.same(got["VersionIdsToStages"], {TOKENS[1]: ["AWSCURRENT"], TOKENS[2]: ["AWSPREVIOUS"]}, "the stages")
    secrets.tag_resource(Tags=[{"Key": "more", "Value": "yes"}], **SECRET)
    s.same(secrets.describe_secret(**SECRET)["Tags"], [*TAGS, {"Key": "more", "Value": "yes"}], "the tags")
    secrets.untag_resource(TagKeys=["more"], **SECRET)
    s.same(secrets.describe_secret(**SECRET)["Tags"], TAGS, "the tags that are left")
    found = secrets.list_secrets(Filters=[{"Key": "tag-key", "Values": ["stage"]}])["SecretList"]
    s.same([(f["ARN"], f["SecretVersionsToStages"]) for f in found], [(arn, got["VersionIdsToStages"])], "the secrets with the tag")
    s.same([f["Name"] for f in secrets.list_secrets(Filters=[{"Key": "name", "Values": ["sdk/"]}], MaxResults=1)["SecretList"]], ["sdk/secret"], "the secrets by name")
    s.refused("InvalidNextTokenException", secrets.list_secrets, NextToken="wrong")


def policies(arn):
    reader = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{os.environ['ACCOUNT1_ID']}:root"}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}
    stranger = s.client("ACCOUNT1")
    s.refused("AccessDeniedException", stranger.get_secret_value, SecretId=arn)
    s.same(secrets.put_resource_policy(ResourcePolicy=json.dumps(reader), **SECRET)["ARN"], arn, "whose policy it is")
    s.same(json.loads(secrets.get_resource_policy(**SECRET)["ResourcePolicy"]), reader, "the policy")
    s.same(stranger.get_secret_value(SecretId=arn)["Name"], "sdk/secret", "what the stranger sees")
    s.same(secrets.validate_resource_policy(ResourcePolicy=json.dumps(reader))["PolicyValidationPassed"], True, "that the policy is valid")
    s.refused("MalformedPolicyDocumentException", secrets.put_resource_policy, ResourcePolicy="{", **SECRET)
    public = json.dumps(reader).replace(json.dumps(reader["Statement"][0]["Principal"]), '"*"')
    s.refused("PublicPolicyException", secrets.put_resource_policy, ResourcePolicy=public, BlockPublicPolicy=True, **SECRET)
    secrets.delete_resource_policy(**SECRET)
    s.same("ResourcePolicy" in secrets.get_resource_policy(**SECRET), False, "that there is a policy")
    s.refused("AccessDeniedException", stranger.get_secret_value, SecretId=arn)


def passwords():
    got = secrets.get_random_password(PasswordLength=40, ExcludePunctuation=True, ExcludeNumbers=True)["RandomPassword"]
    s.same((len(got), got.isalpha()), (40, True), "the password")
    s.refused("InvalidParameterException", secrets.get_random_password, PasswordLength=2)


def clean(arn):
    gone = secrets.delete_secret(RecoveryWindowInDays=7, **SECRET)
    s.same(gone["ARN"], arn, "what is deleted")
    s.refused("InvalidRequestException", secrets.get_secret_value, **SECRET)
    s.same([f["DeletedDate"] is not None for f in secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"] if f["ARN"] == arn], [True], "the secrets to be deleted")
    secrets.restore_secret(**SECRET)
    s.same(secrets.get_secret_value(**SECRET)["SecretBinary"], b"\x00two", "the value of a restored secret")
    secrets.delete_secret(ForceDeleteWithoutRecovery=True, **SECRET)
    s.refused("ResourceNotFoundException", secrets.describe_secret, **SECRET)


made = values()
described(made)
policies(made)
passwords()
clean(made)
s.end(secrets)
