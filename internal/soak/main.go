// Command soak looks for a crash that loses or repeats a row: round by round it
// gives a node files, COPYs and transactions, lets it meet faults, kills it with
// kill -9 somewhere on the way, starts it again and checks everything that was
// ever acknowledged. It ends with 1 when anything is missing, double or untrue.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	if dir := os.Getenv(nodeDir); dir != "" {
		os.Exit(runNode(dir))
	}
	var o options
	flag.IntVar(&o.rounds, "rounds", 200, "rounds, each of which ends with kill -9")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what chance is made from: the same seed makes the same choices, and time does the rest")
	flag.IntVar(&o.files, "files", 60, "files that are put in a round before the node is killed at the latest")
	flag.StringVar(&o.dir, "dir", "", "a folder to make for the node's data and log, which stays; without it one is made and removed when all is well")
	flag.BoolVar(&o.fill, "fill", false, "the folder is on a small disk of its own: fill that up, where files are limited otherwise")
	flag.BoolVar(&o.lossy, "lossy", false, "drop events for good as well, and let the jobs list their prefixes every second")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o.progress = newProgress(os.Stderr)
	tally, err := run(ctx, o)
	fmt.Print(tally)
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// options say how to soak.
type options struct {
	rounds, files int
	seed          uint64
	dir           string
	fill, lossy   bool
	progress      *progress // nil shows none
}

// run soaks. The tally is complete also when it fails.
func run(ctx context.Context, o options) (tally *tally, err error) {
	tally = newTally(o.seed)
	own := o.dir == ""
	if own {
		if o.dir, err = os.MkdirTemp("", "inlet-soak-"); err != nil {
			return tally, err
		}
	} else if err := os.Mkdir(o.dir, 0o700); err != nil {
		return tally, fmt.Errorf("make a folder for the node: %w", err)
	}
	s := newSoak(o, tally)
	defer o.progress.show(tally, o.rounds)()
	if err := s.run(ctx); err != nil {
		return tally, fmt.Errorf("%w (seed %d; the node's data and log are in %s)", err, o.seed, o.dir)
	}
	if own {
		return tally, os.RemoveAll(o.dir)
	}
	return tally, nil
}
