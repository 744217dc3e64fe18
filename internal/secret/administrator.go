package secret

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// Administrator is a warehouse's first user, whose password is a secret that Redshift manages.
type Administrator struct {
	Account, Region string
	Warehouse       string // cluster identifier, or name of a Serverless namespace
	Serverless      bool
	User            string
	Password        string // "" keeps the one there is, or makes one
	Host            string // "" when it is not known
	Port            int
	Database        string
}

// Name is the name of the administrator's secret.
func (a Administrator) Name() string { return "redshift!" + a.Warehouse + "-" + a.User }

// credentials is Redshift's format of a secret. Keys are compared with their case.
type credentials struct {
	Engine    string `json:"engine"`
	Host      string `json:"host,omitempty"`
	Port      int    `json:"port,omitempty"`
	Username  string `json:"username"`
	Password  string `json:"password"`
	Database  string `json:"dbname"`
	Cluster   string `json:"dbClusterIdentifier,omitempty"`
	Namespace string `json:"namespaceName,omitempty"`
}

func (a Administrator) credentials() credentials {
	c := credentials{Engine: "redshift", Host: a.Host, Port: a.Port, Username: a.User, Password: a.Password, Database: a.Database}
	if a.Serverless {
		c.Namespace = a.Warehouse
	} else {
		c.Cluster = a.Warehouse
	}
	return c
}

// Administrator keeps an administrator's secret as a says, makes it when it is
// missing, and returns the password and the secret's ARN. Nobody is asked.
func (s *Store) Administrator(a Administrator) (password, arn string, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) error {
		r, err := s.load(tx, key(a.Account, a.Region, a.Name()))
		if err != nil {
			return err
		}
		if a.Password == "" {
			if a.Password, err = s.password(tx, r, a); err != nil {
				return err
			}
		}
		if r == nil {
			if r, err = s.newAdministrator(a); err != nil {
				return err
			}
		}
		password, arn = a.Password, r.ARN
		return s.keep(tx, r, a.credentials())
	})
	if err != nil {
		return "", "", fmt.Errorf("keep the password of %s: %w", a.Name(), err)
	}
	return password, arn, nil
}

// password is the one that is kept, also in the old place, or a new one.
func (s *Store) password(tx *bbolt.Tx, r *Entry, a Administrator) (string, error) {
	if r != nil {
		had, err := r.credentials(tx)
		if err != nil || had.Password != "" {
			return had.Password, err
		}
	}
	if old, err := plain(tx, a.Account, a.Name()); err != nil || old != "" {
		return old, err
	}
	return NewPassword()
}

func (s *Store) newAdministrator(a Administrator) (*Entry, error) {
	suffix, err := newSuffix()
	if err != nil {
		return nil, err
	}
	return &Entry{ARN: secretARN(a.Account, a.Region, a.Name(), suffix), Account: a.Account, Region: a.Region, Name: a.Name(),
		Description: "The administrator of " + a.Warehouse + ".", Owner: "redshift", Created: s.now().UTC(), Changed: s.now().UTC()}, nil
}

func (r *Entry) credentials(tx *bbolt.Tx) (c credentials, err error) {
	current := r.staged(Current)
	if current == nil {
		return c, nil
	}
	v, err := r.value(tx, current.ID)
	if err != nil || v.Text == nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(*v.Text), &c); err != nil {
		return c, fmt.Errorf("read secret %s: %w", r.Name, err)
	}
	return c, nil
}

// keep gives the secret a version with c unless that is what it holds. A place that
// changed makes no version: a node on free ports has another at every start, and a
// secret takes only so many versions a day.
func (s *Store) keep(tx *bbolt.Tx, r *Entry, c credentials) error {
	had, err := r.credentials(tx)
	if err != nil || had == c {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	value := string(text)
	if current := r.staged(Current); current != nil && had.Username == c.Username && had.Password == c.Password {
		return r.putValue(tx, current.ID, Value{Text: &value})
	}
	if _, err := r.put(tx, PutInput{Value: Value{Text: &value}}, s.now()); err != nil {
		return err
	}
	return r.save(tx)
}

// RemoveAdministrator takes an administrator's secret away with its warehouse.
func (s *Store) RemoveAdministrator(a Administrator) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		r, err := s.load(tx, key(a.Account, a.Region, a.Name()))
		if err != nil || r == nil {
			return err
		}
		return r.remove(tx)
	})
}
