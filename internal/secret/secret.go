// Package secret keeps secrets of accounts: passwords of database users and
// what else must be told again later.
package secret

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
)

// Secret is a named value of an account.
type Secret struct {
	Account string
	Name    string
	Value   string
	Changed time.Time
}

// Store keeps secrets. It is safe for concurrent use.
type Store struct{ db *bbolt.DB }

var table = []byte("secrets")

// Open makes the store in db, which others may share.
func Open(db *bbolt.DB) (*Store, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(table)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open secrets: %w", err)
	}
	return &Store{db}, nil
}

// Put stores a secret in place of the one with the same account and name. Nobody is asked.
func (s *Store) Put(x Secret) error {
	x.Changed = time.Now().UTC()
	text, err := json.Marshal(x)
	if err != nil {
		return err
	}
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(table).Put(key(x.Account, x.Name), text) }); err != nil {
		return fmt.Errorf("store secret %s: %w", x.Name, err)
	}
	return nil
}

// Get finds a secret. Nobody is asked.
func (s *Store) Get(account, name string) (Secret, error) {
	var x Secret
	err := s.db.View(func(tx *bbolt.Tx) error {
		text := tx.Bucket(table).Get(key(account, name))
		if text == nil {
			return &fault.Error{Kind: fault.NotFound, Code: "ResourceNotFoundException", On: name,
				Message: "Secrets Manager can't find the specified secret."}
		}
		return json.Unmarshal(text, &x)
	})
	return x, err
}

func key(account, name string) []byte { return []byte(account + "/" + name) }

// passwordLength lies well between Redshift's bounds, 8 and 64.
const passwordLength = 24

// NewPassword makes a random password as Redshift accepts it: with an upper
// case letter, a lower case letter and a digit, and nothing a shell or a URL changes.
func NewPassword() (string, error) {
	const upper, lower, digits = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789"
	classes := []string{upper, lower, digits}
	p := make([]byte, passwordLength)
	for i := range p {
		from := upper + lower + digits
		if i < len(classes) {
			from = classes[i]
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			return "", fmt.Errorf("make a password: %w", err)
		}
		p[i] = from[n.Int64()]
	}
	return string(p), nil
}
