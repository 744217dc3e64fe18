package node

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// compute is what answers SQL for one namespace: a port from the start on, and
// an engine from the first use on. A namespace nobody uses costs a listener.
type compute struct {
	fleet *fleet
	first *warehouse.Namespace // as it was when it started
	host  string
	port  int
	sql   *part // the SQL port

	opening sync.Mutex // held while the engine opens or closes

	mu    sync.Mutex
	db    *opened // nil before the first use
	why   error   // why the engine could not be opened the last time
	ended bool    // nothing opens any more
	awake bool    // work runs
}

// errEnded is told to who comes while a namespace stops.
var errEnded = &fault.Error{Kind: fault.Unavailable, Code: "57P01", Message: "terminating connection due to administrator command"}

// use opens the engine unless it is open.
func (c *compute) use(ctx context.Context) (*opened, error) {
	if db, err := c.now(); db != nil || err != nil {
		return db, err
	}
	c.opening.Lock()
	defer c.opening.Unlock()
	if db, err := c.now(); db != nil || err != nil {
		return db, err
	}
	ctx = context.WithoutCancel(ctx) // It serves those who come next, too.
	db, err := c.open(ctx)
	c.mu.Lock()
	c.db, c.why = db, err
	c.mu.Unlock()
	if err == nil {
		c.tell(ctx, db) // After db is set: what is noted until then is told here, what comes later tells itself.
	}
	return db, err
}

// now is the database if it is open.
func (c *compute) now() (*opened, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return nil, errEnded
	}
	return c.db, nil
}

// open marks the namespace as busy, so that after a crash its COPY JOBs go on, and opens its engine.
func (c *compute) open(ctx context.Context) (*opened, error) {
	started := time.Now()
	ns := current(c.fleet.namespaces, c.first)
	if err := c.fleet.memory.remember(ns.ID, func(r *remembered) { r.Busy = true }); err != nil {
		return nil, err
	}
	db, err := c.fleet.open(ctx, ns)
	if err != nil {
		c.fleet.log.Error("a warehouse's engine does not open", "namespace", ns.Label(), "error", err)
		return nil, &fault.Error{Kind: fault.Unavailable, Code: "57P03", Op: "open", On: ns.Label(), Err: err,
			Message: "the warehouse is not available now: its engine does not open", Hint: "`inlet status` says why."}
	}
	c.fleet.log.Info("opened", "namespace", ns.Label(), "took", time.Since(started).Round(time.Millisecond))
	return db, nil
}

// tell writes the integrations that came up while the engine was closed into its views.
func (c *compute) tell(ctx context.Context, db *opened) {
	for _, in := range c.fleet.untold.take(c.first.ARN()) {
		if err := db.put(ctx, in); err != nil {
			c.fleet.log.Error("an integration is missing in the system views until the next start", "integration", in.ARN, "error", err)
		}
	}
}

// put shows an integration's state in the system views.
func (o *opened) put(ctx context.Context, in arrival.Integration) error {
	c, err := o.database.Client(ctx)
	if err != nil {
		return err
	}
	row := ledger.Integration{ARN: in.ARN, Bucket: in.Bucket(), State: string(in.Status), Created: in.Created, Updated: time.Now().UTC()}
	return errors.Join(ledger.PutIntegration(ctx, c, row), c.Close())
}

// end stops the port, ends the sessions and closes the engine.
func (c *compute) end() error {
	err := c.sql.end()
	c.mu.Lock()
	c.ended = true
	c.mu.Unlock()
	c.opening.Lock()
	defer c.opening.Unlock()
	c.mu.Lock()
	db := c.db
	c.db = nil
	c.mu.Unlock()
	if db == nil {
		return err
	}
	err = errors.Join(err, db.loading.end())
	if db.idle() {
		err = errors.Join(err, c.fleet.memory.remember(c.first.ID, func(r *remembered) { r.Busy = false }))
	}
	return errors.Join(err, db.close())
}

// health is "closed" or "ok", or what is wrong.
func (c *compute) health() (string, error) {
	c.mu.Lock()
	db, why := c.db, c.why
	c.mu.Unlock()
	if db == nil && why == nil {
		return "closed", nil
	}
	if db != nil {
		why = db.engine.Health()
	}
	if why != nil {
		return strings.ReplaceAll(why.Error(), "\n", " "), why
	}
	return "ok", nil
}
