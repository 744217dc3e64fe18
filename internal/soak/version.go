package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// versions wants of each object that is written over the newest content, and of its
// versions that each job loaded them once, or skipped one for another that came after it.
func (c *check) versions(ctx context.Context) error {
	if err := c.newest(ctx); err != nil {
		return err
	}
	for _, table := range []string{"changing", "newest"} {
		loaded, err := c.reloaded(ctx, table)
		if err != nil {
			return err
		}
		rows, err := c.tableRows(ctx, table, "file || '@' || version::VARCHAR")
		if err != nil {
			return err
		}
		must := whole(slices.Concat(loaded...))
		if table == "newest" {
			must = map[string]group{}
			for _, all := range loaded {
				uppermost(all, must)
			}
		}
		c.rows(table, must, rows)
	}
	return nil
}

// newest looks at the contents. What was put after what is there was never stored; of
// what was put before it and not acknowledged, nobody can tell but who was told of it.
func (c *check) newest(ctx context.Context) error {
	listed, err := c.s3.list(ctx, "over/")
	if err != nil {
		return err
	}
	for key, etag := range listed {
		if !slices.ContainsFunc(c.world.versions[key], func(f *file) bool { return f.etag == etag }) {
			c.fail("object %s has the ETag %s, which was never sent", key, etag)
		}
	}
	for key, all := range c.world.versions {
		there := slices.IndexFunc(all, func(f *file) bool { return f.etag == listed[key] })
		for _, f := range all[there+1:] {
			if f.acked {
				c.fail("object %s has the ETag %q, but version %d with %s was acknowledged after it", key, listed[key], f.version, f.etag)
			}
		}
		if c.world.versions[key] = all[:there+1]; there < 0 {
			continue
		}
		if err := c.object(ctx, all[there], key, listed[key]); err != nil {
			return err
		}
	}
	return nil
}

// reloaded looks at a job's list of versions and returns those it loaded, for each object, oldest first.
func (c *check) reloaded(ctx context.Context, table string) (loaded [][]*file, err error) {
	id, err := c.jobID(ctx, table+"_job")
	if err != nil {
		return nil, err
	}
	fates, err := c.fates(ctx, id, c.told())
	if err != nil {
		return nil, err
	}
	var refused []*file
	for _, all := range c.world.versions {
		var of []*file
		for i, f := range all {
			fate, known := fates[f.of()]
			delete(fates, f.of())
			switch {
			case !known: // It was never stored, or its event was dropped.
			case fate.state == "loaded" && !f.bad && fate.size == f.size && fate.rows == f.rows:
				c.loaded(1)
				of = append(of, f)
			case fate.state == "skipped" && i < len(all)-1:
				c.expected.skipped++
				c.found.skipped++
			case fate.state == "failed" && f.bad:
				c.expected.refused++
				refused = append(refused, f)
			default:
				c.fail("job %d says %+v of %s, version %d of %d, sent were %+v", id, fate, f.name(), i+1, len(all), *f)
			}
		}
		loaded = append(loaded, of)
	}
	for of := range fates {
		c.fail("job %d knows %s, which was never sent", id, of)
	}
	if err := c.views(ctx, id, slices.Concat(loaded...)); err != nil {
		return nil, err
	}
	return loaded, c.reported(ctx, id, refused)
}

func (c *check) loaded(n int) {
	c.expected.files += n
	c.found.files += n
}

// told are the versions that every job must know of: all that are stored, or when events are dropped what a listing finds.
func (c *check) told() (all []*file) {
	for _, of := range c.world.versions {
		for i, f := range of {
			if i == len(of)-1 || f.acked && !c.lossy {
				all = append(all, f)
			}
		}
	}
	return all
}

// uppermost is what a table has of an object's versions when the rows of each replace those of older ones with the same line.
func uppermost(all []*file, must map[string]group) {
	covered := 0
	for _, f := range slices.Backward(all) {
		if f.rows > covered {
			must[f.name()] = f.from(covered + 1)
			covered = f.rows
		}
	}
}

// fate is what inlet_files says of a file.
type fate struct {
	state      string
	size, rows int
	load       int64 // that brought it, or failed
	message    string
}

// of names a file's content.
func (f *file) of() string { return f.url() + " " + f.etag }

// fates waits until a job is done with all files that it must know of, and says what became of each that it knows.
func (c *check) fates(ctx context.Context, id int64, must []*file) (all map[string]fate, err error) {
	left := ""
	err = until(ctx, func() (bool, error) {
		var err error
		if all, err = c.fatesNow(ctx, id); err != nil {
			return true, err
		}
		left = ""
		for of, fate := range all {
			if fate.state == "pending" {
				left = of + " is pending"
			}
		}
		for _, f := range must {
			if _, known := all[f.of()]; !known {
				left = f.of() + " is not known"
			}
		}
		return left == "", nil
	})
	if err != nil {
		return nil, fmt.Errorf("job %d has %d files, %s: %w", id, len(all), left, err)
	}
	return all, nil
}

func (c *check) fatesNow(ctx context.Context, id int64) (map[string]fate, error) {
	all := map[string]fate{}
	var url, etag string
	var f fate
	sql := fmt.Sprintf("SELECT url, etag, state, bytes, rows, coalesce(copy_id, 0), coalesce(message, '') FROM inlet_files WHERE job_id = %d", id)
	rows, err := c.conn.Query(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	_, err = pgx.ForEachRow(rows, []any{&url, &etag, &f.state, &f.size, &f.rows, &f.load, &f.message}, func() error {
		if _, twice := all[url+" "+etag]; twice {
			c.fail("inlet_files has %s with ETag %s twice in job %d", url, etag, id)
		}
		all[url+" "+etag] = f
		return nil
	})
	return all, err
}
