package topic_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestTopics(t *testing.T) {
	w := newWorld(t)
	v := w.root(account1)
	arn := w.topic("failures")
	if arn != "arn:aws:sns:us-east-1:111111111111:failures" || w.topic("failures") != arn {
		t.Errorf("made %s", arn)
	}
	w.ok(v.SetAttribute(t.Context(), arn, "DisplayName", "Failures"))
	w.ok(v.AddTags(t.Context(), arn, []topic.Tag{{Key: "team", Value: "data"}, {Key: "x", Value: "y"}}))
	w.ok(v.RemoveTags(t.Context(), arn, []string{"x"}))
	w.restart()
	v = w.root(account1)
	attributes, err := v.Attributes(t.Context(), arn)
	w.ok(err)
	if attributes["DisplayName"] != "Failures" || attributes["Owner"] != account1 || !strings.Contains(attributes["Policy"], "__default_statement_ID") {
		t.Errorf("attributes %v", attributes)
	}
	tags, err := v.Tags(t.Context(), arn)
	w.ok(err)
	if diff := cmp.Diff([]topic.Tag{{Key: "team", Value: "data"}}, tags); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
	_, err = v.Create(t.Context(), topic.CreateInput{Name: "failures", Tags: []topic.Tag{{Key: "other"}}})
	w.refused(err, "InvalidParameter")
	for i := range 150 {
		w.topic(fmt.Sprintf("t%03d", i))
	}
	first, next, err := v.List(t.Context(), "")
	w.ok(err)
	second, end, err := v.List(t.Context(), next)
	if err != nil || len(first) != 100 || len(second) != 51 || end != "" {
		t.Errorf("pages of %d and %d, %q, %v", len(first), len(second), end, err)
	}
	w.ok(v.Delete(t.Context(), arn))
	w.ok(v.Delete(t.Context(), arn))
	_, err = v.Attributes(t.Context(), arn)
	w.refused(err, "NotFound")
	_, err = v.Publish(t.Context(), topic.PublishInput{TopicARN: arn, Message: "x"})
	w.refused(err, "NotFound")
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	v, arn := w.root(account1), w.topic("t")
	for _, name := range []string{"", "a b", "x.fifo", strings.Repeat("x", 257)} {
		_, err := v.Create(t.Context(), topic.CreateInput{Name: name})
		w.refused(err, "InvalidParameter")
	}
	w.refused(v.SetAttribute(t.Context(), arn, "FifoTopic", "true"), "InvalidParameter")
	w.refused(v.SetAttribute(t.Context(), arn, "Policy", "{"), "InvalidParameter")
	w.refused(v.SetAttribute(t.Context(), "arn:aws:s3:::b", "DisplayName", "x"), "InvalidParameter")
	for _, in := range []topic.PublishInput{
		{Message: ""}, {Message: strings.Repeat("x", 256<<10+1)}, {Message: "x", Subject: strings.Repeat("s", 101)}, {Message: "x", Subject: "a\nb"},
		{Message: "x", Structure: "json"}, {Message: "{}", Structure: "json"}, {Message: "{}", Structure: "yaml"},
		{Message: "x", Attributes: []topic.Attribute{{Name: "a", Type: "Thing", Value: "1"}}}, {Message: "x", Attributes: []topic.Attribute{{Name: "a", Type: "String"}}},
	} {
		in.TopicARN = arn
		_, err := v.Publish(t.Context(), in)
		w.refused(err, "InvalidParameter")
	}
	for endpoint, protocol := range map[string]string{
		"a@b.c": "email", "http://h/": "https", "/etc/passwd": "file", "../up": "file", "": "file", "http://169.254.169.254/latest": "http",
		"http://[fe80::1]/": "http", "http://u:p@h/": "http", "x": "carrier-pigeon", "http:///x": "http", "http://0.0.0.0/": "http",
	} {
		_, err := v.Subscribe(t.Context(), topic.SubscribeInput{TopicARN: arn, Protocol: protocol, Endpoint: endpoint})
		w.refused(err, "InvalidParameter")
	}
	_, err := v.Confirm(t.Context(), arn, "", false)
	w.refused(err, "InvalidParameter")
	w.refused(v.Unsubscribe(t.Context(), arn+":none"), "NotFound")
}

