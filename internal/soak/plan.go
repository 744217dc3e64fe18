package main

import (
	"math/rand/v2"
	"slices"

	"github.com/inlet-data/inlet/internal/faulty"
)

// passing are the faults that every node must get over. After is how often, at most, their point is passed before.
var passing = []faulty.Fault{
	{At: faulty.Open, Kind: faulty.Error500, After: 10}, {At: faulty.Open, Kind: faulty.Error503, After: 10},
	{At: faulty.Open, Kind: faulty.Half, After: 10}, {At: faulty.Open, Kind: faulty.Slow, After: 10}, {At: faulty.Read, Kind: faulty.Reset, After: 20},
	{At: faulty.List, Kind: faulty.Error503, After: 2},
	{At: faulty.Deliver, Kind: faulty.Lost, After: 5}, {At: faulty.Deliver, Kind: faulty.Repeated, After: 5},
	{At: faulty.Deliver, Kind: faulty.Reordered, After: 5}, {At: faulty.Delivered, Kind: faulty.Unanswered, After: 5},
	{At: faulty.Write, Kind: faulty.NoRoom, After: 10}, {At: faulty.Commit, Kind: faulty.NoRoom, After: 10}, {At: faulty.Commit, Kind: faulty.Fatal, After: 10},
	{At: faulty.Committed, Kind: faulty.Unanswered, After: 10}, {At: faulty.Connect, Kind: faulty.Unconnected, After: 10},
}

// dropped is what only a job that lists its prefix gets over.
var dropped = faulty.Fault{At: faulty.Deliver, Kind: faulty.Dropped, After: 5}

// passing are the faults that a node must get over.
func (s *soak) passing() []faulty.Fault {
	if s.lossy {
		return append(slices.Clone(passing), dropped, dropped, dropped)
	}
	return passing
}

// last are the ends that a node finds by itself.
var last = []faulty.Fault{
	{At: faulty.Deliver, Kind: faulty.Kill, After: 4}, {At: faulty.Delivered, Kind: faulty.Kill, After: 4},
	{At: faulty.Open, Kind: faulty.Kill, After: 15}, {At: faulty.Read, Kind: faulty.Kill, After: 25}, {At: faulty.Write, Kind: faulty.Kill, After: 25},
	{At: faulty.Commit, Kind: faulty.Kill, After: 12}, {At: faulty.Committed, Kind: faulty.Kill, After: 12}, {At: faulty.Connect, Kind: faulty.Kill, After: 8},
}

// some picks n faults.
func some(r *rand.Rand, from []faulty.Fault, n int) []faulty.Fault {
	var all []faulty.Fault
	for range n {
		f := from[r.IntN(len(from))]
		f.After = r.IntN(f.After)
		all = append(all, f)
	}
	return all
}
