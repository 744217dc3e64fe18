package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const maxKeys = 2

// keysOf are the access keys of a user, oldest first.
func (s *state) keysOf(account, user string) []*AccessKey {
	var out []*AccessKey
	for _, k := range s.keys {
		if k.Account == account && strings.EqualFold(k.User, user) {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b *AccessKey) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return out
}

// withUser checks a writing call about a user's keys.
func (v *View) withUser(ctx context.Context, user, action string, f func(*state, *change, *Bearer) error) error {
	user, err := v.orSelf(user)
	if err != nil {
		return err
	}
	return v.store.update(func(s *state, c *change) error {
		b, ok := ofUser.find(s, v.by.Account, user)
		if err := v.check(ctx, asked{action: action, on: b.ARN, tags: b.Tags}); err != nil {
			return err
		}
		if !ok {
			return noSuchEntity("user", user)
		}
		return f(s, c, b)
	})
}

// CreateAccessKey makes a key of a user, of the caller itself when no name is given.
func (v *View) CreateAccessKey(ctx context.Context, user string) (AccessKey, error) {
	var k AccessKey
	err := v.withUser(ctx, user, "CreateAccessKey", func(s *state, c *change, b *Bearer) error {
		if len(s.keysOf(b.Account, b.Name)) >= maxKeys {
			return limitExceeded("Cannot exceed quota for AccessKeysPerUser: %d", maxKeys)
		}
		k = v.store.newKey(b)
		kept := k
		c.putKey(&kept)
		return nil
	})
	return k, err
}

func (s *Store) newKey(b *Bearer) AccessKey {
	return AccessKey{
		ID: keyID("AKIA"), Secret: secretKey(), Account: b.Account, User: b.Name, Active: true, Created: s.now().UTC(),
	}
}

// ListAccessKeys returns a user's keys without their secrets.
func (v *View) ListAccessKeys(ctx context.Context, user string) ([]AccessKey, error) {
	user, err := v.orSelf(user)
	if err != nil {
		return nil, err
	}
	b, err := v.get(ctx, ofUser.named(user), asked{action: "ListAccessKeys"})
	if err != nil {
		return nil, err
	}
	var out []AccessKey
	v.store.read(func(s *state) {
		for _, k := range s.keysOf(b.Account, b.Name) {
			c := *k
			c.Secret = ""
			out = append(out, c)
		}
	})
	return out, nil
}

// UpdateAccessKey makes a key active or inactive.
func (v *View) UpdateAccessKey(ctx context.Context, user, id string, active bool) error {
	return v.withUser(ctx, user, "UpdateAccessKey", func(s *state, c *change, b *Bearer) error {
		k, err := s.keyOf(b, id)
		if err != nil {
			return err
		}
		changed := *k
		changed.Active = active
		c.putKey(&changed)
		return nil
	})
}

// DeleteAccessKey removes a key.
func (v *View) DeleteAccessKey(ctx context.Context, user, id string) error {
	return v.withUser(ctx, user, "DeleteAccessKey", func(s *state, c *change, b *Bearer) error {
		if _, err := s.keyOf(b, id); err != nil {
			return err
		}
		c.put(keyTable, id, nil, func(s *state) error { delete(s.keys, id); return nil })
		return nil
	})
}

func (s *state) keyOf(b *Bearer, id string) (*AccessKey, error) {
	k := s.keys[id]
	if k == nil || k.Account != b.Account || !strings.EqualFold(k.User, b.Name) {
		return nil, noSuchEntityText("The Access Key with id %s cannot be found.", id)
	}
	return k, nil
}

// Credential finds what a signature is checked with, and who signed with it.
// sessionToken is empty for long-lived keys. It fails with ErrUnknownKey,
// ErrInactiveKey or ErrExpiredKey.
func (s *Store) Credential(accessKeyID string) (secret, sessionToken string, by guard.Session, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if x := s.state.sessions[accessKeyID]; x != nil {
		if !s.now().Before(x.Expires) {
			return "", "", by, ErrExpiredKey
		}
		return x.Secret, x.Token, x.By, nil
	}
	k := s.state.keys[accessKeyID]
	if k == nil {
		return "", "", by, ErrUnknownKey
	}
	u := s.state.users[nameKey(k.Account, k.User)]
	switch {
	case u == nil:
		return "", "", by, ErrUnknownKey
	case !k.Active:
		return "", "", by, ErrInactiveKey
	}
	by = u.session()
	by.AccessKeyID = k.ID
	return k.Secret, "", by, nil
}

// session is a user acting as itself.
func (u *User) session() guard.Session {
	return guard.Session{Type: policy.User, ARN: u.ARN, Account: u.Account, Name: u.Name, UserID: u.ID, Tags: u.Tags}
}

// AccountOfKey returns the account of any access key of this node, of sessions' too.
func (v *View) AccountOfKey(ctx context.Context, id string) (string, error) {
	if err := v.store.checker.Check(ctx, guard.Call{By: v.by, Action: "sts:GetAccessKeyInfo", On: "*", Owner: v.by.Account}); err != nil {
		return "", err
	}
	account := ""
	v.store.read(func(s *state) {
		if k := s.keys[id]; k != nil {
			account = k.Account
		} else if x := s.sessions[id]; x != nil {
			account = x.By.Account
		}
	})
	if account == "" {
		return "", validationError("Access key id " + id + " belongs to no account of this node")
	}
	return account, nil
}
