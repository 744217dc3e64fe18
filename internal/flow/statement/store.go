package statement

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/session"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// Sessions opens sessions in the warehouses of the node.
type Sessions interface {
	// Session opens a session. A user named for an IAM identity (IAM:, IAMR:) is made when it is missing.
	Session(ctx context.Context, namespaceARN string, o session.Options) (*session.Session, error)
	// Password returns what is stored for a database user, as warehouse.PasswordDigest makes it.
	Password(ctx context.Context, namespaceARN, user string) (stored string, ok bool, err error)
}

// Secrets reads secrets of Secrets Manager.
type Secrets interface {
	// Current returns the text of a secret's current version, if the caller may have it.
	Current(ctx context.Context, by guard.Session, id string) (text string, err error)
}

// Config says what a Store works with.
type Config struct {
	Dir        string // of results
	Guard      guard.Checker
	Namespaces *warehouse.Namespaces
	Sessions   Sessions
	Secrets    Secrets
	Log        *slog.Logger // nil for none
}

// Store keeps statements and runs them. It is safe for concurrent use.
type Store struct {
	cfg Config
	db  *bbolt.DB
	now func() time.Time

	// submitting is held while a statement is kept and started. Neither it nor mu is
	// taken inside a transaction of db, which may have to wait for others to end.
	submitting sync.Mutex

	mu      sync.Mutex
	live    map[string]*run  // by id: submitted and not ended
	active  map[string]int   // by namespace: how many are live
	slots   map[string]slots // by namespace
	kept    map[string]*kept // sessions that outlive their statements
	lastPID int32
	closed  bool
	runs    sync.WaitGroup
}

// slots lets so many statements of a namespace run at a time; others wait as SUBMITTED.
type slots chan struct{}

// The limits of the Data API.
const (
	maxStatement   = 100 << 10 // bytes of SQL
	maxBatch       = 40
	maxActive      = 500 // statements of a namespace
	maxSessions    = 500 // of a namespace
	maxResult      = 500 << 20
	kept24h        = 24 * time.Hour // statements and results; also how long one may run
	tokenLife      = 8 * time.Hour
	maxKeepAlive   = 86400 // seconds
	parallel       = 10    // statements of a namespace that run side by side
	firstPID       = 1 << 30 / 4 * 7
	purgeEvery     = 10 * time.Minute
	resultPageSize = 1 << 20
)

// Open reads what db holds, which others may share. Statements that had not
// ended when the node went down are FAILED from now on.
func Open(db *bbolt.DB, cfg Config) (*Store, error) {
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	s := &Store{cfg: cfg, db: db, now: time.Now, live: map[string]*run{}, active: map[string]int{}, slots: map[string]slots{}, kept: map[string]*kept{}, lastPID: firstPID}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of results: %w", err)
	}
	if err := db.Update(s.prepare); err != nil {
		return nil, fmt.Errorf("open statements: %w", err)
	}
	return s, s.purge()
}

// Run removes what is older than a day until ctx ends. Then it stops the
// statements that run, and waits for them.
func (s *Store) Run(ctx context.Context) error {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			s.stop()
			return ctx.Err()
		case <-tick.C:
			if err := s.purge(); err != nil {
				s.cfg.Log.Error("remove old statements", "error", err)
			}
		}
	}
}

// stop ends all statements and sessions; none is accepted any more.
func (s *Store) stop() {
	s.submitting.Lock()
	s.mu.Lock()
	s.closed = true
	for _, r := range s.live {
		r.cancel(errStopped)
	}
	s.mu.Unlock()
	s.submitting.Unlock()
	s.runs.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, k := range s.kept {
		s.drop(id, k)
	}
}

// purge removes statements that are older than a day, and results nobody knows.
func (s *Store) purge() error {
	var gone []*Statement
	err := s.db.Update(func(tx *bbolt.Tx) (err error) {
		gone, err = s.expire(tx, s.now().Add(-kept24h))
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	for _, st := range gone {
		failed = errors.Join(failed, s.removeResults(st))
	}
	return failed
}
