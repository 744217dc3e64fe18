package bucket

// WaitSweep waits until the sweep that Open began has ended.
func (s *Store) WaitSweep() error { return <-s.swept }

// MinPartSize is the least size of a part that is not the last.
const MinPartSize = minPartSize

// CRCJoin is the checksum of two pieces joined, for tests.
func CRCJoin(a Algorithm, first, second uint64, n int64) uint64 {
	j := crcJoiner{kind: crcKinds[a]}
	j.add(first, 1)
	j.add(second, n)
	return j.crc
}
