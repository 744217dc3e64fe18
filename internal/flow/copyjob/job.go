package copyjob

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"sync"
	"time"

	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
)

// job is a COPY JOB in memory. Its fields are guarded by Jobs.mu, except where they never change.
type job struct {
	ledger.Job // Auto and Settings change, the rest does not
	copy       *dialect.Copy
	set        Settings // what Settings say; changes under Jobs.mu and the token of loading

	known    map[digest]state  // every file the job ever saw
	contents map[digest]digest // with reload_changed: of key and ETag, the file in known that has a version
	pending  []load.Object     // the first that wait, in the order they came
	behind   int               // how many wait besides, in the ledger only
	cursor   int64             // after which of the ledger's events those are
	batch    []load.Object     // those that are being loaded now
	due      []ledger.Quarantine
	active   bool // a loader of Run works on it
	listing  listing

	loading chan struct{}   // holds a token while files of the job are loaded
	doubt   *doubt          // belongs to the holder of the token
	ended   context.Context // ends when the job is dropped
	end     context.CancelCauseFunc
}

// digest stands for a key, or with reload_changed for a file version: a million keys would fill hundreds of megabytes.
// Its size leaves no hole in the map, whose growth at a million files is what one sees of a node's memory. That
// any two of a hundred million files share one is less likely than one in ten trillion.
type digest [12]byte

// state is a ledger.FileStatus in one byte.
type state byte

func stateOf(s ledger.FileStatus) state { return state(s[0]) }

const (
	pending  = state('P')
	ingested = state('I')
	failed   = state('E')
	skipped  = state('S')
	unloaded = state('U')
)

// seeds are new in every process, so nobody can make keys that collide.
var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func digestOf(key string) digest {
	return digestFrom(maphash.String(seeds[0], key), maphash.String(seeds[1], key))
}

func digestOfBytes(key []byte) digest {
	return digestFrom(maphash.Bytes(seeds[0], key), maphash.Bytes(seeds[1], key))
}

func digestFrom(a, b uint64) (d digest) {
	binary.LittleEndian.PutUint64(d[:8], a)
	binary.LittleEndian.PutUint32(d[8:], uint32(b))
	return d
}

func newJob(row ledger.Job, cp *dialect.Copy) *job {
	jb := &job{Job: row, copy: cp, known: map[digest]state{}, contents: map[digest]digest{}, loading: make(chan struct{}, 1)}
	jb.ended, jb.end = context.WithCancelCause(context.Background())
	return jb
}

// waiting is how many files are pending.
func (jb *job) waiting() int { return len(jb.pending) + jb.behind }

// lock waits until no other loads files of the job.
func (jb *job) lock(ctx context.Context) error {
	select {
	case jb.loading <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if jb.ended.Err() != nil {
		jb.unlock()
		return context.Cause(jb.ended)
	}
	return nil
}

func (jb *job) unlock() { <-jb.loading }

// within returns a context that also ends when the job is dropped.
func (jb *job) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(jb.ended, func() { cancel(context.Cause(jb.ended)) })
	return ctx, func() { stop(); cancel(nil) }
}

// remove takes files out of the pending ones and notes what became of them. It needs Jobs.mu.
func (jb *job) remove(files []load.Object, status ledger.FileStatus) {
	gone := make(map[digest]bool, len(files))
	for _, f := range files {
		gone[jb.digest(f)] = true
		jb.know(f, stateOf(status))
	}
	for i, f := range jb.pending {
		if !gone[jb.digest(f)] {
			jb.pending = jb.without(i, gone)
			return
		}
	}
	jb.pending = nil
}

// without drops the first n pending files, and those of gone among the next ones: nothing
// behind a batch can be gone, so the end of a long queue is not looked at.
func (jb *job) without(n int, gone map[digest]bool) []load.Object {
	rest := jb.pending[n:]
	head := min(len(rest), batchSize)
	kept := make([]load.Object, 0, head)
	for _, f := range rest[:head] {
		if !gone[jb.digest(f)] {
			kept = append(kept, f)
		}
	}
	if len(kept) == head {
		return rest
	}
	copy(rest[head-len(kept):head], kept)
	return rest[head-len(kept):]
}

// numbers hands out the order of the ledger's file events.
type numbers struct {
	sync.Mutex
	last int64
}

func (n *numbers) next() int64 {
	n.Lock()
	defer n.Unlock()
	n.last++
	return n.last
}

// events are ledger rows for files of a job.
func (j *Jobs) events(jb *job, files []load.Object, status ledger.FileStatus, query int64) []ledger.JobFile {
	now := time.Now().UTC()
	rows := make([]ledger.JobFile, len(files))
	for i, f := range files {
		rows[i] = ledger.JobFile{Seq: j.seq.next(), JobID: jb.ID, Bucket: f.Bucket, Key: f.Key, ETag: f.ETag, Version: f.Version,
			Size: f.Size, Modified: f.Modified, Enqueued: now, Status: status, Query: query}
	}
	return rows
}
