package topic

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// apiVersion is the version of the calls that the links in messages make.
const apiVersion = "2010-03-31"

// envelope is a message as endpoints get it. Amazon's also has a signature.
type envelope struct {
	Type              string
	MessageId         string
	Token             string `json:",omitempty"`
	TopicArn          string
	Subject           string `json:",omitempty"`
	Message           string
	Timestamp         string
	SubscribeURL      string               `json:",omitempty"`
	UnsubscribeURL    string               `json:",omitempty"`
	MessageAttributes map[string]attribute `json:",omitempty"`
}

type attribute struct{ Type, Value string }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// link is an unsigned call of this node.
func (t *Topics) link(action string, parameters ...string) string {
	q := url.Values{"Action": {action}, "Version": {apiVersion}}
	for i := 0; i < len(parameters); i += 2 {
		q.Set(parameters[i], parameters[i+1])
	}
	return t.address() + "/?" + q.Encode()
}

// confirmation asks an endpoint whether it wants what it was subscribed to.
func (t *Topics) confirmation(s *Subscription) delivery {
	e := envelope{Type: "SubscriptionConfirmation", MessageId: newID(), Token: s.Token, TopicArn: s.TopicARN, Timestamp: stamp(t.Now()),
		Message:      "You have chosen to subscribe to the topic " + s.TopicARN + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.",
		SubscribeURL: t.link("ConfirmSubscription", "TopicArn", s.TopicARN, "Token", s.Token)}
	return t.packed(s, e, false)
}

// notification is a published message for one subscription.
func (t *Topics) notification(s *Subscription, id string, in *PublishInput, text map[string]string) delivery {
	message, ok := text[s.Protocol]
	if !ok {
		message = text["default"]
	}
	e := envelope{Type: "Notification", MessageId: id, TopicArn: s.TopicARN, Subject: in.Subject, Message: message, Timestamp: stamp(t.Now()),
		UnsubscribeURL: t.link("Unsubscribe", "SubscriptionArn", s.ARN)}
	for _, a := range in.Attributes {
		if e.MessageAttributes == nil {
			e.MessageAttributes = map[string]attribute{}
		}
		e.MessageAttributes[a.Name] = attribute{a.Type, a.Value}
	}
	return t.packed(s, e, s.Raw)
}

func (t *Topics) packed(s *Subscription, e envelope, raw bool) delivery {
	body := []byte(e.Message)
	if !raw {
		body = e.encode()
	}
	return delivery{Subscription: s.ARN, Topic: s.TopicARN, ID: e.MessageId, Type: e.Type, Raw: raw, Body: body, Made: t.Now().UTC(), Due: t.Now().UTC()}
}

// encode writes the envelope on one line, links as people can click them.
func (e *envelope) encode() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(e) // Texts always marshal.
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// texts are the forms of a message by protocol, "default" for the others.
func (in *PublishInput) texts() (map[string]string, error) {
	if in.Structure == "" {
		return map[string]string{"default": in.Message}, nil
	}
	if in.Structure != "json" {
		return nil, invalid("MessageStructure")
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(in.Message), &fields); err != nil {
		return nil, invalid("Message Structure - JSON message body failed to parse")
	}
	texts := map[string]string{}
	for protocol, v := range fields {
		if text, ok := v.(string); ok {
			texts[protocol] = text
		}
	}
	if _, ok := texts["default"]; !ok {
		return nil, invalid("Message Structure - No default entry in JSON message body")
	}
	return texts, nil
}

const (
	maxMessage = 256 << 10
	maxSubject = 100
)

func (in *PublishInput) check() error {
	switch {
	case in.Message == "":
		return invalid("Empty message")
	case len(in.Message) > maxMessage:
		return invalid("Message too long")
	case !utf8.ValidString(in.Message):
		return invalid("Message Reason: Message must be UTF-8 encoded")
	case utf8.RuneCountInString(in.Subject) > maxSubject, strings.ContainsFunc(in.Subject, func(r rune) bool { return r < ' ' }):
		return invalid("Subject")
	}
	for _, a := range in.Attributes {
		kind, _, _ := strings.Cut(a.Type, ".")
		if a.Name == "" || kind != "String" && kind != "Number" && kind != "Binary" {
			return invalid("MessageAttributes Reason: the message attribute '" + a.Name + "' has an invalid message attribute type")
		}
		if a.Value == "" {
			return invalid("MessageAttributes Reason: the message attribute '" + a.Name + "' must contain a non-empty value")
		}
	}
	return nil
}
