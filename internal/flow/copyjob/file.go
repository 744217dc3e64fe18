package copyjob

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// FileRef names a file of a job, and who wants something done to it.
type FileRef struct {
	Job  string
	URL  string // s3://bucket/key
	User warehouse.User
	PID  int32
	// Again lets ReplayFile load a file that is loaded.
	Again bool
}

// turn is one file of a job whose state is to change. While it lasts nobody loads files of the job.
type turn struct {
	FileRef
	jobs *Jobs
	job  *job
	last ledger.JobFile // where the file stands
	key  digest
}

// claim calls f when no other loads files of the job; it is refused at once when the file is being loaded.
func (j *Jobs) claim(ctx context.Context, ref FileRef, f func(context.Context, *turn) error) error {
	jb, err := j.idle(ref)
	if err != nil {
		return err
	}
	ctx, cancel := jb.within(ctx)
	defer cancel()
	if err := jb.lock(ctx); err != nil {
		return err
	}
	defer jb.unlock()
	if err := j.resolve(ctx, jb); err != nil {
		return err
	}
	t := &turn{FileRef: ref, jobs: j, job: jb}
	if err := t.begin(ctx); err != nil {
		return err
	}
	return f(ctx, t)
}

// begin reads where the file stands. An earlier change of which nobody knew whether it
// was committed, nor could ask, may have left another state in memory: the ledger's counts.
func (t *turn) begin(ctx context.Context) error {
	t.jobs.enqueueing.Lock() // What is in the ledger is in memory, too.
	defer t.jobs.enqueueing.Unlock()
	if err := t.read(ctx); err != nil {
		return err
	}
	if t.unchanged() != nil {
		t.remember(t.last.Status)
	}
	return nil
}

// idle finds the job, unless the file is being loaded.
func (j *Jobs) idle(ref FileRef) (*job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	jb, err := j.find(ref.Job)
	if err == nil && slices.ContainsFunc(jb.batch, func(o load.Object) bool { return o.URL() == ref.URL }) {
		err = &fault.Error{Kind: fault.Conflict, Code: "55006", On: ref.URL, Message: fmt.Sprintf("COPY job %q is loading %s", ref.Job, ref.URL),
			Hint: "Wait until it is loaded or has failed."}
	}
	return jb, err
}

// begin says which files are being loaded; none when it is over.
func (j *Jobs) begin(jb *job, files []load.Object) {
	j.mu.Lock()
	defer j.mu.Unlock()
	jb.batch = files
}

// read asks the ledger where the file stands.
func (t *turn) read(ctx context.Context) error {
	bucket, key := place(t.URL)
	found := false
	err := t.jobs.client(ctx, func(c *warehouse.Client) (err error) {
		t.last, found, err = ledger.LastJobFile(ctx, c.Conn(), t.job.ID, bucket, key)
		return err
	})
	t.key = t.job.digest(t.object())
	if err == nil && !found {
		err = &fault.Error{Kind: fault.NotFound, Code: "42704", On: t.URL, Message: fmt.Sprintf("COPY job %q knows no file %s", t.Job, t.URL),
			Hint: "inlet_files lists the files that it knows."}
	}
	return err
}

// words are the states as people and inlet_files call them.
var words = map[ledger.FileStatus]string{ledger.Pending: "pending", ledger.Ingested: "loaded", ledger.Failed: "failed",
	ledger.Skipped: "skipped", ledger.Unloaded: "unloaded"}

// refused says that the file's state does not allow what was asked for.
func (t *turn) refused(hint string) error {
	return &fault.Error{Kind: fault.Invalid, Code: "55000", On: t.URL, Hint: hint,
		Message: fmt.Sprintf("%s is %s in COPY job %q", t.URL, words[t.last.Status], t.Job)}
}

// object is the file version that the ledger knows.
func (t *turn) object() load.Object {
	f := t.last
	return load.Object{Bucket: f.Bucket, Key: f.Key, ETag: f.ETag, Version: f.Version, Size: f.Size, Modified: f.Modified}
}

