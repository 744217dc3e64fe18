package topic

import (
	"context"
	"sync"
	"time"
)

const (
	firstPause  = time.Second
	lastPause   = time.Minute
	maxAttempts = 50 // About three quarters of an hour.
	// parallel is how many endpoints are sent to at a time; each gets one message after the other.
	parallel = 8
)

// Run delivers what is published until ctx ends. What is on its way then is sent
// again at the next start: an endpoint may get a message twice, and knows it by its id.
func (t *Topics) Run(ctx context.Context) error {
	var sending sync.WaitGroup
	defer sending.Wait()
	for ctx.Err() == nil {
		due, next := t.due()
		for _, n := range due {
			sending.Go(func() { t.deliver(ctx, n) })
		}
		var later <-chan time.Time
		if !next.IsZero() {
			later = t.After(max(0, next.Sub(t.Now())))
		}
		select {
		case <-ctx.Done():
		case <-t.woken:
		case <-later:
		}
	}
	return nil
}

// due picks the oldest due delivery of each subscription that is not being
// delivered to, and says when the next of the others is due.
func (t *Topics) due() (due []uint64, next time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.Now()
	oldest := map[string]uint64{}
	for n, p := range t.queue {
		if first, ok := oldest[p.subscription]; !ok || n < first {
			oldest[p.subscription] = n
		}
	}
	for subscription, n := range oldest {
		at := t.queue[n].due
		switch {
		case t.busy[subscription] || !at.After(now) && len(t.busy) >= parallel:
			// Its end wakes the queue.
		case !at.After(now):
			t.busy[subscription] = true
			due = append(due, n)
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	return due, next
}

// deliver makes one attempt.
func (t *Topics) deliver(ctx context.Context, n uint64) {
	t.mu.Lock()
	subscription := t.queue[n].subscription
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.busy, subscription)
		t.mu.Unlock()
		t.wake()
	}()
	d, s, ok, err := t.take(n)
	if err == nil && ok {
		if err = t.send(ctx, &s, &d); err != nil {
			t.retry(ctx, n, d, err)
			return
		}
	}
	if err == nil {
		err = t.finish(n)
	}
	if err != nil {
		t.Log.Error("a message cannot be taken off the queue", "subscription", subscription, "error", err)
		t.hold(n) // Or it would be tried without a pause.
	}
}

// retry decides what becomes of a delivery that failed.
func (t *Topics) retry(ctx context.Context, n uint64, d delivery, cause error) {
	if ctx.Err() != nil {
		return // The next start tries again.
	}
	d.Attempts++
	if d.Attempts >= maxAttempts || permanent(cause) {
		t.Log.Error("a message is given up", "subscription", d.Subscription, "message", d.ID, "attempts", d.Attempts, "error", cause)
		if err := t.finish(n); err != nil {
			t.hold(n)
		}
		return
	}
	d.Due = t.Now().UTC().Add(pause(d.Attempts))
	t.Log.Warn("a message waits after a failure", "subscription", d.Subscription, "message", d.ID, "attempts", d.Attempts, "until", d.Due, "error", cause)
	if err := t.postpone(n, d); err != nil {
		t.hold(n)
	}
}

// hold keeps a delivery in memory from being tried at once when the disk refuses to note it.
func (t *Topics) hold(n uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p, ok := t.queue[n]; ok {
		p.due = t.Now().Add(lastPause)
		t.queue[n] = p
	}
}

// pause doubles from attempt to attempt.
func pause(attempts int) time.Duration {
	return min(firstPause<<min(attempts-1, 10), lastPause)
}
