package logsapi_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/flow/logs"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/awstest"
	"github.com/inlet-data/inlet/internal/front/aws/logsapi"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// world is a server with an administrator and a user without policies.
type world struct {
	testing.TB
	server          *aws.Server
	service         *aws.JSONService
	admin, stranger identity.AccessKey
	called          map[string]bool
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, called: map[string]bool{}}
	c := awstest.NewControl(t)
	w.admin, w.stranger = c.Account(t, "222222222222"), c.Stranger(t, "222222222222")
	store, err := logs.Open(c.DB, logs.Config{Guard: c.Guard, Dir: t.TempDir(), Region: "us-east-1"})
	w.ok(err)
	w.service = logsapi.New(store)
	w.server = aws.New(aws.Config{Credentials: c.IDs, Services: []aws.Service{w.service}, Log: slog.New(slog.DiscardHandler)})
	return w
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) send(key identity.AccessKey, operation, body string) (int, map[string]any) {
	w.Helper()
	rec := awstest.Key{ID: key.ID, Secret: key.Secret, Service: "logs", Region: "us-east-1"}.JSON(w, w.server, "Logs_20140328."+operation, body)
	var out map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		w.Fatalf("%s answers %s", operation, rec.Body)
	}
	return rec.Code, out
}

// do calls an operation as the administrator and returns its answer as text, too.
func (w *world) do(operation, body string) (map[string]any, string) {
	w.Helper()
	status, out := w.send(w.admin, operation, body)
	if status != http.StatusOK {
		w.Fatalf("%s %s: %d %v", operation, body, status, out)
	}
	w.called[operation] = true
	text, err := json.Marshal(out)
	w.ok(err)
	return out, string(text)
}

// holds calls an operation whose answer has some texts.
func (w *world) holds(operation, body string, want ...string) map[string]any {
	w.Helper()
	out, text := w.do(operation, body)
	for _, part := range want {
		if !strings.Contains(text, part) {
			w.Errorf("%s answers %s, without %s", operation, text, part)
		}
	}
	return out
}

func (w *world) refused(operation, body, code string) {
	w.Helper()
	if status, out := w.send(w.admin, operation, body); status != http.StatusBadRequest || out["__type"] != code {
		w.Errorf("%s: %d %v, want %s", operation, status, out, code)
	}
}

