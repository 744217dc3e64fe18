package logsapi

import (
	"cmp"
	"context"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) streams() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateLogStream", "CreateLogStream", createStream),
		op(d, "DescribeLogStreams", "DescribeLogStreams", describeStreams),
		op(d, "DeleteLogStream", "DeleteLogStream", deleteStream),
	}
}

type streamName struct {
	Group  string `json:"logGroupName" required:"true" min:"1" max:"512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	Stream string `json:"logStreamName" required:"true" min:"1" max:"512" pattern:"[^:*]*"`
}

func createStream(ctx context.Context, v *logs.View, in streamName) (aws.Empty, error) {
	return aws.Empty{}, v.CreateStream(ctx, in.Group, in.Stream)
}

func deleteStream(ctx context.Context, v *logs.View, in streamName) (aws.Empty, error) {
	return aws.Empty{}, v.DeleteStream(ctx, in.Group, in.Stream)
}

type describeStreamsInput struct {
	named
	Prefix     string `json:"logStreamNamePrefix" min:"1" max:"512" pattern:"[^:*]*"`
	OrderBy    string `json:"orderBy" enum:"LogStreamName LastEventTime"`
	Descending bool   `json:"descending"`
	NextToken  string `json:"nextToken" min:"1"`
	Limit      int    `json:"limit" min:"1" max:"50"`
}

type stream struct {
	Name        string `json:"logStreamName"`
	Created     int64  `json:"creationTime"`
	First       int64  `json:"firstEventTimestamp,omitempty"`
	Last        int64  `json:"lastEventTimestamp,omitempty"`
	Ingested    int64  `json:"lastIngestionTime,omitempty"`
	Sequence    string `json:"uploadSequenceToken"`
	ARN         string `json:"arn"`
	StoredBytes int64  `json:"storedBytes"`
}

// sequence is the token that clients once had to send; nothing asks for it any more.
const sequence = "49590000000000000000000000000000000000000000000000000000"

type streamList struct {
	Streams   []stream `json:"logStreams"`
	NextToken string   `json:"nextToken,omitempty"`
}

func describeStreams(ctx context.Context, v *logs.View, in describeStreamsInput) (streamList, error) {
	all, next, err := v.Streams(ctx, logs.StreamsInput{Group: in.group(), Prefix: in.Prefix, ByTime: in.OrderBy == "LastEventTime", Descending: in.Descending,
		Page: logs.Page{Max: cmp.Or(in.Limit, defaultLimit), Token: in.NextToken}})
	return streamList{each(all, func(s logs.Held) stream {
		return stream{s.Name, millis(s.Created), millis(s.First), millis(s.Last), millis(s.Ingested), sequence, s.ARN(), 0} // AWS reports no bytes of streams since 2019.
	}), next}, err
}
