package arrival_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

func TestCreate(t *testing.T) {
	w := newWorld(t)
	w.ready()
	in, err := w.in.As(w.by1).Create(w.ctx, arrival.CreateInput{Name: "drop-to-dw", SourceARN: "arn:aws:s3:us-east-1::drop", TargetARN: w.target.ARN()})
	w.ok(err)
	in, err = w.settled(in.ARN)
	w.ok(err)
	if in.Status != arrival.Active || len(in.Errors) > 0 || in.SourceARN != "arn:aws:s3:::drop" || !strings.HasPrefix(in.ARN, "arn:aws:redshift:us-east-1:111111111111:integration:") {
		t.Errorf("made %+v", in)
	}
	n, err := w.buckets.As(w.by1).NotificationConfiguration(w.ctx, "drop")
	w.ok(err)
	if len(n.Integrations) != 1 || n.Integrations[0].ARN != in.ARN {
		t.Errorf("the bucket has %+v", n)
	}
	_, err = w.create("second", "drop")
	w.refused(err, "IntegrationAlreadyExistsFault")

	w.restart()
	found, err := w.describe(in.ARN)
	w.ok(err)
	if len(found) != 1 || found[0].Status != arrival.Active {
		t.Errorf("after a restart: %+v", found)
	}
	found, _, err = w.in.As(w.by2).DescribeInbound(w.ctx, arrival.DescribeInboundInput{TargetARN: w.target.ARN()})
	if err != nil || len(found) != 1 {
		t.Errorf("the target's account sees %v, %v", found, err)
	}
	_, _, err = w.in.As(w.by2).Describe(w.ctx, arrival.DescribeInput{ARN: in.ARN})
	w.refused(err, "IntegrationNotFoundFault")
}

// What the service lacks is told by the integration itself.
func TestMissingForTheService(t *testing.T) {
	tests := []struct {
		name    string
		bucket  []string
		ns      []string
		missing []string
	}{
		{"authorize", bucketActions, []string{inbound}, []string{"redshift:AuthorizeInboundIntegration"}},
		{"authorize for another bucket", bucketActions, []string{inbound, strings.ReplaceAll(authorize, ":::drop", ":::other")}, []string{"redshift:AuthorizeInboundIntegration"}},
		{"location", bucketActions[1:], []string{authorize, inbound}, []string{"s3:GetBucketLocation"}},
		{"get", []string{bucketActions[0], bucketActions[2]}, []string{authorize, inbound}, []string{"s3:GetBucketNotification"}},
		{"put", bucketActions[:2], []string{authorize, inbound}, []string{"s3:PutBucketNotification"}},
		{"bucket policy", nil, []string{authorize, inbound}, bucketActions[:2]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.bucket != nil {
				w.bucketPolicy(tt.bucket...)
			}
			w.namespacePolicy(tt.ns...)
			in := w.made("i", "drop")
			if in.Status != arrival.Failed || len(in.Errors) != len(tt.missing) {
				t.Fatalf("made %+v", in)
			}
			for i, action := range tt.missing {
				if in.Errors[i].Code != "AccessDenied" || !strings.Contains(in.Errors[i].Message, action) {
					t.Errorf("error %+v does not name %s", in.Errors[i], action)
				}
			}
			n, err := w.buckets.As(w.by1).NotificationConfiguration(w.ctx, "drop")
			w.ok(err)
			if len(n.Integrations) != 0 {
				t.Errorf("the bucket has %+v", n)
			}
			found, err := w.describe("")
			if err != nil || len(found) != 1 || found[0].Status != arrival.Failed {
				t.Errorf("described as %+v, %v", found, err)
			}
		})
	}
}

