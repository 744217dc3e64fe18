package replication

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// notice is an event that a subscription is to be told of. It is kept until its topic has it, so that
// a crash in between tells of it twice rather than never.
type notice struct {
	Subscription string // ARN
	Event        Event
}

// selects reports whether a subscription wants to hear of an event.
func (s *Subscription) selects(e *Event) bool {
	return s.Enabled && s.Account == e.Account && s.Region == e.Region && (s.Type == "" || s.Type == e.Type) &&
		(len(s.Sources) == 0 || slices.Contains(s.Sources, e.Identifier)) && (len(s.Categories) == 0 || slices.Contains(s.Categories, e.Category))
}

// spread keeps an event for each subscription that wants it. It needs Store.mu.
func (s *Store) spread(e *Event) {
	for _, one := range s.subscribers.where(func(o *Subscription) bool { return o.selects(e) }) {
		if err := s.notices.put(s.db, e.ARN+" "+one.ARN, notice{one.ARN, *e}); err != nil {
			s.Log.Error("nobody is told of an event", "event", e.Message, "subscription", one.Identifier, "error", err)
		}
	}
	select {
	case s.news <- struct{}{}:
	default: // They are woken already.
	}
}

// tell gives events to topics, in the order in which they happened, until ctx ends.
func (s *Store) tell(ctx context.Context) {
	for {
		s.mu.Lock()
		waiting := slices.Sorted(maps.Keys(s.notices.all))
		s.mu.Unlock()
		for _, key := range waiting {
			if ctx.Err() != nil {
				return
			}
			s.tellOne(ctx, key)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.news:
		}
	}
}

// tellOne gives one event to its topic. What the topic refuses is the subscription's state, and not tried again.
func (s *Store) tellOne(ctx context.Context, key string) {
	s.mu.Lock()
	n, _ := s.notices.get(key)
	to, ok := s.subscribers.get(n.Subscription)
	s.mu.Unlock()
	var err error
	if ok {
		err = s.Topics.Tell(ctx, to.Account, to.Topic, subject, n.Event.text())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.Log.Warn("a topic was not told of an event", "topic", to.Topic, "event", n.Event.Message, "error", err)
	}
	if now, there := s.subscribers.get(n.Subscription); there && now.Status != topicStatus(err) {
		now.Status = topicStatus(err)
		if err := s.subscribers.put(s.db, now.ARN, now); err != nil {
			s.Log.Error("the state of an event subscription was not kept", "subscription", now.Identifier, "error", err)
		}
	}
	if err := s.notices.remove(s.db, key); err != nil {
		s.Log.Error("an event will be told again", "event", n.Event.Message, "error", err)
	}
}

// subject is that of every message of DMS.
const subject = "DMS Notification Message"

// text is an event as DMS tells it to a topic. The link behind its number is followed by a blank, as in DMS's own.
func (e *Event) text() string {
	page := map[string]string{typeInstance: "replicationInstances:ids=", typeTask: "tasks:ids="}[e.Type]
	text, _ := json.Marshal(struct { // Texts always marshal.
		Source  string `json:"Event Source"`
		Time    string `json:"Event Time"`
		Link    string `json:"Identifier Link"`
		ID      string `json:"SourceId"`
		Number  string `json:"Event ID"`
		Message string `json:"Event Message"`
	}{e.Type, e.At.Format(eventForm), "https://console.aws.amazon.com/dms/home?region=" + e.Region + "#" + page + e.Identifier, e.Identifier,
		"http://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html#" + e.Number + " ", e.Message})
	return string(text)
}

// eventForm is how DMS writes the time of an event.
const eventForm = "2006-01-02 15:04:05.000"

// SubscriptionTime is how DMS writes when a subscription was made.
func SubscriptionTime(at time.Time) string { return at.UTC().Format(eventForm) }
