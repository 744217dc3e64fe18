package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A steady stream: so many rows a transaction, and so many transactions a second.
const (
	lagRows = 20
	lagRate = 100
)

// stream is what was committed when, and what could be seen of it when.
type stream struct {
	mu        sync.Mutex
	committed []time.Time // By transaction.
	waits     []time.Duration
}

// measureLag writes 2,000 rows a second into MariaDB and asks the warehouse all the
// time how far it is, with a task following in between.
func (b *bench) measureLag(ctx context.Context) error {
	if err := b.mariadb.run("CREATE OR REPLACE DATABASE demo1", "USE demo1", cdcdata); err != nil {
		return err
	}
	if err := execAll(ctx, b.node.conn, "DROP SCHEMA IF EXISTS demo1 CASCADE"); err != nil {
		return err
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	r, err := b.replicate(following, "--name", "lag", "--reload")
	if err != nil {
		return err
	}
	s := &stream{}
	err = errors.Join(s.settle(ctx, b), s.run(ctx, b))
	stop()
	_, _ = b.wait(r) // It was interrupted.
	if err != nil {
		return fmt.Errorf("%w\n%s", err, r.errors.Bytes())
	}
	waits := s.waits[1:] // The first was waited for while the task began.
	slices.Sort(waits)
	at := func(percent int) time.Duration { return waits[(len(waits)-1)*percent/100].Round(time.Millisecond) }
	fmt.Printf("commit to visible at %d rows/s for %d s: p50 %v, p99 %v, most %v\n", lagRows*lagRate, b.seconds, at(50), at(99), at(100))
	return b.sameTable(ctx)
}

// settle waits until the task follows: until a first row has come.
func (s *stream) settle(ctx context.Context, b *bench) error {
	if err := s.commit(b, 0); err != nil {
		return err
	}
	deadline := time.Now().Add(time.Minute)
	for s.seen(ctx, b) < lagRows {
		if time.Now().After(deadline) {
			return errors.New("the first rows did not come within a minute")
		}
		time.Sleep(10 * time.Millisecond)
	}
	return ctx.Err()
}

// run commits at a steady rate and notes what can be seen, until all can.
func (s *stream) run(ctx context.Context, b *bench) error {
	n := b.seconds * lagRate
	failed := make(chan error, 1)
	go func() {
		tick := time.NewTicker(time.Second / lagRate)
		defer tick.Stop()
		for i := 1; i < n; i++ {
			<-tick.C
			if err := s.commit(b, i); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	deadline := time.Now().Add(time.Duration(b.seconds)*time.Second + time.Minute)
	for s.seen(ctx, b) < n*lagRows {
		if time.Now().After(deadline) {
			return errors.Join(errors.New("not all rows came within a minute"), <-failed)
		}
		time.Sleep(2 * time.Millisecond)
	}
	return <-failed
}

func (s *stream) commit(b *bench, i int) error {
	if err := b.mariadb.run(fmt.Sprintf("INSERT INTO demo1.cdcdata SELECT %s FROM seq_%d_to_%d", cdcrow, i*lagRows+1, (i+1)*lagRows)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.committed = append(s.committed, time.Now())
	return nil
}

// seen asks for the last row that is there and notes how long its transactions took.
func (s *stream) seen(ctx context.Context, b *bench) int {
	var last int
	err := b.node.conn.QueryRow(ctx, "SELECT coalesce(max(id), 0) FROM demo1.cdcdata", pgx.QueryExecModeSimpleProtocol).Scan(&last)
	if err != nil {
		return 0 // The table is not there yet.
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.waits) < last/lagRows && len(s.waits) < len(s.committed) {
		s.waits = append(s.waits, now.Sub(s.committed[len(s.waits)]))
	}
	return last
}
