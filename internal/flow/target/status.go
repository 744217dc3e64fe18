package target

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlet-data/inlet/internal/flow/source"
)

// The control tables of DMS that settings turn on, with DMS's own columns.
const (
	statusTable = `awsdms_status (server_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL, task_status VARCHAR(32), status_time TIMESTAMP,
  pending_changes BIGINT, disk_swap_size BIGINT, task_memory BIGINT, source_current_position VARCHAR(128), source_current_timestamp TIMESTAMP,
  source_tail_position VARCHAR(128), source_tail_timestamp TIMESTAMP, source_timestamp_applied TIMESTAMP)`
	suspendedTable = `awsdms_suspended_tables (server_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL, table_owner VARCHAR(128) NOT NULL,
  table_name VARCHAR(128) NOT NULL, suspend_reason VARCHAR(32), suspend_timestamp TIMESTAMP)`
	historyTable = `awsdms_history (server_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL, timeslot_type VARCHAR(32) NOT NULL, timeslot TIMESTAMP NOT NULL,
  timeslot_duration BIGINT, timeslot_latency BIGINT, timeslot_records BIGINT, timeslot_volume BIGINT)`
	recoveryTable = `awsdms_txn_state (server_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL, state_time TIMESTAMP, checkpoint VARCHAR(1024))`
	tablesTable   = `inlet_replication_tables (server_name VARCHAR(128) NOT NULL, task_name VARCHAR(128) NOT NULL, source_schema VARCHAR(512) NOT NULL, source_table VARCHAR(512) NOT NULL,
  state VARCHAR(64), loaded_rows BIGINT, applied_inserts BIGINT, applied_updates BIGINT, applied_deletes BIGINT, last_changed TIMESTAMP,
  source_committed TIMESTAMP, caught_up BOOLEAN, behind_seconds DOUBLE PRECISION, noted TIMESTAMP)`
)

// replicationView adds how long ago the task last spoke: one that is silent is not well, whatever it said.
const replicationView = `inlet_replication AS SELECT server_name, task_name, source_schema, source_table, state, loaded_rows, applied_inserts, applied_updates,
  applied_deletes, last_changed, source_committed, caught_up, behind_seconds, noted, DATEDIFF(second, noted, GETDATE()) AS silent_seconds FROM `

// Control says which control tables a task keeps.
type Control struct{ Status, Suspended, History, Recovery bool }

// EnsureControl makes control tables that are not there yet.
func (t *Target) EnsureControl(ctx context.Context, c Control) error {
	for _, one := range []struct {
		wanted     bool
		definition string
	}{{c.Status, statusTable}, {c.Status, tablesTable}, {c.Suspended, suspendedTable}, {c.History, historyTable}, {c.Recovery, recoveryTable}} {
		if !one.wanted {
			continue
		}
		if err := t.once(ctx, one.definition); err != nil {
			return err
		}
	}
	return nil
}

// Status is a task's row of awsdms_status.
type Status struct {
	State     string // FULL LOAD, CHANGE PROCESSING or NOT RUNNING.
	Pending   int64
	DiskBytes int64
	Memory    int64
	Applied   source.Position
	AppliedAt time.Time // When the source committed what was last applied.
	Tail      source.Position
	TailAt    time.Time // When the source committed what was last read.
}

// SetStatus replaces the task's row of awsdms_status.
func (t *Target) SetStatus(ctx context.Context, s Status) error {
	const shown = 128
	values := []string{
		t.Literal(s.State), t.time(time.Now()), number(s.Pending), number(s.DiskBytes), number(s.Memory), t.Literal(cut(string(s.Applied), shown)), t.time(s.AppliedAt),
		t.Literal(cut(string(s.Tail), shown)), t.time(s.TailAt), t.time(s.AppliedAt),
	}
	return t.replace(ctx, statusTable, "", [][]string{values})
}

// SetRecovery replaces the task's row of awsdms_txn_state.
func (t *Target) SetRecovery(ctx context.Context, checkpoint string) error {
	return t.replace(ctx, recoveryTable, "", [][]string{{t.time(time.Now()), t.Literal(cut(checkpoint, 1024))}})
}

// Suspend notes in awsdms_suspended_tables that a table is given up.
func (t *Target) Suspend(ctx context.Context, table source.Name, reason string) error {
	values := []string{t.Literal(cut(table.Schema, 128)), t.Literal(cut(table.Table, 128)), t.Literal(cut(reason, 32)), t.time(time.Now())}
	return t.replace(ctx, suspendedTable, t.ofTable(table), [][]string{values})
}

