package snsapi_test

import (
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/topic"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/snsapi"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const account = "111111111111"

// node is the door over one account with an administrator and a user without rights.
type node struct {
	door            *aws.QueryService
	server          http.Handler
	admin, stranger identity.AccessKey
}

func newNode(t *testing.T) *node {
	t.Helper()
	c := awstest.NewControl(t)
	n := &node{admin: c.Account(t, account), stranger: c.Stranger(t, account)}
	topics, err := topic.Open(c.DB, topic.Config{Guard: c.Guard, Principals: c.IDs, Dir: t.TempDir()})
	check(t, err)
	n.door = snsapi.New(topics)
	n.server = aws.New(aws.Config{Credentials: c.IDs, Services: []aws.Service{n.door}, Log: slog.New(slog.DiscardHandler)})
	return n
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type answer struct {
	status int
	code   string
	body   string
}

func (n *node) call(t testing.TB, key identity.AccessKey, action string, parameters ...string) answer {
	t.Helper()
	form := url.Values{"Action": {action}, "Version": {"2010-03-31"}}
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		form.Set(name, value)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	if key.ID != "" {
		awstest.Key{ID: key.ID, Secret: key.Secret, Service: "sns", Region: "us-east-1"}.Sign(t, r)
	}
	return n.do(t, r)
}

func (n *node) do(t testing.TB, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	n.server.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	check(t, err)
	var failed struct {
		Error struct{ Code string }
	}
	if err := xml.Unmarshal(body, &failed); err != nil {
		t.Fatalf("no XML: %v\n%s", err, body)
	}
	return answer{w.Code, failed.Error.Code, string(body)}
}

// must makes a call of the administrator that has to succeed and to answer with a text.
func (n *node) must(t testing.TB, want, action string, parameters ...string) string {
	t.Helper()
	a := n.call(t, n.admin, action, parameters...)
	if a.status != http.StatusOK || !strings.Contains(a.body, want) {
		t.Fatalf("%s: %d, no %s in %s", action, a.status, want, a.body)
	}
	return a.body
}

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	found, _, _ := strings.Cut(rest, to)
	return found
}

func TestRoundTrip(t *testing.T) {
	n := newNode(t)
	const arn = "arn:aws:sns:us-east-1:111111111111:failures"
	n.must(t, `<CreateTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><CreateTopicResult><TopicArn>`+arn+`</TopicArn></CreateTopicResult>`, "CreateTopic",
		"Name=failures", "Attributes.entry.1.key=DisplayName", "Attributes.entry.1.value=Failures", "Tags.member.1.Key=team", "Tags.member.1.Value=data")
	n.must(t, "<Topics><member><TopicArn>"+arn+"</TopicArn></member></Topics>", "ListTopics")
	n.must(t, "<Attributes><entry><key>DisplayName</key><value>Failures</value></entry>", "GetTopicAttributes", "TopicArn="+arn)
	n.must(t, "<SetTopicAttributesResponse", "SetTopicAttributes", "TopicArn="+arn, "AttributeName=DisplayName", "AttributeValue=x")
	n.must(t, "<TagResourceResult></TagResourceResult>", "TagResource", "ResourceArn="+arn, "Tags.member.1.Key=a", "Tags.member.1.Value=b")
	n.must(t, "", "UntagResource", "ResourceArn="+arn, "TagKeys.member.1=team")
	n.must(t, "<Tags><member><Key>a</Key><Value>b</Value></member></Tags>", "ListTagsForResource", "ResourceArn="+arn)
	n.must(t, "", "AddPermission", "TopicArn="+arn, "Label=l", "AWSAccountId.member.1=222222222222", "ActionName.member.1=Publish")
	n.must(t, "", "RemovePermission", "TopicArn="+arn, "Label=l")
	made := n.must(t, "<SubscriptionArn>"+arn+":", "Subscribe", "TopicArn="+arn, "Protocol=file", "Endpoint=f.jsonl", "Attributes.entry.1.key=RawMessageDelivery", "Attributes.entry.1.value=true")
	subscription := between(made, "<SubscriptionArn>", "<")
	n.must(t, "<SubscriptionArn>pending confirmation</SubscriptionArn>", "Subscribe", "TopicArn="+arn, "Protocol=http", "Endpoint=http://127.0.0.1:9/")
	n.must(t, "<member><SubscriptionArn>"+subscription+"</SubscriptionArn><Owner>111111111111</Owner><Protocol>file</Protocol><Endpoint>f.jsonl</Endpoint>", "ListSubscriptions")
	n.must(t, "<SubscriptionArn>PendingConfirmation</SubscriptionArn>", "ListSubscriptionsByTopic", "TopicArn="+arn)
	n.must(t, "<key>RawMessageDelivery</key><value>true</value>", "GetSubscriptionAttributes", "SubscriptionArn="+subscription)
	n.must(t, "", "SetSubscriptionAttributes", "SubscriptionArn="+subscription, "AttributeName=RawMessageDelivery", "AttributeValue=false")
	n.must(t, "<MessageId>", "Publish", "TopicArn="+arn, "Message=m", "Subject=s", "MessageAttributes.entry.1.Name=a", "MessageAttributes.entry.1.Value.DataType=String", "MessageAttributes.entry.1.Value.StringValue=v")
	for name, tt := range map[string]struct {
		call answer
		want answer
	}{
		"a phone":            {n.call(t, n.admin, "Publish", "PhoneNumber=+491", "Message=m"), answer{400, "InvalidParameter", ""}},
		"an empty message":   {n.call(t, n.admin, "Publish", "TopicArn="+arn, "Message="), answer{400, "InvalidParameter", ""}},
		"no topic":           {n.call(t, n.admin, "Publish", "TopicArn="+arn+"0", "Message=m"), answer{404, "NotFound", ""}},
		"no resource":        {n.call(t, n.admin, "ListTagsForResource", "ResourceArn="+arn+"0"), answer{404, "ResourceNotFound", ""}},
		"a wrong token":      {n.call(t, identity.AccessKey{}, "ConfirmSubscription", "TopicArn="+arn, "Token=x"), answer{400, "InvalidParameter", ""}},
		"an unsigned call":   {n.call(t, identity.AccessKey{}, "ListTopics"), answer{403, "MissingAuthenticationToken", ""}},
		"what inlet lacks":   {n.call(t, n.admin, "PublishBatch", "TopicArn="+arn), answer{400, "UnsupportedOperation", ""}},
		"what nobody has":    {n.call(t, n.admin, "Shout"), answer{400, "InvalidAction", ""}},
		"an email":           {n.call(t, n.admin, "Subscribe", "TopicArn="+arn, "Protocol=email", "Endpoint=a@b.c"), answer{400, "InvalidParameter", ""}},
		"a link's parameter": {n.call(t, n.admin, "Unsubscribe"), answer{400, "InvalidParameter", ""}},
	} {
		if tt.call.status != tt.want.status || tt.call.code != tt.want.code {
			t.Errorf("%s: %+v", name, tt.call)
		}
	}
	link := "http://127.0.0.1/?" + url.Values{"Action": {"Unsubscribe"}, "Version": {"2010-03-31"}, "SubscriptionArn": {subscription}}.Encode()
	if a := n.do(t, httptest.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)); a.status != 200 {
		t.Errorf("the link in a message: %+v", a)
	}
	n.must(t, "", "DeleteTopic", "TopicArn="+arn)
	n.must(t, "<Topics></Topics>", "ListTopics")
}

