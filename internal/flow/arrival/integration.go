package arrival

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// Status says how far an integration is.
type Status string

// The states of an integration.
const (
	Creating Status = "creating"
	Active   Status = "active"
	Failed   Status = "failed"
	Deleting Status = "deleting"
)

// Integration carries the events of a bucket to a namespace. It belongs to the
// account that owns the bucket.
type Integration struct {
	ARN         string
	Name        string
	Account     string
	SourceARN   string
	TargetARN   string
	Description string            `json:",omitempty"`
	Tags        map[string]string `json:",omitempty"`
	Status      Status
	Errors      []IntegrationError `json:",omitempty"`
	Created     time.Time
}

// IntegrationError is why an integration failed.
type IntegrationError struct {
	Code, Message string
}

// Bucket is the name of the source bucket.
func (i *Integration) Bucket() string { return strings.TrimPrefix(i.SourceARN, arn.Bucket("")) }

// Arrival says that a file was put into a bucket.
type Arrival struct {
	Bucket, Key, ETag, Version string
	Size                       int64
	Time                       time.Time
}

// Sink is the warehouses that integrations feed.
type Sink interface {
	// Arrived takes files for a namespace. They are on disk when it returns nil;
	// the same file may come again.
	Arrived(ctx context.Context, namespaceARN string, files []Arrival) error
	// Integration mirrors an integration's state to its namespace.
	Integration(ctx context.Context, namespaceARN string, in Integration) error
}

// Integrations keeps the event integrations of this node.
type Integrations struct {
	db         *bbolt.DB
	guard      guard.Checker
	store      *bucket.Store
	namespaces *warehouse.Namespaces
	sink       Sink

	// strict keeps aws:SourceArn and aws:SourceAccount from the bucket policy while an integration is made.
	strict atomic.Bool

	changing sync.Mutex // held while an integration is made, changed or taken away

	mu       sync.Mutex
	all      map[string]Integration // by ARN
	changed  chan struct{}          // closed when all changes
	unsaid   map[string]bool        // ARNs whose state the sink does not know yet
	unfinish chan struct{}          // tells Run that there is something left to do
}

var (
	integrationTable = []byte("integrations")
	markTable        = []byte("arrival")
	markKey          = []byte("mark")
)

// Open reads what db holds.
func Open(db *bbolt.DB, g guard.Checker, store *bucket.Store, namespaces *warehouse.Namespaces, sink Sink) (*Integrations, error) {
	s := &Integrations{db: db, guard: g, store: store, namespaces: namespaces, sink: sink,
		all: map[string]Integration{}, changed: make(chan struct{}), unsaid: map[string]bool{}, unfinish: make(chan struct{}, 1)}
	err := db.Update(func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucketIfNotExists(markTable); err != nil {
			return err
		}
		b, err := tx.CreateBucketIfNotExists(integrationTable)
		if err != nil {
			return err
		}
		return b.ForEach(func(k, v []byte) error {
			var in Integration
			if err := json.Unmarshal(v, &in); err != nil {
				return fmt.Errorf("integration %s: %w", k, err)
			}
			s.all[in.ARN], s.unsaid[in.ARN] = in, true
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("open event integrations: %w", err)
	}
	return s, nil
}

// put stores an integration, which the sink has to hear of.
func (s *Integrations) put(in Integration) error {
	text, err := json.Marshal(in)
	if err != nil {
		return err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(integrationTable).Put([]byte(in.ARN), text) })
	if err != nil {
		return fmt.Errorf("store integration %s: %w", in.ARN, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[in.ARN], s.unsaid[in.ARN] = in, true
	s.announce()
	return nil
}

// announce wakes who waits for a change; the caller holds mu.
func (s *Integrations) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Integrations) remove(in Integration) error {
	err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(integrationTable).Delete([]byte(in.ARN)) })
	if err != nil {
		return fmt.Errorf("remove integration %s: %w", in.ARN, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, in.ARN)
	delete(s.unsaid, in.ARN)
	s.announce()
	return nil
}

// Settled waits until an integration is neither being made nor being deleted and
// returns it; one that is gone is IntegrationNotFoundFault. It asks no guard.
func (s *Integrations) Settled(ctx context.Context, integration string) (Integration, error) {
	for {
		s.mu.Lock()
		in, ok := s.all[integration]
		changed := s.changed
		s.mu.Unlock()
		if !ok {
			return Integration{}, noIntegration(integration)
		}
		if in.Status != Creating && in.Status != Deleting {
			return in, nil
		}
		select {
		case <-ctx.Done():
			return in, ctx.Err()
		case <-changed:
		}
	}
}

// SetStrict chooses between two readings of the bucket policy's conditions. AWS's
// guide has aws:SourceArn and aws:SourceAccount in it; people have seen creation
// fail with them. Strict reproduces the latter: the keys are absent while an
// integration is made, so that a statement that asks for them does not apply.
func (s *Integrations) SetStrict(strict bool) { s.strict.Store(strict) }

// list returns the integrations that match, oldest first.
func (s *Integrations) list(match func(*Integration) bool) []Integration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Integration
	for _, in := range s.all {
		if match(&in) {
			in.Errors, in.Tags = slices.Clone(in.Errors), maps.Clone(in.Tags)
			found = append(found, in)
		}
	}
	slices.SortFunc(found, func(a, b Integration) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ARN, b.ARN)
	})
	return found
}

// validName is the pattern of the service model for IntegrationName; it has at most 63 characters.
var validName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$`)

func checkName(name string) error {
	if len(name) > 63 || !validName.MatchString(name) {
		return invalid("The integration name " + name + " is not valid.")
	}
	return nil
}

func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
