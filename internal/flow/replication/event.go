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
	Number   string `json:",omitempty"` // by which AWS documents the event, if it does
	At       time.Time
}

func eventBase(e *Event) *Resource { return &e.Resource }

// The categories of events.
const (
	configuration = "configuration change"
	creation      = "creation"
	deletion      = "deletion"
	failure       = "failure"
	maintenance   = "maintenance"
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
		typeInstance: {configuration, creation, deletion, "failover", failure, "low storage", maintenance},
		typeTask:     {configuration, creation, deletion, failure, stateChange},
	}
}

// occasion is a kind of event.
type occasion struct{ category, number, message string }

// The occasions of events, with AWS's numbers.
var (
	instanceCreated  = occasion{creation, "DMS-EVENT-0005", "Replication instance has been created."}
	instanceModified = occasion{configuration, "DMS-EVENT-0014", "Replication instance has been modified."}
	instanceDeleted  = occasion{deletion, "DMS-EVENT-0003", "Replication instance has been deleted."}
	instanceRebooted = occasion{maintenance, "DMS-EVENT-0027", "Replication instance has been rebooted."}
	loadsWillFail    = occasion{failure, "", "A connection works, but loads over it will fail. Endpoint"}
	taskCreated      = occasion{creation, "DMS-EVENT-0074", "Replication task has been created."}
	taskModified     = occasion{configuration, "DMS-EVENT-0080", "Replication task has been modified."}
	taskDeleted      = occasion{deletion, "DMS-EVENT-0073", "Replication task has been deleted."}
	taskStarted      = occasion{stateChange, "DMS-EVENT-0069", "Replication task has started."}
	taskStopped      = occasion{stateChange, "DMS-EVENT-0079", "Replication task has stopped."}
	taskReloads      = occasion{stateChange, "DMS-EVENT-0081", "Reload of tables has been requested."}
	taskFailed       = occasion{failure, "DMS-EVENT-0078", "Replication task has failed."}
	taskUnclean      = occasion{failure, "DMS-EVENT-0082", "A call to delete the task has failed to clean up task data:"}
)

// note remembers an event and has it told to those who subscribed. It needs Store.mu; what
// cannot be written is in the log only.
func (s *Store) note(on *Resource, o occasion, details ...string) {
	e := Event{Resource: *on, Type: typeInstance, Message: strings.Join(append([]string{o.message}, details...), " "), Category: o.category, Number: o.number, At: s.Now().UTC()}
	if kind := kindOf(on.ARN); kind == kindTask || kind == kindConfig {
		e.Type = typeTask
	}
	s.noteCount++
	key := fmt.Sprintf("%020d %06d %s", e.At.UnixNano(), s.noteCount, on.ARN)
	e.ARN = key
	if err := s.events.put(s.db, key, e); err != nil {
		s.Log.Error("an event was not kept", "event", e.Message, "error", err)
	}
	s.spread(&e)
	s.forgetEvents()
}

// noted is note for those who do not hold Store.mu.
func (s *Store) noted(on *Resource, o occasion, details ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(on, o, details...)
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
