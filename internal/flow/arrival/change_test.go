package arrival_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func TestModify(t *testing.T) {
	w := newWorld(t)
	w.ready()
	v := w.in.As(w.by1)
	begun, err := w.create("i", "drop")
	w.ok(err)
	name, text, none := "renamed", "for the night", ""
	_, err = v.Modify(w.ctx, arrival.ModifyInput{ARN: begun.ARN, Name: &name})
	w.refused(err, "IntegrationConflictStateFault")
	_, err = w.settled(begun.ARN)
	w.ok(err)
	in, err := v.Modify(w.ctx, arrival.ModifyInput{ARN: begun.ARN, Name: &name, Description: &text})
	w.ok(err)
	if in.Name != name || in.Description != text || in.Status != arrival.Active {
		t.Errorf("modified to %+v", in)
	}
	in, err = v.Modify(w.ctx, arrival.ModifyInput{ARN: begun.ARN, Description: &none})
	if err != nil || in.Name != name || in.Description != "" {
		t.Errorf("modified to %+v, %v", in, err)
	}
	bad := "not a name"
	for code, input := range map[string]arrival.ModifyInput{
		"InvalidParameterValue":    {ARN: begun.ARN},
		"IntegrationNotFoundFault": {ARN: begun.ARN + "0", Name: &name},
	} {
		_, err = v.Modify(w.ctx, input)
		w.refused(err, code)
	}
	_, err = v.Modify(w.ctx, arrival.ModifyInput{ARN: begun.ARN, Name: &bad})
	w.refused(err, "InvalidParameterValue")
	_, err = w.in.As(w.by2).Modify(w.ctx, arrival.ModifyInput{ARN: begun.ARN, Name: &name})
	w.refused(err, "IntegrationNotFoundFault")
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	w.ready()
	v := w.in.As(w.by1)
	made := func(tags ...arrival.Tag) (arrival.Integration, error) {
		return v.Create(w.ctx, arrival.CreateInput{Name: "i", SourceARN: arn.Bucket("drop"), TargetARN: w.target.ARN(), Tags: tags})
	}
	var many []arrival.Tag
	for i := range 51 {
		many = append(many, arrival.Tag{Key: fmt.Sprint(i)})
	}
	_, err := made(many...)
	w.refused(err, "TagLimitExceededFault")
	for _, bad := range [][]arrival.Tag{{{Key: ""}}, {{Key: "aws:x"}}, {{Key: "a"}, {Key: "a"}}, {{Key: "a", Value: strings.Repeat("x", 257)}}} {
		_, err := made(bad...)
		w.refused(err, "InvalidTagFault")
	}
	in, err := made(arrival.Tag{Key: "team", Value: "data"})
	w.ok(err)
	w.ok(v.CreateTags(w.ctx, in.ARN, []arrival.Tag{{Key: "stage", Value: "test"}, {Key: "team", Value: "files"}}))
	w.ok(v.DeleteTags(w.ctx, in.ARN, []string{"stage", "none"}))
	_, err = w.settled(in.ARN)
	w.ok(err)
	w.restart()
	tags, err := w.in.As(w.by1).Tags(w.ctx, in.ARN)
	w.ok(err)
	if diff := cmp.Diff([]arrival.Tag{{Key: "team", Value: "files"}}, tags); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
}

