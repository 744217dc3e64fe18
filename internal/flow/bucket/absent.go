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

	Analytics          Setting = "analytics"
	Inventory          Setting = "inventory"
	Metrics            Setting = "metrics"
	IntelligentTiering Setting = "intelligent-tiering"
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

	Analytics:          configuration("AnalyticsConfiguration"),
	Inventory:          configuration("InventoryConfiguration"),
	Metrics:            configuration("MetricsConfiguration"),
	IntelligentTiering: configuration("IntelligentTieringConfiguration"),
}

const noConfiguration = "NoSuchConfiguration"

// configuration is a setting of which a bucket can have several, each with an id.
func configuration(name string) absent {
	return absent{"s3:Get" + name, "s3:Put" + name, "s3:Put" + name, noConfiguration, "The specified configuration does not exist."}
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

// BucketSettings answers for the list of a setting that a bucket can have several of: there is none.
func (v *View) BucketSettings(ctx context.Context, name string, s Setting) error {
	a, ok := absents[s]
	if !ok {
		return s.unknown()
	}
	_, err := v.open(ctx, name, a.get)
	return err
}

// RestoreBucketSetting accepts a document that asks for what holds anyway, after asking whether the caller might.
func (v *View) RestoreBucketSetting(ctx context.Context, name string, s Setting) error {
	a, ok := absents[s]
	if !ok {
		return s.unknown()
	}
	_, err := v.open(ctx, name, a.put)
	return err
}

// ObjectLocked answers for retention and legal hold, which no object has: its bucket has no Object Lock.
func (v *View) ObjectLocked(ctx context.Context, ref Ref, action string) error {
	if _, err := v.locate(ctx, ref, false, action); err != nil {
		return err
	}
	return invalid("InvalidRequest", "Bucket is missing Object Lock Configuration")
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

// DeleteBucketSetting removes what is not there: it succeeds for callers that
// may, but for settings that are named by an id.
func (v *View) DeleteBucketSetting(ctx context.Context, name string, s Setting) error {
	a, ok := absents[s]
	if !ok {
		return s.unknown()
	}
	if _, err := v.open(ctx, name, a.drop); err != nil || a.code != noConfiguration {
		return err
	}
	return notFound(a.code, a.message, map[string]string{"BucketName": name})
}
