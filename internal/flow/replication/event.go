package replication

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Event is something that happened to a resource.
type Event struct {
	Resource
	Type     string // replication-instance or replication-task
	Message  string
	Category string
	At       time.Time
}

func eventBase(e *Event) *Resource { return &e.Resource }

// The categories of events.
const (
	configuration = "configuration change"
	creation      = "creation"
	deletion      = "deletion"
	failure       = "failure"
	stateChange   = "state change"
)

const (
	typeInstance = "replication-instance"
	typeTask     = "replication-task"
	maxEvents    = 10_000
	eventLife    = 14 * 24 * time.Hour
)

// categories are the categories of each type of source.
func categories() map[string][]string {
	return map[string][]string{
		typeInstance: {configuration, creation, deletion, "failover", failure, "low storage", "maintenance", stateChange},
		typeTask:     {configuration, creation, deletion, failure, stateChange},
	}
}

// note remembers an event. It needs Store.mu; what cannot be written is in the log only.
func (s *Store) note(on *Resource, category, message string) {
	e := Event{Resource: *on, Type: typeInstance, Message: message, Category: category, At: s.Now().UTC()}
	if kind := kindOf(on.ARN); kind == kindTask || kind == kindConfig {
		e.Type = typeTask
	}
	s.noteCount++
	key := fmt.Sprintf("%020d %06d %s", e.At.UnixNano(), s.noteCount, on.ARN)
	e.ARN = key
	if err := s.events.put(s.db, key, e); err != nil {
		s.Log.Error("an event was not kept", "event", message, "error", err)
	}
	s.forgetEvents()
}

// noted is note for those who do not hold Store.mu.
func (s *Store) noted(on *Resource, category, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(on, category, message)
}

// forgetEvents drops what is older than two weeks or over the limit.
func (s *Store) forgetEvents() {
	var old []string
	for key, e := range s.events.all {
		if s.Now().Sub(e.At) > eventLife {
			old = append(old, key)
		}
	}
	if over := len(s.events.all) - maxEvents; over > len(old) {
		old = nil
		for key := range s.events.all {
			old = append(old, key)
		}
		slices.Sort(old)
		old = old[:over]
	}
	for _, key := range old {
		if err := s.events.remove(s.db, key); err != nil {
			s.Log.Error("an old event stays", "error", err)
		}
	}
}

// EventsInput says which events to list.
type EventsInput struct {
	Query
	Source, Type string
	Start, End   time.Time
	Duration     int // minutes
	Categories   []string
}

// Events lists what happened, the oldest first.
func (v *View) Events(ctx context.Context, in EventsInput) ([]Event, string, error) {
	if err := v.ask(ctx, question{action: "DescribeEvents"}); err != nil {
		return nil, "", err
	}
	by := attributes[Event]{"replication-instance-id": func(e *Event) []string {
		if e.Type != typeInstance {
			return nil
		}
		return []string{e.Identifier}
	}}
	switch {
	case in.Source != "" && in.Type == "":
		return nil, "", combination("The parameter SourceType must be provided with SourceIdentifier.")
	case in.Type != "" && categories()[in.Type] == nil:
		return nil, "", noSourceType(in.Type)
	}
	if err := by.check(in.Filters); err != nil {
		return nil, "", err
	}
	from, to := in.span(v.store.Now())
	v.store.mu.Lock()
	all := v.store.events.where(func(e *Event) bool {
		return v.mine(&e.Resource) && by.selects(in.Filters, e) && (in.Source == "" || strings.EqualFold(e.Identifier, in.Source)) && (in.Type == "" || e.Type == in.Type) &&
			(len(in.Categories) == 0 || slices.Contains(in.Categories, e.Category)) && !e.At.Before(from) && !e.At.After(to)
	})
	v.store.mu.Unlock()
	return cut(all, func(e *Event) string { return e.ARN }, in.Query, largestPage)
}

// span is the time of the events; without any of its own it is the last hour.
func (in *EventsInput) span(now time.Time) (from, to time.Time) {
	if to = in.End; to.IsZero() {
		to = now
	}
	switch {
	case !in.Start.IsZero():
		return in.Start, to
	case in.Duration > 0:
		return to.Add(-time.Duration(in.Duration) * time.Minute), to
	}
	return to.Add(-time.Hour), to
}

// EventCategories lists categories of events for the caller.
func (v *View) EventCategories(ctx context.Context, sourceType string, filters []Filter) (map[string][]string, error) {
	if err := v.ask(ctx, question{action: "DescribeEventCategories"}); err != nil {
		return nil, err
	}
	if err := (attributes[Event]{}).check(filters); err != nil {
		return nil, err
	}
	all := categories()
	if sourceType == "" {
		return all, nil
	}
	if all[sourceType] == nil {
		return nil, noSourceType(sourceType)
	}
	return map[string][]string{sourceType: all[sourceType]}, nil
}

func noSourceType(name string) error {
	return invalid("Invalid source type: " + name + ". There are " + typeInstance + " and " + typeTask + ".")
}
