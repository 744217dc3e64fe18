package topic

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strconv"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// SubscribeInput describes a subscription to make.
type SubscribeInput struct {
	TopicARN, Protocol, Endpoint string
	Attributes                   map[string]string
}

// Subscribe lets an endpoint have a topic's messages. An HTTP endpoint has to
// confirm it first, by the link in a message it is sent; a file needs not. An
// endpoint that is subscribed already keeps its subscription.
func (v *View) Subscribe(ctx context.Context, in SubscribeInput) (Subscription, error) {
	if err := checkARN(in.TopicARN); err != nil {
		return Subscription{}, err
	}
	facts := map[string][]string{"sns:Protocol": {in.Protocol}, "sns:Endpoint": {in.Endpoint}}
	if _, err := v.ask(ctx, "Subscribe", in.TopicARN, facts); err != nil {
		return Subscription{}, err
	}
	if err := checkEndpoint(in.Protocol, in.Endpoint); err != nil {
		return Subscription{}, err
	}
	made := Subscription{ARN: in.TopicARN + ":" + newID(), TopicARN: in.TopicARN, Owner: v.by.Account, Protocol: in.Protocol, Endpoint: in.Endpoint,
		Confirmed: in.Protocol == "file", Created: v.t.Now().UTC()}
	for name, value := range in.Attributes {
		if err := made.set(name, value); err != nil {
			return Subscription{}, err
		}
	}
	if !made.Confirmed {
		made.Token = newToken()
	}
	return v.t.subscribe(made)
}

// subscribe stores a subscription and asks its endpoint to confirm it, unless the endpoint has one.
func (t *Topics) subscribe(made Subscription) (Subscription, error) {
	old := t.subscribed(func(s *Subscription) bool {
		return s.TopicARN == made.TopicARN && s.Protocol == made.Protocol && s.Endpoint == made.Endpoint
	})
	if len(old) > 0 && old[0].Confirmed {
		return old[0], nil
	}
	if len(old) > 0 {
		made = old[0] // The message is sent again.
	}
	var sent []delivery
	if !made.Confirmed {
		sent = append(sent, t.confirmation(&made))
	}
	err := t.enqueue(sent, func(tx *bbolt.Tx) error { return putJSON(tx, subscriptionTable, made.ARN, made) }, func() { t.subscriptions[made.ARN] = made })
	return made, err
}

// Confirm ends the waiting of a subscription whose token it is. Callers need not
// be known: who has the token has read the endpoint's mail.
func (v *View) Confirm(ctx context.Context, topic, token string, authenticated bool) (string, error) {
	if err := checkARN(topic); err != nil {
		return "", err
	}
	if v.by.Type != policy.Anonymous {
		if _, err := v.ask(ctx, "ConfirmSubscription", topic, nil); err != nil {
			return "", err
		}
	}
	found := v.t.subscribed(func(s *Subscription) bool {
		return s.TopicARN == topic && s.Token != "" && subtle.ConstantTimeCompare([]byte(s.Token), []byte(token)) == 1
	})
	if len(found) == 0 {
		return "", invalid("Token")
	}
	return found[0].ARN, v.t.amend(found[0].ARN, func(s *Subscription) error {
		s.Confirmed, s.Authenticated = true, s.Authenticated || authenticated && v.by.Type != policy.Anonymous
		return nil
	})
}

// Unsubscribe ends a subscription. Its ARN is in the link that every message
// has, so that who gets messages can end them without being known.
func (v *View) Unsubscribe(ctx context.Context, subscription string) error {
	s, err := v.subscription(ctx, "Unsubscribe", subscription)
	if err != nil {
		return err
	}
	return v.t.unsubscribe(s.ARN)
}

// subscription finds a subscription for an action on it, which its owner's account decides about.
func (v *View) subscription(ctx context.Context, action, name string) (Subscription, error) {
	found := v.t.subscribed(func(s *Subscription) bool { return s.ARN == name })
	anonymous := v.by.Type == policy.Anonymous
	if anonymous && action == "Unsubscribe" && len(found) > 0 && !found[0].Authenticated {
		return found[0], nil
	}
	on, owner := name, v.by.Account
	if len(found) > 0 {
		on, owner = found[0].TopicARN, found[0].Owner
	}
	if err := v.t.Guard.Check(ctx, guard.Call{By: v.by, Action: "sns:" + action, On: on, Owner: owner}); err != nil {
		return Subscription{}, err
	}
	if len(found) == 0 {
		return Subscription{}, noSubscription(name)
	}
	return found[0], nil
}

