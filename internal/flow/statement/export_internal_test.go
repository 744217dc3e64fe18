package statement

import "time"

// SetClock gives the store another clock.
func (s *Store) SetClock(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

// Purge does at once what Run does every few minutes.
func (s *Store) Purge() error { return s.purge() }

// Fill pretends that so many statements of a namespace are active, and so many sessions kept.
func (s *Store) Fill(namespace string, statements, sessions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active[namespace] = statements
	for id, k := range s.kept {
		for i := range sessions - 1 {
			s.kept[id+string(rune(i))] = k
		}
	}
}

// The limits that Fill reaches.
const (
	MaxActive   = maxActive
	MaxSessions = maxSessions
)
