package replicate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/node"
)

// statusFile has the figures of a task, for those who ask from another process.
const statusFile = "status.json"

// noter writes the figures of a task into its directory.
type noter struct {
	path string
	name string
	last time.Time
}

// noting begins to keep a task's figures.
func (p *printer) noting(dir string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = &noter{path: filepath.Join(dir, statusFile), name: filepath.Base(dir)}
}

// noteEnd keeps how the task ended.
func (p *printer) noteEnd(t *task.Task, err error) {
	figures := t.Statistics() // Not under the lock: lines come with the task's own.
	p.mu.Lock()
	defer p.mu.Unlock()
	state := node.TaskStopped
	if err != nil {
		state = node.TaskFailed
	}
	p.status.note(state, figures, true)
}

// note writes the figures, at most once a second unless it must. A file that cannot be
// written is older than a second; the task itself does not need it.
func (n *noter) note(state string, s task.Statistics, must bool) {
	if n == nil || !must && time.Since(n.last) < time.Second {
		return
	}
	n.last = time.Now()
	text, err := json.Marshal(node.StatusOf(n.name, node.OfCommand, state, s))
	if err != nil {
		return
	}
	if os.WriteFile(n.path+".new", text, 0o600) == nil {
		_ = os.Rename(n.path+".new", n.path)
	}
}

// Statuses are the tasks that inlet replicate made in a data directory, whether they run or not.
func Statuses(data string) ([]node.TaskStatus, error) {
	files, err := filepath.Glob(filepath.Join(data, "tasks", "*", commandFile))
	if err != nil {
		return nil, err
	}
	var all []node.TaskStatus
	for _, f := range files {
		s, err := statusOf(filepath.Dir(f))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func statusOf(dir string) (node.TaskStatus, error) {
	s := node.TaskStatus{Name: filepath.Base(dir), Kind: node.OfCommand, State: node.TaskReady}
	text, err := os.ReadFile(filepath.Join(dir, statusFile))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("status of task %s: %w", s.Name, err)
	}
	running, err := task.Running(dir)
	if err != nil {
		return s, fmt.Errorf("status of task %s: %w", s.Name, err)
	}
	switch {
	case running:
		s.State = node.TaskRunning
	case s.State == node.TaskRunning:
		s.State = node.TaskFailed // It was killed: it said nothing more.
	}
	return s, nil
}
