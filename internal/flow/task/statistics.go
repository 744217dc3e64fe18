package task

import (
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// TableState is how far a table is, in DMS's words.
type TableState string

// The states of a table.
const (
	BeforeLoad    TableState = "Before load"
	Loading       TableState = "Full load"
	Completed     TableState = "Table completed"
	DoesNotExist  TableState = "Table does not exist"
	Cancelled     TableState = "Table cancelled"
	TableError    TableState = "Table error"
	BeingReloaded TableState = "Table is being reloaded"
)

// Counters are what is counted of a table; a resumed task goes on with them.
type Counters struct {
	Inserts, Deletes, Updates, Ddls                             int64 // Captured.
	AppliedInserts, AppliedDeletes, AppliedUpdates, AppliedDdls int64
	FullLoadRows, FullLoadBytes                                 int64
	FullLoadErrorRows                                           int64
	FullLoadStart, FullLoadEnd                                  time.Time `json:",omitzero"`
	FullLoadReloaded                                            bool
	LastUpdate                                                  time.Time `json:",omitzero"`
	Truncated                                                   int64     // Values that were cut to fit.
	NULs                                                        int64     // Characters U+0000 left out.
}

// TableStatistics are the figures of one table, as DescribeTableStatistics has them.
type TableStatistics struct {
	source.Name
	ID                   int
	State                TableState
	Error                string // Why it is in error.
	Estimate             int64  // About how many rows the source has.
	Chunks, ChunksLoaded int
	Counters
	Validation Validation
}

// Statistics are the figures of a task, as ReplicationTaskStats has them, and its lag.
type Statistics struct {
	FullLoadProgressPercent                                  int
	Elapsed                                                  time.Duration
	TablesLoaded, TablesLoading, TablesQueued, TablesErrored int
	FreshStart, Start, Stop, FullLoadStart, FullLoadFinish   time.Time
	Lag
}

// Statistics are the task's figures now, or when it last ran.
func (t *Task) Statistics() Statistics {
	t.mu.Lock()
	defer t.mu.Unlock()
	st := &t.state
	s := Statistics{FreshStart: st.Fresh, Start: st.Began, Stop: st.Ended, FullLoadStart: st.Loading, FullLoadFinish: st.Loaded, Lag: t.lag.figures(time.Now())}
	var share float64
	for _, one := range t.order {
		switch one.State {
		case Completed, DoesNotExist:
			s.TablesLoaded++
			share++
		case Loading, BeingReloaded:
			s.TablesLoading++
			if n := len(one.Ranges); n > 0 {
				share += float64(one.done) / float64(n)
			}
		case TableError, Cancelled:
			s.TablesErrored++
		default:
			s.TablesQueued++
		}
	}
	if n := len(t.order); n > 0 {
		s.FullLoadProgressPercent = int(100 * share / float64(n))
	}
	end := st.Ended
	if end.IsZero() {
		end = time.Now()
	}
	if !st.Began.IsZero() {
		s.Elapsed = end.Sub(st.Began)
	}
	return s
}

// Tables are the figures of all tables.
func (t *Task) Tables() []TableStatistics {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]TableStatistics, len(t.order))
	for i, one := range t.order {
		all[i] = one.statistics()
		all[i].Validation = t.validation(one.Name)
	}
	return all
}
