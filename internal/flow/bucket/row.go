package bucket

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// row is one row of the buckets table.
type row struct {
	ID           uint64
	Name         string
	Owner        string
	Region       string
	Created      time.Time
	Versioning   Versioning         `json:",omitempty"`
	Policy       string             `json:",omitempty"`
	Principals   map[string]string  `json:",omitempty"` // Unique ids of the policy's principals when it was put.
	Tags         []Tag              `json:",omitempty"`
	BucketKey    bool               `json:",omitempty"`
	Block        *PublicAccessBlock `json:",omitempty"`
	Notification Notification       `json:",omitzero"`

	raw    []byte           // What it was decoded from.
	doc    *policy.Document // Policy, parsed.
	public bool             // Whether doc is public.
}

// reading is a transaction one can look things up in.
type reading interface {
	Bucket(name []byte) *bbolt.Bucket
}

// lookup finds a bucket. The decoded row is kept as long as the stored one has
// the same bytes, so there is nothing to invalidate.
func (s *Store) lookup(tx reading, name string) (*row, error) {
	raw := tx.Bucket(tableBuckets).Get([]byte(name))
	if raw == nil {
		return nil, noSuchBucket(name)
	}
	if kept, ok := s.rows.Load(name); ok && bytes.Equal(kept.(*row).raw, raw) {
		return kept.(*row), nil
	}
	r := &row{raw: bytes.Clone(raw)}
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, fmt.Errorf("bucket %s: %w", name, err)
	}
	if err := r.compile(); err != nil {
		return nil, internal("read bucket policy", err)
	}
	s.rows.Store(name, r)
	return r, nil
}

// compile parses the policy. One that no longer parses closes the bucket rather than open it.
func (r *row) compile() error {
	if r.Policy == "" {
		return nil
	}
	doc, err := policy.Read([]byte(r.Policy), policy.Bucket)
	if err != nil {
		return fmt.Errorf("stored policy of bucket %s: %w", r.Name, err)
	}
	r.doc, r.public = doc.Named("bucket policy of "+r.Name).Bind(r.Principals), doc.Public()
	return nil
}

// bucket reads a bucket's row by itself.
func (s *Store) bucket(name string) (r *row, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		r, err = s.lookup(tx, name)
		return err
	})
	return r, internal("look up bucket", err)
}

// same finds the bucket again inside a transaction; another of the same name does not count.
func (t *txn) same(was *row) (*row, error) {
	r, err := t.store.lookup(t, was.Name)
	if err != nil {
		return nil, err
	}
	if r.ID != was.ID {
		return nil, noSuchBucket(was.Name)
	}
	return r, nil
}

// change commits a change of a bucket's row.
func (s *Store) change(was *row, name string, edit func(*row) error) error {
	return s.commit(name, "", func(t *txn) error {
		now, err := t.same(was)
		if err != nil {
			return err
		}
		next := *now
		if err := edit(&next); err != nil {
			return err
		}
		return t.putRow(&next)
	})
}

func (t *txn) putRow(r *row) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode bucket %s: %w", r.Name, err)
	}
	return t.put(tableBuckets, []byte(r.Name), raw)
}

func (r *row) info() Bucket {
	return Bucket{Name: r.Name, Owner: r.Owner, Region: r.Region, Created: r.Created}
}

// Find tells of a bucket to other parts of this node. It asks no guard: what a
// caller may learn of it is decided there.
func (s *Store) Find(name string) (Bucket, error) {
	r, err := s.bucket(name)
	if err != nil {
		return Bucket{}, err
	}
	return r.info(), nil
}
