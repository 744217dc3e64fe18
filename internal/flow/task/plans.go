package task

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// Plans are how the rows of each table that the mapping takes go to the target, by the
// source's tables as they are now.
func Plans(ctx context.Context, c Config) ([]*mapping.Plan, error) {
	t := &Task{c: c}
	all, err := c.Source.Tables(ctx)
	if err != nil {
		return nil, err
	}
	s, err := c.Mapping.Select(all)
	if err != nil {
		return nil, err
	}
	if len(s.Tables) == 0 {
		return nil, noTables()
	}
	var plans []*mapping.Plan
	for _, n := range s.Tables {
		shape, err := c.Source.Describe(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", n, err)
		}
		p, err := t.plan(shape)
		if err != nil {
			return nil, err
		}
		plans = append(plans, p)
	}
	return plans, nil
}

// Running reports whether some process runs the task of a directory.
func Running(dir string) (bool, error) {
	if !known(dir) {
		return false, nil
	}
	s, err := openStore(dir)
	if fault.CodeOf(err) == CodeRunning {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, s.close()
}

// Await returns when a task that runs elsewhere has applied the changes up to a position.
func Await(ctx context.Context, c target.Config, p source.Position) error {
	to, err := target.Open(ctx, c)
	if err != nil {
		return err
	}
	defer to.Close()
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		at, _, err := to.Position(ctx)
		if err != nil || !p.After(at) {
			tick.Stop()
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			return errors.Join(fmt.Errorf("wait until the task has applied changes up to %s; it is at %s", p, at), ctx.Err())
		}
	}
}
