package task_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/jackc/pgx/v5"

	"github.com/inlet-data/inlet/internal/config"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/source/mysql/mariadbtest"
	"github.com/inlet-data/inlet/internal/flow/source/postgres/postgrestest"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task"
	"github.com/inlet-data/inlet/internal/flow/task/settings"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/node"
)

const (
	role   = "arn:aws:iam::" + node.Account2 + ":role/dms-access-for-endpoint"
	bucket = "dms-staging-test"
)

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
	"Principal":{"Service":["dms.amazonaws.com","redshift.amazonaws.com","redshift-serverless.amazonaws.com"]}}]}`

const files = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::dms-*"}]}`

// server is a database of a test's own.
type server interface {
	Exec(t testing.TB, statements ...string)
	Value(t testing.TB, query string) string
	Restart(t testing.TB)
}

// world is a source, a node with its warehouse, and what a task between them needs.
type world struct {
	t      testing.TB
	source server
	url    string // Of the source.
	engine string
	node   *node.Node
	sql    *pgx.Conn
	dir    string

	mu    sync.Mutex
	lines []string
	moved chan struct{} // Closed when a task says something; nil while nobody waits.
}

// newWorld starts both sides and makes role and bucket as the seed has them.
func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldOf(t, "mariadb")
}

// engines are those that each contract is tested with.
var engines = []string{"mariadb", "postgres"}

func newWorldOf(t testing.TB, engine string) *world {
	t.Helper()
	w := newUnattached(t, engine)
	w.attach()
	return w
}

// attach lets the warehouse take the role.
func (w *world) attach() {
	w.t.Helper()
	if err := w.node.Apply(context.Background(), &config.File{Warehouse: config.Warehouse{Roles: []string{role}}}); err != nil {
		w.t.Fatal(err)
	}
}

// newUnattached is a world whose warehouse may not take the role yet.
func newUnattached(t testing.TB, engine string) *world {
	t.Helper()
	w := &world{t: t, engine: engine, dir: t.TempDir()}
	switch engine {
	case "mariadb":
		db := mariadbtest.Start(t)
		w.source, w.url = db, "mariadb://"+mariadbtest.User+":"+mariadbtest.Password+"@"+db.Addr
	case "postgres":
		db := postgrestest.Start(t)
		w.source, w.url = db, "postgres://"+postgrestest.User+":"+postgrestest.Password+"@"+db.Addr+"/"+postgrestest.Database
	}
	w.node = startNode(t, t.TempDir(), &config.File{
		Roles: []config.Role{{Name: "dms-access-for-endpoint", Account: node.Account2, Trust: trust, Policies: map[string]config.Document{"files": files}}},
	})
	var err error
	if w.sql, err = w.node.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.sql.Close(context.Background()) })
	return w
}

func startNode(t testing.TB, dir string, f *config.File) *node.Node {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan *node.Node, 1), make(chan error, 1)
	go func() {
		ended <- node.Run(ctx, node.Options{Data: dir, AWSListen: "127.0.0.1:0", SQLListen: "127.0.0.1:0", Pipeline: f, Ready: func(n *node.Node) { ready <- n }})
	}()
	t.Cleanup(cancel)
	select {
	case n := <-ready:
		t.Cleanup(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
		return n
	case err := <-ended:
		t.Fatal(err)
	}
	return nil
}

// credentials are of the role, taken as DMS takes it.
func credentials(n *node.Info) aws.CredentialsProvider {
	return aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		k, err := n.AssumeAsDMS(ctx, role)
		return aws.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken, CanExpire: true, Expires: k.Expires}, err
	}))
}

// config is a task over tables; change may be nil.
func (w *world) config(tables string, change func(*task.Config)) task.Config {
	w.t.Helper()
	c, err := wire(w.url, &w.node.Info, w.dir, tables)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Source.Close() })
	c.Log = tasklog.New(w.hear, nil)
	c.Progress = func(task.Event) { w.nudge() }
	if change != nil {
		change(&c)
	}
	return c
}

