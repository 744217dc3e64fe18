package topic

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// delivery is a message on its way to one subscription.
type delivery struct {
	Subscription, Topic string
	ID, Type            string
	Raw                 bool `json:",omitempty"`
	Body                []byte
	Made, Due           time.Time
	Attempts            int `json:",omitempty"`
}

// pending is what the queue knows of a delivery without reading it.
type pending struct {
	subscription string
	due          time.Time
}

func (d *delivery) pending() pending { return pending{d.Subscription, d.Due} }

// maxQueue is how many deliveries may wait.
const maxQueue = 100_000

func key(n uint64) []byte      { return binary.BigEndian.AppendUint64(nil, n) }
func number(key []byte) uint64 { return binary.BigEndian.Uint64(key) }

// enqueue stores deliveries together with what else also writes; then is done under the lock.
func (t *Topics) enqueue(all []delivery, also func(*bbolt.Tx) error, then func()) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue)+len(all) > maxQueue {
		return errFull
	}
	numbers := make([]uint64, len(all))
	err := t.db.Update(func(tx *bbolt.Tx) error {
		if also != nil {
			if err := also(tx); err != nil {
				return err
			}
		}
		return store(tx, all, numbers)
	})
	if err != nil {
		return fmt.Errorf("queue messages: %w", err)
	}
	for i := range all {
		t.queue[numbers[i]] = all[i].pending()
	}
	if then != nil {
		then()
	}
	t.wake()
	return nil
}

func store(tx *bbolt.Tx, all []delivery, numbers []uint64) error {
	b := tx.Bucket(deliveryTable)
	for i := range all {
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		text, err := json.Marshal(all[i])
		if err != nil {
			return err
		}
		if err := b.Put(key(n), text); err != nil {
			return err
		}
		numbers[i] = n
	}
	return nil
}

// take returns a delivery and its subscription; ok is false when either is gone.
func (t *Topics) take(n uint64) (d delivery, s Subscription, ok bool, err error) {
	err = t.db.View(func(tx *bbolt.Tx) error {
		text := tx.Bucket(deliveryTable).Get(key(n))
		if text == nil {
			return nil
		}
		ok = true
		return json.Unmarshal(text, &d)
	})
	if err != nil {
		return d, s, false, fmt.Errorf("read delivery %d: %w", n, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s, there := t.subscriptions[d.Subscription]
	return d, s, ok && there, nil
}

// finish removes a delivery that arrived or was given up.
func (t *Topics) finish(n uint64) error {
	if err := t.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(deliveryTable).Delete(key(n)) }); err != nil {
		return fmt.Errorf("remove delivery %d: %w", n, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.queue, n)
	return nil
}

// postpone stores when a delivery is tried again, unless it was removed meanwhile.
func (t *Topics) postpone(n uint64, d delivery) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, there := t.queue[n]; !there {
		return nil
	}
	if err := t.db.Update(func(tx *bbolt.Tx) error { return putJSON(tx, deliveryTable, string(key(n)), d) }); err != nil {
		return fmt.Errorf("postpone delivery %d: %w", n, err)
	}
	t.queue[n] = d.pending()
	return nil
}

// wake tells Run that there is something to do.
func (t *Topics) wake() {
	select {
	case t.woken <- struct{}{}:
	default:
	}
}
