package secret

import (
	"context"
	"maps"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// View is the secrets as one session sees them: every method asks the guard first.
type View struct {
	store *Store
	by    guard.Session
}

// As binds the store to a session.
func (s *Store) As(by guard.Session) *View { return &View{s, by} }

// facts are condition keys of a request.
type facts map[string][]string

// asked is what is to be done with which secret.
type asked struct {
	action string // without "secretsmanager:"
	id     string // SecretId
	facts  facts
}

// ask decides a call on a secret, or on the resource an unknown one would be.
func (v *View) ask(ctx context.Context, a asked, r *Entry, resource string) error {
	c := guard.Call{By: v.by, Action: "secretsmanager:" + a.action, On: resource, Owner: v.by.Account, Context: facts{}}
	maps.Copy(c.Context, a.facts)
	if a.id != "" {
		c.Context["secretsmanager:SecretId"] = []string{resource}
	}
	if r == nil {
		return v.store.guard.Check(ctx, c)
	}
	c.On, c.Owner = r.ARN, r.Account
	c.Context["secretsmanager:SecretId"] = []string{r.ARN}
	for _, t := range r.Tags {
		c.Context["aws:ResourceTag/"+t.Key] = []string{t.Value}
		c.Context["secretsmanager:ResourceTag/"+t.Key] = []string{t.Value}
	}
	if r.Policy != "" {
		d, err := policy.Read([]byte(r.Policy), policy.Resource)
		if err != nil {
			return &fault.Error{Kind: fault.Internal, Message: "The resource policy of the secret cannot be read.", On: r.ARN, Err: err}
		}
		c.Policy = d
	}
	return v.store.guard.Check(ctx, c)
}

// find returns the secret the caller may do something with.
func (v *View) find(ctx context.Context, a asked) (*Entry, error) {
	i := identify(v.by, a.id)
	var r *Entry
	err := v.store.db.View(func(tx *bbolt.Tx) (err error) {
		r, err = v.store.find(tx, i)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := v.ask(ctx, a, r, i.resource()); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, notFound()
	}
	return r, nil
}

// change lets f change a secret as it is now, in one transaction.
func (v *View) change(ctx context.Context, a asked, f func(tx *bbolt.Tx, r *Entry) error) (*Entry, error) {
	seen, err := v.find(ctx, a)
	if err != nil {
		return nil, err
	}
	return v.store.change(seen, f)
}

func (s *Store) change(seen *Entry, f func(tx *bbolt.Tx, r *Entry) error) (*Entry, error) {
	var now *Entry
	err := s.db.Update(func(tx *bbolt.Tx) error {
		r, err := s.load(tx, seen.key())
		if err != nil {
			return err
		}
		if r == nil || r.ARN != seen.ARN { // It went away after it was found.
			return notFound()
		}
		if err := f(tx, r); err != nil {
			return err
		}
		now = r
		return r.save(tx)
	})
	return now, err
}

// live refuses what cannot be done to a secret that waits for its deletion.
func (r *Entry) live() error {
	if r.Deleted.IsZero() {
		return nil
	}
	return refused("You can't perform this operation on the secret because it was marked for deletion.")
}

// free refuses what only the managing service may change.
func (r *Entry) free() error {
	if r.Owner == "" {
		return nil
	}
	return refused("You can't change the secret because it is managed by " + r.Owner + ".")
}
