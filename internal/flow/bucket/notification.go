package bucket

import (
	"context"
	"slices"
	"strings"
)

// Notification is a bucket's notification configuration.
type Notification struct {
	Targets      []Target      `json:",omitempty"` // Topics, queues and functions, as PutBucketNotificationConfiguration sends them.
	EventBridge  bool          `json:",omitempty"`
	Integrations []Integration // Entries of event integrations; kept when Targets are replaced.
}

// Target is one topic, queue or function of a notification configuration.
type Target struct {
	ID             string
	Kind           string // Topic, Queue or CloudFunction.
	ARN            string
	Events         []string
	Prefix, Suffix string
}

// Integration is the entry by which an event integration receives a bucket's events.
type Integration struct {
	ID     string   // Unique in the bucket.
	ARN    string   // Of the integration.
	Events []string // s3:ObjectCreated:* and the like.
	Prefix string
}

// Creates reports whether a topic, queue or function hears of new objects.
func (n *Notification) Creates() bool {
	return slices.ContainsFunc(n.Targets, func(t Target) bool {
		return slices.ContainsFunc(t.Events, func(e string) bool { return strings.HasPrefix(e, "s3:ObjectCreated:") })
	})
}

// NotificationConfiguration returns the bucket's notification configuration.
func (v *View) NotificationConfiguration(ctx context.Context, name string) (Notification, error) {
	r, err := v.open(ctx, name, "s3:GetBucketNotification")
	if err != nil {
		return Notification{}, err
	}
	n := r.Notification
	n.Integrations = slices.Clone(n.Integrations)
	return n, nil
}

// PutNotificationConfiguration replaces Targets and EventBridge; integrations
// stay. There are no topics, queues, functions or event buses on this node, so
// what names one is refused as S3 refuses a destination it cannot reach.
func (v *View) PutNotificationConfiguration(ctx context.Context, name string, n Notification) error {
	r, err := v.open(ctx, name, "s3:PutBucketNotification")
	if err != nil {
		return err
	}
	if err := n.check(); err != nil {
		return err
	}
	return v.store.change(r, "s3:PutBucketNotification", func(r *row) error {
		r.Notification = Notification{Integrations: r.Notification.Integrations}
		return nil
	})
}

func (n *Notification) check() error {
	for _, t := range n.Targets {
		for _, e := range t.Events {
			if !strings.HasPrefix(e, "s3:") {
				return invalidArgument("The event '"+e+"' is not supported for notifications", "Event", e)
			}
		}
	}
	if len(n.Targets) > 0 {
		return invalidArgument("Unable to validate the following destination configurations", n.Targets[0].ARN, "The destination is not known to this node.")
	}
	if n.EventBridge {
		return unsupported("Amazon EventBridge is not implemented", "Use an event integration, or read the bucket.")
	}
	return nil
}

// PutNotification adds or replaces the entry of one event integration.
func (v *View) PutNotification(ctx context.Context, name string, entry Integration) error {
	return v.edit(ctx, name, "s3:PutBucketNotification", func(r *row) error {
		if entry.ID == "" {
			return invalidArgument("The integration has no id", "ID", "")
		}
		r.Notification.Integrations = append(without(r.Notification.Integrations, entry.ID), entry)
		return nil
	})
}

// DeleteNotification removes the entry of one event integration; a missing one is no error.
func (v *View) DeleteNotification(ctx context.Context, name, id string) error {
	return v.edit(ctx, name, "s3:PutBucketNotification", func(r *row) error {
		r.Notification.Integrations = without(r.Notification.Integrations, id)
		return nil
	})
}

// without returns a copy, because the list belongs to a row that others are reading.
func without(list []Integration, id string) []Integration {
	return slices.DeleteFunc(slices.Clone(list), func(e Integration) bool { return e.ID == id })
}
