package identity

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/guard"
)

// Store keeps identities. It is safe for concurrent use.
type Store struct {
	db      *bbolt.DB
	checker guard.Checker
	now     func() time.Time
	texts   texts

	writing sync.Mutex   // one change at a time, held over the commit
	mu      sync.RWMutex // guards the maps of state, never held over the commit
	state   *state
}

// table is a bbolt bucket of JSON values.
type table string

const (
	accountTable table = "accounts"
	userTable    table = "users"
	groupTable   table = "groups"
	roleTable    table = "roles"
	keyTable     table = "keys"
	policyTable  table = "policies"
	profileTable table = "profiles"
	sessionTable table = "sessions"
)

// top is the bucket of the control file under which the tables lie.
var top = []byte("identity")

// Open reads the identities in db, which other stores may share. The store
// checks calls with a guard of its own until SetChecker gives it the node's.
func Open(db *bbolt.DB) (*Store, error) {
	s := &Store{db: db, now: time.Now, state: newState()}
	s.checker = guard.New(s)
	if err := db.Update(makeTables); err != nil {
		return nil, fmt.Errorf("make the tables of identities: %w", err)
	}
	if err := s.state.addManaged(); err != nil {
		return nil, err
	}
	if err := db.View(s.load); err != nil {
		return nil, fmt.Errorf("load identities: %w", err)
	}
	return s, s.update(func(st *state, c *change) error { s.dropExpired(st, c); return nil })
}

// SetChecker makes the store ask c before it acts. Call it before serving.
func (s *Store) SetChecker(c guard.Checker) { s.checker = c }

func makeTables(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(top)
	if err != nil {
		return err
	}
	for _, t := range []table{
		accountTable, userTable, groupTable, roleTable, keyTable, policyTable, profileTable, sessionTable,
	} {
		if _, err := b.CreateBucketIfNotExists([]byte(t)); err != nil {
			return err
		}
	}
	return nil
}

// load reads the tables; policies come before those they are attached to, groups before their members.
func (s *Store) load(tx *bbolt.Tx) error {
	steps := []func(*bbolt.Bucket) error{
		loader(accountTable, func(a *Account) error { s.state.accounts[a.ID] = a; return nil }),
		loader(policyTable, s.state.setPolicy),
		loader(groupTable, s.state.setGroup),
		loader(userTable, s.state.setUser),
		loader(roleTable, s.state.setRole),
		loader(keyTable, func(k *AccessKey) error { s.state.keys[k.ID] = k; return nil }),
		loader(profileTable, func(p *InstanceProfile) error { s.state.setProfile(p); return nil }),
		loader(sessionTable, func(x *Session) error { s.state.sessions[x.AccessKeyID] = x; return nil }),
	}
	b := tx.Bucket(top)
	for _, step := range steps {
		if err := step(b); err != nil {
			return err
		}
	}
	return nil
}

func loader[T any](t table, keep func(*T) error) func(*bbolt.Bucket) error {
	return func(b *bbolt.Bucket) error {
		return b.Bucket([]byte(t)).ForEach(func(k, v []byte) error {
			e := new(T)
			if err := json.Unmarshal(v, e); err != nil {
				return fmt.Errorf("%s %s: %w", t, k, err)
			}
			return keep(e)
		})
	}
}

// change is what one call writes: first to the file, then to memory.
type change struct {
	puts  []put
	apply []func(*state) error
}

// put writes a row, or removes it when value is nil.
type put struct {
	table table
	key   string
	value any
}

func (c *change) put(t table, key string, value any, apply func(*state) error) {
	c.puts = append(c.puts, put{t, key, value})
	c.apply = append(c.apply, apply)
}

func (c *change) putUser(u *User) {
	c.put(userTable, nameKey(u.Account, u.Name), u, func(s *state) error { return s.setUser(u) })
}

func (c *change) putGroup(g *Group) {
	c.put(groupTable, nameKey(g.Account, g.Name), g, func(s *state) error { return s.setGroup(g) })
}

func (c *change) putRole(r *Role) {
	c.put(roleTable, nameKey(r.Account, r.Name), r, func(s *state) error { return s.setRole(r) })
}

func (c *change) putKey(k *AccessKey) {
	c.put(keyTable, k.ID, k, func(s *state) error { s.keys[k.ID] = k; return nil })
}

func (c *change) putPolicy(p *ManagedPolicy) {
	c.put(policyTable, p.ARN, p, func(s *state) error { return s.setPolicy(p) })
}

func (c *change) putSession(x *Session) {
	c.put(sessionTable, x.AccessKeyID, x, func(s *state) error { s.sessions[x.AccessKeyID] = x; return nil })
}

// update runs one change. The function reads the state, which nobody else
// changes meanwhile, and says what to write; it is on disk before update returns.
func (s *Store) update(f func(*state, *change) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	var c change
	if err := f(s.state, &c); err != nil {
		return err
	}
	if len(c.puts) == 0 {
		return nil
	}
	if err := s.db.Update(c.write); err != nil {
		return fmt.Errorf("keep identities: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, apply := range c.apply {
		if err := apply(s.state); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) write(tx *bbolt.Tx) error {
	for _, p := range c.puts {
		b := tx.Bucket(top).Bucket([]byte(p.table))
		if p.value == nil {
			if err := b.Delete([]byte(p.key)); err != nil {
				return err
			}
			continue
		}
		v, err := json.Marshal(p.value)
		if err != nil {
			return err
		}
		if err := b.Put([]byte(p.key), v); err != nil {
			return err
		}
	}
	return nil
}

// read runs f with the state while nobody changes it.
func (s *Store) read(f func(*state)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f(s.state)
}
