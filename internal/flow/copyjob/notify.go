package copyjob

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// Notifier publishes to SNS topics; *topic.Topics does.
type Notifier interface {
	Notify(ctx context.Context, topicARN, subject, message string) error
}

// Services are what the settings of jobs need besides the loader. One that is nil is not offered.
type Services struct {
	Notifier Notifier
	Queries  Queries
}

// Use gives the jobs their services, before Run.
func (j *Jobs) Use(s Services) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.services = s
}

// offered refuses settings whose service is missing.
func (s Services) offered(want Settings) error {
	missing := ""
	switch {
	case want.Notify != "" && s.Notifier == nil:
		missing = "notify"
	case want.Validate != "" && s.Queries == nil:
		missing = "validate"
	default:
		return nil
	}
	return &fault.Error{Kind: fault.Unsupported, Code: "0A000", On: missing, Message: fmt.Sprintf("COPY job setting %q is not offered here", missing)}
}

// mostNamed is how many files a notification names.
const mostNamed = 10

// notice is what the job's topic is to be told of a failure, nil for nothing.
func (j *Jobs) notice(jb *job, f failure) *ledger.Notice {
	if jb.set.Notify == "" || j.services.Notifier == nil {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "COPY job %s of database %s failed to load %d files into table %s.\n\nError: %s\n", jb.Name, jb.Database, len(f.files), jb.TableName, reason(f.err))
	if e, ok := errors.AsType[*fault.Error](f.err); ok && e.Hint != "" {
		fmt.Fprintf(&b, "Hint: %s\n", e.Hint)
	}
	if f.query != 0 {
		fmt.Fprintf(&b, "Query: %d\n", f.query)
	}
	for i, o := range f.files {
		if i == mostNamed {
			fmt.Fprintf(&b, "and %d more\n", len(f.files)-mostNamed)
			break
		}
		fmt.Fprintf(&b, "File: %s\n", o.URL())
	}
	subject := fmt.Sprintf("COPY job %s failed", jb.Name)
	if len(subject) > 100 { // SNS takes no more.
		subject = "A COPY job failed"
	}
	return &ledger.Notice{JobID: jb.ID, Topic: jb.set.Notify, Subject: subject, Message: b.String()}
}

// send gives a notification to its topic and forgets it. A crash in between sends
// it twice; what the topic does with it is the topic's.
func (j *Jobs) send(ctx context.Context, n *ledger.Notice) {
	if n == nil {
		return
	}
	refused := j.services.Notifier.Notify(ctx, n.Topic, n.Subject, n.Message)
	if refused != nil {
		j.log.Warn("a COPY job's topic was not told of a failure", "job", n.JobID, "topic", n.Topic, "error", refused)
	}
	err := j.client(ctx, func(c *warehouse.Client) error {
		return c.Atomically(ctx, func() error {
			if refused != nil {
				if err := ledger.Message(ctx, c, n.JobID, "Error: "+n.Topic+" was not told: "+reason(refused)); err != nil {
					return err
				}
				if err := hint(ctx, c, n.JobID, refused); err != nil {
					return err
				}
			}
			return ledger.ForgetNotice(ctx, c, n.ID)
		})
	})
	if err != nil {
		j.log.Warn("a notification of a COPY job stays to be sent once more", "job", n.JobID, "topic", n.Topic, "error", err)
	}
}

// sendRest sends what a crash kept from being sent.
func (j *Jobs) sendRest(ctx context.Context) {
	for i := range j.unsent {
		if ctx.Err() != nil {
			return
		}
		j.send(context.WithoutCancel(ctx), &j.unsent[i])
	}
	j.unsent = nil
}