func TestFiltersAndPages(t *testing.T) {
	w := newWorld(t)
	w.ready()
	v := w.in.As(w.by1)
	for i := range 45 {
		name := fmt.Sprintf("drop%d", i)
		_, err := w.buckets.As(w.by1).CreateBucket(w.ctx, bucket.CreateBucketInput{Bucket: name})
		w.ok(err)
		_, err = w.create(fmt.Sprintf("i%d", i), name)
		w.ok(err)
	}
	seen, marker, pages := map[string]bool{}, "", 0
	for pages == 0 || marker != "" {
		found, next, err := v.Describe(w.ctx, arrival.DescribeInput{Page: arrival.Page{Max: 20, Marker: marker}})
		w.ok(err)
		for _, in := range found {
			seen[in.ARN] = true
		}
		marker = next
		pages++
	}
	if len(seen) != 45 || pages != 3 {
		t.Errorf("%d integrations on %d pages", len(seen), pages)
	}
	for filter, want := range map[string]int{"source-arn arn:aws:s3:::drop7": 1, "status creating": 45, "status active": 0, "source-types s3-event-notifications": 45, "integration-arn x": 0} {
		name, value, _ := strings.Cut(filter, " ")
		found, _, err := v.Describe(w.ctx, arrival.DescribeInput{Filters: []arrival.Filter{{Name: name, Values: []string{value}}}})
		if err != nil || len(found) != want {
			t.Errorf("%s finds %d, %v; want %d", filter, len(found), err, want)
		}
	}
	for _, bad := range []arrival.DescribeInput{{Filters: []arrival.Filter{{Name: "colour"}}}, {Page: arrival.Page{Max: 19}}, {Page: arrival.Page{Max: 101}}, {Page: arrival.Page{Marker: "x"}}} {
		_, _, err := v.Describe(w.ctx, bad)
		w.refused(err, "InvalidParameterValue")
	}
	inbound, marker, err := w.in.As(w.by2).DescribeInbound(w.ctx, arrival.DescribeInboundInput{Page: arrival.Page{Max: 40}})
	if err != nil || len(inbound) != 40 || marker == "" {
		t.Errorf("the target's account sees %d, %v", len(inbound), err)
	}
	_, _, err = v.DescribeInbound(w.ctx, arrival.DescribeInboundInput{TargetARN: w.target.ARN()})
	w.refused(err, "InvalidNamespaceFault")
}

// Strict reproduces what people saw: conditions make creation fail, a policy without them works.
func TestStrict(t *testing.T) {
	w := newWorld(t)
	w.ready()
	w.in.SetStrict(true)
	in := w.made("i", "drop")
	if in.Status != arrival.Failed || len(in.Errors) != 2 || !strings.Contains(in.Errors[0].Message, "strictIntegrations") {
		t.Fatalf("made %+v", in)
	}
	_, err := w.in.As(w.by1).Delete(w.ctx, in.ARN)
	w.ok(err)
	w.ok(w.buckets.As(w.by1).PutBucketPolicy(w.ctx, "drop", []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},`+
		`"Action":["`+strings.Join(bucketActions, `","`)+`"],"Resource":"arn:aws:s3:::drop"}]}`), false))
	if in := w.made("i", "drop"); in.Status != arrival.Active {
		t.Errorf("made %+v", in)
	}
}

// An integration that was begun when the node ended is finished at the next start, and nothing of its bucket is lost.
func TestCrashWhileCreating(t *testing.T) {
	w := newWorld(t)
	w.ready()
	in, err := w.create("i", "drop")
	w.ok(err)
	w.put("drop", "early")
	w.restart()
	w.run()
	if in, err = w.in.Settled(w.ctx, in.ARN); err != nil || in.Status != arrival.Active {
		t.Errorf("after a restart %+v, %v", in, err)
	}
	w.delivered(1)
	_, err = w.in.As(w.by1).Delete(w.ctx, in.ARN)
	w.ok(err)
	w.stop()
	w.restart()
	_, err = w.settled(in.ARN)
	w.refused(err, "IntegrationNotFoundFault")
}

func TestCreateNeeds(t *testing.T) {
	w := newWorld(t)
	w.ready()
	_, err := w.in.As(w.by1).Create(w.ctx, arrival.CreateInput{Name: "i", SourceARN: arn.Bucket("drop"), TargetARN: w.target.ARN(), KMSKey: "alias/mine"})
	w.refused(err, "UnsupportedOperation")
	paused := *w.target
	paused.Status = warehouse.StatusPaused
	_, err = w.namespaces.Put(paused)
	w.ok(err)
	_, err = w.create("i", "drop")
	w.refused(err, "InvalidClusterState")
}

// A warehouse that cannot be told of an integration keeps no file from the others.
func TestTellingFailsDeliveryGoesOn(t *testing.T) {
	w := newWorld(t)
	w.ready()
	w.sink.failState = errors.New("the engine is away")
	in := w.made("i", "drop")
	if in.Status != arrival.Active {
		t.Errorf("made %+v", in)
	}
	w.put("drop", "a")
	w.run()
	w.delivered(1)
	w.want("drop/a 00aa")
}
