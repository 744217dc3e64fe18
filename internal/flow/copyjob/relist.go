package copyjob

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// listing is when a job lists its prefix: once for load_existing, again and again for relist.
type listing struct {
	backlog bool // not all files that were there are known
	next    time.Time
	failed  string // why the last one failed
}

// plan sets the next listing of a job with such settings.
func (l *listing) plan(s Settings, backlog bool) {
	l.backlog, l.failed = backlog, ""
	switch {
	case backlog:
		l.next = time.Now()
	case s.Relist > 0:
		l.next = time.Now().Add(s.Relist)
	default:
		l.next = time.Time{}
	}
}

// after sets the listing that follows one that ended with err.
func (l *listing) after(s Settings, err error) {
	if err == nil {
		l.plan(s, false)
		return
	}
	l.failed = reason(err)
	l.next = time.Now().Add(lastPause)
	if s.Relist > lastPause {
		l.next = time.Now().Add(s.Relist)
	}
}

// retime makes the lister look anew. It needs Jobs.mu.
func (j *Jobs) retime() {
	select {
	case j.retimed <- struct{}{}:
	default:
	}
}

// list lists prefixes when it is time, until ctx ends.
func (j *Jobs) list(ctx context.Context) {
	for ctx.Err() == nil {
		jb, at := j.nextListing()
		if jb != nil && !at.After(time.Now()) {
			j.listNow(ctx, jb)
			continue
		}
		var due <-chan time.Time
		if jb != nil {
			due = time.After(time.Until(at))
		}
		select {
		case <-ctx.Done():
		case <-j.retimed:
		case <-due:
		}
	}
}

// nextListing is the job that lists first of those that are not paused, nil when none does.
func (j *Jobs) nextListing() (next *job, at time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, jb := range j.jobs {
		if t := jb.listing.next; jb.Auto && !t.IsZero() && (next == nil || t.Before(at)) {
			next, at = jb, t
		}
	}
	return next, at
}

// listNow lists a job's prefix with its owner's rights and queues what the job does not know.
func (j *Jobs) listNow(ctx context.Context, jb *job) {
	ctx, cancel := jb.within(ctx)
	defer cancel()
	j.mu.Lock()
	backlog, told := jb.listing.backlog, jb.listing.failed
	j.mu.Unlock()
	err := j.enlist(ctx, jb, backlog)
	if err != nil && ctx.Err() == nil && told != reason(err) { // Before anyone hears that the listing has ended.
		j.log.Warn("a COPY job's prefix cannot be listed", "job", jb.Name, "error", err)
		j.tell(ctx, jb, "Error: "+reason(err)+" (the prefix is listed again later)", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if backlog == jb.listing.backlog { // Else the settings were changed meanwhile.
		jb.listing.after(jb.set, err)
	}
	j.announce()
}

func (j *Jobs) enlist(ctx context.Context, jb *job, backlog bool) error {
	owner, err := j.owner(ctx, jb)
	if err != nil {
		return err
	}
	return j.client(ctx, func(c *warehouse.Client) error {
		err := j.loader.Each(ctx, c, load.Request{Copy: jb.copy, User: owner}, func(page []load.Object) error {
			return j.enqueueListed(ctx, jb, page, jb.lost)
		})
		if load.NoFiles(err) {
			err = nil
		}
		if err != nil || !backlog {
			return err
		}
		return ledger.RecordBacklog(ctx, c, jb.ID)
	})
}

// lost reports a file that an event should have told of. It needs Jobs.mu.
func (jb *job) lost(f load.Object) bool {
	if _, known := jb.stands(f); known {
		return false
	}
	since := jb.Created
	if f.Modified.Nanosecond() == 0 { // S3 lists whole seconds.
		since = since.Truncate(time.Second)
	}
	return jb.set.LoadExisting || !f.Modified.Before(since)
}

// missing reports a file that COPY JOB RUN loads: one the job has never seen or that failed. What is
// skipped or unloaded comes back by ReplayFile alone. It needs Jobs.mu.
func (jb *job) missing(f load.Object) bool {
	s, known := jb.stands(f)
	return !known || s == failed
}

// enqueueListed queues those of a listing's files that are wanted.
func (j *Jobs) enqueueListed(ctx context.Context, jb *job, files []load.Object, wanted func(load.Object) bool) error {
	j.enqueueing.Lock()
	defer j.enqueueing.Unlock()
	var fresh []load.Object
	j.mu.Lock()
	for _, f := range files {
		if wanted(f) {
			f.Bucket = jb.Bucket
			fresh = append(fresh, f)
		}
	}
	j.mu.Unlock()
	return j.enqueue(ctx, []queued{{jb: jb, files: fresh}})
}
