package replication_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/replication"
)

const topicARN = "arn:aws:sns:us-east-1:222222222222:events"

func (w *world) subscribe(name string, c replication.SubscriptionChange, sources ...string) (replication.Subscription, error) {
	c.Topic = ptr(topicARN)
	return w.view.Subscribe(w.ctx, replication.SubscribeInput{Name: name, Sources: sources, SubscriptionChange: c})
}

// heard are the messages that topics were told, each by its number.
func (w *world) heard() (all []string) {
	w.fakes.locked(func() { all = append(all, w.fakes.told...) })
	return all
}

// TestSubscriptions tells topics of the events that were asked for, and of no others.
func TestSubscriptions(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	_, err := w.subscribe("Task", replication.SubscriptionChange{Type: ptr("replication-task"), Categories: []string{"state change"}}, "T1")
	w.ok(err)
	_, err = w.subscribe("off", replication.SubscriptionChange{Enabled: ptr(false)})
	w.ok(err)
	w.ok(w.startTask(p.task.ARN, replication.StartReplication))
	w.status(p.task.ARN, replication.StatusRunning)
	_, err = w.view.StopTask(w.ctx, "StopReplicationTask", p.task.ARN)
	w.ok(err)
	w.status(p.task.ARN, replication.StatusStopped)
	w.instance("other") // Of which nobody wants to hear.
	w.until("two messages", func() bool { return len(w.heard()) == 2 })
	head, text, _ := strings.Cut(w.heard()[1], "{")
	if want := account + " " + topicARN + " DMS Notification Message "; head != want {
		t.Errorf("told %q, want %q", head, want)
	}
	var message map[string]string
	w.ok(json.Unmarshal([]byte("{"+text), &message))
	want := map[string]string{"Event Source": "replication-task", "Event Time": "2026-01-02 03:04:05.000", "SourceId": "t1",
		"Identifier Link": "https://console.aws.amazon.com/dms/home?region=us-east-1#tasks:ids=t1",
		"Event ID":        "http://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html#DMS-EVENT-0079 ",
		"Event Message":   "Replication task has stopped. Stop Reason NORMAL"}
	for key, value := range want {
		if message[key] != value {
			t.Errorf("%s is %q, want %q", key, message[key], value)
		}
	}
}

// TestSubscriptionKept tells after a crash what was not told before it.
func TestSubscriptionKept(t *testing.T) {
	w := newWorld(t)
	w.roles()
	_, err := w.subscribe("all", replication.SubscriptionChange{})
	w.ok(err)
	w.end() // Nobody tells any more; the calls still note events.
	w.instance("late")
	if n := len(w.heard()); n != 0 {
		t.Errorf("%d messages while nobody tells", n)
	}
	w.start()
	w.until("the message", func() bool { return len(w.heard()) == 1 })
	if !strings.Contains(w.heard()[0], "DMS-EVENT-0005") {
		t.Errorf("told %q", w.heard()[0])
	}
}

// TestSubscriptionState has what a topic said when it was last told something.
func TestSubscriptionState(t *testing.T) {
	w := newWorld(t)
	w.roles()
	_, err := w.subscribe("all", replication.SubscriptionChange{})
	w.ok(err)
	state := func() string {
		all, _, err := w.view.Subscriptions(w.ctx, "ALL", replication.Query{})
		w.ok(err)
		return all[0].Status
	}
	w.fakes.locked(func() { w.fakes.topicFails = &fault.Error{Kind: fault.NotFound, Message: "gone"} })
	w.instance("one")
	w.until("that the topic is missed", func() bool { return state() == "topic-not-exist" })
	_, err = w.subscribe("more", replication.SubscriptionChange{})
	w.refused(err, "SNSInvalidTopicFault", topicARN)
	w.fakes.locked(func() { w.fakes.topicFails = nil })
	_, err = w.view.ModifySubscription(w.ctx, "all", replication.SubscriptionChange{Categories: []string{"creation"}})
	w.ok(err)
	if got := state(); got != "active" {
		t.Errorf("the state is %s", got)
	}
}

func TestSubscriptionFaults(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	_, err := w.subscribe("one", replication.SubscriptionChange{})
	w.ok(err)
	for i, c := range []struct {
		change     replication.SubscriptionChange
		source     string
		code, text string
	}{
		{replication.SubscriptionChange{Type: ptr("endpoint")}, "", "InvalidParameterValueException", "endpoint"},
		{replication.SubscriptionChange{}, p.task.Identifier, "InvalidParameterCombinationException", "SourceType"},
		{replication.SubscriptionChange{Type: ptr("replication-task")}, "t9", "ResourceNotFoundFault", "t9"},
		{replication.SubscriptionChange{Type: ptr("replication-instance")}, p.task.Identifier, "ResourceNotFoundFault", "t1"},
		{replication.SubscriptionChange{Categories: []string{"weather"}}, "", "InvalidParameterValueException", "weather"},
		{replication.SubscriptionChange{Type: ptr("replication-task"), Categories: []string{"failover"}}, "", "InvalidParameterValueException", "failover"},
	} {
		var sources []string
		if c.source != "" {
			sources = []string{c.source}
		}
		_, err := w.subscribe(fmt.Sprintf("s%d", i), c.change, sources...)
		w.refused(err, c.code, c.text)
	}
	_, err = w.subscribe("One", replication.SubscriptionChange{})
	w.refused(err, "ResourceAlreadyExistsFault", "one")
	_, err = w.subscribe("a--b", replication.SubscriptionChange{})
	w.refused(err, "InvalidParameterValueException", "SubscriptionName")
	_, err = w.view.Subscribe(w.ctx, replication.SubscribeInput{Name: "bad", SubscriptionChange: replication.SubscriptionChange{Topic: ptr("events")}})
	w.refused(err, "SNSInvalidTopicFault", "events")
	_, err = w.view.DeleteSubscription(w.ctx, "none")
	w.refused(err, "ResourceNotFoundFault", "none")
	v := w.user("other", allow("dms:DeleteEventSubscription", "arn:aws:dms:us-east-1:222222222222:es:mine-*"))
	if _, err := v.DeleteSubscription(w.ctx, "one"); !denied(err) {
		t.Errorf("the subscription is deleted with %v", err)
	}
}
