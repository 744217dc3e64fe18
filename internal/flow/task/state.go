package task

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
)

// phase is how far a task is, over all its tables.
type phase string

const (
	fresh     phase = ""          // It never ran, or its first start was cut off before anything could be kept.
	loading   phase = "loading"   // The start position is noted; tables are not all complete.
	following phase = "following" // Every table that can be is complete.
)

// state is what a task remembers of itself.
type state struct {
	Phase   phase           `json:"phase"`
	Start   source.Position `json:"start,omitempty"`  // Changes after it are followed.
	Cached  source.Position `json:"cached,omitempty"` // The end of the log when the full load was complete.
	Fresh   time.Time       `json:"fresh,omitzero"`   // Of the last start or reload.
	Began   time.Time       `json:"began,omitzero"`   // Of the last start of any kind.
	Ended   time.Time       `json:"ended,omitzero"`
	Loaded  time.Time       `json:"loaded,omitzero"` // When the full load was complete.
	Loading time.Time       `json:"loading,omitzero"`
	Tables  int             `json:"tables"`            // How many ids were given out.
	Lineage string          `json:"lineage,omitempty"` // Of all runs of the directory: part of the names of chunks.
	Runs    []string        `json:"runs,omitempty"`    // The run that owns the task in the target, and those that may.
	Loads   int             `json:"loads"`             // How many loads of tables were begun, of all starts: part of the names of chunks.
}

// tableState is what a task remembers of one table.
type tableState struct {
	ID       int             `json:"id"`
	Name     source.Name     `json:"name"`
	State    TableState      `json:"state"`
	Shape    *source.Table   `json:"shape,omitempty"` // As it is loaded: the chunks of a load all have it.
	Ranges   []source.Range  `json:"ranges,omitempty"`
	Prepared bool            `json:"prepared,omitempty"`
	Errors   int             `json:"errors,omitempty"` // How often it was given up.
	Load     int             `json:"load,omitempty"`
	Lineage  string          `json:"lineage,omitempty"` // Of the load.
	At       source.Position `json:"at,omitempty"`      // Of a table without key: its rows are those of this very position.
	Prior    source.Position `json:"prior,omitempty"`   // What At was before the last attempt to load them.
	Since    source.Position `json:"since,omitempty"`   // A place in the log where the table had Shape.
	Through  source.Position `json:"through,omitempty"` // The end of the log when the last row was read.
	Refit    bool            `json:"refit,omitempty"`   // The next load empties the target's table and alters it, whatever the settings say.
	Wanted   bool            `json:"wanted,omitempty"`  // It is to be loaded again; its changes are dropped until then.
	Unmet    bool            `json:"unmet,omitempty"`   // The source cannot tell of its changes yet; Error says why.
	Error    string          `json:"error,omitempty"`
	Counters
}

// store keeps the state in one file, which one process can open.
type store struct{ db *bbolt.DB }

var (
	taskBucket   = []byte("task")
	tablesBucket = []byte("tables")
	stateKey     = []byte("state")
)

const stateFile = "task.bbolt"

// openStore opens the file of a directory, or makes it.
func openStore(dir string) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the task's directory: %w", err)
	}
	path := filepath.Join(dir, stateFile)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bbolt.ErrTimeout) {
		return nil, &fault.Error{Kind: fault.Conflict, Code: CodeRunning, On: dir, Message: "another process runs this task", Hint: "Stop it, or give this one another name."}
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err1 := tx.CreateBucketIfNotExists(taskBucket)
		_, err2 := tx.CreateBucketIfNotExists(tablesBucket)
		return errors.Join(err1, err2)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return &store{db}, nil
}

// known reports whether a directory holds a task's state.
func known(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, stateFile))
	return !errors.Is(err, fs.ErrNotExist)
}

// read returns everything that is kept.
func (s *store) read() (st state, tables []tableState, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if text := tx.Bucket(taskBucket).Get(stateKey); text != nil {
			if err := json.Unmarshal(text, &st); err != nil {
				return err
			}
		}
		return tx.Bucket(tablesBucket).ForEach(func(_, text []byte) error {
			var one tableState
			if err := json.Unmarshal(text, &one); err != nil {
				return err
			}
			tables = append(tables, one)
			return nil
		})
	})
	if err != nil {
		return state{}, nil, fmt.Errorf("read the task's state: %w", err)
	}
	return st, tables, nil
}

// write keeps the task's state and that of some tables, in one transaction.
func (s *store) write(st state, tables ...tableState) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if err := put(tx.Bucket(taskBucket), stateKey, st); err != nil {
			return err
		}
		for _, one := range tables {
			if err := put(tx.Bucket(tablesBucket), []byte(one.Name.String()), one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep the task's state: %w", err)
	}
	return nil
}

// begin forgets all tables and keeps the state.
func (s *store) begin(st state) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		if err := tx.DeleteBucket(tablesBucket); err != nil {
			return err
		}
		if _, err := tx.CreateBucket(tablesBucket); err != nil {
			return err
		}
		return put(tx.Bucket(taskBucket), stateKey, st)
	})
	if err != nil {
		return fmt.Errorf("keep the task's state: %w", err)
	}
	return nil
}

func put(b *bbolt.Bucket, key []byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put(key, text)
}

func (s *store) close() error { return s.db.Close() }

// removeState deletes the file.
func removeState(dir string) error {
	if err := os.Remove(filepath.Join(dir, stateFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the task's state: %w", err)
	}
	_ = os.Remove(dir) // It stays when there are files of others.
	return nil
}
