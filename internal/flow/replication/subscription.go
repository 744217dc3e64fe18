package replication

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// Subscription is whom DMS tells of events: a topic of SNS.
type Subscription struct {
	Resource
	Topic      string   // ARN
	Type       string   `json:",omitempty"` // of sources; "" means all
	Sources    []string `json:",omitempty"` // identifiers; none means all of the type
	Categories []string `json:",omitempty"` // none means all
	Enabled    bool
	Status     string
}

func subscriptionBase(s *Subscription) *Resource { return &s.Resource }

// The states of subscriptions; the last two are found when an event cannot be told.
const (
	subscriptionActive = "active"
	subscriptionDenied = "no-permission"
	subscriptionGone   = "topic-not-exist"
)

const maxSubscriptions = 60

// SubscriptionChange is what can be said of a subscription; nil leaves a thing as it is.
type SubscriptionChange struct {
	Topic, Type *string
	Categories  []string
	Enabled     *bool
}

// SubscribeInput describes a subscription to make.
type SubscribeInput struct {
	SubscriptionChange
	Name    string
	Sources []string
	Tags    []Tag
}

// Subscribe makes a subscription to events. DMS must be able to publish to its topic.
func (v *View) Subscribe(ctx context.Context, in SubscribeInput) (Subscription, error) {
	r, err := v.named(kindSubscriber, in.Name)
	if err := v.askNew(ctx, "CreateEventSubscription", &r, in.Tags); err != nil {
		return Subscription{}, err
	}
	r.Tags = tagMap(in.Tags)
	one := Subscription{Resource: r, Enabled: true}
	for _, name := range in.Sources {
		one.Sources = append(one.Sources, strings.ToLower(name))
	}
	err = firstError(err, checkIdentifier("SubscriptionName", r.Identifier, longestTask-1), checkTags(in.Tags, nil), one.change(in.SubscriptionChange), v.checkSources(&one), v.checkTopic(ctx, &one))
	if err != nil {
		return one, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if err := free(v, &v.store.subscribers, subscriptionBase, &one.Resource, kinds{"event subscriptions", maxSubscriptions}); err != nil {
		return one, err
	}
	return one, v.store.subscribers.put(v.store.db, one.ARN, one)
}

// change sets what is given and checks the whole.
func (s *Subscription) change(c SubscriptionChange) error {
	set(&s.Topic, c.Topic)
	set(&s.Type, c.Type)
	set(&s.Enabled, c.Enabled)
	if c.Categories != nil {
		s.Categories = c.Categories
	}
	known := categories()
	if s.Type != "" && known[s.Type] == nil {
		return noSourceType(s.Type)
	}
	if len(s.Sources) > 0 && s.Type == "" {
		return combination("The parameter SourceType must be provided with SourceIds.")
	}
	for _, category := range s.Categories {
		if !slices.Contains(known[s.Type], category) && (s.Type != "" || !slices.Contains(slices.Concat(known[typeInstance], known[typeTask]), category)) {
			return invalid("Invalid event category: " + category)
		}
	}
	return nil
}

// checkSources finds the instances or tasks that a subscription names.
func (v *View) checkSources(s *Subscription) error {
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	for _, name := range s.Sources {
		is := func(r *Resource) bool { return r.Identifier == name && v.mine(r) }
		instances := v.store.instances.where(func(i *Instance) bool { return s.Type == typeInstance && is(&i.Resource) })
		tasks := v.store.tasks.where(func(t *Task) bool { return s.Type == typeTask && is(&t.Resource) })
		if len(instances)+len(tasks) == 0 {
			return notFound(s.Type, name)
		}
	}
	return nil
}

// checkTopic finds a subscription's topic and asks whether DMS may publish there.
func (v *View) checkTopic(ctx context.Context, s *Subscription) error {
	if a, err := arn.Parse(s.Topic); err != nil || a.Service != "sns" {
		return invalidTopic(s.Topic, nil)
	}
	err := v.store.Topics.MayTell(ctx, s.Account, s.Topic)
	s.Status = topicStatus(err)
	switch s.Status {
	case subscriptionGone:
		return invalidTopic(s.Topic, err)
	case subscriptionDenied:
		f := &fault.Error{Kind: fault.Denied, Code: "SNSNoAuthorizationFault", On: s.Topic, Message: "You do not have permission to publish to the SNS topic " + s.Topic + ": its policy does not let " + Service + " do sns:Publish.", Err: err}
		if d, ok := errors.AsType[*guard.Denied](err); ok {
			f.Hint, f.Err = d.Hint(), nil
		}
		return f
	}
	return err
}

func invalidTopic(name string, cause error) error {
	return &fault.Error{Kind: fault.Invalid, Code: "SNSInvalidTopicFault", On: name, Message: "The SNS topic " + name + " is invalid.", Err: cause}
}

// topicStatus is the state of a subscription whose topic answers so.
func topicStatus(err error) string {
	if _, denied := errors.AsType[*guard.Denied](err); denied {
		return subscriptionDenied
	}
	if fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Invalid {
		return subscriptionGone
	}
	return subscriptionActive
}

// Subscriptions lists subscriptions, or the one of a name.
func (v *View) Subscriptions(ctx context.Context, name string, q Query) ([]Subscription, string, error) {
	if name != "" {
		q.Filters = append(q.Filters, Filter{Name: "event-subscription-id", Values: []string{strings.ToLower(name)}})
	}
	return list(ctx, v, listing[Subscription]{
		action: "DescribeEventSubscriptions", what: "event subscriptions", kept: &v.store.subscribers, base: subscriptionBase,
		by: attributes[Subscription]{
			"event-subscription-arn": func(s *Subscription) []string { return []string{s.ARN} },
			"event-subscription-id":  func(s *Subscription) []string { return []string{s.Identifier} },
		},
	}, q)
}

// ModifySubscription changes a subscription.
func (v *View) ModifySubscription(ctx context.Context, name string, c SubscriptionChange) (Subscription, error) {
	one, err := v.subscription(ctx, "ModifyEventSubscription", name)
	if err != nil {
		return one, err
	}
	if err := firstError(one.change(c), v.checkSources(&one), v.checkTopic(ctx, &one)); err != nil {
		return one, err
	}
	return update(v.store, &v.store.subscribers, one.ARN, func(now *Subscription) error {
		now.Topic, now.Type, now.Categories, now.Enabled, now.Status = one.Topic, one.Type, one.Categories, one.Enabled, one.Status
		return nil
	})
}

// DeleteSubscription ends a subscription.
func (v *View) DeleteSubscription(ctx context.Context, name string) (Subscription, error) {
	one, err := v.subscription(ctx, "DeleteEventSubscription", name)
	if err != nil {
		return one, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	return one, v.store.subscribers.remove(v.store.db, one.ARN)
}

func (v *View) subscription(ctx context.Context, action, name string) (Subscription, error) {
	r, err := v.named(kindSubscriber, name)
	if err != nil {
		return Subscription{}, err
	}
	return found(ctx, v, &v.store.subscribers, question{action: action, on: r.ARN}, subscriptionBase)
}
