package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
)

var _ replication.Runner = replicas{}

// Open makes a task of what replication knows of it.
func (r replicas) Open(ctx context.Context, j replication.Job) (replication.Running, error) {
	src, err := openSource(j.Source, j.Task.ID())
	if err != nil {
		return nil, err
	}
	conf, err := r.configure(ctx, j, src)
	if err != nil {
		src.Close() // Nothing was asked of it but a position.
		return nil, err
	}
	t, err := task.New(conf)
	if err != nil {
		src.Close()
		return nil, err
	}
	r.node.board.put(known{name: j.Task.Identifier, arn: j.Task.ARN, task: t})
	return &migration{t, src, conf.Dir, &r.node.board}, nil
}

// configure reads documents and endpoints as package task wants them.
func (r replicas) configure(ctx context.Context, j replication.Job, src source.Source) (task.Config, error) {
	c := task.Config{
		Server: j.Instance, Name: j.Task.ID(), Type: task.Type(j.Task.Type), Source: src, Engine: engineOf(j.Source.Endpoint.Engine),
		Dir: layout(r.node.Info.Data).task(j.Task.ID()), Log: j.Log,
	}
	var err error
	if c.Mapping, err = mapping.Parse([]byte(j.Task.Mappings)); err != nil {
		return c, err
	}
	if c.Settings, err = settings.Parse([]byte(j.Task.Given)); err != nil {
		return c, err
	}
	heedSource(j.Source.Endpoint.PostgreSQL, c.Settings)
	if value, _ := j.Target.Endpoint.Attribute("typeMapping"); strings.EqualFold(value, "dms") {
		c.Types = mapping.DMS
	}
	if c.Until.ServerTime, c.Until.CommitTime, err = j.Task.CDC.Stop(); err != nil {
		return c, err
	}
	if c.From, err = startOf(ctx, j.Task.CDC, src); err != nil {
		return c, err
	}
	c.Since = j.Task.CDC.StartTime
	if c.Target, err = r.targetOf(j, c.Settings); err != nil {
		return c, err
	}
	if c.Stage, err = r.stageOf(ctx, j.Target, j.Task.ARN); err != nil {
		return c, err
	}
	if size := c.Settings.TargetMetadata.LoadMaxFileSize; size > 0 {
		c.Stage.FileBytes = int64(size) << 10
	}
	c.Stage.Log = j.Log
	return c, nil
}

// heedSource gives a task what its source's endpoint says of it: changes of shapes are not followed, or a value
// that is too long ends the task.
func heedSource(e *replication.PostgreSQLSettings, s *settings.Settings) {
	if e == nil {
		return
	}
	if e.CaptureDDLs != nil && !*e.CaptureDDLs {
		s.ChangeProcessingDdlHandlingPolicy.HandleSourceTableAltered, s.ChangeProcessingDdlHandlingPolicy.HandleSourceTableDropped = false, false
	}
	if is(e.FailOnLOBTruncation) {
		s.ErrorBehavior.DataTruncationErrorPolicy = "STOP_TASK"
	}
}

// engineOf is the database behind an engine of AWS's.
func engineOf(name string) string {
	switch name {
	case "aurora":
		return "mysql"
	case "aurora-postgresql":
		return "postgres"
	}
	return name
}

// startOf is where a task follows changes from, when people say where: at a place in the
// source's own words, or at a checkpoint that a task told. A time is looked for when the task starts.
func startOf(ctx context.Context, w replication.Window, src source.Source) (source.Position, error) {
	if _, binary := src.(*mysql.Source); !binary && !w.StartTime.IsZero() {
		return "", task.NoTime("")
	}
	if place, ok := checkpointed(w.StartPosition); ok {
		return place, nil
	}
	file, text, ok := strings.Cut(w.StartPosition, ":")
	log, binary := src.(*mysql.Source)
	if !binary || w.StartPosition == "" {
		return source.Position(w.StartPosition), nil
	}
	offset, err := strconv.ParseUint(text, 10, 32)
	if !ok || err != nil {
		return "", &fault.Error{Kind: fault.Invalid, Code: "InvalidParameterValueException", Message: fmt.Sprintf("The value %q of CdcStartPosition is not valid: write file:offset.", w.StartPosition)}
	}
	return log.At(ctx, file, uint32(offset))
}

