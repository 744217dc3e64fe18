package warehouse

import "time"

// SetClock replaces the clock.
func (s *Namespaces) SetClock(now func() time.Time) { s.now = now }
