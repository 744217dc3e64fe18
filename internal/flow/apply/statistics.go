package apply

import (
	"maps"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Changes are numbers of changes to a table; Errors are those that were left out.
type Changes struct{ Inserts, Updates, Deletes, DDLs, Errors int64 }

func (c *Changes) add(d *Changes) {
	c.Inserts += d.Inserts
	c.Updates += d.Updates
	c.Deletes += d.Deletes
	c.DDLs += d.DDLs
	c.Errors += d.Errors
}

// Statistics are what was applied since the applier was made.
type Statistics struct {
	Tables   map[source.Name]Changes
	Batches  int64
	Rows     int64
	Position source.Position
	Time     time.Time // When the source committed the last that was applied.
	At       time.Time // When that was applied.
	Waiting  int64     // Changes that are taken in and not applied.
}

type statistics struct{ Statistics }

func (s *statistics) add(b *batch) Applied {
	done := Applied{Position: b.pos, Time: b.at, Rows: b.rows, Tables: map[source.Name]Changes{}}
	if s.Tables == nil {
		s.Tables = map[source.Name]Changes{}
	}
	for n, c := range b.counts {
		done.Tables[n] = *c
		all := s.Tables[n]
		all.add(c)
		s.Tables[n] = all
	}
	s.Batches++
	s.Rows += b.rows
	s.Position, s.Time, s.At = b.pos, b.at, time.Now()
	return done
}

// Statistics tells what was applied so far.
func (a *Applier) Statistics() Statistics {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.total.Statistics
	s.Tables = maps.Clone(s.Tables)
	if a.open != nil {
		s.Waiting = a.open.rows
	}
	return s
}
