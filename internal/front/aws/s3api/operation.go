package s3api

import (
	"context"
	"net/http"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// Level is what a path names.
type Level string

// The levels of a path.
const (
	LevelService Level = "service"
	LevelBucket  Level = "bucket"
	LevelObject  Level = "object"
)

type place struct {
	method string
	level  Level
}

// Operation is one row of the table: how a request names it, and what answers it.
type Operation struct {
	Name   string // As AWS names it.
	Action string // The action it asks for first; "" when it is not implemented.
	Method string
	Level  Level
	Query  []string // Query parameters that make it this one.
	Header string   // Header that makes it this one.
	handle func(context.Context, *call) (*aws.Response, error)
}

func (op *Operation) fits(c *call) bool {
	for _, name := range op.Query {
		if !c.query.Has(name) {
			return false
		}
	}
	return op.Header == "" || c.Header.Get(op.Header) != ""
}

const (
	get    = http.MethodGet
	head   = http.MethodHead
	put    = http.MethodPut
	post   = http.MethodPost
	remove = http.MethodDelete
)

// operations is the table. The first row that fits answers, so that rows with
// a parameter or a header stand before those without.
var operations = append(implemented, absent()...)

var implemented = []Operation{
	{"GetBucketLocation", "s3:GetBucketLocation", get, LevelBucket, q("location"), "", getBucketLocation},
	{"GetBucketPolicy", "s3:GetBucketPolicy", get, LevelBucket, q("policy"), "", getBucketPolicy},
	{"PutBucketPolicy", "s3:PutBucketPolicy", put, LevelBucket, q("policy"), "", putBucketPolicy},
	{"DeleteBucketPolicy", "s3:DeleteBucketPolicy", remove, LevelBucket, q("policy"), "", deleteBucketPolicy},
	{"GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", get, LevelBucket, q("policyStatus"), "", getBucketPolicyStatus},
	{"GetBucketVersioning", "s3:GetBucketVersioning", get, LevelBucket, q("versioning"), "", getBucketVersioning},
	{"PutBucketVersioning", "s3:PutBucketVersioning", put, LevelBucket, q("versioning"), "", putBucketVersioning},
	{"GetBucketTagging", "s3:GetBucketTagging", get, LevelBucket, q("tagging"), "", getBucketTagging},
	{"PutBucketTagging", "s3:PutBucketTagging", put, LevelBucket, q("tagging"), "", putBucketTagging},
	{"DeleteBucketTagging", "s3:PutBucketTagging", remove, LevelBucket, q("tagging"), "", deleteBucketTagging},
	{"GetBucketEncryption", "s3:GetEncryptionConfiguration", get, LevelBucket, q("encryption"), "", getBucketEncryption},
	{"PutBucketEncryption", "s3:PutEncryptionConfiguration", put, LevelBucket, q("encryption"), "", putBucketEncryption},
	{"DeleteBucketEncryption", "s3:PutEncryptionConfiguration", remove, LevelBucket, q("encryption"), "", deleteBucketEncryption},
	{"GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", get, LevelBucket, q("ownershipControls"), "", getBucketOwnershipControls},
	{"PutBucketOwnershipControls", "s3:PutBucketOwnershipControls", put, LevelBucket, q("ownershipControls"), "", putBucketOwnershipControls},
	{"DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls", remove, LevelBucket, q("ownershipControls"), "", deleteBucketOwnershipControls},
	{"GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", get, LevelBucket, q("publicAccessBlock"), "", getPublicAccessBlock},
	{"PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", put, LevelBucket, q("publicAccessBlock"), "", putPublicAccessBlock},
	{"DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", remove, LevelBucket, q("publicAccessBlock"), "", deletePublicAccessBlock},
	{"GetBucketNotificationConfiguration", "s3:GetBucketNotification", get, LevelBucket, q("notification"), "", getBucketNotification},
	{"PutBucketNotificationConfiguration", "s3:PutBucketNotification", put, LevelBucket, q("notification"), "", putBucketNotification},
	{"GetBucketAcl", "s3:GetBucketAcl", get, LevelBucket, q("acl"), "", getBucketACL},
	{"PutBucketAcl", "s3:PutBucketAcl", put, LevelBucket, q("acl"), "", putBucketACL},

	{"GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", get, LevelBucket, q("lifecycle"), "", getSetting(bucket.Lifecycle)},
	{"PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration", put, LevelBucket, q("lifecycle"), "", putSetting(bucket.Lifecycle)},
	{"DeleteBucketLifecycle", "s3:PutLifecycleConfiguration", remove, LevelBucket, q("lifecycle"), "", deleteSetting(bucket.Lifecycle)},
	{"GetBucketCors", "s3:GetBucketCORS", get, LevelBucket, q("cors"), "", getSetting(bucket.CORS)},
	{"PutBucketCors", "s3:PutBucketCORS", put, LevelBucket, q("cors"), "", putSetting(bucket.CORS)},
	{"DeleteBucketCors", "s3:PutBucketCORS", remove, LevelBucket, q("cors"), "", deleteSetting(bucket.CORS)},
	{"GetBucketWebsite", "s3:GetBucketWebsite", get, LevelBucket, q("website"), "", getSetting(bucket.Website)},
	{"PutBucketWebsite", "s3:PutBucketWebsite", put, LevelBucket, q("website"), "", putSetting(bucket.Website)},
	{"DeleteBucketWebsite", "s3:DeleteBucketWebsite", remove, LevelBucket, q("website"), "", deleteSetting(bucket.Website)},
	{"GetBucketReplication", "s3:GetReplicationConfiguration", get, LevelBucket, q("replication"), "", getSetting(bucket.Replication)},
	{"PutBucketReplication", "s3:PutReplicationConfiguration", put, LevelBucket, q("replication"), "", putSetting(bucket.Replication)},
	{"DeleteBucketReplication", "s3:PutReplicationConfiguration", remove, LevelBucket, q("replication"), "", deleteSetting(bucket.Replication)},
	{"GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", get, LevelBucket, q("object-lock"), "", getSetting(bucket.ObjectLock)},
	{"PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration", put, LevelBucket, q("object-lock"), "", putSetting(bucket.ObjectLock)},
	{"GetBucketLogging", "s3:GetBucketLogging", get, LevelBucket, q("logging"), "", getSetting(bucket.Logging)},
	{"PutBucketLogging", "s3:PutBucketLogging", put, LevelBucket, q("logging"), "", putLogging},
	{"GetBucketRequestPayment", "s3:GetBucketRequestPayment", get, LevelBucket, q("requestPayment"), "", getSetting(bucket.RequestPayment)},
	{"PutBucketRequestPayment", "s3:PutBucketRequestPayment", put, LevelBucket, q("requestPayment"), "", putRequestPayment},
	{"GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration", get, LevelBucket, q("accelerate"), "", getSetting(bucket.Accelerate)},
	{"PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration", put, LevelBucket, q("accelerate"), "", putSetting(bucket.Accelerate)},
	{"GetBucketAnalyticsConfiguration", "s3:GetAnalyticsConfiguration", get, LevelBucket, q("analytics", "id"), "", getSetting(bucket.Analytics)},
	{"ListBucketAnalyticsConfigurations", "s3:GetAnalyticsConfiguration", get, LevelBucket, q("analytics"), "", listSettings(bucket.Analytics)},
	{"PutBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration", put, LevelBucket, q("analytics"), "", putSetting(bucket.Analytics)},
	{"DeleteBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration", remove, LevelBucket, q("analytics"), "", deleteSetting(bucket.Analytics)},
	{"GetBucketInventoryConfiguration", "s3:GetInventoryConfiguration", get, LevelBucket, q("inventory", "id"), "", getSetting(bucket.Inventory)},
	{"ListBucketInventoryConfigurations", "s3:GetInventoryConfiguration", get, LevelBucket, q("inventory"), "", listSettings(bucket.Inventory)},
	{"PutBucketInventoryConfiguration", "s3:PutInventoryConfiguration", put, LevelBucket, q("inventory"), "", putSetting(bucket.Inventory)},
	{"DeleteBucketInventoryConfiguration", "s3:PutInventoryConfiguration", remove, LevelBucket, q("inventory"), "", deleteSetting(bucket.Inventory)},
	{"GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration", get, LevelBucket, q("metrics", "id"), "", getSetting(bucket.Metrics)},
	{"ListBucketMetricsConfigurations", "s3:GetMetricsConfiguration", get, LevelBucket, q("metrics"), "", listSettings(bucket.Metrics)},
	{"PutBucketMetricsConfiguration", "s3:PutMetricsConfiguration", put, LevelBucket, q("metrics"), "", putSetting(bucket.Metrics)},
	{"DeleteBucketMetricsConfiguration", "s3:PutMetricsConfiguration", remove, LevelBucket, q("metrics"), "", deleteSetting(bucket.Metrics)},
	{"GetBucketIntelligentTieringConfiguration", "s3:GetIntelligentTieringConfiguration", get, LevelBucket, q("intelligent-tiering", "id"), "", getSetting(bucket.IntelligentTiering)},
	{"ListBucketIntelligentTieringConfigurations", "s3:GetIntelligentTieringConfiguration", get, LevelBucket, q("intelligent-tiering"), "", listSettings(bucket.IntelligentTiering)},
	{"PutBucketIntelligentTieringConfiguration", "s3:PutIntelligentTieringConfiguration", put, LevelBucket, q("intelligent-tiering"), "", putSetting(bucket.IntelligentTiering)},
	{"DeleteBucketIntelligentTieringConfiguration", "s3:PutIntelligentTieringConfiguration", remove, LevelBucket, q("intelligent-tiering"), "", deleteSetting(bucket.IntelligentTiering)},

	{"ListMultipartUploads", "s3:ListBucketMultipartUploads", get, LevelBucket, q("uploads"), "", listMultipartUploads},
	{"ListObjectVersions", "s3:ListBucketVersions", get, LevelBucket, q("versions"), "", listObjectVersions},
	{"DeleteObjects", "s3:DeleteObject", post, LevelBucket, q("delete"), "", deleteObjects},

	{"GetObjectAcl", "s3:GetObjectAcl", get, LevelObject, q("acl"), "", getObjectACL},
	{"PutObjectAcl", "s3:PutObjectAcl", put, LevelObject, q("acl"), "", putObjectACL},
	{"GetObjectLegalHold", "s3:GetObjectLegalHold", get, LevelObject, q("legal-hold"), "", locked("s3:GetObjectLegalHold")},
	{"PutObjectLegalHold", "s3:PutObjectLegalHold", put, LevelObject, q("legal-hold"), "", locked("s3:PutObjectLegalHold")},
	{"GetObjectRetention", "s3:GetObjectRetention", get, LevelObject, q("retention"), "", locked("s3:GetObjectRetention")},
	{"PutObjectRetention", "s3:PutObjectRetention", put, LevelObject, q("retention"), "", locked("s3:PutObjectRetention")},
	{"GetObjectTagging", "s3:GetObjectTagging", get, LevelObject, q("tagging"), "", getObjectTagging},
	{"PutObjectTagging", "s3:PutObjectTagging", put, LevelObject, q("tagging"), "", putObjectTagging},
	{"DeleteObjectTagging", "s3:DeleteObjectTagging", remove, LevelObject, q("tagging"), "", deleteObjectTagging},
	{"GetObjectAttributes", "s3:GetObject", get, LevelObject, q("attributes"), "", getObjectAttributes},
	{"ListParts", "s3:ListMultipartUploadParts", get, LevelObject, q("uploadId"), "", listParts},
	{"UploadPartCopy", "s3:PutObject", put, LevelObject, q("uploadId", "partNumber"), copySourceHeader, uploadPartCopy},
	{"UploadPart", "s3:PutObject", put, LevelObject, q("uploadId", "partNumber"), "", uploadPart},
	{"CreateMultipartUpload", "s3:PutObject", post, LevelObject, q("uploads"), "", createMultipartUpload},
	{"CompleteMultipartUpload", "s3:PutObject", post, LevelObject, q("uploadId"), "", completeMultipartUpload},
	{"AbortMultipartUpload", "s3:AbortMultipartUpload", remove, LevelObject, q("uploadId"), "", abortMultipartUpload},
}

// plain are the operations without a parameter: what is left when no other row fits.
var plain = []Operation{
	{"ListBuckets", "s3:ListAllMyBuckets", get, LevelService, nil, "", listBuckets},
	{"HeadBucket", "s3:ListBucket", head, LevelBucket, nil, "", headBucket},
	{"CreateBucket", "s3:CreateBucket", put, LevelBucket, nil, "", createBucket},
	{"DeleteBucket", "s3:DeleteBucket", remove, LevelBucket, nil, "", deleteBucket},
	{"ListObjectsV2", "s3:ListBucket", get, LevelBucket, q("list-type"), "", listObjectsV2},
	{"ListObjects", "s3:ListBucket", get, LevelBucket, nil, "", listObjects},
	{"HeadObject", "s3:GetObject", head, LevelObject, nil, "", headObject},
	{"GetObject", "s3:GetObject", get, LevelObject, nil, "", getObject},
	{"CopyObject", "s3:PutObject", put, LevelObject, nil, copySourceHeader, copyObject},
	{"PutObject", "s3:PutObject", put, LevelObject, nil, "", putObject},
	{"DeleteObject", "s3:DeleteObject", remove, LevelObject, nil, "", deleteObject},
	{"Preflight", "", http.MethodOptions, LevelObject, nil, "", preflight},
	{"Preflight", "", http.MethodOptions, LevelBucket, nil, "", preflight},
}

func q(names ...string) []string { return names }

// missing are the operations of S3 that are refused by name.
var missing = []Operation{
	{Name: "CreateBucketMetadataConfiguration", Method: post, Level: LevelBucket, Query: q("metadataConfiguration")},
	{Name: "GetBucketMetadataConfiguration", Method: get, Level: LevelBucket, Query: q("metadataConfiguration")},
	{Name: "DeleteBucketMetadataConfiguration", Method: remove, Level: LevelBucket, Query: q("metadataConfiguration")},
	{Name: "CreateBucketMetadataTableConfiguration", Method: post, Level: LevelBucket, Query: q("metadataTable")},
	{Name: "GetBucketMetadataTableConfiguration", Method: get, Level: LevelBucket, Query: q("metadataTable")},
	{Name: "DeleteBucketMetadataTableConfiguration", Method: remove, Level: LevelBucket, Query: q("metadataTable")},
	{Name: "UpdateBucketMetadataInventoryTableConfiguration", Method: put, Level: LevelBucket, Query: q("metadataInventoryTable")},
	{Name: "UpdateBucketMetadataJournalTableConfiguration", Method: put, Level: LevelBucket, Query: q("metadataJournalTable")},
	{Name: "GetBucketAbac", Method: get, Level: LevelBucket, Query: q("abac")},
	{Name: "PutBucketAbac", Method: put, Level: LevelBucket, Query: q("abac")},
	{Name: "CreateSession", Method: get, Level: LevelBucket, Query: q("session")},
	{Name: "ListDirectoryBuckets", Method: get, Level: LevelService, Query: q("max-directory-buckets")},
	{Name: "GetObjectTorrent", Method: get, Level: LevelObject, Query: q("torrent")},
	{Name: "UpdateObjectEncryption", Method: put, Level: LevelObject, Query: q("encryption")},
	{Name: "RenameObject", Method: put, Level: LevelObject, Query: q("renameObject")},
	{Name: "RestoreObject", Method: post, Level: LevelObject, Query: q("restore")},
	{Name: "SelectObjectContent", Method: post, Level: LevelObject, Query: q("select")},
	{Name: "WriteGetObjectResponse", Method: post, Level: LevelBucket, Header: "x-amz-request-route"},
	{Name: "PostObject", Method: post, Level: LevelBucket},
}

// absent are the rows that refuse, and behind them the plain ones.
func absent() []Operation {
	rows := make([]Operation, len(missing), len(missing)+len(plain))
	for i, op := range missing {
		op.handle = refuse(op.Name)
		rows[i] = op
	}
	return append(rows, plain...)
}

// Supported reports whether the operation does what S3's does; others only refuse.
func (op *Operation) Supported() bool { return op.Action != "" && !closed[op.Name] }

// closed are the operations that ask the guard and then refuse: what they would
// keep or allow, nothing here would act on.
var closed = map[string]bool{
	"PutBucketLifecycleConfiguration": true, "PutBucketCors": true, "PutBucketWebsite": true, "PutBucketReplication": true,
	"PutObjectLockConfiguration": true, "PutBucketAccelerateConfiguration": true, "PutBucketAnalyticsConfiguration": true,
	"PutBucketInventoryConfiguration": true, "PutBucketMetricsConfiguration": true, "PutBucketIntelligentTieringConfiguration": true,
	"DeleteBucketOwnershipControls": true, "PutObjectLegalHold": true, "PutObjectRetention": true,
}

func refuse(name string) func(context.Context, *call) (*aws.Response, error) {
	return func(context.Context, *call) (*aws.Response, error) { return nil, notImplemented("Operation", name) }
}

// preflight answers browsers, which ask before they call; no bucket here allows other origins.
func preflight(context.Context, *call) (*aws.Response, error) {
	return nil, &fault.Error{Kind: fault.Denied, Code: "AccessForbidden", Message: "CORSResponse: CORS is not enabled for this bucket."}
}
