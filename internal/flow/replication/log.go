package replication

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/guard"
)

// openLog makes the log of a run: its lines go to CloudWatch Logs when the settings
// say so and DMS may write there, its warnings and errors to the node's own log, too. It
// needs Store.mu.
func (s *Store) openLog(t *Task) *tasklog.Log {
	levels, on := severities(t.Settings)
	writer := &lineWriter{store: s, task: t.Identifier, account: t.Account, resource: t.ARN,
		request: guard.Request{Region: t.Region, Secure: true}, off: !on}
	writer.group, writer.stream = s.logOf(t)
	return tasklog.New(writer.write, levels)
}

// lineWriter puts a task's lines into its log stream, as the role for logs.
type lineWriter struct {
	store             *Store
	task              string
	account, resource string
	group, stream     string
	request           guard.Request

	mu   sync.Mutex
	off  bool // nothing is written: it is not wanted, or not allowed
	view *logs.View
}

func (w *lineWriter) write(l tasklog.Line) {
	switch l.Level {
	case tasklog.Error:
		w.store.Log.Error(l.Text, "task", w.task, "component", string(l.Component))
	case tasklog.Warning:
		w.store.Log.Warn(l.Text, "task", w.task, "component", string(l.Component))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.off {
		return
	}
	if err := w.put(l); err != nil {
		w.off = true
		w.store.Log.Warn("a replication task writes no log", "task", w.task, "error", err)
	}
}

// put writes a line; group and stream are made before the first. Without the role
// there is no log, as on AWS, and the task runs all the same.
func (w *lineWriter) put(l tasklog.Line) error {
	ctx := context.WithoutCancel(w.store.life)
	if w.view == nil {
		view, err := w.open(ctx)
		if err != nil {
			return err
		}
		w.view = view
	}
	text := l.String()
	if len(text) > longestLine {
		text = strings.ToValidUTF8(text[:longestLine], "") + " ... (cut)"
	}
	lines := []logs.Line{{Time: l.Time, Message: text}}
	_, err := w.view.Put(ctx, w.group, w.stream, lines)
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	if w.view, err = w.open(ctx); err != nil { // Somebody deleted the stream.
		return err
	}
	_, err = w.view.Put(ctx, w.group, w.stream, lines)
	return err
}

// longestLine is what is written of a line: CloudWatch Logs refuses what is longer than an event,
// and a line that is refused would end the log.
const longestLine = 256 << 10

func (w *lineWriter) open(ctx context.Context) (*logs.View, error) {
	by, err := w.store.Roles.Take(ctx, Assumption{Role: arn.Role(w.account, "/", logsRole), Service: Service, For: w.resource, Request: w.request})
	if err != nil {
		return nil, err
	}
	by.Request = w.request
	view := w.store.Logs.As(by)
	for _, make := range []func() error{
		func() error { return view.CreateGroup(ctx, logs.CreateGroupInput{Name: w.group}) },
		func() error { return view.CreateStream(ctx, w.group, w.stream) },
	} {
		if err := make(); err != nil && fault.KindOf(err) != fault.Exists {
			return nil, err
		}
	}
	return view, nil
}

// TaskLog is where the log of a task is.
type TaskLog struct {
	Task, Account, Region, Group, Stream string
	Enabled                              bool // by the task's settings
}

// FindLog finds the log of a task that goes by its identifier, its ARN or the ARN's last part.
func (v *View) FindLog(ctx context.Context, task string) (TaskLog, error) {
	t, err := v.findTask(ctx, task)
	if err != nil {
		return TaskLog{}, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	l := TaskLog{Task: t.Identifier, Account: t.Account, Region: t.Region}
	l.Group, l.Stream = v.store.logOf(&t)
	_, l.Enabled = severities(t.Settings)
	return l, nil
}

// FindJob finds what a task needs, by one of the same names.
func (v *View) FindJob(ctx context.Context, task string) (Job, error) {
	t, err := v.findTask(ctx, task)
	if err != nil {
		return Job{}, err
	}
	return v.store.job(ctx, t, v.by.Request)
}

func (v *View) findTask(ctx context.Context, task string) (Task, error) {
	if err := v.ask(ctx, question{action: "DescribeReplicationTasks"}); err != nil {
		return Task{}, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	var names []string
	for _, t := range v.store.tasks.all {
		if !v.mine(&t.Resource) {
			continue
		}
		if t.Identifier == strings.ToLower(task) || t.ARN == task || t.ID() == task {
			return *t, nil
		}
		names = append(names, t.Identifier)
	}
	slices.Sort(names)
	return Task{}, noTask(task, names)
}
