package copyjob

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// restore reads what the jobs know of files.
func (j *Jobs) restore(ctx context.Context, conn warehouse.Conn) error {
	counts, err := ledger.JobCounts(ctx, conn)
	if err != nil {
		return err
	}
	versions := false
	for _, n := range counts {
		j.seq.last = max(j.seq.last, n.LastSeq)
		if jb := j.jobs[n.JobID]; jb != nil {
			jb.known = make(map[digest]state, n.Ingested)
			versions = versions || jb.set.ReloadChanged
		}
	}
	due, err := ledger.DueQuarantine(ctx, conn)
	if err != nil {
		return err
	}
	for _, q := range due {
		if jb := j.jobs[q.JobID]; jb != nil {
			jb.due = append(jb.due, q)
		}
	}
	if j.unsent, err = ledger.DueNotices(ctx, conn); err != nil {
		return err
	}
	return recall(ctx, conn, ledger.EventsOf{Versions: versions}, j.jobs)
}

// recall reads where files stand, of jobs that know none. What was loaded comes
// first and is most of it: of those files only digests are made.
func recall(ctx context.Context, conn warehouse.Conn, of ledger.EventsOf, jobs map[int64]*job) error {
	err := of.EachIngested(ctx, conn, func(e ledger.Event) {
		if jb := jobs[e.JobID]; jb != nil {
			jb.knowEvent(e, jb.digestEvent(e), ingested)
		}
	})
	if err != nil {
		return err
	}
	others := map[int64]map[digest]int64{} // the numbers of the newest events of files that were not simply loaded
	for id := range jobs {
		others[id] = map[digest]int64{}
	}
	err = of.EachOther(ctx, conn, func(e ledger.Event) {
		if jb := jobs[e.JobID]; jb != nil {
			jb.recallOther(e, others[e.JobID])
		}
	})
	if err != nil {
		return err
	}
	return of.EachPending(ctx, conn, func(e ledger.Event) {
		if jb := jobs[e.JobID]; jb != nil {
			jb.recallPending(e, others[e.JobID])
		}
	})
}

// recallOther notes the newest event of a file that was not simply loaded.
func (jb *job) recallOther(e ledger.Event, others map[digest]int64) {
	d := jb.digestEvent(e)
	seen, other := others[d]
	if !other && jb.known[d] == ingested || seen > e.Seq {
		return
	}
	others[d] = e.Seq
	jb.knowEvent(e, d, state(e.Status))
}

// recallPending counts a file that waits, unless a later event says otherwise.
func (jb *job) recallPending(e ledger.Event, others map[digest]int64) {
	d := jb.digestEvent(e)
	seen, other := others[d]
	s := jb.known[d]
	if !other && s == ingested || seen > e.Seq {
		return
	}
	if jb.behind == 0 || e.Seq <= jb.cursor {
		jb.cursor = e.Seq - 1
	}
	if s != pending {
		jb.behind++
		jb.knowEvent(e, d, pending)
	}
}

// digestEvent is digest for an event.
func (jb *job) digestEvent(e ledger.Event) digest {
	if !jb.set.ReloadChanged {
		return digestOfBytes(e.Key)
	}
	return versionDigest(string(e.Key), string(e.ETag), string(e.Version))
}

// knowEvent is know for an event, whose digest is d.
func (jb *job) knowEvent(e ledger.Event, d digest, s state) {
	jb.known[d] = s
	if jb.set.ReloadChanged {
		jb.knowContent(string(e.Key), string(e.ETag), d)
	}
}
