package secret

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Secret is a password as first versions of inlet kept it: a text with a name.
type Secret struct {
	Account string
	Name    string
	Value   string
	Changed time.Time
}

var plainTable = []byte("secrets")

func plainKey(account, name string) []byte { return []byte(account + "/" + name) }

// Put stores a secret in place of the one with the same account and name. Nobody is asked.
func (s *Store) Put(x Secret) error {
	x.Changed = time.Now().UTC()
	text, err := json.Marshal(x)
	if err != nil {
		return err
	}
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(plainTable).Put(plainKey(x.Account, x.Name), text) }); err != nil {
		return fmt.Errorf("store secret %s: %w", x.Name, err)
	}
	return nil
}

// Get finds a secret that Put stored. Nobody is asked.
func (s *Store) Get(account, name string) (Secret, error) {
	var x Secret
	err := s.db.View(func(tx *bbolt.Tx) error {
		text := tx.Bucket(plainTable).Get(plainKey(account, name))
		if text == nil {
			return notFound()
		}
		return json.Unmarshal(text, &x)
	})
	return x, err
}