// Unsuspend takes a table's row away, since it is loaded again.
func (t *Target) Unsuspend(ctx context.Context, table source.Name) error {
	return t.replace(ctx, suspendedTable, t.ofTable(table), nil)
}

// ofTable is the condition that selects a table's rows.
func (t *Target) ofTable(table source.Name) string {
	return " AND table_owner = " + t.Literal(cut(table.Schema, 128)) + " AND table_name = " + t.Literal(cut(table.Table, 128))
}

// Slot is a row of awsdms_history: what a task did in a few minutes.
type Slot struct {
	Kind    string // Full Load or Change Processing.
	End     time.Time
	Minutes int64
	Latency int64 // Seconds.
	Records int64
	Volume  int64 // MB.
}

// AddHistory replaces a slot.
func (t *Target) AddHistory(ctx context.Context, s Slot) error {
	values := []string{t.Literal(s.Kind), t.time(s.End), number(s.Minutes), number(s.Latency), number(s.Records), number(s.Volume)}
	return t.replace(ctx, historyTable, " AND timeslot_type = "+t.Literal(s.Kind)+" AND timeslot = "+t.time(s.End), [][]string{values})
}

// TableStatus is a table's row of inlet_replication.
type TableStatus struct {
	Table                     source.Name
	State                     string
	Rows                      int64
	Inserts, Updates, Deletes int64
	Changed                   time.Time
}

// SetTables replaces the task's rows of inlet_replication. The lag is that of the task:
// what the source committed up to its AppliedAt is in all of them.
func (t *Target) SetTables(ctx context.Context, all []TableStatus, s Status, behind time.Duration) error {
	caughtUp := "FALSE"
	if s.Pending == 0 {
		caughtUp = "TRUE"
	}
	var rows [][]string
	for _, one := range all {
		rows = append(rows, []string{
			t.Literal(one.Table.Schema), t.Literal(one.Table.Table), t.Literal(one.State), number(one.Rows), number(one.Inserts), number(one.Updates), number(one.Deletes),
			t.time(one.Changed), t.time(s.AppliedAt), caughtUp, fmt.Sprintf("%.3f", behind.Seconds()), t.time(time.Now()),
		})
	}
	return t.replace(ctx, tablesTable, "", rows)
}

// replace deletes the task's rows of a control table that match, and adds others, in one transaction.
func (t *Target) replace(ctx context.Context, definition, match string, rows [][]string) error {
	table, _, _ := strings.Cut(definition, " ")
	if err := t.once(ctx, definition); err != nil {
		return err
	}
	sql := "DELETE FROM " + t.control + "." + table + " WHERE " + t.mine() + match
	for i, values := range rows {
		if i == 0 {
			sql += "; INSERT INTO " + t.control + "." + table + " VALUES "
		} else {
			sql += ", "
		}
		sql += "(" + t.me() + ", " + strings.Join(values, ", ") + ")"
	}
	return t.retry(ctx, "write "+table, func(ctx context.Context) error {
		return t.transact(ctx, func(ctx context.Context, x *Tx) error {
			_, err := x.s.exec(ctx, sql)
			return err
		})
	})
}

// once makes a control table at its first use.
func (t *Target) once(ctx context.Context, definition string) error {
	t.mu.Lock()
	made := t.made[definition]
	t.mu.Unlock()
	if made {
		return nil
	}
	err := t.with(ctx, "make a control table", func(ctx context.Context, s *session) error {
		if err := t.makeControl(ctx, s, definition); err != nil || definition != tablesTable {
			return err
		}
		return t.explain(t.make(ctx, s, "CREATE OR REPLACE VIEW "+t.control+"."+replicationView+t.control+".inlet_replication_tables"))
	})
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made == nil {
		t.made = map[string]bool{}
	}
	t.made[definition] = true
	return nil
}

// forgetStatus takes the task's rows out of those control tables that are there.
func (t *Target) forgetStatus(ctx context.Context, s *session) error {
	for _, definition := range []string{statusTable, suspendedTable, recoveryTable, tablesTable} {
		table, _, _ := strings.Cut(definition, " ")
		_, err := s.exec(ctx, "DELETE FROM "+t.control+"."+table+" WHERE "+t.mine())
		if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "42P01" {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}
