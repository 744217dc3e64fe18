package warehouse

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
)

// NamespaceKind says how a namespace is run.
type NamespaceKind string

// The two kinds of namespace.
const (
	Provisioned NamespaceKind = "provisioned"
	Serverless  NamespaceKind = "serverless"
)

// Namespace is a warehouse: what holds databases, users and attached roles. A
// provisioned cluster and its namespace are one; a Serverless namespace answers
// SQL only while it has a workgroup.
type Namespace struct {
	ID      string // UUID
	Kind    NamespaceKind
	Account string
	Region  string
	// Cluster is the cluster identifier of a provisioned warehouse; Name and
	// Workgroup name a Serverless one.
	Cluster   string `json:",omitempty"`
	Name      string `json:",omitempty"`
	Workgroup string `json:",omitempty"`

	Status    Status
	DBName    string
	AdminUser string
	// AdminPassword is the digest of the administrator's password (PasswordDigest)
	// that a database gets when it is made; "" leaves it to the Host.
	AdminPassword string `json:",omitempty"`
	AdminSecret   string `json:",omitempty"` // ARN of the secret that Redshift manages
	AdminChanged  bool   `json:",omitempty"` // the engine has to be given AdminPassword at the next start
	// Port is what the owner asked for; Endpoint is where the namespace answers.
	Port     int      `json:",omitempty"`
	Endpoint Endpoint `json:",omitzero"`

	Roles       []AttachedRole
	DefaultRole string            `json:",omitempty"`
	Policy      string            `json:",omitempty"` // resource policy, JSON
	PolicyIDs   map[string]string `json:",omitempty"` // unique ids of the policy's principals
	Tags        map[string]string `json:",omitempty"`
	Created     time.Time

	Settings *ClusterSettings `json:",omitempty"` // of a provisioned cluster
	Storage  *StorageSettings `json:",omitempty"` // of a Serverless namespace
	Group    *WorkgroupRecord `json:",omitempty"` // the workgroup, if there is one
}

// Status is the state of a cluster, a namespace or a workgroup, in the words of clusters.
type Status string

// The states. "" in a record means available.
const (
	StatusCreating  Status = "creating"
	StatusAvailable Status = "available"
	StatusPaused    Status = "paused"
	StatusDeleting  Status = "deleting"
)

// Endpoint is where a namespace answers SQL; the zero Endpoint is nowhere.
type Endpoint struct {
	Host string
	Port int
}

// AttachedRole is a role the warehouse may assume. Ready is when a status that
// passes by itself ends: what is adding is in sync from then on, what is removing is gone.
type AttachedRole struct {
	ARN    string
	Status string    // RoleAdding, RoleInSync, RoleRemoving
	Ready  time.Time `json:",omitzero"`
}

// The states of an attached role. Only one in sync can be assumed.
const (
	RoleAdding   = "adding"
	RoleInSync   = "in-sync"
	RoleRemoving = "removing"
)

// ARN is the namespace's ARN; its form tells the kind.
func (n *Namespace) ARN() string {
	if n.Kind == Serverless {
		return arn.ServerlessNamespace(n.Region, n.Account, n.ID)
	}
	return arn.Namespace(n.Region, n.Account, n.ID)
}

// Label is the name AWS uses for the warehouse in ARNs of database users.
func (n *Namespace) Label() string {
	if n.Kind == Serverless {
		return "serverless-" + n.Account + "-" + n.Workgroup
	}
	return n.Cluster
}

// DBUser is the ARN of a database user, sent as the external id when a role is assumed.
func (n *Namespace) DBUser(user string) string {
	return arn.DBUser(n.Region, n.Account, n.Label(), user)
}

// Attaching reports whether a role is on its way to being attached.
func (n *Namespace) Attaching(role string) bool {
	return slices.ContainsFunc(n.Roles, func(r AttachedRole) bool { return r.ARN == role && r.Status == RoleAdding })
}

// Attached reports whether a role is attached and in sync.
func (n *Namespace) Attached(role string) bool {
	return slices.ContainsFunc(n.Roles, func(r AttachedRole) bool { return r.ARN == role && r.Status == RoleInSync })
}

// Running reports whether the namespace has an engine that answers SQL.
func (n *Namespace) Running() bool {
	return n.Status == StatusAvailable && (n.Kind == Provisioned || n.Workgroup != "" && n.Group.Status == StatusAvailable)
}

// ServiceName is the principal that a role must trust to be assumed by this warehouse.
func (n *Namespace) ServiceName() string {
	if n.Kind == Serverless {
		return "redshift-serverless.amazonaws.com"
	}
	return "redshift.amazonaws.com"
}

// copy is a namespace that can be changed without the original seeing it.
func (n *Namespace) copy() *Namespace {
	c := *n
	c.Roles, c.Tags, c.PolicyIDs = slices.Clone(n.Roles), maps.Clone(n.Tags), maps.Clone(n.PolicyIDs)
	if n.Settings != nil {
		c.Settings = n.Settings.copy()
	}
	if n.Storage != nil {
		c.Storage = n.Storage.copy()
	}
	if n.Group != nil {
		c.Group = n.Group.copy()
	}
	return &c
}

func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
