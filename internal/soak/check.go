package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// check is one look at everything that was ever sent. What is wrong is collected.
type check struct {
	*soak
	s3    *client
	conn  *pgx.Conn
	wrong []string
	expected,
	found counts
}

// check compares the node with what it must know; all reads every object, not only the newest.
func (s *soak) check(ctx context.Context, p *process, all bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := &check{soak: s}
	var err error
	if c.s3, err = newClient(p.info); err != nil {
		return err
	}
	defer c.s3.close()
	if c.conn, err = c.connect(ctx, p); err != nil {
		return err
	}
	defer c.conn.Close(context.Background())
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return c.objects(ctx, all) },
		c.states,
		func(ctx context.Context) error { return c.job(ctx, "landed", "in/") },
		func(ctx context.Context) error { return c.job(ctx, "odd", "in/odd/") },
		func(ctx context.Context) error { return c.strict(ctx, all) },
		c.versions, c.copies, c.pairs,
	} {
		if err := step(ctx); err != nil {
			return errors.Join(fmt.Errorf("check: %w", err), c.verdict())
		}
	}
	s.tally.checked(c)
	return c.verdict()
}

// connect logs in; the engine may still be getting over a fault.
func (c *check) connect(ctx context.Context, p *process) (*pgx.Conn, error) {
	var conn *pgx.Conn
	err := until(ctx, func() (done bool, err error) {
		conn, err = p.info.Connect(ctx)
		return err == nil || p.gone(), err
	})
	return conn, err
}

// until asks again and again until it is done or ctx ends, and returns the last error.
func until(ctx context.Context, ask func() (done bool, err error)) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		done, err := ask()
		if done {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// wrongs is how many of the things that are wrong are told.
const wrongs = 20

func (c *check) fail(format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

func (c *check) verdict() error {
	if len(c.wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%d things are wrong:\n  %s", len(c.wrong), strings.Join(c.wrong[:min(wrongs, len(c.wrong))], "\n  "))
}

// objects wants everything that was acknowledged, and nothing else, with its bytes.
func (c *check) objects(ctx context.Context, all bool) error {
	listed := map[string]string{}
	for _, prefix := range c.prefixes(all) {
		some, err := c.s3.list(ctx, prefix)
		if err != nil {
			return err
		}
		for key, etag := range some {
			listed[key] = etag
		}
	}
	for key := range listed {
		if c.world.files[key] == nil {
			c.fail("object %s was never sent", key)
		}
	}
	for key, f := range c.world.files {
		if c.world.checked[key] && !all {
			c.expected.objects++
			c.found.objects++
			continue
		}
		if listed[key] == "" && !f.acked {
			delete(c.world.files, key)
			continue
		}
		if err := c.object(ctx, f, key, listed[key]); err != nil {
			return err
		}
	}
	return nil
}

// prefixes are those of the round before, or all.
func (c *check) prefixes(all bool) []string {
	if all {
		return []string{"in/"}
	}
	last := fmt.Sprintf("/r%05d/", c.round-1)
	return []string{"in/all" + last, "in/odd" + last}
}

// object looks at one file where it lies. What was not acknowledged may be there or not; once it is there, it stays.
func (c *check) object(ctx context.Context, f *file, key, etag string) error {
	f.acked = true
	c.expected.objects++
	text, ok, err := c.s3.get(ctx, key)
	if err != nil {
		return err
	}
	sum := md5.Sum(text)
	if !ok || etag != f.etag || hex.EncodeToString(sum[:]) != f.etag {
		c.fail("object %s: listed with ETag %q and read as %d bytes with MD5 %x, sent were %d with %s", key, etag, len(text), sum, f.size, f.etag)
		return nil
	}
	c.found.objects++
	c.world.checked[f.key] = true
	return nil
}

// states wants of each object that changes the last acknowledged content, or one sent since.
func (c *check) states(ctx context.Context) error {
	for key, s := range c.world.states {
		text, _, err := c.s3.get(ctx, key)
		if err != nil {
			return err
		}
		c.expected.objects++
		if !slices.Contains(s.possible, string(text)) {
			c.fail("object %s holds %q, possible are %q", key, text, s.possible)
			continue
		}
		c.found.objects++
		s.possible = []string{string(text)}
	}
	return nil
}

// copies wants each COPY whole or not at all, and whole when it was acknowledged.
func (c *check) copies(ctx context.Context) error {
	rows, err := c.tableRows(ctx, "once", "file")
	if err != nil {
		return err
	}
	var want []*file
	for prefix, b := range c.world.copies {
		if there := slices.ContainsFunc(b.files, func(f *file) bool { return rows[f.key].n > 0 }); !there && !b.acked {
			delete(c.world.copies, prefix)
			continue
		}
		b.acked = true
		c.expected.copies++
		c.found.copies++
		want = append(want, b.files...)
	}
	c.rows("once", whole(want), rows)
	return c.views(ctx, 0, want)
}

// pairs wants both rows of a transaction or none, and both when it was acknowledged.
func (c *check) pairs(ctx context.Context) error {
	found := map[int64]bool{}
	var id int64
	var n, sum int
	rows, err := c.conn.Query(ctx, "SELECT id, count(*), sum(half) FROM pair GROUP BY id", pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, []any{&id, &n, &sum}, func() error {
		if _, sent := c.world.pairs[id]; !sent || n != 2 || sum != 3 {
			c.fail("transaction %d has %d rows with the sum %d, and was sent: %v", id, n, sum, sent)
		}
		found[id] = true
		c.found.pairs++
		c.found.rows += n
		return nil
	})
	for id, acked := range c.world.pairs {
		if acked && !found[id] {
			c.fail("transaction %d is lost", id)
		}
		if !acked && !found[id] {
			delete(c.world.pairs, id)
			continue
		}
		c.world.pairs[id] = true
		c.expected.pairs++
		c.expected.rows += 2
	}
	return err
}

// checked takes over what a check found.
func (t *tally) checked(c *check) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.checks++
	t.expected, t.found = c.expected, c.found
}
