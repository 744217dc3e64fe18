package policy

// Kind is what a document is attached to, and so what may stand in it and how it counts.
type Kind uint8

// The kinds of policy.
const (
	Identity      Kind = iota // Of a user, a role or a group.
	Boundary                  // Permissions boundary of a user or a role.
	SessionPolicy             // Passed when a session was made.
	SCP                       // Service control policy, on the principal's accounts.
	RCP                       // Resource control policy, on the resource's accounts.
	Trust                     // Of a role: who may assume it.
	Bucket                    // Of an S3 bucket.
	Namespace                 // Of a Redshift namespace.
	VPCEndpoint               // Of a VPC endpoint.
	Key                       // Of a KMS key.
	Resource                  // Any other resource policy.
)

var kindNames = [...]string{
	Identity: "identity", Boundary: "permissions_boundary", SessionPolicy: "session", SCP: "scp", RCP: "rcp",
	Trust: "trust", Bucket: "bucket", Namespace: "namespace", VPCEndpoint: "vpc_endpoint", Key: "key", Resource: "resource",
}

// String is the name that JSON output uses.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// MarshalText prints the kind as JSON output names it.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// KindOf finds a kind by the name String prints, or by AWS's usual other names.
func KindOf(name string) (Kind, bool) {
	for k, n := range kindNames {
		if n == name {
			return Kind(k), true
		}
	}
	k, ok := otherNames[name]
	return k, ok
}

var otherNames = map[string]Kind{
	"boundary": Boundary, "managed": Identity, "inline": Identity, "s3": Bucket, "bucket_policy": Bucket,
	"role_trust": Trust, "assume_role": Trust, "assume_role_policy": Trust, "trust_policy": Trust,
	"service_control": SCP, "resource_control": RCP, "session_policy": SessionPolicy,
	"redshift": Namespace, "redshift_namespace": Namespace, "vpce": VPCEndpoint, "endpoint": VPCEndpoint,
	"kms": Key, "kms_key": Key, "key_policy": Key, "resource_based": Resource, "identity_based": Identity,
}

// attached reports whether the policy lies on the resource and speaks through Principal.
func (k Kind) attached() bool {
	return k == Trust || k == Bucket || k == Namespace || k == Key || k == Resource
}

// iam reports whether IAM or STS checks the document and so words its errors.
func (k Kind) iam() bool {
	return k == Identity || k == Boundary || k == SessionPolicy || k == Trust
}

// pads reports whether a resource with fewer than six fields counts as if it ended in wildcards.
func (k Kind) pads() bool { return !k.attached() && k != RCP && k != VPCEndpoint }
