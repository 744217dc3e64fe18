package logs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard"
)

// Config says what a Store is made of.
type Config struct {
	Guard       guard.Checker
	Dir         string           // of the events; made when it is needed
	Region      string           // of groups whose creator names none
	StreamBytes int64            // after which a stream loses its oldest events; 0 means DefaultStreamBytes
	Now         func() time.Time // nil means time.Now
}

// DefaultStreamBytes is how much one stream keeps.
const DefaultStreamBytes = 64 << 20

// Group is a log group.
type Group struct {
	Account, Region, Name string
	Created               time.Time
	Retention             int               `json:",omitempty"` // days; 0 means for ever
	Class                 string            `json:",omitempty"`
	KMSKey                string            `json:",omitempty"`
	Protected             bool              `json:",omitempty"` // it cannot be deleted
	Tags                  map[string]string `json:",omitempty"`
}

// ARN is the group's ARN, to which its streams' ARNs add.
func (g *Group) ARN() string { return groupARN(g.Region, g.Account, g.Name) }

func groupARN(region, account, name string) string {
	return "arn:aws:logs:" + region + ":" + account + ":log-group:" + name
}

// Stream is a log stream.
type Stream struct {
	Group   string // ARN
	Name    string
	Created time.Time
	ID      string // of its directory
}

// ARN is the stream's ARN.
func (s *Stream) ARN() string { return s.Group + ":log-stream:" + s.Name }

// Store keeps the log groups of this node.
type Store struct {
	Config
	db *bbolt.DB

	mu      sync.Mutex
	groups  map[string]Group             // by ARN
	streams map[string]map[string]Stream // by the group's ARN and the stream's name
	files   map[string]*journal          // by the stream's id, those that were used
}

var (
	groupTable  = []byte("log groups")
	streamTable = []byte("log streams")
)

// Open reads what db holds.
func Open(db *bbolt.DB, c Config) (*Store, error) {
	s := &Store{Config: c, db: db, groups: map[string]Group{}, streams: map[string]map[string]Stream{}, files: map[string]*journal{}}
	if s.StreamBytes == 0 {
		s.StreamBytes = DefaultStreamBytes
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if err := db.Update(s.read); err != nil {
		return nil, fmt.Errorf("open logs: %w", err)
	}
	return s, nil
}

func (s *Store) read(tx *bbolt.Tx) error {
	err := readTable(tx, groupTable, func(g Group) { s.groups[g.ARN()] = g })
	if err != nil {
		return err
	}
	return readTable(tx, streamTable, func(one Stream) { s.remember(one) })
}

func readTable[T any](tx *bbolt.Tx, name []byte, take func(T)) error {
	b, err := tx.CreateBucketIfNotExists(name)
	if err != nil {
		return err
	}
	return b.ForEach(func(k, v []byte) error {
		var one T
		if err := json.Unmarshal(v, &one); err != nil {
			return fmt.Errorf("%s %s: %w", name, k, err)
		}
		take(one)
		return nil
	})
}

func (s *Store) remember(one Stream) {
	if s.streams[one.Group] == nil {
		s.streams[one.Group] = map[string]Stream{}
	}
	s.streams[one.Group][one.Name] = one
}

func (s *Store) put(table []byte, key string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(table).Put([]byte(key), text) }); err != nil {
		return fmt.Errorf("store %s in %s: %w", key, table, err)
	}
	return nil
}

// update changes a group and stores it.
func (s *Store) update(name string, change func(*Group) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.groups[name]
	if !ok {
		return noGroup()
	}
	if err := change(&g); err != nil {
		return err
	}
	if err := s.put(groupTable, name, g); err != nil {
		return err
	}
	s.groups[name] = g
	return nil
}

// newStream makes a stream in a group.
func (s *Store) newStream(group, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.groups[group]; !ok {
		return noGroup()
	}
	if _, ok := s.streams[group][name]; ok {
		return exists("log stream")
	}
	one := Stream{Group: group, Name: name, Created: s.Now().UTC(), ID: strings.ToLower(rand.Text())}
	if err := s.put(streamTable, one.ARN(), one); err != nil {
		return err
	}
	s.remember(one)
	return nil
}

// dropStreams removes streams of a group with their events.
func (s *Store) dropStreams(all []Stream) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, one := range all {
			if err := tx.Bucket(streamTable).Delete([]byte(one.ARN())); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove streams: %w", err)
	}
	var failed []error
	for _, one := range all {
		delete(s.streams[one.Group], one.Name)
		if j := s.files[one.ID]; j != nil {
			j.close()
			delete(s.files, one.ID)
		}
		failed = append(failed, os.RemoveAll(s.dir(one.ID)))
	}
	return errors.Join(failed...)
}

func (s *Store) dir(id string) string { return filepath.Join(s.Dir, id) }

// stream finds a stream and the file of its events.
func (s *Store) stream(group, name string) (Group, Stream, *journal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.groups[group]
	if !ok {
		return g, Stream{}, nil, noGroup()
	}
	one, ok := s.streams[group][name]
	if !ok {
		return g, one, nil, noStream()
	}
	j, err := s.journal(one.ID)
	return g, one, j, err
}

// journal opens the events of a stream. It needs Store.mu.
func (s *Store) journal(id string) (*journal, error) {
	if j := s.files[id]; j != nil {
		return j, nil
	}
	j, err := openJournal(s.dir(id), s.StreamBytes)
	if err != nil {
		return nil, fmt.Errorf("open the events of a log stream: %w", err)
	}
	s.files[id] = j
	return j, nil
}

// sorted are the streams of a group by name. It needs Store.mu.
func (s *Store) sorted(group string) []Stream {
	names := slices.Sorted(maps.Keys(s.streams[group]))
	all := make([]Stream, len(names))
	for i, name := range names {
		all[i] = s.streams[group][name]
	}
	return all
}

// sweepEvery is how often events are looked at that have to go.
const sweepEvery = 10 * time.Minute

// Run drops events whose retention is over until ctx ends, and closes the files then.
func (s *Store) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.Sweep(); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, j := range s.files {
				j.close()
			}
			clear(s.files)
			return ctx.Err()
		}
	}
}

// Sweep drops events whose retention is over.
func (s *Store) Sweep() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, g := range s.groups {
		if g.Retention == 0 {
			continue
		}
		for _, one := range s.streams[name] {
			j, err := s.journal(one.ID)
			if err != nil {
				return err
			}
			if err := j.expire(g.oldest(s.Now())); err != nil {
				return err
			}
		}
	}
	return nil
}

// oldest is the time before which events of the group are gone.
func (g *Group) oldest(now time.Time) time.Time {
	if g.Retention == 0 {
		return time.Time{}
	}
	return now.AddDate(0, 0, -g.Retention)
}
