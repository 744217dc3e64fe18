package copyjob

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
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

// notify tells the job's topic of a failure. What the topic does with it is the topic's.
func (j *Jobs) notify(ctx context.Context, jb *job, f failure) {
	if jb.set.Notify == "" || j.services.Notifier == nil {
		return
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
	if err := j.services.Notifier.Notify(ctx, jb.set.Notify, subject, b.String()); err != nil {
		j.log.Warn("a COPY job's topic was not told of a failure", "job", jb.Name, "topic", jb.set.Notify, "error", err)
		j.tell(ctx, jb, "Error: "+jb.set.Notify+" was not told: "+reason(err), err)
	}
}
