package task

import (
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/tasklog"
)

// brief is how long a source that went away may take to come back before that counts as an
// attempt: until then it is asked again within seconds, whatever the settings say.
const brief = 10 * time.Second

// Lost hears that the source's log cannot be read. The first time is told; once it is for
// long, the settings say when it is tried again, and how often.
func (c *capture) Lost(err error) {
	now := time.Now()
	c.r.mu.Lock()
	since := c.r.lag.Lost
	if since.IsZero() {
		c.r.lag.Lost = now
	}
	c.r.mu.Unlock()
	if since.IsZero() {
		since = now
		c.r.say(tasklog.SourceCapture, tasklog.Error, err)
		c.r.log.Printf(tasklog.SourceCapture, tasklog.Warning, "The source cannot be reached; what it commits is not seen until it can")
		c.r.tellNews()
	}
	if now.Sub(since) >= brief || c.r.patience.most == 0 {
		c.end(&fault.Error{Kind: fault.Unavailable, Code: CodeSourceLost, Message: "the source cannot be reached since " + since.UTC().Format(time.DateTime) + " UTC", Err: err})
	}
}

// Found hears that the log is being read.
func (c *capture) Found() {
	c.progress()
	c.r.reached()
}

// reached notes that the source can be reached.
func (r *run) reached() {
	r.mu.Lock()
	since := r.lag.Lost
	r.lag.Lost = time.Time{}
	r.mu.Unlock()
	if since.IsZero() {
		return
	}
	r.log.Printf(tasklog.SourceCapture, tasklog.Warning, "The source can be reached again, after %s", time.Since(since).Round(time.Millisecond))
	r.tellNews()
}

// tellNews has the control tables written soon.
func (r *run) tellNews() {
	select {
	case r.news <- struct{}{}:
	default:
	}
}
