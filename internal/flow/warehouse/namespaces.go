package warehouse

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Principals knows the unique ids behind the principals of resource policies.
type Principals interface {
	// Resolve finds the unique ids that a document's principals have now.
	Resolve(d *policy.Document) (ids map[string]string, err error)
	// NameOf is how a kept policy shows a principal: by its ARN, or by its id once it is gone.
	NameOf(principalARN, id string) string
}

// Namespaces keeps the namespaces of this node.
type Namespaces struct {
	db         *bbolt.DB
	guard      guard.Checker
	now        func() time.Time
	delay      time.Duration
	principals Principals
	secrets    Secrets

	mu     sync.RWMutex
	host   Host
	all    map[string]*Namespace // by ID; entries are replaced, never changed
	logins map[string]Credential // by namespace ARN and login
	groups *groups
}

var (
	namespaceBucket = []byte("namespaces")
	loginBucket     = []byte("namespace logins")
)

// DefaultRoleDelay is how long a role stays adding or removing.
const DefaultRoleDelay = 300 * time.Millisecond

// OpenNamespaces reads what db holds.
func OpenNamespaces(db *bbolt.DB, g guard.Checker) (*Namespaces, error) {
	s := &Namespaces{db: db, guard: g, now: time.Now, delay: DefaultRoleDelay, all: map[string]*Namespace{}, logins: map[string]Credential{}}
	err := db.Update(func(tx *bbolt.Tx) error {
		if err := s.readNamespaces(tx); err != nil {
			return err
		}
		if err := s.readLogins(tx); err != nil {
			return err
		}
		var err error
		s.groups, err = readGroups(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open namespaces: %w", err)
	}
	return s, nil
}

// SetPrincipals names who knows the principals of resource policies. Without
// it a policy means whoever has the ARNs it names.
func (s *Namespaces) SetPrincipals(p Principals) { s.principals = p }

func (s *Namespaces) readNamespaces(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(namespaceBucket)
	if err != nil {
		return err
	}
	var old []*Namespace
	err = b.ForEach(func(k, v []byte) error {
		n := new(Namespace)
		if err := json.Unmarshal(v, n); err != nil {
			return fmt.Errorf("namespace %s: %w", k, err)
		}
		if n.complete() {
			old = append(old, n)
		}
		s.all[n.ID] = n
		return nil
	})
	for _, n := range old {
		err = cmp.Or(err, write(tx, n)) // Written after reading: a bucket must not change under ForEach.
	}
	return err
}

// complete fills in what a short record leaves out, and reports whether there was any.
func (n *Namespace) complete() (changed bool) {
	if n.Status == "" {
		n.Status, changed = StatusAvailable, true
	}
	if n.Kind == Provisioned && n.Settings == nil {
		n.Settings, changed = defaultSettings(n.Region), true
	}
	if n.Kind == Serverless && n.Storage == nil {
		n.Storage, changed = &StorageSettings{KMSKey: ownedKey}, true
	}
	if n.Workgroup != "" && n.Group == nil {
		n.Group, changed = defaultGroup(n.Created), true
	}
	return changed
}

func write(tx *bbolt.Tx, n *Namespace) error {
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return tx.Bucket(namespaceBucket).Put([]byte(n.ID), text)
}

// Put stores a namespace; a new one gets its id. It is how a node makes its
// first warehouse, and asks no guard.
func (s *Namespaces) Put(n Namespace) (*Namespace, error) {
	if n.ID == "" {
		n.ID = newUUID()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.put(n.copy())
}

func (s *Namespaces) put(n *Namespace) (*Namespace, error) {
	n.complete()
	if err := s.db.Update(func(tx *bbolt.Tx) error { return write(tx, n) }); err != nil {
		return nil, fmt.Errorf("store namespace %s: %w", n.ID, err)
	}
	s.all[n.ID] = n
	return n, nil
}

// add stores a new namespace unless taken finds its place taken.
func (s *Namespaces) add(n *Namespace, taken func(*Namespace) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.all {
		if err := taken(other); err != nil {
			return err
		}
	}
	_, err := s.put(n)
	return err
}

// update changes a copy of a namespace and stores it.
func (s *Namespaces) update(id string, change func(*Namespace) error) (*Namespace, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.all[id]
	if !ok {
		return nil, &fault.Error{Kind: fault.Conflict, Code: "InvalidClusterState", Message: "The namespace was deleted meanwhile."}
	}
	n := old.at(s.now()).copy()
	if err := change(n); err != nil {
		return nil, err
	}
	return s.put(n)
}

func (s *Namespaces) remove(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(namespaceBucket).Delete([]byte(id)) })
	if err != nil {
		return fmt.Errorf("forget namespace %s: %w", id, err)
	}
	delete(s.all, id)
	return nil
}

// All lists the namespaces, oldest first.
func (s *Namespaces) All() []*Namespace { return s.list(func(*Namespace) bool { return true }) }

func (s *Namespaces) list(wanted func(*Namespace) bool) []*Namespace {
	s.mu.RLock()
	defer s.mu.RUnlock()
	now := s.now()
	var found []*Namespace
	for _, n := range s.all {
		if wanted(n) {
			found = append(found, n.at(now))
		}
	}
	slices.SortFunc(found, func(a, b *Namespace) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return found
}

// find is called for every statement: it sorts and copies nothing.
func (s *Namespaces) find(wanted func(*Namespace) bool) *Namespace {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, n := range s.all {
		if wanted(n) {
			return n.at(s.now())
		}
	}
	return nil
}

// ByARN finds a namespace by its ARN.
func (s *Namespaces) ByARN(namespace string) (*Namespace, error) {
	if n := s.find(func(n *Namespace) bool { return n.ARN() == namespace }); n != nil {
		return n, nil
	}
	return nil, &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundFault", On: namespace,
		Message: "The namespace " + namespace + " does not exist."}
}

// Cluster finds a provisioned cluster of an account; region "" means any. Nobody is asked.
func (s *Namespaces) Cluster(account, region, identifier string) (*Namespace, error) {
	n := s.find(func(n *Namespace) bool {
		return n.Kind == Provisioned && n.Account == account && n.Cluster == identifier && n.in(region)
	})
	if n == nil {
		return nil, clusterNotFound(identifier)
	}
	return n, nil
}

// ByWorkgroup finds the Serverless namespace behind a workgroup of an account; region "" means any. Nobody is asked.
func (s *Namespaces) ByWorkgroup(account, region, name string) (*Namespace, error) {
	n := s.find(func(n *Namespace) bool {
		return n.Kind == Serverless && n.Account == account && n.Workgroup == name && name != "" && n.in(region)
	})
	if n == nil {
		return nil, missingResource("workgroup", name)
	}
	return n, nil
}

func (n *Namespace) in(region string) bool { return region == "" || n.Region == region }

// at is the namespace as it is at a moment: role states pass by themselves.
func (n *Namespace) at(now time.Time) *Namespace {
	passed := func(r AttachedRole) bool { return r.Status != RoleInSync && !now.Before(r.Ready) }
	if !slices.ContainsFunc(n.Roles, passed) {
		return n
	}
	c := n.copy()
	c.Roles = slices.DeleteFunc(c.Roles, func(r AttachedRole) bool { return r.Status == RoleRemoving && passed(r) })
	for i, r := range c.Roles {
		if passed(r) {
			c.Roles[i] = AttachedRole{ARN: r.ARN, Status: RoleInSync}
		}
	}
	return c
}
