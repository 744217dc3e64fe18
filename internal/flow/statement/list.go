package statement

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"

	"go.etcd.io/bbolt"
)

// ListInput says which statements to list.
type ListInput struct {
	Place             // Cluster, Workgroup and Database filter when they are given
	Status     Status // "" is FINISHED
	Name       string // beginning of the name
	OwnSession bool   // only those of the caller's own session of its role
	Limit      int    // 0 stands for 100
	Token      string
}

const maxListed = 100

// List lists the caller's statements of the last day, newest first.
func (v *View) List(ctx context.Context, in ListInput) ([]Statement, string, error) {
	facts := map[string][]string{"redshift-data:statement-owner-iam-userid": {v.by.UserID}}
	if err := v.ask(ctx, "ListStatements", "*", facts); err != nil {
		return nil, "", err
	}
	if in.Limit <= 0 || in.Limit > maxListed {
		in.Limit = maxListed
	}
	if in.Status == "" {
		in.Status = Finished
	}
	before, err := v.placeOf(in.Token)
	if err != nil {
		return nil, "", err
	}
	return v.page(in, before)
}

// placeOf is the key a token names; "" is behind the newest.
func (v *View) placeOf(token string) ([]byte, error) {
	prefix := []byte(v.by.Account + "/")
	if token == "" {
		return append(prefix, 0xff), nil
	}
	key, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || !bytes.HasPrefix(key, prefix) {
		return nil, invalid("The NextToken value is invalid.")
	}
	return key, nil
}

func (v *View) page(in ListInput, before []byte) (found []Statement, next string, err error) {
	prefix, live := []byte(v.by.Account+"/"), v.store.running()
	err = v.store.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(orderTable).Cursor()
		k, id := c.Seek(before)
		if k == nil {
			k, id = c.Last()
		} else {
			k, id = c.Prev()
		}
		var last []byte
		for ; k != nil && bytes.HasPrefix(k, prefix); k, id = c.Prev() {
			st := live[string(id)] // As it is, not as it was when it was kept.
			if st == nil {
				if st, err = read(tx, string(id)); err != nil {
					return err
				}
			}
			if st == nil || !v.lists(in, st) {
				continue
			}
			if len(found) == in.Limit {
				next = base64.RawURLEncoding.EncodeToString(last)
				return nil
			}
			found, last = append(found, *st), bytes.Clone(k)
		}
		return nil
	})
	return found, next, err
}

// running are the statements that have not ended.
func (s *Store) running() map[string]*Statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]*Statement, len(s.live))
	for id, r := range s.live {
		all[id] = r.st.copy()
	}
	return all
}

func (v *View) lists(in ListInput, st *Statement) bool {
	me := ownerOf(v.by)
	switch {
	case !st.Owner.same(me), st.Region != v.by.Request.Region, in.OwnSession && st.Owner.UserID != me.UserID:
	case st.Created.Before(v.store.now().Add(-kept24h)):
	case in.Status != All && in.Status != st.Status, !strings.HasPrefix(st.Name, in.Name):
	case in.Cluster != "" && in.Cluster != st.Cluster, in.Workgroup != "" && in.Workgroup != st.Workgroup, in.Database != "" && in.Database != st.Database:
	default:
		return true
	}
	return false
}
