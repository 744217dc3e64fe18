"""The pipeline of pipeline.yml by boto3: the same script for AWS and for a node.

    eval "$(inlet env)"
    python3 examples/pipeline.py
"""

import json
import os
import time

try:
    from boto3 import Session
except ImportError:  # boto3's clients are botocore's, which every aws CLI of version 1 brings along.
    from botocore.session import Session as Core

    class Session:
        def __init__(self, profile_name):
            self.core = Core(profile=profile_name)

        def client(self, service):
            return self.core.create_client(service)


ACCOUNT1_ID = os.environ["ACCOUNT1_ID"]
BUCKET = os.environ["S3_BUCKET_NAME"]
CLUSTER = os.environ["CLUSTER_IDENTIFIER"]
ROLE = "RedshiftS3AccessRole"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET}"

source = Session(profile_name=os.environ["ACCOUNT1_PROFILE"])
warehouse = Session(profile_name=os.environ["ACCOUNT2_PROFILE"])


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **s} for s in statements]})


def until(want, ask):
    """Ask until the answer is want, as botocore's waiters do."""
    deadline = time.monotonic() + 120
    while (got := ask()) != want:
        if time.monotonic() > deadline or got in ("failed", "FAILED", "ABORTED"):
            raise SystemExit(f"it is {got}, not {want}")
        time.sleep(0.2)


def make_role():
    iam = warehouse.client("iam")
    trust = policy({"Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)["Role"]
    read = policy({"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [BUCKET_ARN, BUCKET_ARN + "/*"]})
    iam.put_role_policy(RoleName=ROLE, PolicyName="S3AccessPolicy", PolicyDocument=read)
    return role["Arn"]


def make_bucket(role):
    s3 = source.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(
        {"Principal": {"Service": "redshift.amazonaws.com"}, "Resource": BUCKET_ARN,
         "Action": ["s3:GetBucketNotification", "s3:PutBucketNotification", "s3:GetBucketLocation"]},
        {"Principal": {"AWS": role}, "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [BUCKET_ARN, BUCKET_ARN + "/*"]},
    ))
    return s3


def open_warehouse(role):
    redshift = warehouse.client("redshift")
    redshift.modify_cluster_iam_roles(ClusterIdentifier=CLUSTER, AddIamRoles=[role])
    until("in-sync", lambda: redshift.describe_clusters(ClusterIdentifier=CLUSTER)["Clusters"][0]["IamRoles"][0]["ApplyStatus"])
    namespace = redshift.describe_clusters(ClusterIdentifier=CLUSTER)["Clusters"][0]["ClusterNamespaceArn"]
    redshift.put_resource_policy(ResourceArn=namespace, Policy=policy(
        {"Principal": {"Service": "redshift.amazonaws.com"}, "Action": "redshift:AuthorizeInboundIntegration", "Resource": namespace},
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT1_ID}:root"}, "Action": "redshift:CreateInboundIntegration", "Resource": namespace},
    ))
    return namespace


def integrate(namespace):
    redshift = source.client("redshift")
    made = redshift.create_integration(IntegrationName="s3-data-source-integration", SourceArn=BUCKET_ARN, TargetArn=namespace)
    arn = made["IntegrationArn"]
    until("active", lambda: redshift.describe_integrations(IntegrationArn=arn)["Integrations"][0]["Status"])


def run(sql):
    data = warehouse.client("redshift-data")
    made = data.execute_statement(ClusterIdentifier=CLUSTER, Database=os.environ["PGDATABASE"], DbUser=os.environ["PGUSER"], Sql=sql)
    until("FINISHED", lambda: data.describe_statement(Id=made["Id"])["Status"])
    if not data.describe_statement(Id=made["Id"])["HasResultSet"]:
        return []
    return data.get_statement_result(Id=made["Id"])["Records"]


def main():
    role = make_role()
    s3 = make_bucket(role)
    integrate(open_warehouse(role))
    run("CREATE TABLE IF NOT EXISTS public.data_import (id INTEGER, name VARCHAR(255), value DECIMAL(10,2), timestamp TIMESTAMP)")
    run(f"COPY public.data_import FROM 's3://{BUCKET}/' IAM_ROLE '{role}' CSV IGNOREHEADER 1 JOB CREATE data_import_job AUTO ON")
    here = os.path.dirname(os.path.abspath(__file__))
    for name in ("sample1.csv", "sample2.csv"):
        with open(os.path.join(here, name), "rb") as file:
            s3.put_object(Bucket=BUCKET, Key=name, Body=file)
    until(10, lambda: run("SELECT count(*) FROM public.data_import")[0][0]["longValue"])
    print("ten rows are in public.data_import")


if __name__ == "__main__":
    main()
