package policy

import "strings"

// s3Target says what an S3 action is checked against.
type s3Target uint8

const (
	onAccount s3Target = 1 << iota
	onBucket
	onObject
)

// s3Actions are the actions a bucket policy may name, after the Service Authorization Reference.
var s3Actions = makeS3Actions()

func makeS3Actions() map[string]s3Target {
	m := map[string]s3Target{}
	for target, names := range map[s3Target]string{
		onAccount: accountActions, onBucket: bucketActions, onObject: objectActions,
	} {
		for n := range strings.FieldsSeq(names) {
			m[n] = target
		}
	}
	return m
}

const accountActions = `ListAllMyBuckets GetAccountPublicAccessBlock PutAccountPublicAccessBlock ListAccessPoints`

const bucketActions = `
CreateBucket DeleteBucket DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration
GetAnalyticsConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketNotification
GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
GetMetricsConfiguration GetReplicationConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions
ListTagsForResource PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAcl PutBucketCORS
PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy
PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite
PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource`

const objectActions = `
AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes
GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication
ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectLegalHold
PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete ReplicateObject
ReplicateTags RestoreObject`

// s3Keys are the condition keys that belong to some actions only; a key that
// ends in a slash takes a tag's name.
var s3Keys = map[string][]string{
	"s3:prefix":                                          listing,
	"s3:delimiter":                                       listing,
	"s3:max-keys":                                        listing,
	"s3:x-amz-acl":                                       granting,
	"s3:x-amz-grant-read":                                granting,
	"s3:x-amz-grant-write":                               granting,
	"s3:x-amz-grant-read-acp":                            granting,
	"s3:x-amz-grant-write-acp":                           granting,
	"s3:x-amz-grant-full-control":                        granting,
	"s3:x-amz-server-side-encryption":                    writing,
	"s3:x-amz-server-side-encryption-aws-kms-key-id":     writing,
	"s3:x-amz-server-side-encryption-customer-algorithm": append([]string{"GetObject", "GetObjectVersion"}, writing...),
	"s3:x-amz-storage-class":                             writing,
	"s3:x-amz-metadata-directive":                        writing,
	"s3:x-amz-copy-source":                               writing,
	"s3:x-amz-website-redirect-location":                 writing,
	"s3:if-match":                                        append([]string{"DeleteObject"}, writing...),
	"s3:if-none-match":                                   writing,
	"s3:existingobjecttag/":                              tagged,
	"s3:requestobjecttag/":                               tagging,
	"s3:requestobjecttagkeys":                            tagging,
	"s3:versionid":                                       versioned,
	"s3:locationconstraint":                              {"CreateBucket"},
	"s3:object-lock-mode":                                locking,
	"s3:object-lock-legal-hold":                          append([]string{"PutObjectLegalHold"}, locking...),
	"s3:object-lock-retain-until-date":                   locking,
	"s3:object-lock-remaining-retention-days":            append([]string{"PutBucketObjectLockConfiguration"}, locking...),
	"s3:inventoryaccessibleoptionalfields":               {"PutInventoryConfiguration"},
}

var (
	listing  = []string{"ListBucket", "ListBucketVersions"}
	granting = []string{"PutObject", "PutObjectAcl", "PutObjectVersionAcl", "CreateBucket", "PutBucketAcl"}
	writing  = []string{"PutObject", "ReplicateObject"}
	locking  = []string{"PutObject", "PutObjectRetention", "ReplicateObject"}
	tagging  = []string{"PutObject", "PutObjectTagging", "PutObjectVersionTagging", "ReplicateTags"}
	tagged   = []string{
		"GetObject", "GetObjectVersion", "GetObjectAcl", "GetObjectVersionAcl", "GetObjectTagging",
		"GetObjectVersionTagging", "PutObjectAcl", "PutObjectVersionAcl", "PutObjectTagging", "PutObjectVersionTagging",
		"DeleteObjectTagging", "DeleteObjectVersionTagging", "GetObjectAttributes", "GetObjectVersionAttributes",
		"RestoreObject",
	}
	versioned = []string{
		"GetObjectVersion", "GetObjectVersionAcl", "GetObjectVersionTagging", "GetObjectVersionTorrent",
		"GetObjectVersionAttributes", "GetObjectVersionForReplication", "PutObjectVersionAcl",
		"PutObjectVersionTagging", "DeleteObjectVersion", "DeleteObjectVersionTagging",
	}
)

// s3AnyKeys are the S3 keys that every action has.
const s3AnyKeys = ` s3:resourceaccount s3:authtype s3:signatureversion s3:signatureage s3:x-amz-content-sha256
s3:tlsversion s3:dataaccesspointarn s3:dataaccesspointaccount s3:accesspointnetworkorigin s3:accessgrantsinstancearn `

// globalKeys are the aws: keys, without those that take a tag's name.
const globalKeys = ` principalarn principalaccount principaltype principalorgid principalorgpaths principalisawsservice
principalservicename principalservicenameslist userid username sourcearn sourceaccount sourceorgid sourceorgpaths
sourceowner sourceip sourcevpc sourcevpce sourcevpcarn vpcsourceip vpceaccount vpceorgid vpceorgpaths securetransport requestedregion
currenttime epochtime tokenissuetime multifactorauthpresent multifactorauthage viaawsservice calledvia
calledviafirst calledvialast resourceaccount resourceorgid resourceorgpaths tagkeys sourceidentity
federatedprovider useragent referer isserviceprincipal assumedroot chatbotsourcearn ec2instancesourcevpc
ec2instancesourceprivateipv4 `

// listed reports whether a list of names separated by blanks holds the name.
func listed(list, name string) bool {
	for n := range strings.FieldsSeq(list) {
		if n == name {
			return true
		}
	}
	return false
}
