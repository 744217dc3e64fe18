package bucket

import "context"

// Setting names a bucket sub-resource that this store does not keep.
type Setting string

// The settings that are answered with S3's own "not configured" and refused when written.
const (
	Lifecycle      Setting = "lifecycle"
	CORS           Setting = "cors"
	Website        Setting = "website"
	Replication    Setting = "replication"
	ObjectLock     Setting = "object-lock"
	Logging        Setting = "logging"
	RequestPayment Setting = "requestPayment"
	Accelerate     Setting = "accelerate"
)

// absent is what S3 says about a setting that was never made; no code means an empty document.
type absent struct {
	get, put, drop string // Actions.
	code, message  string
}

var absents = map[Setting]absent{
	Lifecycle:      {"s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration", "s3:PutLifecycleConfiguration", "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"},
	CORS:           {"s3:GetBucketCORS", "s3:PutBucketCORS", "s3:PutBucketCORS", "NoSuchCORSConfiguration", "The CORS configuration does not exist"},
	Website:        {"s3:GetBucketWebsite", "s3:PutBucketWebsite", "s3:DeleteBucketWebsite", "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"},
	Replication:    {"s3:GetReplicationConfiguration", "s3:PutReplicationConfiguration", "s3:PutReplicationConfiguration", "ReplicationConfigurationNotFoundError", "The replication configuration was not found"},
	ObjectLock:     {"s3:GetBucketObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"},
	Logging:        {"s3:GetBucketLogging", "s3:PutBucketLogging", "s3:PutBucketLogging", "", ""},
	RequestPayment: {"s3:GetBucketRequestPayment", "s3:PutBucketRequestPayment", "s3:PutBucketRequestPayment", "", ""},
	Accelerate:     {"s3:GetAccelerateConfiguration", "s3:PutAccelerateConfiguration", "s3:PutAccelerateConfiguration", "", ""},
}

func (s Setting) unknown() error {
	return unsupported("The bucket setting "+string(s)+" is not implemented", "")
}

// BucketSetting answers for a setting that is not kept: nil when S3's answer is an
// empty document (Logging, RequestPayment, Accelerate), else S3's own error.
func (v *View) BucketSetting(ctx context.Context, name string, s Setting) error {
	a, ok := absents[s]
	if !ok {
		return s.unknown()
	}
	if _, err := v.open(ctx, name, a.get); err != nil {
		return err
	}
	if a.code == "" {
		return nil
	}
	return notFound(a.code, a.message, map[string]string{"BucketName": name})
}

// PutBucketSetting refuses to keep s, after asking whether the caller might.
func (v *View) PutBucketSetting(ctx context.Context, name string, s Setting) error {
	a, ok := absents[s]
	if !ok {
		return s.unknown()
	}
	if _, err := v.open(ctx, name, a.put); err != nil {
		return err
	}
	return s.unknown()
}

// DeleteBucketSetting removes what is not there: it succeeds for callers that may.
func (v *View) DeleteBucketSetting(ctx context.Context, name string, s Setting) error {
	a, ok := absents[s]
	if !ok {
		return s.unknown()
	}
	_, err := v.open(ctx, name, a.drop)
	return err
}
