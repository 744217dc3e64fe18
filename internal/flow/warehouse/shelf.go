package warehouse

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// SubnetGroup says in which subnets clusters may stand. The network is not
// imitated: a group is kept and shown.
type SubnetGroup struct {
	Account, Region, Name string
	Description           string
	Subnets               []string
	Tags                  map[string]string
}

// ParameterGroup is a named set of settings for clusters.
type ParameterGroup struct {
	Account, Region, Name string
	Family, Description   string
	Values                map[string]string // only those that were set
	Tags                  map[string]string
}

// owned is a record that belongs to an account in a region.
type owned interface {
	SubnetGroup | ParameterGroup
}

// shelf keeps records of one kind by owner and name. The Namespaces' lock guards it.
type shelf[T owned] struct {
	bucket []byte
	all    map[string]T
}

func shelfKey(account, region, name string) string { return account + "/" + region + "/" + name }

// groups are the shelves of what clusters refer to by name.
type groups struct {
	subnets    *shelf[SubnetGroup]
	parameters *shelf[ParameterGroup]
}

func readGroups(tx *bbolt.Tx) (*groups, error) {
	subnets, err := readShelf[SubnetGroup](tx, "cluster subnet groups")
	if err != nil {
		return nil, err
	}
	parameters, err := readShelf[ParameterGroup](tx, "cluster parameter groups")
	return &groups{subnets, parameters}, err
}

func readShelf[T owned](tx *bbolt.Tx, name string) (*shelf[T], error) {
	s := &shelf[T]{bucket: []byte(name), all: map[string]T{}}
	b, err := tx.CreateBucketIfNotExists(s.bucket)
	if err != nil {
		return nil, err
	}
	return s, b.ForEach(func(k, v []byte) error {
		var x T
		if err := json.Unmarshal(v, &x); err != nil {
			return fmt.Errorf("%s %s: %w", name, k, err)
		}
		s.all[string(k)] = x
		return nil
	})
}

func (s *shelf[T]) put(db *bbolt.DB, key string, x T) error {
	text, err := json.Marshal(x)
	if err != nil {
		return err
	}
	if err := db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(s.bucket).Put([]byte(key), text) }); err != nil {
		return fmt.Errorf("store %s: %w", key, err)
	}
	s.all[key] = x
	return nil
}

func (s *shelf[T]) remove(db *bbolt.DB, key string) error {
	if err := db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(s.bucket).Delete([]byte(key)) }); err != nil {
		return fmt.Errorf("remove %s: %w", key, err)
	}
	delete(s.all, key)
	return nil
}

// below lists the records whose key begins with an owner's, by name.
func (s *shelf[T]) below(account, region string) []T {
	var found []T
	prefix := shelfKey(account, region, "")
	for _, key := range slices.Sorted(maps.Keys(s.all)) {
		if len(key) > len(prefix) && key[:len(prefix)] == prefix {
			found = append(found, s.all[key])
		}
	}
	return found
}
