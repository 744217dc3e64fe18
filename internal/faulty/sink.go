package faulty

import (
	"context"
	"slices"
	"sync"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/arrival"
)

// Sink hands events to another as planned.
type Sink struct {
	arrival.Sink
	Plan *Plan

	mu   sync.Mutex
	past map[string][]arrival.Arrival // the newest files of each namespace
}

// pastFiles is how many files a Sink can repeat.
const pastFiles = 100

// Arrived hands files over.
func (s *Sink) Arrived(ctx context.Context, namespace string, files []arrival.Arrival) error {
	kind := s.Plan.pass(Deliver)
	switch kind {
	case Lost:
		return lost("the events were lost")
	case Dropped:
		return nil
	}
	for _, batch := range s.batches(kind, namespace, files) {
		if err := s.Sink.Arrived(ctx, namespace, batch); err != nil {
			return err
		}
	}
	s.remember(namespace, files)
	if s.Plan.pass(Delivered) == Unanswered {
		return lost("the answer to the events was lost")
	}
	return nil
}

func lost(message string) error {
	return &fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Op: "deliver", Message: message}
}

// batches is how files come.
func (s *Sink) batches(kind Kind, namespace string, files []arrival.Arrival) [][]arrival.Arrival {
	switch kind {
	case Repeated:
		s.mu.Lock()
		defer s.mu.Unlock()
		return [][]arrival.Arrival{slices.Concat(s.past[namespace], files, files), files}
	case Reordered:
		var all [][]arrival.Arrival
		for i := range slices.Backward(files) {
			all = append(all, files[i:i+1])
		}
		return all
	}
	return [][]arrival.Arrival{files}
}

func (s *Sink) remember(namespace string, files []arrival.Arrival) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.past == nil {
		s.past = map[string][]arrival.Arrival{}
	}
	all := append(s.past[namespace], files...)
	s.past[namespace] = slices.Clone(all[max(0, len(all)-pastFiles):])
}