func denied(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*guard.Denied](err); !ok {
		t.Errorf("got %v, want a denial", err)
	}
}

func TestPolicies(t *testing.T) {
	w := newWorld(t)
	arn, other := w.topic("t"), w.root(account2)
	send := func(v *topic.View) error {
		_, err := v.Publish(t.Context(), topic.PublishInput{TopicARN: arn, Message: "x"})
		return err
	}
	denied(t, send(w.user("nobody", "")))
	w.ok(send(w.user("poster", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:Publish","Resource":"`+arn+`"}]}`)))
	denied(t, send(other))
	w.ok(w.root(account1).AddPermission(t.Context(), arn, topic.Permission{Label: "far", Accounts: []string{account2}, Actions: []string{"Publish"}}))
	w.ok(send(other))
	w.refused(w.root(account1).AddPermission(t.Context(), arn, topic.Permission{Label: "far", Accounts: []string{account2}, Actions: []string{"Publish"}}), "InvalidParameter")
	w.ok(w.root(account1).RemovePermission(t.Context(), arn, "far"))
	denied(t, send(other))
	s3 := w.topics.As(guard.Session{Type: policy.Service, ARN: "s3.amazonaws.com", Name: "s3.amazonaws.com", SourceARN: "arn:aws:s3:::b"})
	denied(t, send(s3))
	w.ok(w.root(account1).SetAttribute(t.Context(), arn, "Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},
		"Action":"sns:Publish","Resource":"`+arn+`","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}}}]}`))
	w.ok(send(s3))
	denied(t, w.topics.Notify(t.Context(), arn, "s", "m")) // The policy it had now is gone.
	w.ok(w.root(account1).SetAttribute(t.Context(), arn, "Policy", ""))
	w.ok(w.topics.Notify(t.Context(), arn, "a\nb"+strings.Repeat("x", 200), "m"))
	dms := topic.Notice{Service: "dms.amazonaws.com", Account: account1, Topic: arn, Subject: "s", Message: "m"}
	w.ok(w.topics.MayAnnounce(t.Context(), dms))
	w.ok(w.topics.Announce(t.Context(), dms))
	dms.Account = account2 // The topic's own policy is for services that act for its account.
	denied(t, w.topics.MayAnnounce(t.Context(), dms))
	denied(t, w.topics.Announce(t.Context(), dms))
	dms.Topic += "-none"
	w.refused(w.topics.MayAnnounce(t.Context(), dms), "NotFound")
	w.refused(w.topics.Announce(t.Context(), dms), "NotFound")
}

func TestHandshakeAndMessage(t *testing.T) {
	w := newWorld(t)
	w.run()
	arn, e := w.topic("t"), w.endpoint()
	v := w.root(account1)
	s, err := v.Subscribe(t.Context(), topic.SubscribeInput{TopicARN: arn, Protocol: "http", Endpoint: e.url})
	w.ok(err)
	asked := w.receive(e)
	token, _ := asked.fields["Token"].(string)
	if asked.header.Get("x-amz-sns-message-type") != "SubscriptionConfirmation" || asked.fields["Type"] != "SubscriptionConfirmation" ||
		asked.fields["SubscribeURL"] != "http://127.0.0.1:4566/?Action=ConfirmSubscription&Token="+token+"&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A111111111111%3At&Version=2010-03-31" {
		t.Errorf("asked %+v", asked)
	}
	w.publish(arn, "before")
	confirmed, err := w.topics.As(guard.Session{Type: policy.Anonymous}).Confirm(t.Context(), arn, token, true)
	if err != nil || confirmed != s.ARN {
		t.Fatalf("confirmed %s, %v", confirmed, err)
	}
	id, err := v.Publish(t.Context(), topic.PublishInput{TopicARN: arn, Subject: "Load failed", Structure: "json", Message: `{"default":"d","http":"h"}`,
		Attributes: []topic.Attribute{{Name: "job", Type: "String", Value: "j"}}})
	w.ok(err)
	n := w.receive(e)
	want := map[string]any{"Type": "Notification", "MessageId": id, "TopicArn": arn, "Subject": "Load failed", "Message": "h", "Timestamp": "2026-01-05T09:30:00.000Z",
		"UnsubscribeURL":    "http://127.0.0.1:4566/?Action=Unsubscribe&SubscriptionArn=" + strings.ReplaceAll(s.ARN, ":", "%3A") + "&Version=2010-03-31",
		"MessageAttributes": map[string]any{"job": map[string]any{"Type": "String", "Value": "j"}}}
	if diff := cmp.Diff(want, n.fields); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
	if n.header.Get("x-amz-sns-subscription-arn") != s.ARN || n.header.Get("x-amz-sns-topic-arn") != arn || n.header.Get("x-amz-sns-message-id") != id {
		t.Errorf("headers %v", n.header)
	}
	w.ok(v.SetSubscriptionAttribute(t.Context(), s.ARN, "RawMessageDelivery", "true"))
	w.publish(arn, "raw")
	if n := w.receive(e); n.body != "raw" || n.header.Get("x-amz-sns-rawdelivery") != "true" {
		t.Errorf("raw: %+v", n)
	}
	again, err := v.Subscribe(t.Context(), topic.SubscribeInput{TopicARN: arn, Protocol: "http", Endpoint: e.url})
	if err != nil || again.ARN != s.ARN {
		t.Errorf("a second subscription %+v, %v", again, err)
	}
	w.ok(w.topics.As(guard.Session{Type: policy.Anonymous}).Unsubscribe(t.Context(), s.ARN))
	if left, _, err := v.SubscriptionsOf(t.Context(), arn, ""); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// Failures are repeated with growing pauses; what an endpoint refuses is not.
func TestRetry(t *testing.T) {
	w := newWorld(t)
	w.run()
	arn, e := w.topic("t"), w.endpoint(200, 500, 429, 503, 200, 404)
	w.subscribe(arn, e)
	w.publish(arn, "one")
	for range 4 {
		if n := w.receive(e); n.fields["Message"] != "one" {
			t.Errorf("got %v", n.fields)
		}
	}
	w.publish(arn, "refused")
	w.receive(e)
	w.publish(arn, "two")
	if n := w.receive(e); n.fields["Message"] != "two" {
		t.Errorf("got %v", n.fields)
	}
	w.stop()
	var waits []time.Duration
	for _, d := range w.clock.waits {
		if d > 0 {
			waits = append(waits, d)
		}
	}
	if diff := cmp.Diff([]time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, waits); diff != "" {
		t.Error("pauses (-want +got):\n" + diff)
	}
}

// What was published before a crash arrives after it, in order.
func TestRestartDelivers(t *testing.T) {
	w := newWorld(t)
	arn := w.topic("t")
	_, err := w.root(account1).Subscribe(t.Context(), topic.SubscribeInput{TopicARN: arn, Protocol: "file", Endpoint: "failures/today.jsonl"})
	w.ok(err)
	w.publish(arn, "one")
	w.publish(arn, "two\nlines")
	w.restart()
	w.run()
	w.publish(arn, "three")
	var messages []string
	for _, line := range w.lines("failures/today.jsonl", 3) {
		var m struct{ Message string }
		w.ok(json.Unmarshal([]byte(line), &m))
		messages = append(messages, m.Message)
	}
	if diff := cmp.Diff([]string{"one", "two\nlines", "three"}, messages); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
}

// An endpoint that is away keeps no message from the others, and is given up at last.
func TestGivesUp(t *testing.T) {
	w := newWorld(t)
	w.run()
	arn, away := w.topic("t"), w.endpoint(append([]int{200}, repeat(500, 50)...)...)
	w.subscribe(arn, away)
	_, err := w.root(account1).Subscribe(t.Context(), topic.SubscribeInput{TopicARN: arn, Protocol: "file", Endpoint: "f"})
	w.ok(err)
	w.publish(arn, "lost")
	w.lines("f", 1)
	for range 50 {
		w.receive(away)
	}
	w.publish(arn, "arrives")
	if n := w.receive(away); n.fields["Message"] != "arrives" {
		t.Errorf("got %v", n.fields)
	}
}

func repeat(status, n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = status
	}
	return all
}
