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
	return t.Announce(ctx, Notice{Service: serviceName, Account: accountOf(topicARN, ""), Topic: topicARN, Subject: subject, Message: message})
}

// Notice is what a service tells a topic for an account.
type Notice struct {
	Service, Account, Topic, Subject, Message string
}

// Announce publishes in the name of a service, which learns whether there is such a topic.
func (t *Topics) Announce(ctx context.Context, n Notice) error {
	if err := t.known(n.Topic); err != nil {
		return err
	}
	_, err := t.As(n.session()).Publish(ctx, PublishInput{TopicARN: n.Topic, Subject: shorten(n.Subject), Message: n.Message})
	return err
}

// MayAnnounce asks whether a service may publish, and publishes nothing.
func (t *Topics) MayAnnounce(ctx context.Context, n Notice) error {
	if err := t.known(n.Topic); err != nil {
		return err
	}
	v := t.As(n.session())
	_, err := v.ask(ctx, "Publish", n.Topic, v.onBehalf())
	return err
}

// known finds a topic for a service.
func (t *Topics) known(name string) error {
	if err := checkARN(name); err != nil {
		return err
	}
	_, err := t.find(name)
	return err
}

func (n *Notice) session() guard.Session {
	return guard.Session{Type: policy.Service, ARN: n.Service, Name: n.Service, SourceAccount: n.Account}
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
