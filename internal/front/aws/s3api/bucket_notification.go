package s3api

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type notificationConfiguration struct {
	XMLName xml.Name `xml:"NotificationConfiguration"`
	xmlns
	Topics      []targetXML `xml:"TopicConfiguration"`
	Queues      []targetXML `xml:"QueueConfiguration"`
	Functions   []targetXML `xml:"CloudFunctionConfiguration"`
	EventBridge *struct{}   `xml:"EventBridgeConfiguration"`
}

// targetXML has one of the three destinations.
type targetXML struct {
	ID       string     `xml:"Id,omitempty"`
	Topic    string     `xml:",omitempty"`
	Queue    string     `xml:",omitempty"`
	Function string     `xml:"CloudFunction,omitempty"`
	Events   []string   `xml:"Event"`
	Filter   *filterXML `xml:",omitempty"`
}

type filterXML struct {
	Rules []filterRule `xml:"S3Key>FilterRule"`
}

type filterRule struct {
	Name, Value string
}

func getBucketNotification(ctx context.Context, c *call) (*aws.Response, error) {
	n, err := c.view.NotificationConfiguration(ctx, c.bucket)
	if err != nil {
		return nil, err
	}
	x := notificationConfiguration{xmlns: ns}
	for _, t := range n.Targets {
		y := targetXML{ID: t.ID, Events: t.Events, Filter: newFilter(t.Prefix, t.Suffix)}
		switch t.Kind {
		case "Topic":
			y.Topic = t.ARN
			x.Topics = append(x.Topics, y)
		case "Queue":
			y.Queue = t.ARN
			x.Queues = append(x.Queues, y)
		default:
			y.Function = t.ARN
			x.Functions = append(x.Functions, y)
		}
	}
	if n.EventBridge {
		x.EventBridge = &struct{}{}
	}
	return written(x, nil)
}

func newFilter(prefix, suffix string) *filterXML {
	f := &filterXML{}
	if prefix != "" {
		f.Rules = append(f.Rules, filterRule{"Prefix", prefix})
	}
	if suffix != "" {
		f.Rules = append(f.Rules, filterRule{"Suffix", suffix})
	}
	if f.Rules == nil {
		return nil
	}
	return f
}

func putBucketNotification(ctx context.Context, c *call) (*aws.Response, error) {
	var x notificationConfiguration
	if err := c.document(&x, false); err != nil {
		return nil, err
	}
	n := bucket.Notification{EventBridge: x.EventBridge != nil}
	for _, t := range x.Topics {
		n.Targets = append(n.Targets, t.target("Topic", t.Topic))
	}
	for _, t := range x.Queues {
		n.Targets = append(n.Targets, t.target("Queue", t.Queue))
	}
	for _, t := range x.Functions {
		n.Targets = append(n.Targets, t.target("CloudFunction", t.Function))
	}
	if err := c.view.PutNotificationConfiguration(ctx, c.bucket, n); err != nil {
		return nil, err
	}
	return done(http.StatusOK, nil)
}

func (x targetXML) target(kind, arn string) bucket.Target {
	t := bucket.Target{ID: x.ID, Kind: kind, ARN: arn, Events: x.Events}
	if x.Filter == nil {
		return t
	}
	for _, r := range x.Filter.Rules {
		switch strings.ToLower(r.Name) {
		case "prefix":
			t.Prefix = r.Value
		case "suffix":
			t.Suffix = r.Value
		}
	}
	return t
}