// change is the file's next state and what commits with it.
type change struct {
	status  ledger.FileStatus
	query   int64
	message string
}

// write writes the change in c's open transaction, the last thing before its commit. It needs enqueueing.
func (t *turn) write(ctx context.Context, c *warehouse.Client, ch change) error {
	rows := t.jobs.events(t.job, []load.Object{t.object()}, ch.status, ch.query)
	if err := ledger.RecordJobFiles(ctx, c, rows); err != nil {
		return err
	}
	return ledger.Message(ctx, c, t.job.ID, ch.message)
}

// unchanged refuses a file of which another version came meanwhile. It needs enqueueing.
func (t *turn) unchanged() error {
	t.jobs.mu.Lock()
	defer t.jobs.mu.Unlock()
	if t.job.known[t.key] == stateOf(t.last.Status) {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Code: "55006", On: t.URL, Message: fmt.Sprintf("another version of %s came meanwhile", t.URL)}
}

// remember notes the file's state, and puts it at the head of the queue or takes it out.
func (t *turn) remember(status ledger.FileStatus) {
	t.jobs.mu.Lock()
	defer t.jobs.mu.Unlock()
	jb := t.job
	key, inMemory := jb.digest(t.object()), len(jb.pending)
	waited := jb.known[key] == pending
	jb.know(t.object(), stateOf(status))
	jb.pending = slices.DeleteFunc(jb.pending, func(o load.Object) bool { return jb.digest(o) == key })
	if waited && len(jb.pending) == inMemory {
		jb.behind--
	}
	if status == ledger.Pending {
		jb.pending = slices.Insert(jb.pending, 0, t.object())
		t.jobs.wake(jb)
	}
	t.jobs.announce()
}

// settle writes the change in a transaction of its own.
func (t *turn) settle(ctx context.Context, ch change) error {
	return t.commit(ctx, ch.status, func(c *warehouse.Client) error { return t.write(ctx, c, ch) })
}

// commit writes a change to a state in a transaction of its own.
func (t *turn) commit(ctx context.Context, to ledger.FileStatus, write func(*warehouse.Client) error) error {
	t.jobs.enqueueing.Lock()
	defer t.jobs.enqueueing.Unlock()
	if err := t.unchanged(); err != nil {
		return err
	}
	err := t.jobs.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error { return write(c) })
	})
	if err != nil {
		return t.recall(ctx, err)
	}
	t.remember(to)
	return nil
}

// recall makes the memory what the ledger says, after a commit of which nobody knows whether it was made.
func (t *turn) recall(ctx context.Context, why error) error {
	ctx = context.WithoutCancel(ctx)
	before := t.last.Seq
	if err := t.read(ctx); err != nil {
		return errors.Join(why, err)
	}
	if t.last.Seq != before {
		t.remember(t.last.Status)
	}
	return why
}

// owner is the user whose rights the job loads with.
func (j *Jobs) owner(ctx context.Context, jb *job) (warehouse.User, error) {
	owner, ok, err := j.db.UserByID(ctx, jb.Owner)
	if err == nil && !ok {
		err = &fault.Error{Kind: fault.NotFound, Code: "42704", Message: fmt.Sprintf("the owner of COPY job %q no longer exists", jb.Name)}
	}
	return owner, err
}

// visible notes from when on a load's rows are seen. Nothing is lost without it
// but some milliseconds: the ledger has the time just before the commit, too.
func (j *Jobs) visible(ctx context.Context, c *warehouse.Client, query int64) {
	at := time.Now().UTC()
	err := c.Atomically(ctx, func() error { return ledger.RecordVisible(ctx, c, query, at) })
	if err != nil && ctx.Err() == nil {
		j.log.Warn("when a load became visible was not noted", "query", query, "error", err)
	}
}
