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
)

// banned are the bad files of a failure as they are to leave for the job's quarantine.
func (jb *job) banned(f failure) []ledger.Quarantine {
	if jb.set.Quarantine == "" || !badData(f.err) {
		return nil
	}
	var all []ledger.Quarantine
	for _, o := range f.files {
		all = append(all, ledger.Quarantine{JobID: jb.ID, Bucket: o.Bucket, Key: o.Key, ETag: o.ETag, Size: o.Size,
			Target: jb.set.Quarantine + o.Key, State: ledger.QuarantineDue})
	}
	return all
}

// isolate moves the bad files that are due, each noted before and after: what a
// crash interrupts is done again. It needs the token of loading.
func (j *Jobs) isolate(ctx context.Context, jb *job, user warehouse.User) error {
	for {
		i, b := j.nextBan(jb)
		if i < 0 {
			return nil
		}
		b.user = user
		err := j.client(ctx, func(c *warehouse.Client) error { return j.move(ctx, c, jb, b) })
		if err != nil {
			return err
		}
		j.mu.Lock()
		jb.due = slices.Delete(jb.due, i, i+1)
		j.announce()
		j.mu.Unlock()
	}
}

// ban is a bad file and in whose name it is moved.
type ban struct {
	ledger.Quarantine
	user   warehouse.User
	loaded bool // after it was banned: it stays
}

// nextBan is the first file that is due, of those that do not wait to be tried once more; -1 for none.
func (j *Jobs) nextBan(jb *job) (int, ban) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, q := range jb.due {
		s, _ := jb.stands(load.Object{Bucket: q.Bucket, Key: q.Key, ETag: q.ETag})
		if s != pending {
			return i, ban{Quarantine: q, loaded: s == ingested || s == unloaded}
		}
	}
	return -1, ban{}
}

// move moves one file and notes what became of it; its error means that it may succeed later.
func (j *Jobs) move(ctx context.Context, c *warehouse.Client, jb *job, b ban) error {
	file := load.Object{Bucket: b.Bucket, Key: b.Key, ETag: b.ETag, Size: b.Size}
	if b.loaded {
		note := b.Quarantine
		note.State, note.Message = ledger.QuarantineLeft, "it was loaded meanwhile"
		return noteMove(ctx, c, note, fmt.Sprintf("File %s stays where it is: it was loaded meanwhile", file.URL()))
	}
	err := j.loader.Move(ctx, c, load.Request{Copy: jb.copy, User: b.user, JobID: jb.ID, Files: []load.Object{file}}, b.Target)
	if err != nil && (ctx.Err() != nil || troubleOf(err) != lasting) {
		return err
	}
	note, message := b.Quarantine, fmt.Sprintf("File %s was moved to %s", file.URL(), b.Target)
	note.State = ledger.QuarantineDone
	if err != nil {
		note.State, note.Message = ledger.QuarantineLeft, reason(err)
		message = fmt.Sprintf("Error: %s stays where it is, it could not be moved to %s: %s", file.URL(), b.Target, reason(err))
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Hint != "" {
			message += " Hint: " + f.Hint
		}
		j.log.Warn("a bad file could not be moved", "job", jb.Name, "file", file.URL(), "to", b.Target, "error", err)
	}
	return noteMove(ctx, c, note, message)
}

// noteMove writes down what became of a bad file.
func noteMove(ctx context.Context, c *warehouse.Client, note ledger.Quarantine, message string) error {
	return c.Atomically(ctx, func() error {
		if err := ledger.RecordQuarantine(ctx, c, []ledger.Quarantine{note}); err != nil {
			return err
		}
		return ledger.Message(ctx, c, note.JobID, message)
	})
}
