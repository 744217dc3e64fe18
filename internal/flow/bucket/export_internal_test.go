package bucket

// WaitSweep waits until the sweep that Open began has ended.
func (s *Store) WaitSweep() error { return <-s.swept }
