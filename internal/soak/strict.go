package main

import (
	"context"
	"fmt"
	"strings"
)

// strict wants of the job that looks at what it loads: of each batch all files or, when one
// breaks the job's rule, none; and files with rows that cannot be loaded in its quarantine.
func (c *check) strict(ctx context.Context, all bool) error {
	if err := c.stored(ctx, all); err != nil {
		return err
	}
	want := make([]*file, 0, len(c.world.strict))
	for _, f := range c.world.strict {
		want = append(want, f)
	}
	id, err := c.jobID(ctx, "strict_job")
	if err != nil {
		return err
	}
	fates, err := c.fates(ctx, id, want)
	if err != nil {
		return err
	}
	loaded, bad := c.judged(id, want, fates)
	rows, err := c.tableRows(ctx, "strict", "file")
	if err != nil {
		return err
	}
	c.rows("strict", whole(loaded), rows)
	if err := c.views(ctx, id, loaded); err != nil {
		return err
	}
	if err := c.reported(ctx, id, bad); err != nil {
		return err
	}
	return c.places(ctx, all)
}

// quarantine is the folder of the files that are put aside.
const quarantine = "bad/"

// lists returns the ETags of the job's files where they were put, and where they are put aside.
// A file that moves between is in the second at least: it is copied before it is deleted.
func (c *check) lists(ctx context.Context, all bool) (here, there map[string]string, err error) {
	prefix := "strict/"
	if !all {
		prefix += fmt.Sprintf("r%05d/", c.round-1)
	}
	if here, err = c.s3.list(ctx, prefix); err == nil {
		there, err = c.s3.list(ctx, quarantine+prefix)
	}
	return here, there, err
}

// stored forgets what was not acknowledged and is not there.
func (c *check) stored(ctx context.Context, all bool) error {
	here, there, err := c.lists(ctx, all)
	if err != nil {
		return err
	}
	for key, f := range c.world.strict {
		if !f.acked && here[key] == "" && there[quarantine+key] == "" {
			delete(c.world.strict, key)
			continue
		}
		f.acked = true
	}
	return nil
}

// judged looks at what became of the files, and returns which were loaded and which could not be.
func (c *check) judged(id int64, want []*file, fates map[string]fate) (loaded, bad []*file) {
	broken := map[int64]bool{} // loads that brought a file that breaks the rule
	for _, f := range want {
		if fate := fates[f.of()]; f.rotten && strings.Contains(fate.message, "validate") {
			broken[fate.load] = true
		}
	}
	for _, f := range want {
		fate := fates[f.of()]
		delete(fates, f.of())
		switch failed := fate.state == "failed"; {
		case fate.state == "loaded" && !f.bad && !f.rotten && fate.size == f.size && fate.rows == f.rows:
			c.loaded(1)
			loaded = append(loaded, f)
		case failed && f.bad:
			c.expected.refused++
			bad = append(bad, f)
		case failed && broken[fate.load]:
			c.expected.refused++
			c.found.refused++
		default:
			c.fail("job %d says %+v of %+v", id, fate, *f)
		}
	}
	for of := range fates {
		c.fail("job %d knows %s, which was never sent", id, of)
	}
	return loaded, bad
}

// places waits until bad files are put aside, and looks at where each file lies.
func (c *check) places(ctx context.Context, all bool) error {
	var here, there map[string]string
	left := ""
	err := until(ctx, func() (bool, error) {
		var err error
		if here, there, err = c.lists(ctx, all); err != nil {
			return true, err
		}
		left = ""
		for key, f := range c.world.strict {
			if f.bad && here[key] != "" {
				left = key
			}
		}
		return left == "", nil
	})
	if err != nil {
		return fmt.Errorf("the bad file %s stays where it is: %w", left, err)
	}
	for key, f := range c.world.strict {
		if f.bad {
			c.expected.moved++
			c.found.moved++
		}
		if c.world.checked[key] && !all {
			c.expected.objects++
			c.found.objects++
			continue
		}
		if err := c.place(ctx, f, here, there); err != nil {
			return err
		}
	}
	return nil
}

// place looks at the only place where a file is to lie.
func (c *check) place(ctx context.Context, f *file, here, there map[string]string) error {
	if f.bad {
		return c.object(ctx, f, quarantine+f.key, there[quarantine+f.key])
	}
	if etag := there[quarantine+f.key]; etag != "" {
		c.fail("object %s is put aside, and nothing is wrong with it", f.key)
	}
	return c.object(ctx, f, f.key, here[f.key])
}
