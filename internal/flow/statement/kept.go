package statement

import (
	"context"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/session"
)

// connection is a session with what it says of itself.
type connection struct {
	*session.Session
	pid int32

	mu   sync.Mutex
	zone *time.Location
}

// changed takes note of the time zone, in which TIMESTAMPTZ is printed.
func (c *connection) changed(s session.Setting) {
	if s.Name != "TimeZone" {
		return
	}
	if zone, err := time.LoadLocation(s.Value); err == nil {
		c.mu.Lock()
		c.zone = zone
		c.mu.Unlock()
	}
}

func (c *connection) timeZone() *time.Location {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.zone
}

// connect opens a session for a login. A password of a secret is compared first.
func (s *Store) connect(ctx context.Context, l login, database string) (*connection, error) {
	if l.digest != "" {
		stored, ok, err := s.cfg.Sessions.Password(ctx, l.ns.ARN(), l.user)
		if err != nil {
			return nil, err
		}
		if !ok || stored != l.digest {
			return nil, &fault.Error{Kind: fault.Unauthorized, Code: "28000", On: l.user, Message: `password authentication failed for user "` + l.user + `"`}
		}
	}
	c := &connection{pid: s.nextPID(), zone: time.UTC}
	one, err := s.cfg.Sessions.Session(ctx, l.ns.ARN(), session.Options{
		User: l.user, Database: database, ApplicationName: "RedshiftDataAPI", PID: c.pid, SettingChanged: c.changed,
	})
	if err != nil {
		return nil, err
	}
	c.Session = one
	return c, nil
}

// nextPID numbers sessions beyond the numbers of those that have a connection.
func (s *Store) nextPID() int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastPID++
	if s.lastPID < firstPID {
		s.lastPID = firstPID
	}
	return s.lastPID
}

// kept is a session that waits for the next statement. Store.mu guards it.
type kept struct {
	id       string
	owner    Owner
	on       string // ARN of the cluster or workgroup
	place    Place
	login    login
	life     time.Duration // without a statement
	busy     bool
	conn     *connection // nil until the first statement has opened it
	watchdog *time.Timer
}

func noSession(id string) error { return invalid("Session %s is not found.", id) }

// session finds a kept session, nil when it has ended.
func (s *Store) session(id string) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[id]
}

func (s *Store) sessionsOf(namespace string) int {
	n := 0
	for _, k := range s.kept {
		if k.login.ns.ARN() == namespace {
			n++
		}
	}
	return n
}

// keep reserves the session a statement runs in, if that is to be kept. It needs Store.mu.
func (s *Store) keep(st *Statement, k *kept, keepAlive *int, l login) *kept {
	if k == nil && (keepAlive == nil || *keepAlive == 0) {
		return nil
	}
	if k == nil {
		k = &kept{id: newID(), owner: st.Owner, on: l.ns.ClusterARN(), place: st.Place, login: l}
		if st.Workgroup != "" {
			k.on = l.ns.WorkgroupARN()
		}
		s.kept[k.id] = k
		st.SessionID = k.id
	}
	if keepAlive != nil {
		k.life = time.Duration(*keepAlive) * time.Second
	}
	if k.watchdog != nil {
		k.watchdog.Stop()
	}
	k.busy = true
	return k
}

// release lets a kept session wait for the next statement. It needs Store.mu.
func (s *Store) release(k *kept) {
	if k == nil {
		return
	}
	k.busy = false
	if k.conn == nil || k.life == 0 || s.closed { // It never opened, or it is not to be kept any longer.
		s.drop(k.id, k)
		return
	}
	k.watchdog = time.AfterFunc(k.life, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !k.busy && s.kept[k.id] == k {
			s.drop(k.id, k)
		}
	})
}

// drop ends a kept session. It needs Store.mu.
func (s *Store) drop(id string, k *kept) {
	delete(s.kept, id)
	if k.watchdog != nil {
		k.watchdog.Stop()
	}
	if k.conn == nil {
		return
	}
	if err := k.conn.Close(); err != nil {
		s.cfg.Log.Error("end a session", "session", id, "error", err)
	}
}
