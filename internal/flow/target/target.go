// Package target is the warehouse as replication writes to it, over SQL alone: tables
// made from plans, COPY of staged files, and the progress of a task, which commits in
// one transaction with the rows it tells of.
package target

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Config says which warehouse it is, and as whom tables are loaded.
type Config struct {
	Connect       *pgconn.Config
	Role          string // The ARN of the role that COPY takes; "" is the warehouse's default role.
	Region        string // The staging bucket's; "" when it is the warehouse's own.
	ControlSchema string // Where control tables are; "" is public.
	CaseSensitive bool   // Names keep their case.
	Server, Task  string // Whose progress it is, in every row of the control tables.
	Copy          CopyOptions
	Script        string        // SQL to run after connecting.
	Timeout       time.Duration // Of one statement; 0 is none.
	Retries       Retries
	Log           *tasklog.Log
	Between       func(step string) error // For tests: called before each step of a transaction; an error breaks the connection.
}

// Retries say how often a transaction is run again after a lost connection or a conflict.
type Retries struct {
	Count       int           // Zero is DefaultRetries.
	First, Most time.Duration // The pause, which doubles.
}

// DefaultRetries stand where a config has none.
var DefaultRetries = Retries{Count: 8, First: 100 * time.Millisecond, Most: 15 * time.Second}

// Target is a warehouse. Its methods may be called at the same time, but for those of one Tx.
type Target struct {
	cfg     Config
	control string // The control schema, quoted.
	escapes bool   // A backslash in a literal escapes.

	mu     sync.Mutex
	idle   []*session
	closed bool
	made   map[string]bool // Control tables that are there, by definition.
	run    string          // What Claim made the task's owner; "" when nobody asked.

	checkpoint checkpoint
}

// Open connects to the warehouse and makes the tables of progress.
func Open(ctx context.Context, c Config) (*Target, error) {
	if c.Connect == nil {
		return nil, fmt.Errorf("open the target: no connection is configured")
	}
	c.ControlSchema = cmp.Or(c.ControlSchema, "public")
	if c.Retries.Count == 0 {
		c.Retries = DefaultRetries
	}
	t := &Target{cfg: c, control: Quote(c.ControlSchema)}
	if err := t.retry(ctx, "open the target", t.prepareControl); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// Close ends all connections that no call is using.
func (t *Target) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, s := range t.idle {
		s.close()
	}
	t.idle = nil
}

// fold is a name as the warehouse keeps it.
func (t *Target) fold(name string) string {
	if t.cfg.CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// step gives a test the chance to break in.
func (t *Target) step(what string) error {
	if t.cfg.Between == nil {
		return nil
	}
	return t.cfg.Between(what)
}