func TestCreateRefuses(t *testing.T) {
	w := newWorld(t)
	w.bucketPolicy(bucketActions...)
	w.namespacePolicy(authorize)
	_, err := w.create("i", "drop")
	w.denied(err, "redshift:CreateInboundIntegration")
	w.namespacePolicy(authorize, inbound)

	user := w.by1
	_, err = w.ids.As(w.by1).CreateUser(w.ctx, identity.CreateUserInput{Name: "nobody"})
	w.ok(err)
	key, err := w.ids.As(w.by1).CreateAccessKey(w.ctx, "nobody")
	w.ok(err)
	_, _, user, err = w.ids.Credential(key.ID)
	w.ok(err)
	input := arrival.CreateInput{Name: "i", SourceARN: arn.Bucket("drop"), TargetARN: w.target.ARN()}
	_, err = w.in.As(user).Create(w.ctx, input)
	w.denied(err, "redshift:CreateIntegration")
	w.ok(w.ids.As(w.by1).PutUserPolicy(w.ctx, "nobody", "p", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["redshift:CreateIntegration"],"Resource":"*"}]}`))
	_, err = w.in.As(user).Create(w.ctx, input)
	w.ok(err)

	_, err = w.create("i", "my.drop")
	w.refused(err, "UnsupportedOperation")
	_, err = w.create("i", "none")
	w.refused(err, "IntegrationSourceNotFoundFault")
	_, err = w.create("not a name", "drop")
	w.refused(err, "InvalidParameterValue")
	_, err = w.in.As(w.by2).Create(w.ctx, input)
	w.refused(err, "IntegrationSourceNotFoundFault")
	_, err = w.in.As(w.by1).Create(w.ctx, arrival.CreateInput{Name: "i", SourceARN: arn.Bucket("drop"), TargetARN: w.target.ARN() + "0"})
	w.refused(err, "IntegrationTargetNotFoundFault")
	far, err := w.namespaces.Put(warehouse.Namespace{Kind: warehouse.Serverless, Account: account2, Region: "eu-west-1", Name: "n", Workgroup: "g"})
	w.ok(err)
	_, err = w.in.As(w.by1).Create(w.ctx, arrival.CreateInput{Name: "i", SourceARN: arn.Bucket("drop"), TargetARN: far.ARN()})
	w.refused(err, "UnsupportedOperation")
	_, err = w.buckets.As(w.by1).CreateBucket(w.ctx, bucket.CreateBucketInput{Bucket: "drop2"})
	w.ok(err)
	_, err = w.create("i", "drop2")
	w.refused(err, "IntegrationAlreadyExistsFault")
}

func TestDelete(t *testing.T) {
	w := newWorld(t)
	w.ready()
	in := w.made("i", "drop")
	_, err := w.in.As(w.by2).Delete(w.ctx, in.ARN)
	w.refused(err, "IntegrationNotFoundFault")
	gone, err := w.in.As(w.by1).Delete(w.ctx, in.ARN)
	w.ok(err)
	if found, err := w.describe(in.ARN); err != nil || gone.Status != arrival.Deleting || found[0].Status != arrival.Deleting {
		t.Errorf("deleted as %+v, found as %+v, %v", gone, found, err)
	}
	_, err = w.in.As(w.by1).Delete(w.ctx, in.ARN)
	w.ok(err)
	_, err = w.settled(in.ARN)
	w.refused(err, "IntegrationNotFoundFault")
	n, err := w.buckets.As(w.by1).NotificationConfiguration(w.ctx, "drop")
	w.ok(err)
	if len(n.Integrations) != 0 {
		t.Errorf("the bucket still has %+v", n)
	}
	_, err = w.describe(in.ARN)
	w.refused(err, "IntegrationNotFoundFault")
	if want := []string{"i active", "i deleting"}; !slices.Equal(w.sink.states, want) {
		t.Errorf("the warehouse saw %q, want %q", w.sink.states, want)
	}
	// A bucket that shuts the service out keeps nothing from being deleted.
	in = w.made("i", "drop")
	w.ok(w.buckets.As(w.by1).DeleteBucketPolicy(w.ctx, "drop"))
	_, err = w.in.As(w.by1).Delete(w.ctx, in.ARN)
	w.ok(err)
	_, err = w.settled(in.ARN)
	w.refused(err, "IntegrationNotFoundFault")
}
