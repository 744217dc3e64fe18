package logs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of PutLogEvents and of answers.
const (
	maxEventBytes = 1 << 20
	maxBatchBytes = 1 << 20
	eventOverhead = 26
	maxAge        = 14 * 24 * time.Hour
	maxAhead      = 2 * time.Hour
	maxSpan       = 24 * time.Hour
	maxPage       = 10_000
	maxPageBytes  = 1 << 20
)

// Line is an event to put.
type Line struct {
	Time    time.Time
	Message string
}

// Rejected says which events of a batch were not taken, by their indexes; nil when all were.
type Rejected struct {
	TooOldEnd, ExpiredEnd, TooNewStart *int
}

// Put appends events to a stream.
func (v *View) Put(ctx context.Context, group, stream string, lines []Line) (Rejected, error) {
	g := v.group(group)
	if err := v.ask(ctx, "PutLogEvents", g, stream, nil); err != nil {
		return Rejected{}, err
	}
	record, _, j, err := v.store.stream(g, stream)
	if err != nil {
		return Rejected{}, err
	}
	if err := checkBatch(lines); err != nil {
		return Rejected{}, err
	}
	now := v.store.Now()
	taken, rejected := sift(lines, now, record.oldest(now))
	events := make([]Event, len(taken))
	for i, l := range taken {
		events[i] = Event{Time: l.Time, Ingested: now, Message: l.Message}
	}
	return rejected, j.append(events)
}

func checkBatch(lines []Line) error {
	size := 0
	for i, l := range lines {
		size += len(l.Message) + eventOverhead
		if i > 0 && l.Time.Before(lines[i-1].Time) {
			return invalid("Log events in a single PutLogEvents request must be in chronological order.")
		}
		if len(l.Message)+eventOverhead > maxEventBytes {
			return invalid("Log event too large: " + strconv.Itoa(len(l.Message)+eventOverhead) + " bytes exceeds limit of " + strconv.Itoa(maxEventBytes))
		}
	}
	if size > maxBatchBytes {
		return invalid("Upload too large: " + strconv.Itoa(size) + " bytes exceeds limit of " + strconv.Itoa(maxBatchBytes))
	}
	if n := len(lines); n > 1 && lines[n-1].Time.Sub(lines[0].Time) > maxSpan {
		return invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	return nil
}

// sift leaves out events that are too old, whose retention is over, or that are of the future.
func sift(lines []Line, now, oldest time.Time) ([]Line, Rejected) {
	var r Rejected
	from, to := 0, len(lines)
	for from < to && lines[from].Time.Before(now.Add(-maxAge)) {
		from++
	}
	if from > 0 {
		end := from
		r.TooOldEnd = &end
	}
	expired := from
	for expired < to && lines[expired].Time.Before(oldest) {
		expired++
	}
	if expired > from {
		end := expired
		r.ExpiredEnd = &end
		from = expired
	}
	for to > from && lines[to-1].Time.After(now.Add(maxAhead)) {
		to--
	}
	if to < len(lines) {
		start := to
		r.TooNewStart = &start
	}
	return lines[from:to], r
}

// GetInput says which events of a stream to read.
type GetInput struct {
	Group, Stream string
	Start, End    time.Time // zero means without a bound; the end does not belong to it
	Token         string
	Limit         int // 0 means as many as an answer holds
	Head          bool
}

// Read are events with the tokens of what follows and what goes before.
type Read struct {
	Events            []Event
	Forward, Backward string
}

// Get reads events of a stream, the oldest first. A token that comes back unchanged says that there are no more now.
func (v *View) Get(ctx context.Context, in GetInput) (Read, error) {
	g := v.group(in.Group)
	if err := v.ask(ctx, "GetLogEvents", g, in.Stream, nil); err != nil {
		return Read{}, err
	}
	record, _, j, err := v.store.stream(g, in.Stream)
	if err != nil {
		return Read{}, err
	}
	at, back, err := in.place()
	if err != nil {
		return Read{}, err
	}
	p := newPicker(in.Start, in.End, record.oldest(v.store.Now()), in.Limit)
	if back {
		return p.back(j, at)
	}
	return p.on(j, at)
}

// place is where to read from, and whether backward from there.
func (in *GetInput) place() (at int64, back bool, err error) {
	if in.Token == "" {
		if in.Head {
			return 0, false, nil
		}
		return end, true, nil
	}
	kind, rest, _ := strings.Cut(in.Token, "/")
	at, err = strconv.ParseInt(strings.TrimSuffix(rest, "/s"), 10, 64)
	if err != nil || at < 0 || kind != "f" && kind != "b" {
		return 0, false, invalid("The specified nextToken is invalid.")
	}
	return at, kind == "b", nil
}

// end is behind every event.
const end = int64(1) << 62

func token(kind string, at int64) string { return fmt.Sprintf("%s/%056d/s", kind, at) }

// picker takes events of a time until an answer is full.
type picker struct {
	start, end time.Time
	limit      int
	events     []Event
	bytes      int
}

func newPicker(start, end, oldest time.Time, limit int) *picker {
	if oldest.After(start) {
		start = oldest
	}
	if limit == 0 || limit > maxPage {
		limit = maxPage
	}
	return &picker{start: start, end: end, limit: limit}
}

func (p *picker) wants(e *Event) bool {
	return !e.Time.Before(p.start) && (p.end.IsZero() || e.Time.Before(p.end))
}

// take adds an event; it reports whether there was room.
func (p *picker) take(e Event) bool {
	if len(p.events) >= p.limit || p.bytes+len(e.Message)+eventOverhead > maxPageBytes && len(p.events) > 0 {
		return false
	}
	p.events, p.bytes = append(p.events, e), p.bytes+len(e.Message)+eventOverhead
	return true
}

// on reads from a place on.
func (p *picker) on(j *journal, from int64) (Read, error) {
	next := from
	err := j.forward(from, func(e Event) bool {
		if p.wants(&e) && !p.take(e) {
			return false
		}
		next = e.Seq + 1
		return true
	})
	first := from
	if len(p.events) > 0 {
		first = p.events[0].Seq
	}
	return Read{p.events, token("f", next), token("b", first)}, err
}

// back reads what is before a place.
func (p *picker) back(j *journal, before int64) (Read, error) {
	first := before
	err := j.backward(before, func(e Event) bool {
		if p.wants(&e) && !p.take(e) {
			return false
		}
		first = e.Seq
		return true
	})
	slices.Reverse(p.events)
	if before == end {
		j.mu.Lock()
		before = j.next()
		j.mu.Unlock()
		first = min(first, before)
	}
	next := before
	if n := len(p.events); n > 0 && next > p.events[n-1].Seq+1 {
		next = p.events[n-1].Seq + 1
	}
	return Read{p.events, token("f", next), token("b", first)}, err
}
