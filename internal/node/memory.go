package node

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/arrival"
)

// memory is what a node knows of itself and its warehouses from one run to the
// next, so that it need not open an engine to find out.
type memory struct{ db *bbolt.DB }

var (
	nodeTable    = []byte("node")
	regionKey    = []byte("region")
	computeTable = []byte("computes")
	waitingTable = []byte("undelivered")
)

// remembered is what is known of a namespace while its engine is closed.
type remembered struct {
	Host  string // where it answered last
	Port  int
	Asked int  // the port that it asked for then
	Busy  bool // its engine was open and did not say that nothing is left to do
}

func openMemory(db *bbolt.DB) (*memory, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{nodeTable, computeTable, waitingTable} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open the node's memory: %w", err)
	}
	return &memory{db}, nil
}

// region is where the node is, "" before its first start was over.
func (m *memory) region() (region string, err error) {
	err = m.db.View(func(tx *bbolt.Tx) error {
		region = string(tx.Bucket(nodeTable).Get(regionKey))
		return nil
	})
	return region, err
}

func (m *memory) setRegion(region string) error {
	return m.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(nodeTable).Put(regionKey, []byte(region)) })
}

func (m *memory) compute(id string) (r remembered, err error) {
	err = m.db.View(func(tx *bbolt.Tx) error {
		if text := tx.Bucket(computeTable).Get([]byte(id)); text != nil {
			return json.Unmarshal(text, &r)
		}
		return nil
	})
	return r, err
}

// remember changes what is known of a namespace. Nothing is written when nothing changes.
func (m *memory) remember(id string, change func(*remembered)) error {
	old, err := m.compute(id)
	if err != nil {
		return fmt.Errorf("remember namespace %s: %w", id, err)
	}
	r := old
	if change(&r); r == old {
		return nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := m.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(computeTable).Put([]byte(id), text) }); err != nil {
		return fmt.Errorf("remember namespace %s: %w", id, err)
	}
	return nil
}

// forget drops all that is known of a namespace.
func (m *memory) forget(id string) error {
	return m.db.Update(func(tx *bbolt.Tx) error {
		if tx.Bucket(waitingTable).Bucket([]byte(id)) != nil {
			if err := tx.Bucket(waitingTable).DeleteBucket([]byte(id)); err != nil {
				return err
			}
		}
		return tx.Bucket(computeTable).Delete([]byte(id))
	})
}

// keep puts files aside that a namespace could not take.
func (m *memory) keep(id string, files []arrival.Arrival) error {
	text, err := json.Marshal(files)
	if err != nil {
		return err
	}
	err = m.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.Bucket(waitingTable).CreateBucketIfNotExists([]byte(id))
		if err != nil {
			return err
		}
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		return b.Put(binary.BigEndian.AppendUint64(nil, n), text)
	})
	if err != nil {
		return fmt.Errorf("put %d files aside for namespace %s: %w", len(files), id, err)
	}
	return nil
}

// kept returns the oldest files put aside for a namespace, and their number; none when there are no more.
func (m *memory) kept(id string) (number []byte, files []arrival.Arrival, err error) {
	err = m.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(waitingTable).Bucket([]byte(id))
		if b == nil {
			return nil
		}
		k, text := b.Cursor().First()
		if k == nil {
			return nil
		}
		number = append(number, k...)
		return json.Unmarshal(text, &files)
	})
	return number, files, err
}

// delivered drops files that were put aside.
func (m *memory) delivered(id string, number []byte) error {
	return m.db.Update(func(tx *bbolt.Tx) error {
		if b := tx.Bucket(waitingTable).Bucket([]byte(id)); b != nil {
			return b.Delete(number)
		}
		return nil
	})
}
