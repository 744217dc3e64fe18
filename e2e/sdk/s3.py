"""Every operation of Amazon S3."""

import json
import os
import urllib.error
import urllib.request

from session import Session

s = Session("s3")
s3 = s.client("ACCOUNT1")
NAME = "sdk-bucket"
BUCKET = {"Bucket": NAME}
TAGS = {"TagSet": [{"Key": "stage", "Value": "test"}]}
SETTINGS = {  # What S3 says about a setting that nobody made.
    "lifecycle_configuration": "NoSuchLifecycleConfiguration", "cors": "NoSuchCORSConfiguration", "website": "NoSuchWebsiteConfiguration",
    "replication": "ReplicationConfigurationNotFoundError",
}
LISTED = {"analytics": "Analytics", "inventory": "Inventory", "metrics": "Metrics", "intelligent_tiering": "IntelligentTiering"}


def read(key, **more):
    return s3.get_object(Key=key, **BUCKET, **more)["Body"].read()


def keys(answer):
    return [item["Key"] for item in answer.get("Contents", [])]


def buckets():
    s.same(s3.create_bucket(**BUCKET)["Location"], "/" + NAME, "the bucket's place")
    s.same(NAME in [b["Name"] for b in s3.list_buckets()["Buckets"]], True, "that the bucket is listed")
    page = s3.list_buckets(MaxBuckets=1)
    s.same((len(page["Buckets"]), [b["Name"] for b in s3.list_buckets(Prefix="sdk-b")["Buckets"]]), (1, [NAME]), "the pages of buckets")
    s.same(s3.head_bucket(**BUCKET)["BucketRegion"], os.environ["AWS_REGION"], "the bucket's region")
    s.same(s3.get_bucket_location(**BUCKET)["LocationConstraint"], None, "the bucket's location")
    s.refused("BucketAlreadyExists", s.client("ACCOUNT2").create_bucket, **BUCKET)
    s.refused("InvalidBucketName", s3.create_bucket, Bucket="Sdk..Wrong")
    s.refused("404", s3.head_bucket, Bucket="sdk-not-there")
    s.refused("AccessDenied", s.client("ACCOUNT2").list_objects_v2, **BUCKET)


def settings():
    s3.put_bucket_tagging(Tagging=TAGS, **BUCKET)
    s.same(s3.get_bucket_tagging(**BUCKET)["TagSet"], TAGS["TagSet"], "the bucket's tags")
    s3.delete_bucket_tagging(**BUCKET)
    s.refused("NoSuchTagSet", s3.get_bucket_tagging, **BUCKET)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(ServerSideEncryptionConfiguration={"Rules": [rule]}, **BUCKET)
    got = s3.get_bucket_encryption(**BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    s.same((got["ApplyServerSideEncryptionByDefault"], got["BucketKeyEnabled"]), (rule["ApplyServerSideEncryptionByDefault"], True), "the encryption")
    s3.delete_bucket_encryption(**BUCKET)
    s.same(s3.get_bucket_encryption(**BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]["BucketKeyEnabled"], False, "the encryption left")
    owner = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(OwnershipControls=owner, **BUCKET)
    s.same(s3.get_bucket_ownership_controls(**BUCKET)["OwnershipControls"], owner, "the ownership")
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": False}
    s3.put_public_access_block(PublicAccessBlockConfiguration=block, **BUCKET)
    s.same(s3.get_public_access_block(**BUCKET)["PublicAccessBlockConfiguration"], block, "what is blocked")
    s3.delete_public_access_block(**BUCKET)
    s.refused("NoSuchPublicAccessBlockConfiguration", s3.get_public_access_block, **BUCKET)
    s3.put_bucket_acl(ACL="bucket-owner-full-control", **BUCKET)
    s.same([g["Permission"] for g in s3.get_bucket_acl(**BUCKET)["Grants"]], ["FULL_CONTROL"], "the grants")
    s.refused("AccessControlListNotSupported", s3.put_bucket_acl, ACL="public-read", **BUCKET)
    s3.put_bucket_notification_configuration(NotificationConfiguration={}, **BUCKET)
    s.same("QueueConfigurations" in s3.get_bucket_notification_configuration(**BUCKET), False, "that somebody is told")


def policies():
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{os.environ['ACCOUNT2_ID']}:root"},
                                                     "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{NAME}"}]}
    s3.put_bucket_policy(Policy=json.dumps(allow), **BUCKET)
    s.same(json.loads(s3.get_bucket_policy(**BUCKET)["Policy"]), allow, "the policy")
    s.same(s3.get_bucket_policy_status(**BUCKET)["PolicyStatus"]["IsPublic"], False, "whether the bucket is public")
    s.same(s.client("ACCOUNT2").list_objects_v2(**BUCKET)["KeyCount"], 0, "what the other account sees")
    s.refused("MalformedPolicy", s3.put_bucket_policy, Policy="{}", **BUCKET)
    s3.delete_bucket_policy(**BUCKET)
    s.refused("NoSuchBucketPolicy", s3.get_bucket_policy, **BUCKET)