// TestStrangerIsDenied walks the table of operations as a user without a policy.
func TestStrangerIsDenied(t *testing.T) {
	n := newNode(t)
	const arn = "arn:aws:sns:us-east-1:111111111111:t"
	n.must(t, arn, "CreateTopic", "Name=t")
	subscription := between(n.must(t, "", "Subscribe", "TopicArn="+arn, "Protocol=file", "Endpoint=f"), "<SubscriptionArn>", "<")
	known := map[string][]string{
		"CreateTopic": {"Name=u"}, "ListTopics": nil, "ListSubscriptions": nil, "Publish": {"TopicArn=" + arn, "Message=m"},
		"SetTopicAttributes":  {"TopicArn=" + arn, "AttributeName=DisplayName"},
		"AddPermission":       {"TopicArn=" + arn, "Label=l", "AWSAccountId.member.1=222222222222", "ActionName.member.1=Publish"},
		"RemovePermission":    {"TopicArn=" + arn, "Label=l"},
		"TagResource":         {"ResourceArn=" + arn, "Tags.member.1.Key=a", "Tags.member.1.Value=b"},
		"UntagResource":       {"ResourceArn=" + arn, "TagKeys.member.1=a"},
		"ListTagsForResource": {"ResourceArn=" + arn}, "Subscribe": {"TopicArn=" + arn, "Protocol=file", "Endpoint=f"},
		"ConfirmSubscription": {"TopicArn=" + arn, "Token=x"}, "Unsubscribe": {"SubscriptionArn=" + subscription},
		"GetSubscriptionAttributes": {"SubscriptionArn=" + subscription}, "SetSubscriptionAttributes": {"SubscriptionArn=" + subscription, "AttributeName=RawMessageDelivery"},
	}
	for _, op := range n.door.Operations() {
		if !op.Supported() {
			continue
		}
		in, ok := known[op.Name]
		if !ok {
			in = []string{"TopicArn=" + arn}
		}
		if got := n.call(t, n.stranger, op.Name, in...); got.status != 403 || got.code != "AuthorizationError" {
			t.Errorf("%s: %d %s", op.Name, got.status, got.body)
		}
	}
}