// wire joins a source and a node to a task.
func wire(url string, info *node.Info, dir, tables string) (task.Config, error) {
	doc, err := mapping.Explicit(strings.Split(tables, ",")...)
	if err != nil {
		return task.Config{}, err
	}
	s, err := settings.Parse([]byte(`{"ErrorBehavior":{"RecoverableErrorInterval":0},"ChangeProcessingTuning":{"BatchApplyTimeoutMin":0,"BatchApplyTimeoutMax":1},
		"TargetMetadata":{"BatchApplyEnabled":true},"FullLoadSettings":{"TargetTablePrepMode":"TRUNCATE_BEFORE_LOAD"}}`))
	if err != nil {
		return task.Config{}, err
	}
	client, err := stage.Client(context.Background(), stage.Credentials{Region: info.Region, Endpoint: info.AWS, Provider: credentials(info)})
	if err != nil {
		return task.Config{}, err
	}
	login, err := info.Login.Config()
	if err != nil {
		return task.Config{}, err
	}
	src, engine, err := task.OpenSource(url, task.Open{Name: "t1"})
	if err != nil {
		return task.Config{}, err
	}
	return task.Config{
		Server: "local", Name: "t1", Type: task.FullLoadAndCDC, Engine: engine, Mapping: doc, Settings: s, Dir: dir,
		Source: src, Target: target.Config{Connect: &login.Config, Role: role, Server: "local", Task: "t1"},
		Stage: stage.Options{Client: client, Bucket: bucket, FileBytes: 1 << 20},
	}, nil
}

func (w *world) hear(l tasklog.Line) {
	defer w.nudge()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, l.String())
	if testing.Verbose() {
		fmt.Println(l)
	}
}

// nudge has those who wait look again.
func (w *world) nudge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.moved != nil {
		close(w.moved)
		w.moved = nil
	}
}

// await waits until something is so; it looks whenever a task says something.
func (w *world) await(what string, is func() bool) {
	w.t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	for {
		w.mu.Lock()
		if w.moved == nil {
			w.moved = make(chan struct{})
		}
		moved := w.moved
		w.mu.Unlock()
		if is() {
			return
		}
		select {
		case <-moved:
		case <-deadline.C:
			w.t.Fatalf("not within a minute: %s", what)
		}
	}
}

// heard reports whether a line of the log holds a text.
func (w *world) heard(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.lines {
		if strings.Contains(l, text) {
			return true
		}
	}
	return false
}

// run runs a task to its end.
func (w *world) run(c task.Config, how task.Start) (*task.Task, task.Stop, error) {
	w.t.Helper()
	t, err := task.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	stop, err := t.Run(ctx, how)
	if ctx.Err() != nil {
		w.t.Fatalf("the task did not end; its tables: %+v", t.Tables())
	}
	return t, stop, err
}

// rows are a query's rows at the target as text.
func (w *world) rows(query string) string {
	w.t.Helper()
	text, err := w.ask(query)
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return text
}

// try is rows, and the error when there is one.
func (w *world) try(query string) string {
	text, err := w.ask(query)
	if err != nil {
		return err.Error()
	}
	return text
}

func (w *world) ask(query string) (string, error) {
	all, err := w.sql.PgConn().Exec(context.Background(), query).ReadAll()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, res := range all {
		for _, r := range res.Rows {
			for i, v := range r {
				if i > 0 {
					b.WriteByte('|')
				}
				b.Write(v)
			}
			b.WriteByte('\n')
		}
	}
	return b.String(), nil
}

// late does something once, after the start position was taken and before tables are read.
type late struct {
	source.Source
	after func()
	once  sync.Once
}

func (l *late) Describe(ctx context.Context, n source.Name) (*source.Table, error) {
	l.once.Do(l.after)
	return l.Source.Describe(ctx, n)
}

// schema makes a schema at the source.
func (w *world) schema(name string) {
	word := "DATABASE"
	if w.engine == "postgres" {
		word = "SCHEMA"
	}
	w.source.Exec(w.t, "CREATE "+word+" "+name)
}

// series is a table of the numbers from 1 in a column seq.
func (w *world) series(to int) string {
	if w.engine == "postgres" {
		return fmt.Sprintf("generate_series(1, %d) AS s(seq)", to)
	}
	return fmt.Sprintf("demo1.seq_1_to_%d", to)
}
