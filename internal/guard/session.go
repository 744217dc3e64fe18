package guard

import (
	"time"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Session is a caller whose identity has been established: by a signature, by
// AssumeRole, or by being a service of this node acting in its own name.
type Session struct {
	Type    policy.PrincipalType
	ARN     string // user, root or role-session ARN; the service name for services
	Account string // "" for anonymous callers and services
	Name    string // user name, or role name for role sessions
	RoleARN string // with its path; role sessions only
	UserID  string // aws:userid

	AccessKeyID    string
	Issued         time.Time         // of temporary credentials, else zero
	SessionPolicy  []string          // inline session policies, JSON
	PolicyARNs     []string          // managed session policies
	Tags           map[string]string // principal and session tags
	TransitiveTags []string          // keys of session tags that go along to a further role
	SourceIdentity string

	// SourceARN and SourceAccount say for which resource a service acts.
	SourceARN, SourceAccount string

	Request Request
}

// Request is what is known of the request a session makes, for condition keys and the log.
type Request struct {
	ID        string
	Time      time.Time
	SourceIP  string
	Secure    bool // TLS, or loopback
	Region    string
	UserAgent string
	AuthType  string // REST-HEADER, REST-QUERY-STRING
}
