package topic

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// PublishInput is a message for a topic.
type PublishInput struct {
	TopicARN, Subject, Message string
	Structure                  string // "json" gives a text for each protocol
	Attributes                 []Attribute
}

// Attribute is something about a message besides its text; the value of a Binary one is base64.
type Attribute struct{ Name, Type, Value string }

// Publish hands a message to every confirmed subscription of a topic and returns
// its id. It is on disk for each of them when Publish returns.
func (v *View) Publish(ctx context.Context, in PublishInput) (string, error) {
	if err := checkARN(in.TopicARN); err != nil {
		return "", err
	}
	if _, err := v.ask(ctx, "Publish", in.TopicARN, v.onBehalf()); err != nil {
		return "", err
	}
	if err := in.check(); err != nil {
		return "", err
	}
	texts, err := in.texts()
	if err != nil {
		return "", err
	}
	id := newID()
	var all []delivery
	for _, s := range v.t.subscribed(func(s *Subscription) bool { return s.TopicARN == in.TopicARN && s.Confirmed }) {
		all = append(all, v.t.notification(&s, id, &in, texts))
	}
	return id, v.t.enqueue(all, nil, nil)
}

// onBehalf says for whose account a service publishes, in the key that default policies ask for.
func (v *View) onBehalf() map[string][]string {
	if v.by.Type != policy.Service || v.by.SourceAccount == "" {
		return nil
	}
	return map[string][]string{"aws:SourceOwner": {v.by.SourceAccount}}
}

// serviceName is the principal that Redshift notifies as.
const serviceName = "redshift.amazonaws.com"

// Notify publishes in the name of Redshift, acting for the topic's account. The
// topic's policy decides: the one a topic is born with allows it.
func (t *Topics) Notify(ctx context.Context, topicARN, subject, message string) error {
	if err := checkARN(topicARN); err != nil {
		return err
	}
	by := guard.Session{Type: policy.Service, ARN: serviceName, Name: serviceName, SourceAccount: accountOf(topicARN, "")}
	_, err := t.As(by).Publish(ctx, PublishInput{TopicARN: topicARN, Subject: shorten(subject), Message: message})
	return err
}

// shorten makes a text that programs write fit for a subject.
func shorten(subject string) string {
	all := []rune(subject)
	for i, r := range all {
		if r < ' ' {
			all[i] = ' '
		}
	}
	return string(all[:min(len(all), maxSubject)])
}

var errFull = &fault.Error{Kind: fault.Unavailable, Code: "Throttled", Message: "Too many messages wait for delivery."}