// TestRoundTrip calls every operation that is supported: what is put comes back.
func TestRoundTrip(t *testing.T) {
	w := newWorld(t)
	w.do("CreateLogGroup", `{"logGroupName":"dms-tasks-ri1","tags":{"a":"1"}}`)
	w.do("CreateLogStream", `{"logGroupName":"dms-tasks-ri1","logStreamName":"s"}`)
	w.do("CreateLogStream", `{"logGroupName":"dms-tasks-ri1","logStreamName":"t"}`)
	w.do("PutRetentionPolicy", `{"logGroupName":"dms-tasks-ri1","retentionInDays":7}`)
	arn := `arn:aws:logs:us-east-1:222222222222:log-group:dms-tasks-ri1`
	w.holds("DescribeLogGroups", `{"logGroupNamePrefix":"dms-"}`, `"retentionInDays":7`, `"arn":"`+arn+`:*"`, `"logGroupArn":"`+arn+`"`)
	w.do("DeleteRetentionPolicy", `{"logGroupName":"dms-tasks-ri1"}`)
	w.holds("ListLogGroups", `{"logGroupNamePattern":"^dms"}`, `"logGroupName":"dms-tasks-ri1"`)
	w.holds("TagResource", `{"resourceArn":"`+arn+`","tags":{"b":"2"}}`)
	w.holds("TagLogGroup", `{"logGroupName":"dms-tasks-ri1","tags":{"c":"3"}}`)
	w.holds("UntagResource", `{"resourceArn":"`+arn+`","tagKeys":["a"]}`)
	w.holds("UntagLogGroup", `{"logGroupName":"dms-tasks-ri1","tags":["b"]}`)
	w.holds("ListTagsForResource", `{"resourceArn":"`+arn+`"}`, `{"tags":{"c":"3"}}`)
	w.holds("ListTagsLogGroup", `{"logGroupName":"dms-tasks-ri1"}`, `{"tags":{"c":"3"}}`)

	now := time.Now().UnixMilli()
	w.holds("PutLogEvents", `{"logGroupName":"dms-tasks-ri1","logStreamName":"s","logEvents":[{"timestamp":1,"message":"old"}]}`, `"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":1}`)
	w.refused("PutLogEvents", `{"logGroupName":"dms-tasks-ri1","logStreamName":"s","logEvents":[]}`, "InvalidParameterException")
	w.holds("PutLogEvents", fmt.Sprintf(`{"logGroupName":"dms-tasks-ri1","logStreamName":"s","logEvents":[{"timestamp":%d,"message":"one"},{"timestamp":%d,"message":"two"}]}`, now, now+1))
	w.holds("DescribeLogStreams", `{"logGroupIdentifier":"`+arn+`","orderBy":"LastEventTime","descending":true,"limit":1}`, `"logStreamName":"s"`, fmt.Sprintf(`"lastEventTimestamp":%d`, now+1), `"nextToken"`)
	got := w.holds("GetLogEvents", `{"logGroupName":"dms-tasks-ri1","logStreamName":"s","limit":1}`, `"message":"two"`, fmt.Sprintf(`"timestamp":%d`, now+1))
	w.holds("GetLogEvents", fmt.Sprintf(`{"logGroupName":"dms-tasks-ri1","logStreamName":"s","limit":1,"nextToken":%q}`, got["nextBackwardToken"]), `"message":"one"`)
	w.holds("GetLogEvents", fmt.Sprintf(`{"logGroupName":"dms-tasks-ri1","logStreamName":"s","nextToken":%q}`, got["nextForwardToken"]), `"events":[]`,
		fmt.Sprintf(`"nextForwardToken":%q`, got["nextForwardToken"]))
	w.holds("FilterLogEvents", `{"logGroupName":"dms-tasks-ri1","filterPattern":"two"}`, `"message":"two"`, `"logStreamName":"s"`, `"eventId"`)
	w.refused("FilterLogEvents", `{"logGroupName":"dms-tasks-ri1","filterPattern":"{ $.a = 1 }"}`, "InvalidParameterException")
	w.refused("GetLogEvents", `{"logGroupName":"dms-tasks-ri1","logStreamName":"none"}`, "ResourceNotFoundException")
	w.refused("PutRetentionPolicy", `{"logGroupName":"dms-tasks-ri1","retentionInDays":0}`, "InvalidParameterException")
	w.refused("StartQuery", `{}`, "UnsupportedOperationException")

	w.do("DeleteLogStream", `{"logGroupName":"dms-tasks-ri1","logStreamName":"t"}`)
	w.do("DeleteLogGroup", `{"logGroupName":"dms-tasks-ri1"}`)
	w.refused("DeleteLogGroup", `{"logGroupName":"dms-tasks-ri1"}`, "ResourceNotFoundException")
	for _, op := range w.service.Operations() {
		if op.Supported() && !w.called[op.Name] {
			t.Errorf("%s was not called", op.Name)
		}
	}
}

// TestDenied has AWS's words for who may not: groups are asked for as streams without a name.
func TestDenied(t *testing.T) {
	w := newWorld(t)
	status, out := w.send(w.stranger, "CreateLogGroup", `{"logGroupName":"g"}`)
	const want = "User: arn:aws:iam::222222222222:user/stranger is not authorized to perform: logs:CreateLogGroup on resource: " +
		"arn:aws:logs:us-east-1:222222222222:log-group:g:log-stream: because no identity-based policy allows the logs:CreateLogGroup action"
	if status != 400 || out["__type"] != "AccessDeniedException" || out["message"] != want {
		t.Errorf("%d %v", status, out)
	}
}