// Subscriptions returns a page of the subscriptions of the caller's account, and what asks for the next.
func (v *View) Subscriptions(ctx context.Context, token string) ([]Subscription, string, error) {
	if _, err := v.ask(ctx, "ListSubscriptions", "*", nil); err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, "", err
	}
	found := v.t.subscribed(func(s *Subscription) bool { return s.Owner == v.by.Account && v.here(s.TopicARN) })
	return cut(found, func(s Subscription) string { return s.ARN }, token)
}

// SubscriptionsOf returns a page of a topic's subscriptions, and what asks for the next.
func (v *View) SubscriptionsOf(ctx context.Context, topic, token string) ([]Subscription, string, error) {
	if err := checkARN(topic); err != nil {
		return nil, "", err
	}
	if _, err := v.ask(ctx, "ListSubscriptionsByTopic", topic, nil); err != nil {
		return nil, "", err
	}
	found := v.t.subscribed(func(s *Subscription) bool { return s.TopicARN == topic })
	return cut(found, func(s Subscription) string { return s.ARN }, token)
}

// SubscriptionAttributes returns what GetSubscriptionAttributes tells.
func (v *View) SubscriptionAttributes(ctx context.Context, subscription string) (map[string]string, error) {
	s, err := v.subscription(ctx, "GetSubscriptionAttributes", subscription)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"SubscriptionArn": s.ARN, "TopicArn": s.TopicARN, "Owner": s.Owner, "Protocol": s.Protocol, "Endpoint": s.Endpoint,
		"PendingConfirmation": strconv.FormatBool(!s.Confirmed), "ConfirmationWasAuthenticated": strconv.FormatBool(s.Authenticated),
		"RawMessageDelivery": strconv.FormatBool(s.Raw),
	}, nil
}

// SetSubscriptionAttribute changes one attribute of a subscription: RawMessageDelivery.
func (v *View) SetSubscriptionAttribute(ctx context.Context, subscription, name, value string) error {
	s, err := v.subscription(ctx, "SetSubscriptionAttributes", subscription)
	if err != nil {
		return err
	}
	return v.t.amend(s.ARN, func(s *Subscription) error { return s.set(name, value) })
}

func (s *Subscription) set(name, value string) error {
	if name == "RawMessageDelivery" {
		raw, err := strconv.ParseBool(value)
		if err != nil {
			return invalid("Attributes Reason: RawMessageDelivery: Invalid value [" + value + "]. Must be true or false.")
		}
		s.Raw = raw
		return nil
	}
	if value == "" || value == "{}" {
		return nil // Clients clear what they never set.
	}
	return invalid("AttributeName Reason: the attribute " + name + " is not supported by inlet")
}

func (t *Topics) amend(subscription string, change func(*Subscription) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.subscriptions[subscription]
	if !ok {
		return noSubscription(subscription)
	}
	if err := change(&s); err != nil {
		return err
	}
	if err := t.db.Update(func(tx *bbolt.Tx) error { return putJSON(tx, subscriptionTable, s.ARN, s) }); err != nil {
		return fmt.Errorf("store subscription %s: %w", s.ARN, err)
	}
	t.subscriptions[s.ARN] = s
	return nil
}

// unsubscribe forgets a subscription and what waits for it.
func (t *Topics) unsubscribe(subscription string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var gone []uint64
	for n, p := range t.queue {
		if p.subscription == subscription {
			gone = append(gone, n)
		}
	}
	err := t.db.Update(func(tx *bbolt.Tx) error {
		for _, n := range gone {
			if err := tx.Bucket(deliveryTable).Delete(key(n)); err != nil {
				return err
			}
		}
		return tx.Bucket(subscriptionTable).Delete([]byte(subscription))
	})
	if err != nil {
		return fmt.Errorf("remove subscription %s: %w", subscription, err)
	}
	for _, n := range gone {
		delete(t.queue, n)
	}
	delete(t.subscriptions, subscription)
	return nil
}

func newID() string {
	var b [16]byte
	rand.Read(b[:]) // Never fails (crypto/rand).
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func newToken() string {
	var b [64]byte
	rand.Read(b[:]) // Never fails (crypto/rand).
	return hex.EncodeToString(b[:])
}
