package warehouse

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// NamespaceKind says how a namespace is run.
type NamespaceKind string

// The two kinds of namespace.
const (
	Provisioned NamespaceKind = "provisioned"
	Serverless  NamespaceKind = "serverless"
)

// Namespace is a warehouse: what holds databases, users and attached roles.
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

	DBName      string
	AdminUser   string
	Roles       []AttachedRole
	DefaultRole string `json:",omitempty"`
	Policy      string `json:",omitempty"` // resource policy, JSON
	Created     time.Time
}

// AttachedRole is a role the warehouse may assume.
type AttachedRole struct {
	ARN    string
	Status string // "adding", "in-sync", "removing"
}

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

// Attached reports whether a role is attached and in sync.
func (n *Namespace) Attached(role string) bool {
	return slices.Contains(n.Roles, AttachedRole{role, "in-sync"})
}

// ServiceNames are the principals that a role may trust to be assumed by this warehouse.
func (n *Namespace) ServiceNames() []string {
	if n.Kind == Serverless {
		return []string{"redshift-serverless.amazonaws.com", "redshift.amazonaws.com"}
	}
	return []string{"redshift.amazonaws.com"}
}

// Namespaces keeps the namespaces of this node.
type Namespaces struct {
	db    *bbolt.DB
	guard guard.Checker

	mu  sync.RWMutex
	all map[string]*Namespace // by ID; entries are replaced, never changed
}

var namespaceBucket = []byte("namespaces")

// OpenNamespaces reads what db holds.
func OpenNamespaces(db *bbolt.DB, g guard.Checker) (*Namespaces, error) {
	s := &Namespaces{db: db, guard: g, all: map[string]*Namespace{}}
	err := db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(namespaceBucket)
		if err != nil {
			return err
		}
		return b.ForEach(func(k, v []byte) error {
			n := new(Namespace)
			if err := json.Unmarshal(v, n); err != nil {
				return fmt.Errorf("namespace %s: %w", k, err)
			}
			s.all[n.ID] = n
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("open namespaces: %w", err)
	}
	return s, nil
}

// Put stores a namespace; a new one gets its id. It is how a node makes its
// first warehouse, and asks no guard.
func (s *Namespaces) Put(n Namespace) (*Namespace, error) {
	if n.ID == "" {
		n.ID = newUUID()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.put(n)
}

func (s *Namespaces) put(n Namespace) (*Namespace, error) {
	text, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(namespaceBucket).Put([]byte(n.ID), text) })
	if err != nil {
		return nil, fmt.Errorf("store namespace %s: %w", n.ID, err)
	}
	s.all[n.ID] = &n
	return &n, nil
}

// All lists the namespaces, oldest first.
func (s *Namespaces) All() []*Namespace {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*Namespace, 0, len(s.all))
	for _, n := range s.all {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b *Namespace) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}

// ByARN finds a namespace by its ARN.
func (s *Namespaces) ByARN(namespace string) (*Namespace, error) {
	for _, n := range s.All() {
		if n.ARN() == namespace {
			return n, nil
		}
	}
	return nil, &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", On: namespace,
		Message: "The namespace " + namespace + " does not exist."}
}

// update changes a copy of a namespace and stores it.
func (s *Namespaces) update(id string, change func(*Namespace)) (*Namespace, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := *s.all[id]
	n.Roles = slices.Clone(n.Roles)
	change(&n)
	return s.put(n)
}

func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
