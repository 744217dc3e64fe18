package node

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// again is how long a task of the pipeline file rests that gave up on what may pass.
const again = time.Minute

// runTasks runs the tasks of the pipeline file. One that fails keeps its position and its
// state, says so in the log, and holds up nobody.
func (n *Node) runTasks(tasks []config.Task) func(context.Context) error {
	return func(ctx context.Context) error {
		var all sync.WaitGroup
		for _, t := range tasks {
			all.Go(func() { n.keepTask(ctx, t) })
		}
		all.Wait()
		<-ctx.Done()
		return ctx.Err()
	}
}

// keepTask runs a task until it is done, the node ends, or an error ends it for good.
func (n *Node) keepTask(ctx context.Context, c config.Task) {
	for {
		stop, err := n.runTask(ctx, c)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			n.board.put(known{name: c.Name, state: string(replication.StatusStopped)})
			n.log.Info("a task of the pipeline file is done", "task", c.Name, "reason", string(stop))
			return
		}
		n.board.put(known{name: c.Name, state: string(replication.StatusFailed)})
		message, hint := Explain(err)
		n.log.Error("a task of the pipeline file stopped", "task", c.Name, "error", message, "hint", hint)
		if stop != task.StopRecoverable {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// runTask runs a task once.
func (n *Node) runTask(ctx context.Context, c config.Task) (stop task.Stop, err error) {
	password := os.Getenv
	if c.PasswordEnv != "" {
		password = func(string) string { return os.Getenv(c.PasswordEnv) }
	}
	src, engine, err := task.OpenSource(n.expand(c.From), task.Open{Name: c.Name, Env: password})
	if err != nil {
		return task.StopFatal, err
	}
	defer closing(&err, src.Close)
	conf, err := n.taskConfig(ctx, c)
	if err != nil {
		return task.StopFatal, err
	}
	conf.Source, conf.Engine = source.Source(src), engine
	lines, err := tasklog.OpenFile(filepath.Join(conf.Dir, "task.log"))
	if err != nil {
		return task.StopFatal, err
	}
	defer closing(&err, lines.Close)
	conf.Log = tasklog.New(func(l tasklog.Line) {
		lines.Write(l)
		if l.Level == tasklog.Error {
			n.log.Log(ctx, slog.LevelWarn, l.Text, "task", c.Name, "component", string(l.Component))
		}
	}, task.Severities(conf.Settings))
	t, err := task.New(conf)
	if err != nil {
		return task.StopFatal, err
	}
	if t.Complete() {
		return task.StopFullLoadFinished, nil
	}
	how := task.StartReplication
	if t.Begun() {
		how = task.ResumeProcessing
	}
	n.board.put(known{name: c.Name, state: string(replication.StatusRunning), task: t})
	return t.Run(ctx, how)
}

// taskConfig reads what the file says of a task.
func (n *Node) taskConfig(ctx context.Context, c config.Task) (task.Config, error) {
	conf := task.Config{Server: "inlet", Name: c.Name, Type: task.Type(cmp.Or(c.Mode, string(task.FullLoadAndCDC))), Dir: layout(n.Info.Data).task(c.Name)}
	var errs [5]error
	if c.Mappings == "" {
		conf.Mapping, errs[0] = mapping.Explicit(c.Tables...)
	} else {
		conf.Mapping, errs[0] = mapping.Parse([]byte(n.expand(string(c.Mappings))))
	}
	prepare := c.Prepare
	if c.Settings == "" {
		prepare = cmp.Or(prepare, "truncate")
	}
	conf.Settings, errs[1] = task.Settings([]byte(c.Settings), prepare)
	conf.Types, errs[2] = task.TypesOf(c.TypeMapping)
	login := &n.Info.Login
	if c.Warehouse == "serverless" {
		login = &n.Info.Serverless.Login
	}
	connect, err := login.Config()
	errs[3] = err
	role := n.expand(cmp.Or(c.Role, arn.Role(Account2, "/", "dms-access-for-endpoint")))
	client, err := stage.Client(ctx, stage.Credentials{Region: n.Info.Region, Endpoint: n.Info.AWS, Provider: n.asDMS(role)})
	errs[4] = err
	if err := errors.Join(errs[:]...); err != nil {
		return conf, err
	}
	conf.Target = target.Config{Connect: &connect.Config, Role: role, Server: conf.Server, Task: c.Name, ControlSchema: conf.Settings.ControlTablesSettings.ControlSchema}
	conf.Stage = stage.Options{Client: client, Bucket: cmp.Or(n.expand(c.Bucket), stage.DefaultBucket(Account2, n.Info.Region))}
	return conf, nil
}

// asDMS takes a role in the name of DMS, again before its session ends.
func (n *Node) asDMS(role string) awssdk.CredentialsProvider {
	return awssdk.CredentialsProviderFunc(func(ctx context.Context) (awssdk.Credentials, error) {
		k, err := n.AssumeAsDMS(ctx, role)
		return awssdk.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken, CanExpire: true, Expires: k.Expires}, err
	})
}
