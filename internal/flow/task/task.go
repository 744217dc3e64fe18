// Package task runs a replication: it joins source, mapping, staging, spool and
// target to a full load and the changes after it, resumes where it was, and says
// in DMS's words how far it is.
package task

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// Type is what a task does, in DMS's words.
type Type string

// The migration types.
const (
	FullLoad       Type = "full-load"
	CDC            Type = "cdc"
	FullLoadAndCDC Type = "full-load-and-cdc"
)

// DefaultChunkRows is about how many rows are loaded by one COPY.
const DefaultChunkRows = 200_000

// Config says what a task is made of.
type Config struct {
	Server, Name string // As control tables and messages call them.
	Type         Type
	Source       source.Source
	Engine       string // Of the source: mysql, mariadb or postgres.
	Target       target.Config
	Stage        stage.Options
	Mapping      *mapping.Document
	Settings     *settings.Settings
	Types        mapping.Types
	Dir          string          // What is not kept in the target: positions, chunks, spooled changes.
	From         source.Position // Where changes begin, when it is not the place of the first start.
	Since        time.Time       // They begin with what was committed at this time, when it is not zero; From is empty then.
	Until        Until
	ChunkRows    int   // 0 is DefaultChunkRows.
	SpoolBytes   int64 // How much may be captured ahead; 0 is the spool's default.
	Log          *tasklog.Log
	Progress     func(Event) // Hears of every change of a table and of each second; may be nil.
}

// Until says when a task ends by itself.
type Until struct {
	CaughtUp   bool      // Once everything is applied that was committed when the full load was complete.
	ServerTime time.Time // The clock reaches it.
	CommitTime time.Time // The first transaction committed after it is not applied any more.
}

// Event tells of progress: of one table, or of the task when Table is nil.
type Event struct {
	Table *TableStatistics
	Task  Statistics
}

// Task is one replication. Run runs it; the other methods may be called at any time.
type Task struct {
	c   Config
	log *tasklog.Log

	mu      sync.Mutex
	state   state
	tables  map[source.Name]*table
	order   []*table
	matches map[source.Name]bool // Whether the mapping takes tables that are not there yet.
	running *run                 // Nil while it does not run.

	validations map[source.Name]Validation
	lag         lag
	cuts        mapping.Cuts
}

// New makes a task and reads what an earlier run kept of it.
func New(c Config) (*Task, error) {
	if c.Source == nil || c.Mapping == nil || c.Dir == "" || c.Name == "" {
		return nil, errors.New("a task needs a source, a mapping, a name and a directory")
	}
	if c.Settings == nil {
		var err error
		if c.Settings, err = settings.Parse(nil); err != nil {
			return nil, fmt.Errorf("default settings: %w", err)
		}
	}
	if c.ChunkRows <= 0 {
		c.ChunkRows = DefaultChunkRows
	}
	t := &Task{c: c, log: c.Log, tables: map[source.Name]*table{}, matches: map[source.Name]bool{}}
	if !known(c.Dir) {
		return t, nil
	}
	s, err := openStore(c.Dir)
	if err != nil {
		return nil, err
	}
	return t, errors.Join(t.recall(s), s.close())
}

// recall takes over what is kept.
func (t *Task) recall(s *store) error {
	st, tables, err := s.read()
	if err != nil {
		return err
	}
	slices.SortFunc(tables, func(a, b tableState) int { return a.ID - b.ID })
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.order = st, nil
	clear(t.tables)
	for _, one := range tables {
		t.add(&table{tableState: one})
	}
	return nil
}

// add takes one more table; t.mu is held.
func (t *Task) add(one *table) {
	t.tables[one.Name] = one
	t.order = append(t.order, one)
}

// follows reports whether the task follows changes.
func (t *Task) follows() bool { return t.c.Type != FullLoad }

// spoolDir is where captured changes wait.
func (t *Task) spoolDir() string { return filepath.Join(t.c.Dir, "spool") }

// Begun reports whether the task has ever run.
func (t *Task) Begun() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state.Phase != fresh
}

// Complete reports whether a full load is over and nothing is to be followed.
func (t *Task) Complete() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.c.Type == FullLoad && t.state.Phase == following
}

// Run runs the task until it has done what its type asks for, the context ends, or an
// error does. It says why it ended; the error is nil when nothing went wrong.
func (t *Task) Run(ctx context.Context, how Start) (stop Stop, err error) {
	r, err := t.open(ctx)
	if err != nil {
		t.say(tasklog.TaskManager, tasklog.Error, err)
		return stopOf(err)
	}
	err = r.begin(ctx, how)
	if err == nil {
		err = r.work(ctx)
	}
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || recoverable(err)) {
		err = nil // Somebody stopped it; connections that were closed for it are no failure.
	}
	stop, err = stopOf(err)
	err = errors.Join(err, r.close(stop, err))
	return stop, err
}

// Reload asks a running task to load tables again, from now.
func (t *Task) Reload(names ...source.Name) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running == nil {
		return &fault.Error{Kind: fault.Conflict, Code: "TaskNotRunning", On: t.c.Name, Message: "the task does not run", Hint: "Start it, then reload its tables."}
	}
	for _, n := range names {
		if t.tables[n] == nil {
			return &fault.Error{Kind: fault.NotFound, Code: "TaskNoTable", On: n.String(), Message: "the task has no such table"}
		}
	}
	for _, n := range names {
		one := t.tables[n]
		one.Wanted = true
		if t.prep() == target.DoNothing {
			one.Refit = true // Its rows would else be there twice.
			t.log.Printf(tasklog.TablesManager, tasklog.Warning, "Table %s is emptied before it is loaded again, although TargetTablePrepMode is DO_NOTHING: its rows would else be there twice", one.label())
		}
		if err := t.running.keep(one); err != nil {
			return err
		}
	}
	t.running.wake()
	return nil
}
