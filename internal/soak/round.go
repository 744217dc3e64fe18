package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/inlet-data/inlet/internal/faulty"
)

// soak is the whole of it.
type soak struct {
	options
	tally *tally
	world *world
	round int
	took  time.Duration // by the last start
}

func newSoak(o options, t *tally) *soak { return &soak{options: o, tally: t, world: newWorld()} }

// rand is a source of chance for one purpose of one round.
func (s *soak) rand(purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, uint64(s.round)<<8|purpose))
}

// generation names what is sent in this round.
func (s *soak) generation() string { return fmt.Sprintf("r%05d", s.round) }

func (s *soak) run(ctx context.Context) error {
	for s.round = 0; s.round < s.rounds; s.round++ {
		if err := s.oneRound(ctx); err != nil {
			return fmt.Errorf("round %d: %w", s.round, err)
		}
		s.tally.rounds++
	}
	p, err := s.start(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(s.check(ctx, p, true), p.kill())
}

// oneRound starts the node on what the last round left, checks it, gives it work and faults, and kills it.
func (s *soak) oneRound(ctx context.Context) error {
	r := s.rand(100)
	var first []faulty.Fault
	if s.round > 0 {
		first = some(r, passing, r.IntN(3))
	}
	for range s.brokenStarts(r) {
		if err := s.breakStart(r); err != nil {
			return err
		}
	}
	p, err := s.start(ctx, first)
	if err != nil {
		return err
	}
	s.tally.starts++
	s.tally.slowest = max(s.tally.slowest, s.took)
	if s.round > 0 {
		if err := s.check(ctx, p, false); err != nil {
			return errors.Join(err, p.kill())
		}
	}
	return s.work(ctx, p, r)
}

// brokenStarts is how many starts are killed before one may succeed. The first of all must make the pipeline.
func (s *soak) brokenStarts(r *rand.Rand) int {
	if n := r.IntN(6); s.round > 0 && n < 3 {
		return n
	}
	return 0
}

// breakStart kills the node at any time of its start.
func (s *soak) breakStart(r *rand.Rand) error {
	p, err := s.launch(nil)
	if err != nil {
		return err
	}
	s.tally.starts++
	timer := time.NewTimer(time.Duration(r.Int64N(int64(s.took) + int64(s.took)/4)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.ended:
		return errors.New("the node ended before it was ready")
	}
	s.tally.killed("restart: at any time of it")
	return p.kill()
}

// work gives the node traffic and faults until it is dead.
func (s *soak) work(ctx context.Context, p *process, r *rand.Rand) error {
	t := &traffic{soak: s, p: p, fatal: func(int) bool { return false }}
	var err error
	if t.s3, err = newClient(p.info); err != nil {
		return errors.Join(err, p.kill())
	}
	defer t.s3.close()
	o := order{Faults: some(r, passing, r.IntN(4))}
	switch r.IntN(5) {
	case 0:
		which := 1 + r.IntN(s.files)
		t.fatal = func(put int) bool { return put == which }
	case 1: // Killed from outside, at any time.
	default:
		end := last[r.IntN(len(last))]
		end.After = r.IntN(end.After)
		o.Faults = append([]faulty.Fault{end}, o.Faults...)
	}
	if r.IntN(6) == 0 {
		o.Room = 4096 << r.IntN(12)
		s.tally.met("disk full")
	}
	if err := p.order(ctx, o); err != nil && !p.gone() {
		return errors.Join(err, p.kill())
	}
	done := make(chan struct{})
	go func() { t.run(ctx); close(done) }()
	return s.end(p, r, done)
}

// end kills the node unless it is dead by itself, and waits for its clients.
func (s *soak) end(p *process, r *rand.Rand, done <-chan struct{}) error {
	timer := time.NewTimer(50*time.Millisecond + time.Duration(r.Int64N(int64(2*time.Second))))
	defer timer.Stop()
	select {
	case <-p.ended:
	case <-timer.C:
		s.tally.killed("anywhere: at any time")
	}
	err := p.kill()
	<-done
	return err
}
