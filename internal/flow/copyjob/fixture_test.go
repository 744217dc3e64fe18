package copyjob_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/sysview"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/flow/warehouse/duckdb"
	"github.com/inlet-data/inlet/internal/sqltype"
)

// fakeLoader loads a file by writing its key into the job's table, in one
// transaction with what the request wants written.
type fakeLoader struct {
	mu      sync.Mutex
	listed  []load.Object
	lister  func(f func([]load.Object) error) error // lists instead of listed
	move    func(load.Object) error                 // refuses a move
	moved   []string
	batches []int
	users   []string
	before  func(files []load.Object) error // refuses a load
	after   func() error                    // fails a load that was committed
	current map[string]string               // the ETags of keys, where Look is to say another than it was asked for; "" that it fails
	started chan struct{}                   // when set, closed by a load that then waits for its end
}

func (l *fakeLoader) Copy(ctx context.Context, c *warehouse.Client, r load.Request) (load.Outcome, error) {
	l.mu.Lock()
	l.batches = append(l.batches, len(r.Files))
	l.users = append(l.users, r.User.Name)
	before, after, started := l.before, l.after, l.started
	l.mu.Unlock()
	query, err := c.Database().NextQuery(ctx)
	if err != nil {
		return load.Outcome{}, err
	}
	if started != nil {
		close(started)
		<-ctx.Done()
		return load.Outcome{Query: query}, context.Cause(ctx)
	}
	if before != nil {
		if err := before(r.Files); err != nil {
			return load.Outcome{Query: query}, err
		}
	}
	err = c.Atomically(ctx, func() error {
		b := warehouse.NewBatch("public."+r.Copy.Table.Name, warehouse.Col("key", warehouse.KindVarchar))
		for _, f := range r.Files {
			b.Add(f.Key + "@" + f.ETag)
		}
		if err := b.Insert(ctx, c.Database().Engine(), c.Conn()); err != nil {
			return err
		}
		return r.With(ctx, query)
	})
	if err == nil && after != nil {
		err = after()
	}
	return load.Outcome{Query: query, Table: r.Copy.Table.Name, Rows: int64(len(r.Files))}, err
}

func (l *fakeLoader) Each(_ context.Context, _ *warehouse.Client, _ load.Request, f func([]load.Object) error) error {
	l.mu.Lock()
	listed, lister := l.listed, l.lister
	l.mu.Unlock()
	if lister != nil {
		return lister(f)
	}
	return f(listed)
}

func (l *fakeLoader) Move(_ context.Context, _ *warehouse.Client, r load.Request, to string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.move != nil {
		if err := l.move(r.Files[0]); err != nil {
			return err
		}
	}
	l.moved = append(l.moved, r.Files[0].URL()+" to "+to)
	return nil
}

func (l *fakeLoader) Look(_ context.Context, _ *warehouse.Client, r load.Request) (load.Object, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := r.Files[0]
	now, ok := l.current[o.Key]
	switch {
	case ok && now == "":
		return o, &fault.Error{Kind: fault.Unavailable, Code: "SlowDown", Message: "Please reduce your request rate."}
	case ok:
		o.ETag = now
	}
	return o, nil
}

func (l *fakeLoader) Stage(context.Context, *warehouse.Client, load.Request) (*load.Staged, error) {
	return nil, errors.New("a fake cannot stage")
}

func (l *fakeLoader) set(f func(*fakeLoader)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(l)
}

type world struct {
	testing.TB
	ctx    context.Context
	path   string
	memory int64 // of the engine that is opened next, 0 for the usual
	engine *duckdb.Engine
	db     *warehouse.Database
	loader *fakeLoader
	jobs   *copyjob.Jobs
	stop   func()
	owner  warehouse.User
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := newWorldIn(t, t.TempDir())
	w.within(func(c *warehouse.Client) {
		w.owner = warehouse.User{Name: "awsuser", Superuser: true}
		w.ok(c.PutUser(w.ctx, &w.owner))
		for _, name := range []string{"orders", "other"} {
			w.ok(c.CreateTable(w.ctx, &warehouse.Table{Schema: "public", Name: name, Kind: "r", DistStyle: "auto", SortStyle: "auto", Owner: w.owner.ID,
				Columns: []warehouse.TableColumn{{Position: 1, Name: "key", Type: sqltype.Type{ID: sqltype.Varchar, Length: 256}}}}))
		}
	})
	return w
}

// newWorldIn opens what lies in a folder.
func newWorldIn(t testing.TB, dir string) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	w := &world{TB: t, ctx: ctx, path: filepath.Join(dir, "dev.duckdb"), loader: &fakeLoader{}}
	t.Cleanup(func() { w.close(); cancel() })
	w.open()
	return w
}

