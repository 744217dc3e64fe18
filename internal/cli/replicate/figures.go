package replicate

import (
	"fmt"
	"strconv"
	"time"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// left is how long a load still takes at its pace, 0 when it is not known.
func (t *pace) left() time.Duration {
	if t.rate <= 0 || t.Estimate <= t.FullLoadRows {
		return 0
	}
	return time.Duration(float64(t.Estimate-t.FullLoadRows) / t.rate * float64(time.Second)).Round(time.Second)
}

// text is a table's line.
func (t *pace) text() string {
	s := fmt.Sprintf("%-30s  %-15s  %12s rows", t.Name, t.State, thousands(t.FullLoadRows))
	switch t.State {
	case task.Loading, task.BeingReloaded:
		if t.Estimate > 0 {
			s += " of about " + thousands(t.Estimate)
		}
		if t.rate > 0 {
			s += ", " + thousands(int64(t.rate)) + " rows/s"
		}
		if left := t.left(); left > 0 {
			s += ", " + left.String() + " left"
		}
	case task.Completed:
		if n := t.AppliedInserts + t.AppliedUpdates + t.AppliedDeletes; n > 0 {
			s += ", " + thousands(n) + " changes"
		}
	case task.TableError:
		s += "  " + t.Error
	}
	return s
}

// lag is the line on how far changes are applied.
func (p *printer) lag() string {
	s := &p.task
	if !s.Lost.IsZero() {
		return fmt.Sprintf("the source cannot be reached since %s, for %.0f s; it is tried again", clock(s.Lost), s.SourceLatency.Seconds())
	}
	if s.LastApplied.IsZero() {
		return "following changes; none yet"
	}
	if s.CaughtUp {
		return fmt.Sprintf("following changes: everything read is applied, up to %s; commit to visible %.1f s", clock(s.AppliedAt), s.TargetLatency.Seconds())
	}
	return fmt.Sprintf("following changes: %d transactions wait, applied up to %s, %.1f s behind", s.Pending, clock(s.AppliedAt), s.TargetLatency.Seconds())
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "the start"
	}
	return t.UTC().Format("15:04:05") + " UTC"
}

// thousands writes a number with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// tableLine is a table's figures for programs.
type tableLine struct {
	Type      string          `json:"type"`
	Time      time.Time       `json:"time"`
	Schema    string          `json:"schema"`
	Table     string          `json:"table"`
	State     task.TableState `json:"state"`
	Rows      int64           `json:"rows"`
	Estimate  int64           `json:"estimate"`
	Rate      int64           `json:"rows_per_second"`
	Left      float64         `json:"seconds_left"`
	Bytes     int64           `json:"bytes"`
	Inserts   int64           `json:"inserts"`
	Updates   int64           `json:"updates"`
	Deletes   int64           `json:"deletes"`
	DDLs      int64           `json:"ddls"`
	Applied   int64           `json:"applied"`
	Truncated int64           `json:"truncated"`
	Error     string          `json:"error,omitempty"`
}

func (p *printer) tableJSON(t *pace) {
	t.shown = time.Now()
	_ = printJSON(p.o, tableLine{
		Type: "table", Time: t.shown.UTC(), Schema: t.Schema, Table: t.Table, State: t.State, Rows: t.FullLoadRows, Estimate: t.Estimate,
		Rate: int64(t.rate), Left: t.left().Seconds(), Bytes: t.FullLoadBytes, Inserts: t.Inserts, Updates: t.Updates, Deletes: t.Deletes, DDLs: t.Ddls,
		Applied: t.AppliedInserts + t.AppliedUpdates + t.AppliedDeletes, Truncated: t.Truncated, Error: t.Error,
	}) // A reader that went away is found at the end.
}

// taskLine is the task's figures for programs.
type taskLine struct {
	Type        string    `json:"type"`
	Time        time.Time `json:"time"`
	Percent     int       `json:"full_load_percent"`
	Loaded      int       `json:"tables_loaded"`
	Loading     int       `json:"tables_loading"`
	Queued      int       `json:"tables_queued"`
	Errored     int       `json:"tables_errored"`
	Position    string    `json:"position,omitempty"`
	ReadAt      time.Time `json:"read_commit,omitzero"`
	LastRead    time.Time `json:"last_read,omitzero"`
	AppliedAt   time.Time `json:"applied_commit,omitzero"`
	LastApplied time.Time `json:"last_applied,omitzero"`
	Lost        time.Time `json:"source_lost,omitzero"`
	Pending     int64     `json:"pending"`
	CaughtUp    bool      `json:"caught_up"`
	Source      float64   `json:"source_latency_seconds"`
	Target      float64   `json:"target_latency_seconds"`
}

// taskJSON tells the task's figures once a second.
func (p *printer) taskJSON() {
	if time.Since(p.told) < time.Second {
		return
	}
	p.told = time.Now()
	s := &p.task
	_ = printJSON(p.o, taskLine{
		Type: "task", Time: p.told.UTC(), Percent: s.FullLoadProgressPercent, Loaded: s.TablesLoaded, Loading: s.TablesLoading, Queued: s.TablesQueued,
		Errored: s.TablesErrored, Position: string(s.Position), ReadAt: s.ReadAt, LastRead: s.LastRead, AppliedAt: s.AppliedAt, LastApplied: s.LastApplied,
		Lost: s.Lost, Pending: s.Pending, CaughtUp: s.CaughtUp, Source: s.SourceLatency.Seconds(), Target: s.TargetLatency.Seconds(),
	}) // A reader that went away is found at the end.
}
