package logsapi

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) events() []aws.Operation {
	return []aws.Operation{
		op(d, "PutLogEvents", "PutLogEvents", putEvents),
		op(d, "GetLogEvents", "GetLogEvents", getEvents),
		op(d, "FilterLogEvents", "FilterLogEvents", filterEvents),
	}
}

type inputEvent struct {
	Time    int64  `json:"timestamp" required:"true"`
	Message string `json:"message" required:"true" min:"1"`
}

type putEventsInput struct {
	streamName
	Events   []inputEvent `json:"logEvents" required:"true" min:"1" max:"10000"`
	Sequence string       `json:"sequenceToken" min:"1"`
}

type rejected struct {
	TooNew  *int `json:"tooNewLogEventStartIndex,omitempty"`
	TooOld  *int `json:"tooOldLogEventEndIndex,omitempty"`
	Expired *int `json:"expiredLogEventEndIndex,omitempty"`
}

type putEventsOutput struct {
	Sequence string    `json:"nextSequenceToken"`
	Rejected *rejected `json:"rejectedLogEventsInfo,omitempty"`
}

func putEvents(ctx context.Context, v *logs.View, in putEventsInput) (putEventsOutput, error) {
	r, err := v.Put(ctx, in.Group, in.Stream, each(in.Events, func(e inputEvent) logs.Line { return logs.Line{Time: time.UnixMilli(e.Time), Message: e.Message} }))
	out := putEventsOutput{Sequence: sequence}
	if r != (logs.Rejected{}) {
		out.Rejected = &rejected{r.TooNewStart, r.TooOldEnd, r.ExpiredEnd}
	}
	return out, err
}

type getEventsInput struct {
	named
	Stream    string `json:"logStreamName" required:"true" min:"1" max:"512" pattern:"[^:*]*"`
	Start     *int64 `json:"startTime"`
	End       *int64 `json:"endTime"`
	NextToken string `json:"nextToken" min:"1"`
	Limit     int    `json:"limit" min:"1" max:"10000"`
	Head      bool   `json:"startFromHead"`
	Unmask    bool   `json:"unmask"`
}

type event struct {
	Time     int64  `json:"timestamp"`
	Message  string `json:"message"`
	Ingested int64  `json:"ingestionTime"`
}

type getEventsOutput struct {
	Events   []event `json:"events"`
	Forward  string  `json:"nextForwardToken"`
	Backward string  `json:"nextBackwardToken"`
}

func getEvents(ctx context.Context, v *logs.View, in getEventsInput) (getEventsOutput, error) {
	r, err := v.Get(ctx, logs.GetInput{Group: in.group(), Stream: in.Stream, Start: at(in.Start), End: at(in.End), Token: in.NextToken, Limit: in.Limit, Head: in.Head})
	return getEventsOutput{each(r.Events, func(e logs.Event) event { return event{millis(e.Time), e.Message, millis(e.Ingested)} }), r.Forward, r.Backward}, err
}

type filterEventsInput struct {
	named
	Streams     []string `json:"logStreamNames" min:"1" max:"100" pattern:"[^:*]*" each:"1 512"`
	Prefix      string   `json:"logStreamNamePrefix" min:"1" max:"512" pattern:"[^:*]*"`
	Start       *int64   `json:"startTime"`
	End         *int64   `json:"endTime"`
	Pattern     string   `json:"filterPattern" max:"1024"`
	NextToken   string   `json:"nextToken" min:"1"`
	Limit       int      `json:"limit" min:"1" max:"10000"`
	Interleaved bool     `json:"interleaved"`
	Unmask      bool     `json:"unmask"`
}

type filteredEvent struct {
	Stream   string `json:"logStreamName"`
	Time     int64  `json:"timestamp"`
	Message  string `json:"message"`
	Ingested int64  `json:"ingestionTime"`
	ID       string `json:"eventId"`
}

type searched struct {
	Stream     string `json:"logStreamName"`
	Completely bool   `json:"searchedCompletely"`
}

type filterEventsOutput struct {
	Events    []filteredEvent `json:"events"`
	Searched  []searched      `json:"searchedLogStreams"` // always empty, as AWS answers since 2019
	NextToken string          `json:"nextToken,omitempty"`
}

func filterEvents(ctx context.Context, v *logs.View, in filterEventsInput) (filterEventsOutput, error) {
	all, next, err := v.Filter(ctx, logs.FilterInput{Group: in.group(), Streams: in.Streams, Prefix: in.Prefix, Start: at(in.Start), End: at(in.End),
		Pattern: in.Pattern, Token: in.NextToken, Limit: in.Limit})
	return filterEventsOutput{each(all, func(f logs.Found) filteredEvent {
		return filteredEvent{f.Stream, millis(f.Time), f.Message, millis(f.Ingested), f.ID()}
	}), []searched{}, next}, err
}
