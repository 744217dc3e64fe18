package postgres

import "time"

// SetHeld says how long the making of a slot waits.
func (s *Source) SetHeld(d time.Duration) { s.held = d }
