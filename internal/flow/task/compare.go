package task

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/verify"
)

// overtaking is how long a difference may wait for a running task to apply what it is made of.
const overtaking = 2 * time.Minute

// Compare sets the tables of a task against their source and names at most so many rows
// of each that differ. The task may run meanwhile, here or in another process.
func Compare(ctx context.Context, c Config, most int) ([]verify.Report, error) {
	plans, err := Plans(ctx, c)
	if err != nil {
		return nil, err
	}
	running, err := Running(c.Dir)
	if err != nil {
		return nil, err
	}
	conf := c.verification(running)
	conf.Differences = most
	v := verify.New(conf)
	defer v.Close()
	var all []verify.Report
	_, err = v.Tables(ctx, plans, func(r verify.Result) { all = append(all, r.Report()) })
	return all, err
}

// verification is how tables are compared; with a task that follows, differences wait for it.
func (c *Config) verification(follows bool) verify.Config {
	v := verify.Config{Source: c.Source, Connect: c.Target.Connect, CaseSensitive: c.Target.CaseSensitive, EmptyIsNull: c.Target.Copy.EmptyAsNull}
	if follows {
		v.Applied = func(ctx context.Context, p source.Position) error {
			ctx, cancel := context.WithTimeout(ctx, overtaking)
			defer cancel()
			return Await(ctx, c.Target, p)
		}
	}
	return v
}
