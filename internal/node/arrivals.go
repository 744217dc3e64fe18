package node

import (
	"context"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
)

var _ arrival.Sink = (*fleet)(nil)

// Arrived queues files for the jobs of a namespace; they are safe when it
// returns. What a namespace cannot take now is put aside for it, so that it
// holds up no other.
func (f *fleet) Arrived(ctx context.Context, namespace string, files []arrival.Arrival) error {
	ns, err := f.namespaces.ByARN(namespace)
	if fault.KindOf(err) == fault.NotFound {
		return nil // It was deleted, and its jobs with it.
	}
	if err != nil {
		return err
	}
	c, err := f.find(namespace)
	if err == nil {
		err = c.arrived(ctx, files)
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	if err := f.putAside(ns, files, err); err != nil {
		return err
	}
	if c != nil {
		c.wake()
	}
	return nil
}

// Integration shows an integration's state in the system views. No engine is
// opened for it, but for one that goes: the others are told again at every start.
func (f *fleet) Integration(ctx context.Context, namespace string, in arrival.Integration) error {
	c, err := f.find(namespace)
	if err != nil {
		f.untold.note(namespace, in) // Until the warehouse runs again.
		return nil
	}
	if in.Status != arrival.Deleting && c.later(in) {
		return nil
	}
	db, err := c.use(ctx)
	if err != nil {
		return err
	}
	return db.put(ctx, in)
}

// later notes an integration for when the engine opens; it reports false when it is open.
func (c *compute) later(in arrival.Integration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.db == nil {
		c.fleet.untold.note(c.first.ARN(), in)
	}
	return c.db == nil
}

// notes are integrations that the views of closed engines do not show yet, by namespace and ARN.
type notes struct {
	mu  sync.Mutex
	all map[string]map[string]arrival.Integration
}

func (n *notes) note(namespace string, in arrival.Integration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all == nil {
		n.all = map[string]map[string]arrival.Integration{}
	}
	if n.all[namespace] == nil {
		n.all[namespace] = map[string]arrival.Integration{}
	}
	n.all[namespace][in.ARN] = in
}

// take removes what was noted for a namespace.
func (n *notes) take(namespace string) map[string]arrival.Integration {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.all[namespace]
	delete(n.all, namespace)
	return taken
}

func (c *compute) arrived(ctx context.Context, files []arrival.Arrival) error {
	db, err := c.use(ctx)
	if err != nil {
		return err
	}
	all := make([]copyjob.Arrival, len(files))
	for i, f := range files {
		all[i] = copyjob.Arrival(f)
	}
	return db.jobs.Arrived(ctx, all)
}

// waits reports whether files were put aside for a namespace.
func (f *fleet) waits(id string) bool {
	number, _, err := f.memory.kept(id)
	return number != nil || err != nil
}

// The pauses between attempts to open an engine that fails.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 30 * time.Second
)

// wake opens the engine and delivers what was put aside, behind the back of
// clients, again and again until it works.
func (c *compute) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awake || c.ended {
		return
	}
	c.awake = true
	c.fleet.works.Go(func() { c.work(c.fleet.life) })
}

func (c *compute) work(ctx context.Context) {
	for pause := firstPause; c.more(ctx); pause = min(2*pause, lastPause) {
		err := c.redeliver(ctx)
		if err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// more reports whether there is something left to deliver, and ends the work in the same breath when not.
func (c *compute) more(ctx context.Context) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.awake = ctx.Err() == nil && !c.ended && (c.db == nil || c.fleet.waits(c.first.ID))
	return c.awake
}

// redeliver hands over what was put aside, oldest first.
func (c *compute) redeliver(ctx context.Context) error {
	if _, err := c.use(ctx); err != nil {
		return err
	}
	for {
		number, files, err := c.fleet.memory.kept(c.first.ID)
		if err != nil {
			return err
		}
		if number == nil {
			c.fleet.over(c.first)
			return nil
		}
		if err := c.arrived(ctx, files); err != nil {
			return err
		}
		if err := c.fleet.memory.delivered(c.first.ID, number); err != nil {
			return err
		}
		c.fleet.outages.late(c.first.ID, len(files))
	}
}
