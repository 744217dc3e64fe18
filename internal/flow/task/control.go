package task

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// noted is how often control tables are written: each time is a commit of the warehouse.
const noted = 10 * time.Second

// The words of awsdms_status.
const (
	statusLoading  = "FULL LOAD"
	statusChanging = "CHANGE PROCESSING"
	statusStopped  = "NOT RUNNING"
)

// note writes the control tables that settings ask for until the context ends.
func (r *run) note(ctx context.Context) {
	tick := time.NewTicker(noted)
	defer tick.Stop()
	for {
		if err := r.noteOnce(ctx, r.status()); err != nil && ctx.Err() == nil {
			r.say(tasklog.TaskManager, tasklog.Warning, err) // The task does its work without them.
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-r.news:
		}
	}
}

func (r *run) noteOnce(ctx context.Context, s target.Status) error {
	control := &r.c.Settings.ControlTablesSettings
	if control.StatusTableEnabled {
		if err := r.target.SetStatus(ctx, s); err != nil {
			return err
		}
		if err := r.target.SetTables(ctx, r.tableStatus(), s, r.Statistics().TargetLatency); err != nil {
			return err
		}
	}
	if r.c.Settings.TargetMetadata.TaskRecoveryTableEnabled && s.Applied != "" {
		if err := r.target.SetRecovery(ctx, Checkpoint(s.Applied)); err != nil {
			return err
		}
	}
	if control.HistoryTableEnabled {
		return r.slot.write(ctx, r, s)
	}
	return nil
}

// status is the task's row of awsdms_status.
func (r *run) status() target.Status {
	f := r.Statistics()
	s := target.Status{State: statusChanging, Pending: f.Pending, Applied: f.Position, AppliedAt: f.AppliedAt, TailAt: f.ReadAt}
	if f.TablesLoading+f.TablesQueued > 0 || !r.follows() {
		s.State = statusLoading
	}
	if !f.CaughtUp {
		s.Pending = max(s.Pending, 1)
	}
	if r.spool != nil {
		s.DiskBytes, _ = r.spool.Size()
		s.Tail = r.spool.End()
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	s.Memory = int64(memory.HeapInuse)
	return s
}

func (r *run) tableStatus() []target.TableStatus {
	var all []target.TableStatus
	for _, t := range r.Tables() {
		all = append(all, target.TableStatus{Table: t.Name, State: string(t.State), Rows: t.FullLoadRows, Inserts: t.AppliedInserts, Updates: t.AppliedUpdates,
			Deletes: t.AppliedDeletes, Changed: t.LastUpdate})
	}
	return all
}

// noteStopped writes the last row of a run.
func (r *run) noteStopped() error {
	if r.slot == nil || !r.c.Settings.ControlTablesSettings.StatusTableEnabled {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), noted)
	defer cancel()
	s := r.status()
	s.State = statusStopped
	return r.noteOnce(ctx, s)
}

// makeControl makes the control tables that settings ask for.
func (r *run) makeControl(ctx context.Context) error {
	c := &r.c.Settings.ControlTablesSettings
	r.slot = r.newSlot()
	return r.target.EnsureControl(ctx, target.Control{Status: c.StatusTableEnabled, Suspended: c.SuspendedTablesTableEnabled, History: c.HistoryTableEnabled,
		Recovery: r.c.Settings.TargetMetadata.TaskRecoveryTableEnabled})
}

// noteSuspended enters a table into the control table of those that are given up.
func (r *run) noteSuspended(ctx context.Context, t *table) error {
	if !r.c.Settings.ControlTablesSettings.SuspendedTablesTableEnabled {
		return nil
	}
	return r.target.Suspend(ctx, t.Name, "Table error")
}

// noteLoaded takes tables out again that are complete now.
func (r *run) noteLoaded(ctx context.Context, tables []*table) error {
	if !r.c.Settings.ControlTablesSettings.SuspendedTablesTableEnabled {
		return nil
	}
	r.mu.Lock()
	var names []source.Name
	for _, t := range tables {
		if t.State == Completed && (t.FullLoadReloaded || t.recovered) {
			names = append(names, t.Name)
		}
	}
	r.mu.Unlock()
	for _, n := range names {
		if err := r.target.Unsuspend(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// letGo frees what is applied: in the spool, and with the source what the spool has.
func (r *run) letGo() {
	r.mu.Lock()
	applied := r.lag.Position
	r.mu.Unlock()
	if end := r.spool.End(); end != "" {
		r.c.Source.Applied(end)
	}
	if applied == "" {
		return
	}
	if err := r.spool.Release(applied); err != nil {
		r.say(tasklog.Sorter, tasklog.Warning, err)
	}
}

// timeslot counts for awsdms_history.
type timeslot struct {
	minutes        int64
	end            time.Time
	records, bytes int64 // At its beginning.
}

func (r *run) newSlot() *timeslot {
	s := &timeslot{minutes: int64(r.c.Settings.ControlTablesSettings.HistoryTimeslotInMinutes)}
	s.begin(r)
	return s
}

func (s *timeslot) begin(r *run) {
	width := time.Duration(s.minutes) * time.Minute
	s.end = time.Now().UTC().Truncate(width).Add(width)
	s.records, s.bytes = s.totals(r)
}

// totals are the rows and bytes that have come into the target.
func (s *timeslot) totals(r *run) (records, bytes int64) {
	for _, t := range r.Tables() {
		records += t.FullLoadRows + t.AppliedInserts + t.AppliedUpdates + t.AppliedDeletes
		bytes += t.FullLoadBytes
	}
	return records, bytes
}

// write replaces the row of the slot, and begins the next one when it is over.
func (s *timeslot) write(ctx context.Context, r *run, st target.Status) error {
	const megabyte = 1 << 20
	records, bytes := s.totals(r)
	kind := "Change Processing"
	if st.State == statusLoading {
		kind = "Full Load"
	}
	row := target.Slot{Kind: kind, End: s.end, Minutes: s.minutes, Latency: int64(r.Statistics().TargetLatency.Seconds()), Records: records - s.records, Volume: (bytes - s.bytes) / megabyte}
	if err := r.target.AddHistory(ctx, row); err != nil {
		return err
	}
	if time.Now().After(s.end) {
		s.begin(r)
	}
	return nil
}

// Checkpoint is a position in the shape of DMS's RecoveryCheckpoint.
func Checkpoint(p source.Position) string { return fmt.Sprintf("checkpoint:V1#1#%s#0#0#*#0#0", p) }

// ParseCheckpoint reads a position that Checkpoint printed.
func ParseCheckpoint(text string) (source.Position, error) {
	rest, ok := strings.CutPrefix(text, "checkpoint:V1#1#")
	p, ok2 := strings.CutSuffix(rest, "#0#0#*#0#0")
	if !ok || !ok2 || p == "" {
		return "", &fault.Error{Kind: fault.Invalid, Code: "InvalidCheckpoint", Message: fmt.Sprintf("%.200q is not a checkpoint of this program", text), Hint: "RecoveryCheckpoint and awsdms_txn_state have them."}
	}
	return source.Position(p), nil
}