def never():
    """Settings that a bucket here never has."""
    for name, code in SETTINGS.items():
        s.refused(code, getattr(s3, "get_bucket_" + name), only=True, **BUCKET)
        getattr(s3, "delete_bucket_" + name.removesuffix("_configuration"))(**BUCKET)
    s.refused("ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration, only=True, **BUCKET)
    s3.put_bucket_logging(BucketLoggingStatus={}, **BUCKET)
    s.same("LoggingEnabled" in s3.get_bucket_logging(**BUCKET), False, "that it logs")
    s3.put_bucket_request_payment(RequestPaymentConfiguration={"Payer": "BucketOwner"}, **BUCKET)
    s.same(s3.get_bucket_request_payment(**BUCKET)["Payer"], "BucketOwner", "who pays")
    s.same("Status" in s3.get_bucket_accelerate_configuration(**BUCKET), False, "that it is accelerated")
    s.refused("NotImplemented", s3.put_bucket_request_payment, RequestPaymentConfiguration={"Payer": "Requester"}, **BUCKET)
    for name, title in LISTED.items():
        answer = getattr(s3, f"list_bucket_{name}_configurations")(**BUCKET)
        s.same((answer["IsTruncated"], title + "ConfigurationList" in answer), (False, False), f"the configurations of {name}")
        for verb in ("get", "delete"):
            s.refused("NoSuchConfiguration", getattr(s3, f"{verb}_bucket_{name}_configuration"), only=True, Id="one", **BUCKET)


def objects():
    put = s3.put_object(Key="a/one.txt", Body=b"hello", ContentType="text/plain", Metadata={"by": "sdk"}, Tagging="stage=test",
                        ChecksumAlgorithm="SHA256", CacheControl="no-store", **BUCKET)
    s.same((put["ETag"], put["ServerSideEncryption"], "ChecksumSHA256" in put), ('"5d41402abc4b2a76b9719d911017c592"', "AES256", True), "the object")
    head = s3.head_object(Key="a/one.txt", ChecksumMode="ENABLED", **BUCKET)
    s.same((head["ContentLength"], head["ContentType"], head["Metadata"], head["CacheControl"], head["ETag"], head["ChecksumSHA256"]),
           (5, "text/plain", {"by": "sdk"}, "no-store", put["ETag"], put["ChecksumSHA256"]), "the object's head")
    s.same((read("a/one.txt"), read("a/one.txt", Range="bytes=1-2")), (b"hello", b"el"), "the object's bytes")
    s.refused("304", s3.get_object, Key="a/one.txt", IfNoneMatch=put["ETag"], **BUCKET)
    s.refused("PreconditionFailed", s3.get_object, Key="a/one.txt", IfMatch='"other"', **BUCKET)
    s.refused("PreconditionFailed", s3.put_object, Key="a/one.txt", Body=b"", IfNoneMatch="*", **BUCKET)
    s.refused("InvalidRange", s3.get_object, Key="a/one.txt", Range="bytes=9-", **BUCKET)
    s.refused("NoSuchKey", s3.get_object, Key="not", **BUCKET)
    s.refused("404", s3.head_object, Key="not", **BUCKET)
    got = s3.get_object_attributes(Key="a/one.txt", ObjectAttributes=["ETag", "Checksum", "ObjectSize", "StorageClass"], **BUCKET)
    s.same((got["ETag"], got["ObjectSize"], got["Checksum"]["ChecksumSHA256"]), (put["ETag"].strip('"'), 5, put["ChecksumSHA256"]), "the attributes")
    copied = s3.copy_object(Key="a/two.txt", CopySource={"Bucket": NAME, "Key": "a/one.txt"}, **BUCKET)["CopyObjectResult"]
    s.same((copied["ETag"], read("a/two.txt")), (put["ETag"], b"hello"), "the copy")
    s.same(s3.get_object_tagging(Key="a/two.txt", **BUCKET)["TagSet"], TAGS["TagSet"], "the copy's tags")
    s3.put_object_tagging(Key="a/two.txt", Tagging={"TagSet": [{"Key": "x", "Value": ""}]}, **BUCKET)
    s.same(s3.get_object_tagging(Key="a/two.txt", **BUCKET)["TagSet"], [{"Key": "x", "Value": ""}], "the new tags")
    s3.delete_object_tagging(Key="a/two.txt", **BUCKET)
    s.same(s3.get_object_tagging(Key="a/two.txt", **BUCKET)["TagSet"], [], "the tags left")
    s3.put_object_acl(Key="a/two.txt", ACL="bucket-owner-full-control", **BUCKET)
    s.same([g["Permission"] for g in s3.get_object_acl(Key="a/two.txt", **BUCKET)["Grants"]], ["FULL_CONTROL"], "the object's grants")
    for verb in ("legal_hold", "retention"):
        s.refused("InvalidRequest", getattr(s3, "get_object_" + verb), only=True, Key="a/two.txt", **BUCKET)


def lists():
    s3.put_object(Key="b c/é.txt", Body=b"", **BUCKET)
    got = s3.list_objects_v2(**BUCKET)
    s.same((keys(got), got["KeyCount"], got["IsTruncated"], got["Contents"][0]["Size"]), (["a/one.txt", "a/two.txt", "b c/é.txt"], 3, False, 5), "the objects")
    page = s3.list_objects_v2(MaxKeys=1, FetchOwner=True, **BUCKET)
    s.same((keys(page), page["IsTruncated"]), (["a/one.txt"], True), "the first page")
    s.same(keys(s3.list_objects_v2(ContinuationToken=page["NextContinuationToken"], **BUCKET)), ["a/two.txt", "b c/é.txt"], "the second page")
    s.same([p["Prefix"] for p in s3.list_objects_v2(Delimiter="/", **BUCKET)["CommonPrefixes"]], ["a/", "b c/"], "the folders")
    s.same(keys(s3.list_objects_v2(StartAfter="a/one.txt", Prefix="a/", **BUCKET)), ["a/two.txt"], "the objects behind the first")
    old = s3.list_objects(MaxKeys=1, Delimiter="/", **BUCKET)
    s.same(([p["Prefix"] for p in old["CommonPrefixes"]], old["NextMarker"]), (["a/"], "a/"), "the first page of the old way")
    s.same(keys(s3.list_objects(Marker="a/two.txt", **BUCKET)), ["b c/é.txt"], "the objects behind the marker")
    s.refused("NoSuchBucket", s3.list_objects_v2, Bucket="sdk-not-there")


def uploads():
    big = b"x" * (5 << 20)
    which = {"Key": "big", "UploadId": s3.create_multipart_upload(Key="big", ContentType="text/csv", **BUCKET)["UploadId"], **BUCKET}
    s.same([u["Key"] for u in s3.list_multipart_uploads(**BUCKET)["Uploads"]], ["big"], "the uploads")
    parts = [{"PartNumber": 1, "ETag": s3.upload_part(PartNumber=1, Body=big, **which)["ETag"]}]
    copied = s3.upload_part_copy(PartNumber=2, CopySource=f"{NAME}/a/one.txt", CopySourceRange="bytes=0-3", **which)["CopyPartResult"]
    parts.append({"PartNumber": 2, "ETag": copied["ETag"]})
    listed = s3.list_parts(**which)["Parts"]
    s.same([(p["PartNumber"], p["Size"], p["ETag"]) for p in listed], [(1, len(big), parts[0]["ETag"]), (2, 4, parts[1]["ETag"])], "the parts")
    s.refused("InvalidPart", s3.complete_multipart_upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": '"wrong"'}]}, **which)
    s.refused("InvalidPartOrder", s3.complete_multipart_upload, MultipartUpload={"Parts": parts[::-1]}, **which)
    done = s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **which)
    s.same((done["Key"], done["ETag"].endswith('-2"')), ("big", True), "the whole")
    head = s3.head_object(Key="big", PartNumber=2, **BUCKET)
    s.same((head["PartsCount"], head["ContentLength"], head["ContentType"]), (2, 4, "text/csv"), "its second part")
    which["UploadId"] = s3.create_multipart_upload(Key="big", **BUCKET)["UploadId"]
    s3.abort_multipart_upload(**which)
    s.refused("NoSuchUpload", s3.list_parts, **which)
    s.refused("NoSuchUpload", s3.upload_part, PartNumber=1, Body=b"", **which)
    s.same("Uploads" in s3.list_multipart_uploads(**BUCKET), False, "that there are uploads")


def versions():
    s.same("Status" in s3.get_bucket_versioning(**BUCKET), False, "that there are versions")
    s3.put_bucket_versioning(VersioningConfiguration={"Status": "Enabled"}, **BUCKET)
    s.same(s3.get_bucket_versioning(**BUCKET)["Status"], "Enabled", "the versioning")
    first, second = (s3.put_object(Key="v", Body=body, **BUCKET)["VersionId"] for body in (b"1", b"2"))
    s.same((read("v"), read("v", VersionId=first)), (b"2", b"1"), "the versions' bytes")
    marker = s3.delete_object(Key="v", **BUCKET)
    s.same(marker["DeleteMarker"], True, "that a marker is made")
    gone = s.refused("NoSuchKey", s3.get_object, Key="v", **BUCKET)
    s.same(gone["ResponseMetadata"]["HTTPHeaders"].get("x-amz-delete-marker"), "true", "the header of a deleted object")
    got = s3.list_object_versions(Prefix="v", **BUCKET)
    s.same(([(v["VersionId"], v["IsLatest"]) for v in got["Versions"]], [m["VersionId"] for m in got["DeleteMarkers"]]),
           ([(second, False), (first, False)], [marker["VersionId"]]), "the versions")
    s3.delete_object(Key="v", VersionId=marker["VersionId"], **BUCKET)
    s.same(read("v"), b"2", "the object without its marker")
    s.refused("NoSuchVersion", s3.get_object, Key="v", VersionId=marker["VersionId"], **BUCKET)


def preflight():
    """Browsers ask before they call; SDKs do not."""
    ask = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/{NAME}/a/one.txt", method="OPTIONS",
                                 headers={"Origin": "https://example.com", "Access-Control-Request-Method": "GET"})
    try:
        urllib.request.urlopen(ask)
    except urllib.error.HTTPError as e:
        s.same((e.code, b"<Code>AccessForbidden</Code>" in e.read()), (403, True), "the answer to a browser")
        s.called.add("Preflight")


def clean():
    s.refused("BucketNotEmpty", s3.delete_bucket, **BUCKET)
    all = s3.list_object_versions(**BUCKET)
    which = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in all.get("Versions", []) + all.get("DeleteMarkers", [])]
    gone = s3.delete_objects(Delete={"Objects": which}, **BUCKET)
    s.same((len(gone["Deleted"]), "Errors" in gone), (len(which), False), "what is deleted")
    s.same("Versions" in s3.list_object_versions(**BUCKET), False, "that versions are left")
    s.refused("NotImplemented", s3.delete_bucket_ownership_controls, **BUCKET)
    s3.delete_bucket(**BUCKET)
    s.refused("NoSuchBucket", s3.list_objects_v2, **BUCKET)
    s.refused("NoSuchBucket", s3.delete_bucket, **BUCKET)


for step in (buckets, settings, policies, never, objects, lists, uploads, versions, preflight, clean):
    step()
s.end(s3)
