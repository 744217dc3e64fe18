package task

import (
	"context"
	"fmt"
	"time"

	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
	"github.com/inlet-data/inlet/internal/flow/verify"
)

// Validation is how a table compared with its source the last time, in DMS's words.
type Validation struct {
	State     string // "Not enabled" or "Pending validation" before the first time.
	Details   string
	Failed    int64 // Rows that differ, as far as they were counted.
	Suspended int64 // Rows that changed each time they were read.
	At        time.Time
}

// The states of a table that was not compared.
const (
	notEnabled        = "Not enabled"
	pendingValidation = "Pending validation"
)

// validationPause is between the end of a comparison of all tables and the next.
const validationPause = 30 * time.Second

// Validates reports whether the task compares its tables with their source.
func (t *Task) Validates() bool { return t.c.Settings.ValidationSettings.EnableValidation }

// validation is what is known of a table; t.mu is held.
func (t *Task) validation(name source.Name) Validation {
	if v, ok := t.validations[name]; ok {
		return v
	}
	if t.Validates() {
		return Validation{State: pendingValidation}
	}
	return Validation{State: notEnabled}
}

// validating compares the tables again and again while the task follows changes, beside it.
// The function that it returns ends that.
func (r *run) validating(ctx context.Context) func() {
	if !r.Validates() {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for pause := time.NewTimer(0); ; pause.Reset(validationPause) {
			select {
			case <-pause.C:
				r.validate(ctx)
			case <-ctx.Done():
				pause.Stop()
				return
			}
		}
	}()
	return func() { stop(); <-done }
}

// validate compares all tables once. That it cannot is told, and stops nothing.
func (r *run) validate(ctx context.Context) {
	if !r.Validates() {
		return
	}
	plans, err := Plans(ctx, r.c)
	if err == nil {
		v := verify.New(r.verifying())
		defer v.Close()
		_, err = v.Tables(ctx, plans, func(result verify.Result) { r.noteValidation(ctx, result) })
	}
	if err != nil && ctx.Err() == nil {
		r.say(tasklog.Validator, tasklog.Error, fmt.Errorf("compare tables with their source: %w", err))
	}
}

// verifying is how the settings want tables to be compared.
func (r *run) verifying() verify.Config {
	s, v := &r.c.Settings.ValidationSettings, r.c.verification(r.follows())
	v.Parallel, v.Rows, v.Differences = s.ThreadCount, s.PartitionSize, s.TableFailureMaxCount
	return v
}

// noteValidation keeps what a comparison found: in the figures, the log and the control table.
func (r *run) noteValidation(ctx context.Context, result verify.Result) {
	v := Validation{State: result.State(), Failed: int64(len(result.Differences)), Suspended: result.Moving, At: time.Now().UTC()}
	failures := make([]target.Failure, len(result.Differences))
	for i := range result.Differences {
		d := &result.Differences[i]
		key, details := d.Record()
		failures[i] = target.Failure{Key: key, Type: string(d.Kind), Details: details}
	}
	switch {
	case result.Err != nil:
		v.Details = oneLine(result.Err)
		r.say(tasklog.Validator, tasklog.Error, result.Err)
	case len(failures) > 0:
		v.Details = flat(result.Differences[0].String())
		r.log.Printf(tasklog.Validator, tasklog.Error, "Table '%s'.'%s' differs from its source in %d rows; the first: %s",
			result.Table.Schema, result.Table.Table, len(failures), v.Details)
	}
	r.mu.Lock()
	if r.validations == nil {
		r.validations = map[source.Name]Validation{}
	}
	r.validations[result.Table] = v
	r.mu.Unlock()
	if err := r.target.SetFailures(ctx, result.Table, failures); err != nil && ctx.Err() == nil {
		r.say(tasklog.Validator, tasklog.Warning, err)
	}
}

// followCompared follows changes and compares tables meanwhile.
func (r *run) followCompared(ctx context.Context) error {
	defer r.validating(ctx)()
	return r.follow(ctx)
}
