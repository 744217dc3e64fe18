package arrival

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/bucket"
)

const (
	batchSize  = 1000 // events handed over at a time
	firstPause = 50 * time.Millisecond
	lastPause  = 10 * time.Second
)

// Run delivers the events of the object store until ctx ends. An event counts
// as delivered when every warehouse has it on disk; only then the mark moves
// past it. So a crash repeats events, but loses none.
func (s *Integrations) Run(ctx context.Context) error {
	s.leave()
	pause := firstPause
	for ctx.Err() == nil {
		err := s.turn(ctx)
		if err == nil || ctx.Err() != nil {
			pause = firstPause
			continue
		}
		slog.Warn("event delivery waits after a failure", "pause", pause, "error", err)
		s.leave()
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, lastPause)
	}
	return nil
}

// turn finishes what was left or delivers one batch, and waits when there is neither.
func (s *Integrations) turn(ctx context.Context) error {
	var unfinished error // It holds up no delivery.
	select {
	case <-s.unfinish:
		unfinished = s.catchUp(ctx)
	default:
	}
	return errors.Join(unfinished, s.next(ctx, unfinished == nil))
}

// next delivers one batch, or waits for something to do where that is wanted.
func (s *Integrations) next(ctx context.Context, wait bool) error {
	mark, err := s.mark()
	if err != nil {
		return err
	}
	events, err := s.store.Events(mark, batchSize)
	if err != nil {
		return err
	}
	if len(events) == 0 && !wait {
		return nil
	}
	if len(events) == 0 {
		return s.wait(ctx, mark)
	}
	if s.awaited(events) {
		// What was put after an integration was asked for is its to deliver.
		if err := s.catchUp(ctx); err != nil && s.awaited(events) {
			return err
		}
	}
	if err := s.deliver(ctx, events); err != nil {
		return err
	}
	return s.advance(events[len(events)-1].Seq)
}

// awaited reports whether an integration that is still being made concerns the events.
func (s *Integrations) awaited(events []bucket.Event) bool {
	creating := s.list(func(i *Integration) bool { return i.Status == Creating })
	for _, in := range creating {
		if slices.ContainsFunc(events, in.concerns) {
			return true
		}
	}
	return false
}

// concerns reports whether an event is one the integration delivers.
func (i *Integration) concerns(e bucket.Event) bool {
	return i.Bucket() == e.Bucket && i.Account == e.Owner && !e.Time.Before(i.Created)
}

// wait sleeps until there is an event behind mark or something was left.
func (s *Integrations) wait(ctx context.Context, mark uint64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	arrived := make(chan error, 1)
	go func() { arrived <- s.store.WaitEvents(ctx, mark) }()
	select {
	case err := <-arrived:
		return err
	case <-s.unfinish:
		s.leave()
		cancel()
		<-arrived
		return nil
	}
}

// deliver hands events to the namespaces they concern. The integrations are
// looked at after the events were read: one made before an event is seen.
func (s *Integrations) deliver(ctx context.Context, events []bucket.Event) error {
	active := s.list(func(i *Integration) bool { return i.Status == Active })
	files := map[string][]Arrival{}
	for _, e := range events {
		sent := map[string]bool{}
		for _, in := range active {
			if !in.concerns(e) || sent[in.TargetARN] {
				continue
			}
			sent[in.TargetARN] = true
			files[in.TargetARN] = append(files[in.TargetARN], Arrival{Bucket: e.Bucket, Key: e.Key, ETag: e.ETag, Version: e.VersionID, Size: e.Size, Time: e.Time})
		}
	}
	for namespace, list := range files {
		if err := s.sink.Arrived(ctx, namespace, list); err != nil {
			return fmt.Errorf("deliver %d files to %s: %w", len(list), namespace, err)
		}
	}
	return nil
}

// mark is the number of the last event that was delivered.
func (s *Integrations) mark() (mark uint64, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if v := tx.Bucket(markTable).Get(markKey); len(v) == 8 {
			mark = binary.BigEndian.Uint64(v)
		}
		return nil
	})
	return mark, err
}

// advance moves the mark and lets the object store forget what lies before it.
func (s *Integrations) advance(to uint64) error {
	err := s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(markTable).Put(markKey, binary.BigEndian.AppendUint64(nil, to))
	})
	if err != nil {
		return fmt.Errorf("move the mark to event %d: %w", to, err)
	}
	return s.store.TrimEvents(to)
}
