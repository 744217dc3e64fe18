package copyjob

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/dialect"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Set changes settings of a job, all or none, from its next batch on.
func (j *Jobs) Set(ctx context.Context, name string, changes []dialect.JobSetting) error {
	j.mu.Lock()
	jb, err := j.find(name)
	j.mu.Unlock()
	if err != nil {
		return err
	}
	ctx, cancel := jb.within(ctx)
	defer cancel()
	if err := jb.lock(ctx); err != nil {
		return err
	}
	defer jb.unlock()
	if err := j.resolve(ctx, jb); err != nil {
		return err
	}
	j.enqueueing.Lock()
	defer j.enqueueing.Unlock()
	kept, next, err := changed(jb.Settings, changes)
	if err == nil {
		err = j.services.offered(next)
	}
	if err != nil {
		return err
	}
	return j.client(ctx, func(c *warehouse.Client) error {
		if err := jb.fits(ctx, c, next); err != nil {
			return err
		}
		return j.keep(ctx, c, jb, setting{kept, next})
	})
}

// setting is settings as they are kept, and read.
type setting struct {
	kept ledger.Settings
	Settings
}

// fits checks what a setting alone cannot tell.
func (jb *job) fits(ctx context.Context, c *warehouse.Client, s Settings) error {
	if bucket, prefix := place(s.Quarantine); s.Quarantine != "" && bucket == jb.Bucket && strings.HasPrefix(prefix, jb.Prefix) {
		return &fault.Error{Kind: fault.Invalid, Code: "22023", On: "quarantine", Hint: "Name a prefix outside of " + jb.DataSource + ".",
			Message: fmt.Sprintf("invalid value for COPY job setting \"quarantine\": files in %s would be loaded again", s.Quarantine)}
	}
	if s.DedupeKey == nil {
		return nil
	}
	t, err := c.Table(ctx, jb.copy.Table.Schema, jb.copy.Table.Name)
	if err != nil {
		return err
	}
	for _, name := range s.DedupeKey {
		if t.Column(name) == nil {
			return &fault.Error{Kind: fault.Invalid, Code: "42703", On: "dedupe_key",
				Message: fmt.Sprintf("invalid value for COPY job setting \"dedupe_key\": column %q of relation %q does not exist", name, t.Name)}
		}
	}
	return nil
}

// keep writes the settings and then follows them. It needs enqueueing and the token of loading.
func (j *Jobs) keep(ctx context.Context, c *warehouse.Client, jb *job, s setting) error {
	backlog := s.LoadExisting && !jb.set.LoadExisting
	next := newJob(jb.Job, jb.copy) // of which what it knows of files is taken
	next.set = s.Settings
	if s.ReloadChanged != jb.set.ReloadChanged { // Files are told apart in another way. It comes first: what fails behind the commit cannot take it back.
		if err := recall(ctx, c.Conn(), ledger.EventsOf{JobID: jb.ID, Versions: s.ReloadChanged}, map[int64]*job{jb.ID: next}); err != nil {
			return fmt.Errorf("set COPY job %s: %w", jb.Name, err)
		}
	}
	err := c.Atomically(ctx, func() error {
		if backlog {
			if err := ledger.ForgetBacklog(ctx, c, jb.ID); err != nil {
				return err
			}
		}
		return ledger.PutSettings(ctx, c, jb.ID, s.kept)
	})
	if err != nil {
		return fmt.Errorf("set COPY job %s: %w", jb.Name, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if s.ReloadChanged != jb.set.ReloadChanged {
		jb.known, jb.contents, jb.pending, jb.behind, jb.cursor = next.known, next.contents, nil, next.behind, next.cursor
	}
	jb.Settings, jb.set = s.kept, s.Settings
	jb.listing.plan(jb.set, backlog || jb.listing.backlog && s.LoadExisting)
	j.retime()
	j.wake(jb)
	j.announce()
	return nil
}
