package replication

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/guard"
)

// Config says what a Store is made of.
type Config struct {
	Guard     guard.Checker
	Roles     Roles
	Databases Databases
	Runner    Runner
	Secrets   Secrets
	Topics    Topics
	Results   Results
	Logs      *logs.Store
	Log       *slog.Logger
	Region    string           // of resources whose creator names none
	Now       func() time.Time // nil means time.Now
}

// Roles takes the roles that DMS acts as.
type Roles interface {
	// Take assumes a role as DMS does for a resource; what fails is a decision with its trace.
	Take(ctx context.Context, a Assumption) (guard.Session, error)
}

// Assumption is a role that DMS takes, and for what.
type Assumption struct {
	Role    string // ARN
	Service string // as which it is taken
	For     string // ARN of the resource
	Request guard.Request
}

// Secrets reads what Secrets Manager keeps.
type Secrets interface {
	// Current returns the text of a secret that the caller may read.
	Current(ctx context.Context, by guard.Session, id string) (string, error)
}

// Topics are where events are told.
type Topics interface {
	// MayTell asks whether DMS may publish to a topic for an account.
	MayTell(ctx context.Context, account, topic string) error
	// Tell publishes for an account. The message is on disk when Tell returns.
	Tell(ctx context.Context, account, topic, subject, message string) error
}

// Databases reaches the databases behind endpoints.
type Databases interface {
	// Test logs in. Findings are what will fail later though the login works.
	Test(ctx context.Context, c Connect) (findings []string, err error)
	// Schemas lists the schemas of a database.
	Schemas(ctx context.Context, c Connect) ([]string, error)
}

// Connect is an endpoint with what a client needs to log in there.
type Connect struct {
	Endpoint Endpoint
	Login    Login
	Roots    string        // PEM of the certificates to trust; "" means the system's
	Role     string        // ARN of the role of a Redshift target
	Request  guard.Request // of the caller
}

// Store keeps the resources of this node.
type Store struct {
	Config
	db *bbolt.DB

	mu           sync.Mutex
	groups       shelf[SubnetGroup]
	instances    shelf[Instance]
	endpoints    shelf[Endpoint]
	connections  shelf[Connection]
	schemas      shelf[Schemas]
	tasks        shelf[Task]
	certificates shelf[Certificate]
	events       shelf[Event]
	subscribers  shelf[Subscription]
	notices      shelf[notice]
	assessed     shelf[AssessmentRun]
	assessing    map[string]context.CancelFunc // of runs under way, by ARN
	news         chan struct{}                 // wakes who tells of events
	runs         map[string]*run               // by the task's ARN
	life         context.Context               // of what runs behind the back of callers
	works        sync.WaitGroup
	closed       bool
	noteCount    int // tells events of one moment apart
}

// Open reads what db holds. Nothing runs before Run.
func Open(db *bbolt.DB, c Config) (*Store, error) {
	s := &Store{
		Config: c, db: db, runs: map[string]*run{}, life: context.Background(),
		groups: newShelf[SubnetGroup]("replication subnet groups"), instances: newShelf[Instance]("replication instances"),
		endpoints: newShelf[Endpoint]("replication endpoints"), connections: newShelf[Connection]("replication connections"),
		schemas: newShelf[Schemas]("replication schemas"), tasks: newShelf[Task]("replication tasks"),
		certificates: newShelf[Certificate]("replication certificates"), events: newShelf[Event]("replication events"),
		subscribers: newShelf[Subscription]("replication event subscriptions"), notices: newShelf[notice]("replication event notices"),
		news: make(chan struct{}, 1), assessed: newShelf[AssessmentRun]("replication assessment runs"), assessing: map[string]context.CancelFunc{},
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if err := db.Update(s.read); err != nil {
		return nil, fmt.Errorf("open replication: %w", err)
	}
	return s, s.interrupt()
}

// interrupt ends what was under way when the node ended and is not gone on with.
func (s *Store) interrupt() error {
	const why = "It was interrupted by a restart."
	for _, c := range s.connections.where(func(c *Connection) bool { return c.Status == connectionTesting }) {
		c.Status, c.Failure = connectionFailed, why
		if err := s.connections.put(s.db, c.key(), c); err != nil {
			return err
		}
	}
	for _, r := range s.assessed.where(func(r *AssessmentRun) bool { return r.Status == runStarting || r.Status == runRunning }) {
		r.Status, r.Failure = runBroken, why
		if err := s.assessed.put(s.db, r.ARN, r); err != nil {
			return err
		}
	}
	for _, t := range s.tasks.where(func(t *Task) bool { return t.Status == StatusAssessing }) {
		if err := s.giveBack(t.ARN); err != nil {
			return err
		}
	}
	for _, r := range s.schemas.where(func(r *Schemas) bool { return r.Status == schemasRefreshing }) {
		r.Status, r.Failure = schemasFailed, why
		if err := s.schemas.put(s.db, r.ARN, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) read(tx *bbolt.Tx) error {
	reads := []func(*bbolt.Tx) error{
		s.groups.read, s.instances.read, s.endpoints.read, s.connections.read, s.schemas.read, s.tasks.read, s.certificates.read, s.events.read,
		s.subscribers.read, s.notices.read, s.assessed.read,
	}
	for _, read := range reads {
		if err := read(tx); err != nil {
			return err
		}
	}
	return nil
}

// shelf keeps the records of one kind, in memory and in a bucket of the database.
type shelf[T any] struct {
	name []byte
	all  map[string]*T // entries are replaced, never changed
}

func newShelf[T any](name string) shelf[T] {
	return shelf[T]{name: []byte(name), all: map[string]*T{}}
}

func (s *shelf[T]) read(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(s.name)
	if err != nil {
		return err
	}
	return b.ForEach(func(k, v []byte) error {
		one := new(T)
		if err := json.Unmarshal(v, one); err != nil {
			return fmt.Errorf("%s %s: %w", s.name, k, err)
		}
		s.all[string(k)] = one
		return nil
	})
}

func (s *shelf[T]) put(db *bbolt.DB, key string, one T) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	if err := db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(s.name).Put([]byte(key), text) }); err != nil {
		return fmt.Errorf("store %s in %s: %w", key, s.name, err)
	}
	s.all[key] = &one
	return nil
}

func (s *shelf[T]) remove(db *bbolt.DB, key string) error {
	if err := db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(s.name).Delete([]byte(key)) }); err != nil {
		return fmt.Errorf("remove %s from %s: %w", key, s.name, err)
	}
	delete(s.all, key)
	return nil
}

// get copies a record, the zero one when there is none.
func (s *shelf[T]) get(key string) (one T, ok bool) {
	if p := s.all[key]; p != nil {
		return *p, true
	}
	return one, false
}

// where lists the records that match.
func (s *shelf[T]) where(match func(*T) bool) []T {
	var found []T
	for _, one := range s.all {
		if match(one) {
			found = append(found, *one)
		}
	}
	return found
}
