package bucket

// Versioning is a bucket's versioning state.
type Versioning string

// The versioning states; VersioningOff means it was never enabled.
const (
	VersioningOff       Versioning = ""
	VersioningEnabled   Versioning = "Enabled"
	VersioningSuspended Versioning = "Suspended"
)

// Encryption is a bucket's default encryption. Only AES256 is supported.
type Encryption struct {
	Algorithm string
	KMSKeyID  string
	BucketKey bool
}

// PublicAccessBlock holds the four settings of S3 Block Public Access.
type PublicAccessBlock struct {
	BlockPublicACLs       bool
	IgnorePublicACLs      bool
	BlockPublicPolicy     bool
	RestrictPublicBuckets bool
}

// OwnerEnforced is the one object ownership this store knows: the bucket's owner owns every object.
const OwnerEnforced = "BucketOwnerEnforced"

// Notification is a bucket's notification configuration.
type Notification struct {
	Targets      []Target // Topics, queues and functions, as PutBucketNotificationConfiguration sends them.
	EventBridge  bool
	Integrations []Integration // Entries of event integrations; kept when Targets are replaced.
}

// Target is one topic, queue or function of a notification configuration.
type Target struct {
	ID             string
	Kind           string // Topic, Queue or CloudFunction.
	ARN            string
	Events         []string
	Prefix, Suffix string
}

// Integration is the entry by which an event integration receives a bucket's events.
type Integration struct {
	ID     string   // Unique in the bucket.
	ARN    string   // Of the integration.
	Events []string // s3:ObjectCreated:* and the like.
	Prefix string
}

// Setting names a bucket sub-resource that this store does not keep.
type Setting string

// The settings that are answered with S3's own "not configured" or refused when written.
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
