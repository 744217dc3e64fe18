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
	{"PutBucketLogging", "s3:PutBucketLogging", put, LevelBucket, q("logging"), "", putSetting(bucket.Logging)},
	{"GetBucketRequestPayment", "s3:GetBucketRequestPayment", get, LevelBucket, q("requestPayment"), "", getSetting(bucket.RequestPayment)},
	{"PutBucketRequestPayment", "s3:PutBucketRequestPayment", put, LevelBucket, q("requestPayment"), "", putSetting(bucket.RequestPayment)},
	{"GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration", get, LevelBucket, q("accelerate"), "", getSetting(bucket.Accelerate)},
	{"PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration", put, LevelBucket, q("accelerate"), "", putSetting(bucket.Accelerate)},

	{"ListMultipartUploads", "s3:ListBucketMultipartUploads", get, LevelBucket, q("uploads"), "", listMultipartUploads},
	{"ListObjectVersions", "s3:ListBucketVersions", get, LevelBucket, q("versions"), "", listObjectVersions},
	{"DeleteObjects", "s3:DeleteObject", post, LevelBucket, q("delete"), "", deleteObjects},

	{"GetObjectAcl", "s3:GetObjectAcl", get, LevelObject, q("acl"), "", getObjectACL},
	{"PutObjectAcl", "s3:PutObjectAcl", put, LevelObject, q("acl"), "", putObjectACL},
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

// missing are the operations of S3 that are refused by name, each with the
// parameter that names it and the methods it is called with.
var missing = []struct {
	name, parameter string
	level           Level
	methods         []string
}{
	{"BucketAnalyticsConfiguration", "analytics", LevelBucket, q(get, put, remove)},
	{"BucketIntelligentTieringConfiguration", "intelligent-tiering", LevelBucket, q(get, put, remove)},
	{"BucketInventoryConfiguration", "inventory", LevelBucket, q(get, put, remove)},
	{"BucketMetricsConfiguration", "metrics", LevelBucket, q(get, put, remove)},
	{"BucketMetadataConfiguration", "metadataConfiguration", LevelBucket, q(get, post, remove)},
	{"BucketMetadataTableConfiguration", "metadataTable", LevelBucket, q(get, post, remove)},
	{"BucketMetadataInventoryTableConfiguration", "metadataInventoryTable", LevelBucket, q(put)},
	{"BucketMetadataJournalTableConfiguration", "metadataJournalTable", LevelBucket, q(put)},
	{"BucketAbac", "abac", LevelBucket, q(get, put)},
	{"Session", "session", LevelBucket, q(get)},
	{"ObjectLegalHold", "legal-hold", LevelObject, q(get, put)},
	{"ObjectRetention", "retention", LevelObject, q(get, put)},
	{"ObjectTorrent", "torrent", LevelObject, q(get)},
	{"ObjectEncryption", "encryption", LevelObject, q(put)},
	{"RenameObject", "renameObject", LevelObject, q(put)},
	{"RestoreObject", "restore", LevelObject, q(post)},
	{"SelectObjectContent", "select", LevelObject, q(post)},
	{"PostObject", "", LevelBucket, q(post)},
}

// absent are the rows that refuse, and behind them the plain ones.
func absent() []Operation {
	verbs := map[string]string{get: "Get", put: "Put", remove: "Delete", post: "Create"}
	var rows []Operation
	for _, m := range missing {
		for _, method := range m.methods {
			name := m.name
			if len(m.methods) > 1 {
				name = verbs[method] + name
			}
			op := Operation{Name: name, Method: method, Level: m.level, handle: refuse(name)}
			if m.parameter != "" {
				op.Query = q(m.parameter)
			}
			rows = append(rows, op)
		}
	}
	return append(rows, plain...)
}

func refuse(name string) func(context.Context, *call) (*aws.Response, error) {
	return func(context.Context, *call) (*aws.Response, error) { return nil, notImplemented("Operation", name) }
}

// preflight answers browsers, which ask before they call; no bucket here allows other origins.
func preflight(context.Context, *call) (*aws.Response, error) {
	return nil, &fault.Error{Kind: fault.Denied, Code: "AccessForbidden", Message: "CORSResponse: CORS is not enabled for this bucket."}
}
