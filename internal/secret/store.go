package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Store keeps secrets. It is safe for concurrent use.
type Store struct {
	db    *bbolt.DB
	guard guard.Checker
	now   func() time.Time
}

// The tables: secrets by account, region and name; values by ARN and version.
var (
	secretTable = []byte("secretsmanager")
	valueTable  = []byte("secretsmanager values")
)

// Open makes the store in db, which others may share, and removes what waited long
// enough for its deletion. Until SetChecker is called no View may do anything.
func Open(db *bbolt.DB) (*Store, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{plainTable, secretTable, valueTable} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open secrets: %w", err)
	}
	s := &Store{db: db, guard: nobody{}, now: time.Now}
	return s, s.Sweep()
}

// SetChecker says whom to ask. It is called once, before the store is used.
func (s *Store) SetChecker(c guard.Checker) { s.guard = c }

// nobody is the checker of a store that was given none.
type nobody struct{}

// Check refuses.
func (nobody) Check(context.Context, guard.Call) error {
	return errors.New("the secrets have nobody to ask who may read them")
}

// key is where a secret lies; neither accounts nor regions hold a slash.
func key(account, region, name string) []byte { return []byte(account + "/" + region + "/" + name) }

func (r *Entry) key() []byte { return key(r.Account, r.Region, r.Name) }

// valueKey is where the value of a version lies; ARNs hold no NUL.
func (r *Entry) valueKey(version string) []byte { return []byte(r.ARN + "\x00" + version) }

// load reads a secret; one whose recovery window has passed is gone.
func (s *Store) load(tx *bbolt.Tx, k []byte) (*Entry, error) {
	text := tx.Bucket(secretTable).Get(k)
	if text == nil {
		return nil, nil
	}
	r := new(Entry)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("read secret %s: %w", k, err)
	}
	if r.expired(s.now()) {
		return nil, nil
	}
	return r, nil
}

func (r *Entry) save(tx *bbolt.Tx) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := tx.Bucket(secretTable).Put(r.key(), text); err != nil {
		return fmt.Errorf("store secret %s: %w", r.Name, err)
	}
	return nil
}

// remove takes a secret and its values away for good.
func (r *Entry) remove(tx *bbolt.Tx) error {
	for _, v := range r.Versions {
		if err := tx.Bucket(valueTable).Delete(r.valueKey(v.ID)); err != nil {
			return fmt.Errorf("remove a version of secret %s: %w", r.Name, err)
		}
	}
	return tx.Bucket(secretTable).Delete(r.key())
}

func (r *Entry) value(tx *bbolt.Tx, version string) (Value, error) {
	var v Value
	text := tx.Bucket(valueTable).Get(r.valueKey(version))
	if text == nil {
		return v, fmt.Errorf("version %s of secret %s has no value", version, r.Name)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("read version %s of secret %s: %w", version, r.Name, err)
	}
	return v, nil
}

func (r *Entry) putValue(tx *bbolt.Tx, version string, v Value) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := tx.Bucket(valueTable).Put(r.valueKey(version), text); err != nil {
		return fmt.Errorf("store version %s of secret %s: %w", version, r.Name, err)
	}
	return nil
}

// find reads the secret that an account means by an id: a name, an ARN, or an ARN without its last six characters.
func (s *Store) find(tx *bbolt.Tx, i ident) (*Entry, error) {
	for _, name := range i.names() {
		r, err := s.load(tx, key(i.account, i.region, name))
		if err != nil || r != nil && (i.arn == "" || r.ARN == i.arn || name == i.name) {
			return r, err
		}
	}
	return nil, nil
}

// each calls f for the secrets of an account in a region, by name, those that wait for their deletion included.
func (s *Store) each(account, region string, f func(*Entry)) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		c, prefix := tx.Bucket(secretTable).Cursor(), key(account, region, "")
		for k, _ := c.Seek(prefix); k != nil && strings.HasPrefix(string(k), string(prefix)); k, _ = c.Next() {
			r, err := s.load(tx, k)
			if err != nil {
				return err
			}
			if r != nil {
				f(r)
			}
		}
		return nil
	})
}

func notFound() error {
	return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", Message: "Secrets Manager can't find the specified secret."}
}
