package copyjob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Loader runs COPY; *load.Loader is one.
type Loader interface {
	Copy(ctx context.Context, c *warehouse.Client, r load.Request) (load.Outcome, error)
	// Each hands over, in pages, what a COPY would load.
	Each(ctx context.Context, c *warehouse.Client, r load.Request, f func(page []load.Object) error) error
	// Look reads what the request's file is now.
	Look(ctx context.Context, c *warehouse.Client, r load.Request) (load.Object, error)
	// Stage reads the request's file again, into a temporary table of c's transaction.
	Stage(ctx context.Context, c *warehouse.Client, r load.Request) (*load.Staged, error)
	// Move moves the request's file to s3://bucket/key, with the rights of its COPY.
	Move(ctx context.Context, c *warehouse.Client, r load.Request, to string) error
}

// Jobs is the COPY JOBs of one database. It is safe for concurrent use.
type Jobs struct {
	db     *warehouse.Database
	loader Loader
	log    *slog.Logger
	slots  chan struct{} // how many jobs load at a time
	seq    numbers

	services Services
	unsent   []ledger.Notice // until Run begins
	retimed  chan struct{}   // told when a job is to list its prefix at another time

	// enqueueing orders what adds jobs and pending files: what is checked in memory
	// must still hold when it commits.
	enqueueing sync.Mutex

	mu      sync.Mutex
	jobs    map[int64]*job
	running context.Context // of Run; nil before it
	loaders sync.WaitGroup
	changed chan struct{} // closed when the state of a file changes
}

// Open reads the jobs of db and what they know of files.
func Open(ctx context.Context, db *warehouse.Database, loader Loader, log *slog.Logger) (*Jobs, error) {
	j := &Jobs{db: db, loader: loader, log: log, slots: make(chan struct{}, runtime.NumCPU()), jobs: map[int64]*job{}, changed: make(chan struct{}), retimed: make(chan struct{}, 1)}
	conn, err := db.Engine().Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("open COPY jobs: %w", err)
	}
	defer conn.Close()
	if err := j.read(ctx, conn); err != nil {
		return nil, fmt.Errorf("open COPY jobs: %w", err)
	}
	return j, nil
}

func (j *Jobs) read(ctx context.Context, conn warehouse.Conn) error {
	rows, err := ledger.Jobs(ctx, conn)
	if err != nil {
		return err
	}
	for _, row := range rows {
		cp, err := parse(row.Statement)
		if err != nil {
			return fmt.Errorf("job %s: %w", row.Name, err)
		}
		jb := newJob(row, cp)
		if jb.set, err = settingsOf(row.Settings); err != nil {
			return fmt.Errorf("job %s: %w", row.Name, err)
		}
		if err := jb.schedule(ctx, conn); err != nil {
			return err
		}
		j.jobs[row.ID] = jb
	}
	return j.restore(ctx, conn)
}

// schedule sets when the job lists its prefix.
func (jb *job) schedule(ctx context.Context, conn warehouse.Conn) error {
	known := true
	if jb.set.LoadExisting {
		var err error
		if known, err = ledger.BacklogKnown(ctx, conn, jb.ID); err != nil {
			return err
		}
	}
	jb.listing.plan(jb.set, !known)
	return nil
}

// parse reads a stored statement.
func parse(text string) (*dialect.Copy, error) {
	s, err := dialect.Parse(text)
	if err != nil {
		return nil, err
	}
	cp, ok := s.(*dialect.Copy)
	if !ok {
		return nil, fmt.Errorf("stored statement is a %T, not a COPY", s)
	}
	return cp, nil
}

// List returns the jobs, oldest first.
func (j *Jobs) List() []ledger.Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := make([]ledger.Job, 0, len(j.jobs))
	for _, jb := range j.jobs {
		all = append(all, jb.Job)
	}
	slices.SortFunc(all, func(a, b ledger.Job) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Find returns the job of a name.
func (j *Jobs) Find(name string) (ledger.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	jb, err := j.find(name)
	if err != nil {
		return ledger.Job{}, err
	}
	return jb.Job, nil
}

// find needs Jobs.mu.
func (j *Jobs) find(name string) (*job, error) {
	for _, jb := range j.jobs {
		if jb.Name == name {
			return jb, nil
		}
	}
	return nil, &fault.Error{Kind: fault.NotFound, Code: "42704", On: name, Message: fmt.Sprintf("COPY job %q does not exist", name)}
}

// Settled waits until no file of the job is pending; "" means of any job that
// loads by itself.
func (j *Jobs) Settled(ctx context.Context, name string) error {
	for {
		j.mu.Lock()
		waits, changed := false, j.changed
		if name != "" {
			if _, err := j.find(name); err != nil {
				j.mu.Unlock()
				return err
			}
		}
		for _, jb := range j.jobs {
			waits = waits || (jb.Name == name || name == "" && jb.Auto) && jb.unsettled()
		}
		j.mu.Unlock()
		if !waits {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// unsettled reports whether there is something to wait for. It needs Jobs.mu.
func (jb *job) unsettled() bool {
	return jb.waiting() > 0 || jb.Auto && (len(jb.due) > 0 || jb.listing.backlog && jb.listing.failed == "")
}

// Timed reports whether a job lists its prefix from time to time.
func (j *Jobs) Timed() bool {
	_, at := j.nextListing()
	return !at.IsZero()
}

// announce wakes who waits for a change. It needs Jobs.mu.
func (j *Jobs) announce() {
	close(j.changed)
	j.changed = make(chan struct{})
}

// client opens a connection of the station's own for f.
func (j *Jobs) client(ctx context.Context, f func(*warehouse.Client) error) error {
	c, err := j.db.Client(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(c), c.Close())
}

// place splits s3://bucket/prefix.
func place(source string) (bucket, prefix string) {
	_, rest, _ := strings.Cut(source, "://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	return bucket, prefix
}
