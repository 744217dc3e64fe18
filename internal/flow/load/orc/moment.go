package orc

import "github.com/inlet-data/inlet/internal/flow/warehouse"

// timeColumn reads timestamps: seconds, and nanoseconds without their zeros.
type timeColumn struct {
	base
	moments
	dense [warehouse.ChunkSize]int64
	parts [warehouse.ChunkSize]int64
}

// moments are the two streams of timestamps.
type moments struct {
	seconds, nanos *integers
	zone           *zone
}

func (s *stripe) moments(t *Type) (m moments, err error) {
	if m.seconds, err = s.integers(t, streamData, true); err != nil {
		return m, err
	}
	m.nanos, err = s.integers(t, streamSecondary, false)
	m.zone = s.zone
	if t.Kind == Instant {
		m.zone = utc()
	}
	return m, err
}

func (s *stripe) timeColumn(b base, t *Type) (column, error) {
	m, err := s.moments(t)
	return &timeColumn{base: b, moments: m}, err
}

func (c *timeColumn) fill(v *warehouse.Vector, n int) error {
	rows, count, err := c.rows(v, n)
	if err != nil {
		return err
	}
	seconds, parts := c.dense[:count], c.parts[:count]
	if err := c.seconds.fill(seconds); err != nil {
		return err
	}
	if err := c.nanos.fill(parts); err != nil {
		return err
	}
	dst := warehouse.Values[int64](v)
	for i, s := range seconds {
		second, nano, ok := c.moment(s, parts[i])
		if !ok {
			return refused("A timestamp of the data column %s is out of range", c.name)
		}
		dst[row(rows, i)] = second*1_000_000 + nano/1000 // Like other clocks that tell less, ours does not round.
	}
	return nil
}

// moment is a timestamp on the writer's wall, in seconds since 1970 and nanoseconds.
func (m *moments) moment(seconds, part int64) (second, nano int64, ok bool) {
	nano, ok = nanoseconds(uint64(part))
	if !ok || seconds < minTime*2 || seconds > maxTime {
		return 0, 0, false
	}
	at := seconds + m.zone.base
	if at < 0 && nano > 999_999 { // Writers cut towards 1970 what has more than milliseconds.
		at--
	}
	at = m.zone.wall(at)
	return at, nano, at >= minTime && at < maxTime
}

// nanoseconds puts back the zeros that the lowest three bits count, less one.
func nanoseconds(part uint64) (nano int64, ok bool) {
	zeros, v := part&7, part>>3
	if v >= 1_000_000_000 {
		return 0, false
	}
	if zeros > 0 {
		for range zeros + 1 {
			v *= 10
		}
	}
	return int64(v), v < 1_000_000_000
}