// The ends of a checkpoint as DMS prints it, around the position.
const (
	checkpointHead = "checkpoint:V1#1#"
	checkpointTail = "#0#0#*#0#0"
)

// checkpoint prints a position as DMS does.
func checkpoint(p source.Position) string {
	if p == "" {
		return ""
	}
	return checkpointHead + string(p) + checkpointTail
}

func checkpointed(text string) (source.Position, bool) {
	rest, head := strings.CutPrefix(text, checkpointHead)
	place, tail := strings.CutSuffix(rest, checkpointTail)
	return source.Position(place), head && tail
}

// targetOf is the warehouse of a task, as its endpoint's settings have it.
func (r replicas) targetOf(j replication.Job, s *settings.Settings) (target.Config, error) {
	conf, err := r.target(j.Target)
	if err != nil {
		return target.Config{}, err
	}
	e := j.Target.Endpoint.Redshift
	if e == nil {
		e = new(replication.RedshiftSettings)
	}
	c := target.Config{
		Connect: conf, Role: j.Target.Role, ControlSchema: s.ControlTablesSettings.ControlSchema, CaseSensitive: is(e.CaseSensitiveNames),
		Server: j.Instance, Task: j.Task.ID(), Script: value(e.AfterConnectScript), Timeout: time.Duration(value(e.LoadTimeout)) * time.Second,
		Copy: target.CopyOptions{
			AcceptAnyDate: is(e.AcceptAnyDate), DateFormat: value(e.DateFormat), TimeFormat: value(e.TimeFormat), EmptyAsNull: is(e.EmptyAsNull),
			TrimBlanks: is(e.TrimBlanks), TruncateColumns: is(e.TruncateColumns), ExplicitIDs: is(e.ExplicitIDs), CompUpdate: e.CompUpdate == nil || *e.CompUpdate,
		},
	}
	if c.Copy.TimeFormat == "10" {
		c.Copy.TimeFormat = "" // What DMS's documents give as the default, and no format of COPY.
	}
	if e.ReplaceInvalidChars != nil || e.ReplaceChars != nil {
		c.Copy.InvalidChar = cmp.Or(value(e.ReplaceChars), "?")
	}
	return c, nil
}

// is is a switch that may be missing.
func is(p *bool) bool { return p != nil && *p }

// value is a setting that may be missing.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// stageOf is where the files for a target stand, written as the endpoint's role for a resource.
func (r replicas) stageOf(ctx context.Context, c replication.Connect, resource string) (stage.Options, error) {
	e := c.Endpoint.Redshift
	if e == nil {
		e = new(replication.RedshiftSettings)
	}
	client, err := stage.Client(ctx, stage.Credentials{Region: c.Endpoint.Region, Endpoint: r.node.Info.AWS, Provider: roleKeys{r, replication.Assumption{
		Role: c.Role, Service: replication.Service, For: resource}}})
	if err != nil {
		return stage.Options{}, err
	}
	o := stage.Options{
		Client: client, Bucket: cmp.Or(value(e.BucketName), stage.DefaultBucket(c.Endpoint.Account, c.Endpoint.Region)), Folder: value(e.BucketFolder),
		FileBytes: int64(value(e.MaxFileSize)) << 10, Gzip: true, Streams: value(e.UploadStreams),
		Encryption: stage.Encryption{Mode: strings.ToLower(strings.ReplaceAll(value(e.EncryptionMode), "_", "-")), Key: value(e.KMSKey)},
	}
	if text, given := c.Endpoint.Attribute("compressCsvFiles"); given {
		o.Gzip = strings.EqualFold(text, "true")
	} else if _, local := r.warehouse(r.address(c.Login.Host, c.Login.Port)); local {
		o.Gzip = false // The files stay on this machine.
	}
	return o, nil
}

