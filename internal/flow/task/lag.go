package task

import (
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// Lag is how far a task is behind its source.
type Lag struct {
	Position      source.Position // Up to which the target has the changes.
	ReadAt        time.Time       // When the source committed what was last read.
	LastRead      time.Time       // When something was last read.
	AppliedAt     time.Time       // When the source committed what was last applied.
	LastApplied   time.Time       // When something was last applied.
	Lost          time.Time       // Since when the source cannot be reached; zero while it can.
	Pending       int64           // Transactions that were read and are not applied.
	CaughtUp      bool            // Everything that was read is applied, and what there is can be read.
	SourceLatency time.Duration   // From the commit to the reading of what was last read; for how long nothing can be read.
	TargetLatency time.Duration   // The age of the oldest transaction that waits; of the last one when none does.
}

// lag keeps the figures; Task.mu guards it.
type lag struct {
	Lag
	end      source.Position // Read up to here.
	captured int64           // Transactions, since the run began.
	applied  int64
	waiting  time.Time // The commit of the oldest that waits, zero when none does.
	paused   time.Time // Since when nothing more is read, for want of room.
}

// read notes a transaction of the source.
func (l *lag) read(c source.Commit) {
	now := time.Now()
	l.end, l.ReadAt, l.LastRead = c.Position(), c.Time(), now
	l.SourceLatency = max(0, now.Sub(c.Time()))
	l.captured++
	if l.waiting.IsZero() {
		l.waiting = c.Time()
	}
}

// apply notes that the target has everything up to a position.
func (l *lag) apply(to source.Position, at time.Time) {
	if to == l.Position {
		return
	}
	l.Position, l.waiting = to, time.Time{}
	if l.end.After(to) {
		l.waiting = at // Not later than the one that follows.
	}
	if at.IsZero() {
		return // It is where changes begin.
	}
	now := time.Now()
	l.AppliedAt, l.LastApplied = at, now
	l.TargetLatency = max(0, now.Sub(at))
}

// figures are the lag at a moment.
func (l *lag) figures(now time.Time) Lag {
	f := l.Lag
	f.CaughtUp = !l.end.After(l.Position)
	f.Pending = max(0, l.captured-l.applied)
	if f.CaughtUp {
		f.Pending = 0
	} else if !l.waiting.IsZero() {
		f.TargetLatency = max(f.TargetLatency, now.Sub(l.waiting))
	}
	if now.Sub(l.LastRead) > idle {
		f.SourceLatency = 0 // Nothing comes; what came last was read long ago.
		if f.CaughtUp {
			f.TargetLatency = 0
		}
	}
	if !l.paused.IsZero() {
		f.CaughtUp, f.SourceLatency = false, l.SourceLatency+now.Sub(l.paused)
	}
	if !l.Lost.IsZero() { // Nobody knows what the source has by now.
		away := now.Sub(l.Lost)
		f.CaughtUp, f.SourceLatency, f.TargetLatency = false, max(f.SourceLatency, away), max(f.TargetLatency, away)
	}
	return f
}

// idle is after how long without changes the age of the last one says nothing any more.
const idle = 15 * time.Second