func (w *world) open() {
	w.Helper()
	var err error
	w.engine, err = duckdb.Open(duckdb.Config{Path: w.path, MemoryLimit: w.memory, Threads: 2, Setup: func(exec func(string) error) error {
		for _, sql := range append([]string{warehouse.Schema(), ledger.Schema}, dialect.Macros()...) {
			if err := exec(sql); err != nil {
				return err
			}
		}
		return sysview.Install(exec, "dev")
	}})
	w.ok(err)
	ns := &warehouse.Namespace{ID: "n", Account: "222222222222", Region: "us-east-1", Cluster: "wh"}
	w.db = warehouse.NewDatabase(func() *warehouse.Namespace { return ns }, "dev", w.engine)
	w.jobs, err = copyjob.Open(w.ctx, w.db, w.loader, slog.New(slog.DiscardHandler))
	w.ok(err)
}

// run starts the background loaders.
func (w *world) run() {
	ctx, cancel := context.WithCancel(w.ctx)
	ended, jobs := make(chan error, 1), w.jobs
	go func() { ended <- jobs.Run(ctx) }()
	w.stop = func() { cancel(); w.ok(<-ended); w.stop = nil }
}

func (w *world) close() {
	if w.stop != nil {
		w.stop()
	}
	w.ok(w.engine.Close())
}

// restart closes the database and opens it anew, with the background loaders stopped.
func (w *world) restart() {
	w.Helper()
	w.close()
	w.open()
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%v", err)
	}
}

func (w *world) refused(err error, code, message string) {
	w.Helper()
	if fault.CodeOf(err) != code || !strings.Contains(err.Error(), message) {
		w.Errorf("got %v (%s), want %s %q", err, fault.CodeOf(err), code, message)
	}
}

func (w *world) within(f func(*warehouse.Client)) {
	w.Helper()
	c, err := w.db.Client(w.ctx)
	w.ok(err)
	defer c.Close()
	f(c)
}

const auth = " IAM_ROLE 'arn:aws:iam::222222222222:role/loader' "

func (w *world) create(name, table, prefix, auto string) error {
	w.Helper()
	s, err := dialect.Parse("COPY " + table + " FROM 's3://drop/" + prefix + "'" + auth + "CSV IGNOREHEADER 1 JOB CREATE " + name + " AUTO " + auto)
	w.ok(err)
	w.within(func(c *warehouse.Client) { err = w.jobs.Create(w.ctx, c, s.(*dialect.Copy), w.owner) })
	return err
}

// arrive says that files were put now.
func (w *world) arrive(keys ...string) {
	w.Helper()
	w.arriveAt(time.Now(), keys...)
}

func (w *world) arriveAt(at time.Time, keys ...string) {
	w.Helper()
	var files []copyjob.Arrival
	for _, k := range keys {
		key, etag, _ := strings.Cut(k, "@")
		files = append(files, copyjob.Arrival{Bucket: "drop", Key: key, ETag: etag, Size: 5, Time: at})
	}
	w.ok(w.jobs.Arrived(w.ctx, files))
}

func (w *world) runNow(name string) (out load.Outcome, err error) {
	w.within(func(c *warehouse.Client) { out, err = w.jobs.RunNow(w.ctx, c, name, w.owner, 7) })
	return out, err
}

func (w *world) settled(name string) {
	w.Helper()
	w.ok(w.jobs.Settled(w.ctx, name))
}

// rows is the result of a query for one VARCHAR, a string for each row.
func (w *world) rows(sql string) []string {
	w.Helper()
	out := []string{}
	w.within(func(c *warehouse.Client) {
		_, err := c.Conn().Exec(w.ctx, "SET VARIABLE inlet_user = 'awsuser'; SET VARIABLE inlet_database = 'dev'")
		w.ok(err)
		w.ok(warehouse.EachRow(w.ctx, c.Conn(), func(ch *warehouse.Chunk, row int) error {
			if kind := ch.Vectors[0].Type.Kind; kind != warehouse.KindVarchar {
				w.Fatalf("%s: the column is no VARCHAR but %v", sql, kind)
			}
			out = append(out, string(ch.Vectors[0].Bytes(row)))
			return nil
		}, sql))
	})
	return out
}

func (w *world) want(sql string, want ...string) {
	w.Helper()
	if got := w.rows(sql); !slices.Equal(got, want) {
		w.Errorf("%s\ngot  %q\nwant %q", sql, got, want)
	}
}

const (
	loaded = "SELECT key FROM public.orders ORDER BY key"
	states = `SELECT key || ' ' || arg_max(status, seq) FROM inlet.copy_job_file GROUP BY job_id, key ORDER BY key`
)

func keys(n int, format string) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(format, i))
	}
	return all
}
