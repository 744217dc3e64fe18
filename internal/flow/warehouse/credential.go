package warehouse

import (
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Credential is a temporary way into a database, as GetClusterCredentials and
// GetCredentials give it.
type Credential struct {
	Namespace string // ARN
	Login     string // the name to log in with: "IAM:ann", "IAMA:ann", "IAMR:loader"
	User      string // the database user behind it: "ann"; the login itself for IAM identities
	Create    bool   // make the user when it is missing
	Groups    []string
	Database  string // the only one it opens; "" for all
	Password  string
	Expires   time.Time
}

// TemporaryPassword returns the password of a login that GetClusterCredentials
// or GetCredentials gave out and that has not expired.
func (s *Namespaces) TemporaryPassword(arn, user string) (password string, ok bool) {
	c, ok := s.Credential(arn, user)
	return c.Password, ok
}

// Credential returns what lies behind a temporary login that has not expired.
func (s *Namespaces) Credential(arn, login string) (c Credential, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok = s.logins[loginKey(arn, login)]
	return c, ok && s.now().Before(c.Expires)
}

func loginKey(arn, login string) string { return arn + " " + login }

func (s *Namespaces) readLogins(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(loginBucket)
	if err != nil {
		return err
	}
	return b.ForEach(func(k, v []byte) error {
		var c Credential
		if err := json.Unmarshal(v, &c); err != nil {
			return fmt.Errorf("a temporary login: %w", err)
		}
		s.logins[string(k)] = c
		return nil
	})
}

// issue makes and keeps a credential for so many seconds. A login that is still valid keeps its password, so
// that clients which asked at the same time can all log in.
func (s *Namespaces) issue(c Credential, seconds int) (Credential, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, now := loginKey(c.Namespace, c.Login), s.now()
	c.Password, c.Expires = newPassword(), now.Add(time.Duration(seconds)*time.Second).UTC()
	if old, ok := s.logins[key]; ok && now.Before(old.Expires) {
		c.Password = old.Password
		if old.Expires.After(c.Expires) {
			c.Expires = old.Expires
		}
	}
	gone := s.expired(now, key)
	if err := s.keepLogin(key, c, gone); err != nil {
		return Credential{}, fmt.Errorf("keep a temporary login: %w", err)
	}
	for _, k := range gone {
		delete(s.logins, k)
	}
	s.logins[key] = c
	return c, nil
}

// expired lists the logins whose time is over, but for one.
func (s *Namespaces) expired(now time.Time, but string) (keys []string) {
	for k, old := range s.logins {
		if k != but && !now.Before(old.Expires) {
			keys = append(keys, k)
		}
	}
	return keys
}

// keepLogin writes one login and removes others.
func (s *Namespaces) keepLogin(key string, c Credential, gone []string) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(loginBucket)
		for _, k := range gone {
			if err := b.Delete([]byte(k)); err != nil {
				return err
			}
		}
		return b.Put([]byte(key), text)
	})
}
