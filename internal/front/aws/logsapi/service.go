// Package logsapi answers the API of Amazon CloudWatch Logs: groups, streams and events.
package logsapi

import (
	"context"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

// New makes the service.
func New(store *logs.Store) *aws.JSONService {
	d := door{store}
	return aws.NewJSON("logs", aws.JSON{Target: "Logs_20140328", Version: "1.1", Wording: aws.Wording{Invalid: "InvalidParameterException"}},
		slices.Concat(d.groups(), d.streams(), d.events(), d.tags(), unsupported())...)
}

// door has the handlers; each binds the store to its caller.
type door struct{ store *logs.Store }

// op makes a row whose handler gets the logs as the caller sees them.
func op[In, Out any](d door, name, action string, h func(context.Context, *logs.View, In) (Out, error)) aws.Operation {
	return aws.Op(name, "logs:"+action, func(ctx context.Context, s guard.Session, in In) (Out, error) {
		return h(ctx, d.store.As(s), in)
	})
}

// millis is a time as this service writes it: milliseconds since 1970, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at reads a time, which may be missing.
func at(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return time.UnixMilli(*ms)
}

// named is a group by its name or its ARN, which requests give as two members.
type named struct {
	Name       string `json:"logGroupName" min:"1" max:"512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	Identifier string `json:"logGroupIdentifier" min:"1" max:"2048" pattern:"[\\w#+=/:,.@-]*"`
}

func (n named) group() string {
	if n.Identifier != "" {
		return n.Identifier
	}
	return n.Name
}

// each makes a list, empty rather than null, of what f makes of things.
func each[In, Out any](things []In, f func(In) Out) []Out {
	out := make([]Out, len(things))
	for i, x := range things {
		out[i] = f(x)
	}
	return out
}
