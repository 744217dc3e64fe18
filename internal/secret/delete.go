package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
)

// DeleteInput orders a deletion. Window is the recovery window in days, nil for 30.
type DeleteInput struct {
	ID     string
	Window *int
	Force  bool // at once, beyond recovery
}

const (
	minWindow, maxWindow = 7, 30
	day                  = 24 * time.Hour
)

func (in DeleteInput) check() error {
	switch {
	case in.Force && in.Window != nil:
		return invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
	case in.Window != nil && (*in.Window < minWindow || *in.Window > maxWindow):
		return invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
	}
	return nil
}

// Delete orders a secret's deletion and says when it will be gone.
func (v *View) Delete(ctx context.Context, in DeleteInput) (Entry, time.Time, error) {
	a := asked{action: "DeleteSecret", id: in.ID, facts: facts{"secretsmanager:ForceDeleteWithoutRecovery": {fmt.Sprint(in.Force)}}}
	window := maxWindow
	if in.Window != nil {
		window = *in.Window
		a.facts["secretsmanager:RecoveryWindowInDays"] = []string{fmt.Sprint(window)}
	}
	seen, err := v.find(ctx, a)
	if in.Force && fault.KindOf(err) == fault.NotFound { // AWS takes it for done.
		i := identify(v.by, in.ID)
		return Entry{ARN: i.resource(), Name: i.name}, v.store.now(), nil
	}
	if err == nil {
		err = in.check()
	}
	if err == nil {
		err = seen.free()
	}
	if err != nil {
		return Entry{}, time.Time{}, err
	}
	now := v.store.now().UTC()
	if in.Force {
		return *seen, now, v.store.db.Update(seen.remove)
	}
	r, err := v.store.change(seen, func(_ *bbolt.Tx, r *Entry) error {
		if err := r.live(); err != nil {
			return err
		}
		r.Deleted, r.Purge = now, now.Add(time.Duration(window)*day)
		return nil
	})
	if err != nil {
		return Entry{}, time.Time{}, err
	}
	return *r, r.Purge, nil
}

// Restore takes back the order to delete a secret.
func (v *View) Restore(ctx context.Context, id string) (Entry, error) {
	r, err := v.change(ctx, asked{action: "RestoreSecret", id: id}, func(_ *bbolt.Tx, r *Entry) error {
		r.Deleted, r.Purge = time.Time{}, time.Time{}
		return nil
	})
	if err != nil {
		return Entry{}, err
	}
	return *r, nil
}

// Sweep removes for good the secrets whose recovery window has passed. They are out of reach already.
func (s *Store) Sweep() error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		gone := map[string][]byte{}
		err := tx.Bucket(secretTable).ForEach(func(k, text []byte) error {
			gone[string(k)] = bytes.Clone(text) // It changes with the table.
			return nil
		})
		for k, text := range gone {
			if err == nil {
				err = s.sweep(tx, []byte(k), text)
			}
		}
		return err
	})
}

func (s *Store) sweep(tx *bbolt.Tx, k, text []byte) error {
	r := new(Entry)
	if err := json.Unmarshal(text, r); err != nil {
		return &fault.Error{Kind: fault.Internal, On: string(k), Message: "A secret cannot be read.", Err: err}
	}
	if !r.expired(s.now()) {
		return nil
	}
	return r.remove(tx)
}
