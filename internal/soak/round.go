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
		s.tally.roundOver()
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
		first = some(r, s.passing(), r.IntN(3))
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

// ending is how a round ends.
type ending struct {
	put    int           // the PUT that kills the node within its body, 0 for none
	within time.Duration // when the node is killed from outside unless it is dead
}

// work gives the node traffic and faults until it is dead.
func (s *soak) work(ctx context.Context, p *process, r *rand.Rand) error {
	e := ending{within: time.Duration(r.Int64N(int64(2 * time.Second)))}
	o := order{Faults: some(r, s.passing(), r.IntN(4)), Jump: s.jump(r)}
	switch r.IntN(6) {
	case 0:
		e = ending{1 + r.IntN(s.files), lastMoment}
	case 1: // Killed from outside, at any time.
	default:
		o.Faults = append(some(r, last, 1), o.Faults...)
		e.within = lastMoment
	}
	if r.IntN(6) == 0 {
		release, err := s.fullDisk(r, &o)
		if err != nil {
			return errors.Join(err, p.kill())
		}
		defer release()
	}
	if err := p.order(ctx, o); err != nil && !p.gone() {
		return errors.Join(err, p.kill())
	}
	return s.drive(ctx, p, e)
}

// lastMoment is how long a node may live that is to die by a fault which it may not meet.
const lastMoment = 4 * time.Second

// jump is how far the object store's clock is off in this round: it goes to and fro by up to an hour.
func (s *soak) jump(r *rand.Rand) time.Duration {
	if r.IntN(4) > 0 {
		return 0
	}
	s.tally.met("clock jumps")
	return time.Duration(r.Int64N(int64(time.Hour)))
}

// drive lets clients work until the node is dead, by itself or by e.
func (s *soak) drive(ctx context.Context, p *process, e ending) error {
	t := &traffic{soak: s, p: p, deadly: e.put}
	var err error
	if t.s3, err = newClient(p.info); err != nil {
		return errors.Join(err, p.kill())
	}
	defer t.s3.close()
	done := make(chan struct{})
	go func() { t.run(ctx); close(done) }()
	timer := time.NewTimer(e.within)
	defer timer.Stop()
	select {
	case <-p.ended:
	case <-timer.C:
		s.tally.killed("anywhere: at any time")
	}
	err = p.kill()
	<-done
	return err
}
