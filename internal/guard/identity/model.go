package identity

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Account is an AWS account of this node.
type Account struct {
	ID      string
	Name    string
	Alias   string // name for sign-in pages, unique in this node
	Created time.Time
}

// Bearer is what users, groups and roles have in common: a name and policies.
type Bearer struct {
	Account  string
	Path     string
	Name     string
	ID       string // unique id, AIDA…, AGPA… or AROA…
	ARN      string
	Created  time.Time
	Tags     map[string]string
	Inline   map[string]string // policy documents by name
	Attached []string          // ARNs of managed policies
	Boundary string            // ARN of a managed policy

	identity []*policy.Document
	boundary []*policy.Document // nil when there is none
}

// User is an IAM user.
type User struct {
	Bearer
	Groups []string // unique ids, so that a group may be renamed
}

// Group is users who share policies.
type Group struct{ Bearer }

// Role is an IAM role. Trust is its trust policy as it was given; TrustIDs are
// the unique ids its principals had at that moment.
type Role struct {
	Bearer
	Description string
	Trust       string
	TrustIDs    map[string]string
	MaxSession  int // seconds

	trust *policy.Document
}

// AccessKey is a long-lived key of a user.
type AccessKey struct {
	ID      string
	Secret  string
	Account string
	User    string
	Active  bool
	Created time.Time
}

// ManagedPolicy is a policy that is kept by itself and attached to users, groups and roles.
type ManagedPolicy struct {
	ARN         string
	Account     string // "aws" for AWS's own
	Path        string
	Name        string
	ID          string
	Description string
	Created     time.Time
	Updated     time.Time
	Versions    []PolicyVersion // oldest first
	Default     string          // id of the version in force
	NextVersion int
	Tags        map[string]string
	Attachments int `json:"-"` // users, groups and roles of the asking account that have it; only in answers
	Boundaries  int `json:"-"` // users and roles of the asking account that it bounds; only in answers

	document *policy.Document
}

// PolicyVersion is one text of a managed policy.
type PolicyVersion struct {
	ID       string // "v1"
	Document string
	Created  time.Time
}

// Version returns a version by id.
func (p *ManagedPolicy) Version(id string) (PolicyVersion, bool) {
	for _, v := range p.Versions {
		if v.ID == id {
			return v, true
		}
	}
	return PolicyVersion{}, false
}

// Session is a role session with its credentials, as it is kept.
type Session struct {
	AccessKeyID string
	Secret      string
	Token       string
	Expires     time.Time
	By          guard.Session
}

// rootPath is the path of what was made without one.
const rootPath = "/"

func userARN(account, path, name string) string { return arn.User(account, path, name) }
func roleARN(account, path, name string) string { return arn.Role(account, path, name) }

func groupARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":group" + path + name
}

func policyARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":policy" + path + name
}

// nameKey finds names without regard to case, for they are unique so within an account.
func nameKey(account, name string) string { return account + "/" + strings.ToLower(name) }

// copy returns a User that can be changed without the original noticing.
func (u *User) copy() *User {
	return &User{Bearer: u.Bearer.copy(), Groups: slices.Clone(u.Groups)}
}

// copy returns a Bearer that can be changed without the original noticing.
func (b Bearer) copy() Bearer {
	b.Tags, b.Inline = maps.Clone(b.Tags), maps.Clone(b.Inline)
	b.Attached = slices.Clone(b.Attached)
	return b
}
