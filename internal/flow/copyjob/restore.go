package copyjob

import (
	"cmp"
	"context"
	"slices"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// restore reads what the jobs know of files. What was loaded comes first and is
// most of it: of those files only digests are made.
func (j *Jobs) restore(ctx context.Context, conn warehouse.Conn) error {
	counts, err := ledger.JobCounts(ctx, conn)
	if err != nil {
		return err
	}
	for _, n := range counts {
		j.seq.last = max(j.seq.last, n.LastSeq)
		if jb := j.jobs[n.JobID]; jb != nil {
			jb.known = make(map[digest]state, n.Ingested)
		}
	}
	err = ledger.EachIngested(ctx, conn, func(id int64, key []byte) {
		if jb := j.jobs[id]; jb != nil {
			jb.known[digestOfBytes(key)] = ingested
		}
	})
	if err != nil {
		return err
	}
	return j.restoreOthers(ctx, conn)
}

// restoreOthers reads the files that were not loaded: the last event of each says where it stands.
func (j *Jobs) restoreOthers(ctx context.Context, conn warehouse.Conn) error {
	last := map[int64]map[digest]ledger.JobFile{}
	loaded := func(id int64, key []byte) bool {
		jb := j.jobs[id]
		return jb == nil || jb.known[digestOfBytes(key)] == ingested
	}
	err := ledger.EachJobFile(ctx, conn, loaded, func(f ledger.JobFile) {
		if last[f.JobID] == nil {
			last[f.JobID] = map[digest]ledger.JobFile{}
		}
		if d := digestOf(f.Key); last[f.JobID][d].Seq <= f.Seq {
			last[f.JobID][d] = f
		}
	})
	for id, files := range last {
		j.jobs[id].take(files)
	}
	return err
}

// take queues the files that are pending, in the order of their events.
func (jb *job) take(files map[digest]ledger.JobFile) {
	var waiting []ledger.JobFile
	for d, f := range files {
		jb.known[d] = stateOf(f.Status)
		if f.Status == ledger.Pending {
			waiting = append(waiting, f)
		}
	}
	slices.SortFunc(waiting, func(a, b ledger.JobFile) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, f := range waiting {
		jb.pending = append(jb.pending, load.Object{Bucket: f.Bucket, Key: f.Key, ETag: f.ETag, Version: f.Version, Size: f.Size, Modified: f.Modified})
	}
}
