package replicate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/node"
)

// job is what the flags ask for.
type job struct {
	o         *Options
	name      string
	source    source.Source
	engine    string
	mapping   *mapping.Document
	settings  *settings.Settings
	types     mapping.Types
	warehouse *warehouse
}

// job reads the flags and the files they name.
func (o *Options) job() (*job, error) {
	if o.From == "" {
		return nil, missing("--from", "where the tables are, such as mysql://user@host:3306")
	}
	if (len(o.Tables) == 0) == (o.Mappings == "") {
		return nil, missing("--tables or --mappings", "which tables to take, such as --tables 'demo1.cdcdata,shop.*'")
	}
	switch task.Type(o.Mode) {
	case task.FullLoad, task.CDC, task.FullLoadAndCDC:
	default:
		return nil, unknown("--mode", o.Mode, "full-load, cdc or full-load-and-cdc")
	}
	j := &job{o: o, name: cmp.Or(o.Name, o.identity())}
	var err error
	if j.types, err = task.TypesOf(o.TypeMapping); err != nil {
		return nil, unknown("--type-mapping", o.TypeMapping, "widest or dms")
	}
	if j.mapping, err = o.document(); err != nil {
		return nil, err
	}
	if j.settings, err = o.taskSettings(); err != nil {
		return nil, err
	}
	j.source, j.engine, err = task.OpenSource(o.From, task.Open{Name: j.name, Env: o.Env})
	return j, err
}

func missing(flag, what string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "MissingFlag", Message: flag + " is missing", Hint: "It says " + what + "."}
}

func unknown(flag, value, known string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "InvalidFlag", Message: fmt.Sprintf("%s is %q", flag, value), Hint: "It may be " + known + "."}
}

// identity names the task after what it does, so that the same command finds its own state.
func (o *Options) identity() string {
	from := o.From
	if u, err := url.Parse(from); err == nil && u.User != nil {
		u.User = url.User(u.User.Username())
		from = u.String()
	}
	sum := sha256.Sum256([]byte(strings.Join(append([]string{from, o.To, o.Mode, o.Mappings}, o.Tables...), "\n")))
	first := "tables"
	if len(o.Tables) > 0 {
		first, _, _ = strings.Cut(o.Tables[0], ".")
	}
	word := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(first))
	return cmp.Or(word, "tables") + "-" + hex.EncodeToString(sum[:4])
}

// document is which tables are taken.
func (o *Options) document() (*mapping.Document, error) {
	if o.Mappings == "" {
		return mapping.Explicit(o.Tables...)
	}
	text, err := os.ReadFile(o.Mappings)
	if err != nil {
		return nil, fmt.Errorf("read the mappings: %w", err)
	}
	d, err := mapping.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Mappings, err)
	}
	return d, nil
}

// taskSettings are the file's, or the command's own.
func (o *Options) taskSettings() (*settings.Settings, error) {
	switch o.Prepare {
	case "", "do-nothing", "truncate", "drop":
	default:
		return nil, unknown("--prepare", o.Prepare, "do-nothing, truncate or drop")
	}
	if o.Settings == "" {
		return task.Settings(nil, o.Prepare)
	}
	text, err := os.ReadFile(o.Settings)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	s, err := task.Settings(text, o.Prepare)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Settings, err)
	}
	return s, nil
}

// dir is where the task keeps its state.
func (j *job) dir() string { return filepath.Join(j.warehouse.data, "tasks", j.name) }

// config is the task, for the warehouse that was reached.
func (j *job) config() task.Config {
	w := j.warehouse
	target, stage := w.target, w.stage
	target.Server, target.Task, target.ControlSchema = "inlet", j.name, j.settings.ControlTablesSettings.ControlSchema
	return task.Config{
		Server: "inlet", Name: j.name, Type: task.Type(j.o.Mode), Source: j.source, Engine: j.engine, Target: target, Stage: stage,
		Mapping: j.mapping, Settings: j.settings, Types: j.types, Dir: j.dir(), Until: task.Until{CaughtUp: j.o.UntilCaughtUp},
	}
}

// run replicates.
func (j *job) run(ctx context.Context) error {
	p := newPrinter(j.o)
	if err := errors.Join(p.keep(j.dir()), j.remember()); err != nil {
		return err
	}
	c := j.config()
	c.Progress = p.event
	c.Log = tasklog.New(p.line, task.Severities(j.settings))
	t, err := task.New(c)
	if err != nil {
		return err
	}
	how := task.StartReplication
	switch {
	case j.o.Reload:
		how = task.ReloadTarget
	case t.Complete():
		p.say("all tables of task %s are loaded; --reload loads them again", j.name)
		return j.whole(t)
	case t.Begun():
		how = task.ResumeProcessing
	}
	if err := j.makeWay(ctx, p, how, t.Begun()); err != nil {
		return err
	}
	p.begin(j.name, how)
	p.noting(j.dir())
	began := time.Now()
	stop, err := t.Run(ctx, how)
	p.end(t, stop, time.Since(began))
	p.noteEnd(t, err)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Canceled
	}
	return j.whole(t)
}

// makeWay decides what becomes of rows in the target that nobody spoke of: those the
// task loaded itself are replaced, others are in the way.
func (j *job) makeWay(ctx context.Context, p *printer, how task.Start, begun bool) error {
	switch {
	case j.o.Prepare != "" || j.o.Settings != "" || how == task.ResumeProcessing || j.o.Mode == string(task.CDC):
		return nil
	case begun:
		j.settings.FullLoadSettings.TargetTablePrepMode = settings.TruncateBeforeLoad
		return nil
	}
	return task.Patiently(ctx, j.settings, func(err error, wait time.Duration) {
		message, _ := node.Explain(err)
		p.say("the source cannot be reached: %s; it is tried again in %v", message, wait)
	}, j.empty)
}

// whole fails when a table is not: a command is not green with rows missing.
func (j *job) whole(t *task.Task) error {
	var all []error
	for _, s := range t.Tables() {
		if s.State != task.Completed {
			all = append(all, fmt.Errorf("table %s: %s: %s", s.Name, s.State, s.Error))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: task.CodeIncomplete, Message: "not every table is loaded", Err: errors.Join(all...),
		Hint: "Mend the cause and run the command again: what is loaded stays."}
}

// printJSON writes one object as one line.
func printJSON(o *Options, v any) error {
	e := json.NewEncoder(o.Out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
