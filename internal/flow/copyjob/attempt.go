package copyjob

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard"
)

// batchSize is how many files one transaction loads at most: with a thousand, the cost of a commit no longer counts.
const batchSize = 1000

// attempt is one batch that is to be loaded.
type attempt struct {
	c     *warehouse.Client
	user  warehouse.User
	pid   int32
	files []load.Object
	limit *int // of the next batch: halved by failures, doubled by success
}

// result is what an attempt settled: done files have left the queue, and err is why those failed that did.
type result struct {
	load.Outcome
	done int
	none bool // nothing was pending
	err  error
}

// batch is the first pending files; for a background loader none when AUTO was turned off.
func (j *Jobs) batch(jb *job, limit int, auto bool) []load.Object {
	j.mu.Lock()
	defer j.mu.Unlock()
	if auto && !jb.Auto {
		return nil
	}
	return slices.Clone(jb.pending[:min(limit, len(jb.pending))])
}

// load runs COPY over a batch and notes what became of each file. The error
// means that nothing was settled and the same may succeed later.
func (j *Jobs) load(ctx context.Context, jb *job, a attempt) (result, error) {
	if old := j.outdated(ctx, jb, a); len(old) > 0 {
		return result{done: len(old)}, j.pass(ctx, jb, old)
	}
	j.begin(jb, a.files)
	defer j.begin(jb, nil)
	out, err := j.loader.Copy(ctx, a.c, load.Request{Copy: jb.copy, User: a.user, PID: a.pid, JobID: jb.ID, Files: jb.readable(a.files), Ordered: jb.set.DedupeKey != nil,
		With: func(ctx context.Context, query int64) error {
			if err := j.rules(ctx, jb, a); err != nil {
				return err
			}
			jb.doubt = &doubt{query, a.files}
			return ledger.RecordJobFiles(ctx, a.c, j.events(jb, a.files, ledger.Ingested, query))
		}})
	if err == nil {
		jb.doubt = nil
		*a.limit = min(2**a.limit, batchSize)
		j.settle(jb, a.files, ledger.Ingested)
		j.visible(ctx, a.c, out.Query)
		return result{Outcome: out, done: len(a.files)}, nil
	}
	if ctx.Err() != nil {
		return result{}, err
	}
	if load.OutOfMemory(err) && jb.doubt == nil {
		*a.limit = max(1, len(a.files)/2)
		if len(a.files) > 1 {
			return result{}, nil // It may do for fewer files, and one that is too large is found.
		}
	}
	failed, final := guilty(err, a.files)
	if !final {
		return result{Outcome: load.Outcome{Query: out.Query}}, err
	}
	jb.doubt = nil
	*a.limit = max(1, len(a.files)/2)
	if len(failed) == 0 {
		return result{}, nil // Some file of the batch: a smaller one tells which.
	}
	if caused(err, overwritten) {
		return result{done: len(failed)}, j.pass(ctx, jb, failed)
	}
	settled := result{Outcome: load.Outcome{Query: out.Query}, done: len(failed), err: err}
	return settled, j.fail(ctx, jb, failure{failed, out.Query, err})
}

// readable are the files without the versions that arrived: reading a version
// takes s3:GetObjectVersion, which a role for COPY need not have. Where a changed
// file is another one, no other content may be read in its place.
func (jb *job) readable(files []load.Object) []load.Object {
	plain := slices.Clone(files)
	for i := range plain {
		plain[i].Version, plain[i].Match = "", jb.set.ReloadChanged
	}
	if jb.set.DedupeKey != nil { // The row of the file that was put last wins.
		slices.SortStableFunc(plain, func(a, b load.Object) int { return a.Modified.Compare(b.Modified) })
	}
	return plain
}

// doubt is a load that failed after it had written its files' events: it may
// have been committed nevertheless.
type doubt struct {
	query int64
	files []load.Object
}

// resolve finds out what became of a load in doubt, before anything is loaded again.
func (j *Jobs) resolve(ctx context.Context, jb *job) error {
	if jb.doubt == nil {
		return nil
	}
	return j.client(ctx, func(c *warehouse.Client) error {
		ingested, err := ledger.JobLoaded(ctx, c.Conn(), jb.ID, jb.doubt.query)
		if err != nil {
			return err
		}
		if ingested {
			j.settle(jb, jb.doubt.files, ledger.Ingested)
		}
		jb.doubt = nil
		return nil
	})
}

// settle takes files out of the queue.
func (j *Jobs) settle(jb *job, files []load.Object, status ledger.FileStatus) {
	j.mu.Lock()
	defer j.mu.Unlock()
	jb.remove(files, status)
	jb.batch = nil // Their load is over.
	j.announce()
}

// failure is files that could not be loaded.
type failure struct {
	files []load.Object
	query int64
	err   error
}

// fail notes a failure in the ledger: the files are left to COPY JOB RUN.
func (j *Jobs) fail(ctx context.Context, jb *job, f failure) error {
	j.log.Warn("COPY job failed", "job", jb.Name, "files", len(f.files), "first", f.files[0].URL(), "error", f.err)
	banned, notice := jb.banned(f), j.notice(jb, f)
	err := j.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error {
			if err := j.begun(ctx, c, jb, &f); err != nil {
				return err
			}
			if err := ledger.RecordJobFiles(ctx, c, j.events(jb, f.files, ledger.Failed, f.query)); err != nil {
				return err
			}
			if err := ledger.RecordQuarantine(ctx, c, banned); err != nil {
				return err
			}
			// Both texts were seen on Redshift; its documentation has none.
			failed := fmt.Sprintf("Job %d failed to ingest %d files from S3", jb.ID, len(f.files))
			if err := ledger.Message(ctx, c, jb.ID, failed); err != nil {
				return err
			}
			if err := ledger.Message(ctx, c, jb.ID, "Error: "+reason(f.err)); err != nil {
				return err
			}
			if notice != nil {
				if err := ledger.RecordNotice(ctx, c, notice); err != nil {
					return err
				}
			}
			return hint(ctx, c, jb.ID, f.err)
		})
	})
	if err != nil {
		return fmt.Errorf("note %d failed files of COPY job %s: %w", len(f.files), jb.Name, err)
	}
	j.mu.Lock()
	jb.due = append(jb.due, banned...)
	j.mu.Unlock()
	j.send(context.WithoutCancel(ctx), notice) // The failure is noted: who stops now must not keep it from being told.
	j.settle(jb, f.files, ledger.Failed)
	return nil
}

// hint notes where to ask about a refusal, and what helps where memory lacks.
func hint(ctx context.Context, c *warehouse.Client, job int64, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && load.OutOfMemory(err) {
		return ledger.Message(ctx, c, job, "Hint: "+f.Hint)
	}
	d, ok := errors.AsType[*guard.Denied](err)
	if !ok {
		return nil
	}
	return ledger.Message(ctx, c, job, "Hint: refused in "+d.Hop()+"; run: inlet why "+d.ID())
}

// tell notes a message of the job, and a hint where its cause is a refusal.
func (j *Jobs) tell(ctx context.Context, jb *job, message string, cause error) {
	err := j.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error {
			if err := ledger.Message(ctx, c, jb.ID, message); err != nil {
				return err
			}
			return hint(ctx, c, jb.ID, cause)
		})
	})
	if err != nil {
		j.log.Warn("a message of a COPY job was lost", "job", jb.Name, "error", err)
	}
}

// reason is what a person is told.
func reason(err error) string {
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Message != "" {
		return e.Message
	}
	return err.Error()
}
