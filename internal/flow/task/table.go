package task

import (
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// table is one table of a task. Task.mu guards it.
type table struct {
	tableState
	plan      *mapping.Plan   // Of the load.
	have      []target.Column // The target's, once its rows are looked at; nil before.
	todo      []int           // Chunks that nobody has begun.
	wrong     int64           // Values and rows of the load that the target refused.
	busy      int             // Chunks on their way.
	done      int             // Chunks in the target.
	stale     bool            // It was altered while it was loaded: it begins anew once no chunk is on its way.
	recovered bool            // It was in error before.
	changed   bool            // Its figures were not told yet.
	failed    error           // Why it is given up.
}

// loaded reports whether the rows of the full load are in the target.
func (t *table) loaded() bool { return t.State == Completed || t.State == DoesNotExist }

// chunk is the name of a part of a table's load in the target's marks. Loads are
// numbered over the task's life, so that no mark of an earlier one is taken for it, and
// have the name of the directory, so that none of another's is.
func (t *table) chunk(n int) string {
	id := fmt.Sprintf("%d.%d", t.Load, n)
	if t.Lineage != "" {
		id = t.Lineage + "." + id
	}
	return id
}

// label is how log lines call a table.
func (t *table) label() string { return label(t.Name, t.ID) }

func label(n source.Name, id int) string {
	return fmt.Sprintf("'%s'.'%s' (Id = %d)", n.Schema, n.Table, id)
}

// columnsOf are the names of a table's columns.
func columnsOf(t *source.Table) []string {
	all := make([]string, len(t.Columns))
	for i := range t.Columns {
		all[i] = t.Columns[i].Name
	}
	return all
}

// restart makes the table ready for a load from its beginning; t.mu of the task is held.
func (t *table) restart(st *state) {
	st.Loads++
	t.Load, t.Lineage = st.Loads, st.Lineage
	t.Shape, t.Ranges, t.Prepared, t.At, t.Since, t.Through, t.Error = nil, nil, false, "", "", "", ""
	t.plan, t.todo, t.done, t.wrong, t.Wanted, t.stale, t.failed = nil, nil, 0, 0, false, false, nil
	t.FullLoadRows, t.FullLoadBytes, t.FullLoadErrorRows = 0, 0, 0
	t.FullLoadStart, t.FullLoadEnd = time.Time{}, time.Time{}
}

// statistics are the table's figures; Task.mu is held.
func (t *table) statistics() TableStatistics {
	s := TableStatistics{Name: t.Name, ID: t.ID, State: t.State, Error: t.Error, Counters: t.Counters, Chunks: len(t.Ranges), ChunksLoaded: t.done}
	if t.Shape != nil {
		s.Estimate = t.Shape.Rows
	}
	return s
}