// roleKeys takes a role again whenever its session ends.
type roleKeys struct {
	replicas
	of replication.Assumption
}

// Retrieve makes temporary credentials.
func (k roleKeys) Retrieve(ctx context.Context) (awssdk.Credentials, error) {
	k.of.Request = inside(k.node.Info.Region)
	c, err := k.node.identities.AssumeRoleAsService(ctx, nil, assumption(k.of))
	return awssdk.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, CanExpire: true, Expires: c.Expiration, Source: "inlet"}, err
}

// migration is a task as replication runs it.
type migration struct {
	task   *task.Task
	source source.Source
	dir    string
	board  *board
}

// Run moves data until the task is done, fails or ctx ends.
func (m *migration) Run(ctx context.Context, how replication.Start) (string, error) {
	stop, err := m.task.Run(ctx, task.Start(how))
	return string(stop), err
}

// Figures are how far the task is.
func (m *migration) Figures() replication.Figures {
	s := m.task.Statistics()
	return replication.Figures{
		Progress: s.FullLoadProgressPercent, Elapsed: s.Elapsed, Loaded: s.TablesLoaded, Loading: s.TablesLoading, Queued: s.TablesQueued, Errored: s.TablesErrored,
		FreshStart: s.FreshStart, Start: s.Start, Stop: s.Stop, LoadBegan: s.FullLoadStart, LoadEnded: s.FullLoadFinish, Checkpoint: checkpoint(s.Position),
	}
}

// Tables are how far each table is.
func (m *migration) Tables() []replication.TableStatistics { return tables(m.task) }

// tables are a task's tables in the shape of DMS.
func tables(t *task.Task) []replication.TableStatistics {
	all := t.Tables()
	out := make([]replication.TableStatistics, len(all))
	for i, t := range all {
		out[i] = replication.TableStatistics{
			Schema: t.Schema, Table: t.Table, State: string(t.State), Inserts: t.Inserts, Deletes: t.Deletes, Updates: t.Updates, DDLs: t.Ddls,
			AppliedInserts: t.AppliedInserts, AppliedDeletes: t.AppliedDeletes, AppliedUpdates: t.AppliedUpdates, AppliedDDLs: t.AppliedDdls,
			Rows: t.FullLoadRows, ErrorRows: t.FullLoadErrorRows, LoadBegan: t.FullLoadStart, LoadEnded: t.FullLoadEnd, Updated: t.LastUpdate,
			Reloaded: t.FullLoadReloaded, Validation: replication.Validation{State: t.Validation.State, Details: t.Validation.Details, Failed: t.Validation.Failed, Suspended: t.Validation.Suspended},
		}
	}
	return out
}

// Reload loads tables again.
func (m *migration) Reload(tables []replication.TableName) error {
	names := make([]source.Name, len(tables))
	for i, t := range tables {
		names[i] = source.Name{Schema: t.Schema, Table: t.Table}
	}
	return m.task.Reload(names...)
}

// Validate has nothing to begin: a task that compares its tables does so again and again.
func (m *migration) Validate([]replication.TableName) error {
	if m.task.Validates() {
		return nil
	}
	return &fault.Error{Kind: fault.Unsupported, Code: "InvalidResourceStateFault", Message: "Validation is not enabled for the task.", Hint: "Compare its tables with: inlet verify"}
}

// Remove takes away what the task left behind, on this node's disk even when its databases cannot be reached.
func (m *migration) Remove(ctx context.Context) error {
	return errors.Join(m.task.Remove(ctx), os.RemoveAll(m.dir))
}

// Close ends the connections to the source.
func (m *migration) Close() error {
	m.board.remove(m.task)
	return m.source.Close()
}
