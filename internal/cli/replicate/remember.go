package replicate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/node"
)

// command is what a task's directory keeps of the flags, without passwords.
type command struct {
	From        string   `json:"from"`
	To          string   `json:"to"`
	Tables      []string `json:"tables,omitempty"`
	Mode        string   `json:"mode"`
	Stage       string   `json:"stage,omitempty"`
	Role        string   `json:"role,omitempty"`
	Mappings    string   `json:"mappings,omitempty"`
	Settings    string   `json:"settings,omitempty"`
	TypeMapping string   `json:"type_mapping,omitempty"`
}

const commandFile = "command.json"

// remember keeps the flags for those who ask about the task later.
func (j *job) remember() error {
	o := j.o
	c := command{From: withoutPassword(o.From), To: withoutPassword(o.To), Tables: o.Tables, Mode: o.Mode, Stage: o.Stage, Role: o.Role, TypeMapping: o.TypeMapping}
	var err1, err2 error
	c.Mappings, err1 = absolute(o.Mappings)
	c.Settings, err2 = absolute(o.Settings)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(j.dir(), commandFile), append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("remember the command: %w", err)
	}
	return nil
}

func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

// withoutPassword is a URL as it may be kept and shown.
func withoutPassword(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.User == nil {
		return raw
	}
	u.User = url.User(u.User.Username())
	return u.String()
}

// CodeNoTask is the code of an error: nobody made the task by inlet replicate.
const CodeNoTask = "NoTask"

// Remembered are the flags of a task of a data directory; name may be "" when there is but one.
func Remembered(data, name string) (*Options, error) {
	if data == "" {
		var err error
		if data, err = node.DefaultData(); err != nil {
			return nil, err
		}
	}
	if name == "" {
		var err error
		if name, err = only(data); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(filepath.Join(data, "tasks", name, commandFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noTask(data, name)
	}
	if err != nil {
		return nil, fmt.Errorf("read task %s: %w", name, err)
	}
	var c command
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("read task %s: %w", name, err)
	}
	return &Options{From: c.From, To: c.To, Tables: c.Tables, Mode: c.Mode, Stage: c.Stage, Role: c.Role, Mappings: c.Mappings, Settings: c.Settings,
		TypeMapping: c.TypeMapping, Name: name, Data: data}, nil
}

// only is the one task of a data directory.
func only(data string) (string, error) {
	names, err := filepath.Glob(filepath.Join(data, "tasks", "*", commandFile))
	if err != nil {
		return "", err
	}
	if len(names) == 1 {
		return filepath.Base(filepath.Dir(names[0])), nil
	}
	return "", noTask(data, "")
}

func noTask(data, name string) error {
	found, _ := filepath.Glob(filepath.Join(data, "tasks", "*", commandFile)) // The pattern is well-formed.
	var all []string
	for _, f := range found {
		all = append(all, filepath.Base(filepath.Dir(f)))
	}
	e := &fault.Error{Kind: fault.NotFound, Code: CodeNoTask, Message: "there is no task " + name + " in " + data, Hint: "inlet replicate makes one."}
	if name == "" {
		e.Message = "the task must be named"
	}
	if len(all) > 0 {
		e.Hint = "There are: " + strings.Join(all, ", ")
	}
	return e
}

// With calls f with the task that the flags describe, while its warehouse can be reached. Nothing runs.
func (o *Options) With(ctx context.Context, f func(context.Context, task.Config) error) (err error) {
	j, err := o.job()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.source.Close()) }()
	quiet := *o
	quiet.Check = true // Nothing is made, either.
	return quiet.reach(ctx, func(ctx context.Context, w *warehouse) error {
		j.warehouse = w
		return f(ctx, j.config())
	})
}
