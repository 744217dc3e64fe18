package redshiftapi_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/bucket"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/front/aws/redshiftapi"
	"github.com/inlet-data/inlet/internal/guard"
)

// sink is warehouses that take everything.
type sink struct{}

func (sink) Arrived(context.Context, string, []arrival.Arrival) error       { return nil }
func (sink) Integration(context.Context, string, arrival.Integration) error { return nil }

// withSource gives a node a bucket "src" of account 2 that integrations may use, and what makes them.
func (n *node) withSource(t *testing.T, namespace string) *arrival.Integrations {
	t.Helper()
	dir := t.TempDir()
	g := guard.New(n.ids)
	db, err := bbolt.Open(filepath.Join(dir, "control"), 0o600, &bbolt.Options{NoSync: true})
	check(t, err)
	t.Cleanup(func() { db.Close() })
	store, err := bucket.Open(bucket.Config{Dir: filepath.Join(dir, "objects"), Guard: g, Region: region, Principals: n.ids})
	check(t, err)
	t.Cleanup(func() { store.Close() })
	root := n.ids.Root(account2)
	_, err = store.As(root).CreateBucket(t.Context(), bucket.CreateBucketInput{Bucket: "src"})
	check(t, err)
	check(t, store.As(root).PutBucketPolicy(t.Context(), "src", []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},
		"Action":["s3:GetBucketNotification","s3:PutBucketNotification","s3:GetBucketLocation"],"Resource":"arn:aws:s3:::src"}]}`), false))
	n.must(t, "PutResourcePolicy", "ResourceArn="+namespace, `Policy={"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},
		"Action":"redshift:AuthorizeInboundIntegration","Resource":"`+namespace+`"}]}`)
	x, err := arrival.Open(db, g, store, n.namespaces, sink{})
	check(t, err)
	n.door = redshiftapi.New(redshiftapi.Config{Namespaces: n.namespaces, Integrations: x})
	n.server = aws.New(aws.Config{Credentials: n.ids, Services: []aws.Service{n.door}, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	t.Cleanup(func() { cancel(); check(t, <-done) })
	return x
}

func TestIntegrations(t *testing.T) {
	n := newNode(t)
	namespace := n.cluster(t)
	x := n.withSource(t, namespace)
	made := n.must(t, "CreateIntegration", "IntegrationName=drop-to-dw", "SourceArn=arn:aws:s3:::src", "TargetArn="+namespace, "Description=d",
		"TagList.Tag.1.Key=team", "TagList.Tag.1.Value=data")
	wanted(t, made, map[string]string{"IntegrationName": "drop-to-dw", "SourceArn": "arn:aws:s3:::src", "TargetArn": namespace, "Status": "creating",
		"Errors": "", "Description": "d", "Tags": "<Tag><Key>team</Key><Value>data</Value></Tag>"})
	if !strings.HasPrefix(made, `<CreateIntegrationResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><CreateIntegrationResult><IntegrationArn>arn:aws:redshift:us-east-1:222222222222:integration:`) {
		t.Errorf("made %s", made)
	}
	arn := value(made, "IntegrationArn")
	_, err := x.Settled(t.Context(), arn)
	check(t, err)
	wanted(t, n.must(t, "DescribeIntegrations", "IntegrationArn="+arn), map[string]string{"Status": "active", "CreateTime": value(made, "CreateTime")})
	found := n.must(t, "DescribeIntegrations", "MaxRecords=20", "Filters.DescribeIntegrationsFilter.1.Name=status", "Filters.DescribeIntegrationsFilter.1.Values.Value.1=active")
	if !strings.Contains(found, "<Integrations><Integration><IntegrationArn>"+arn) || strings.Contains(found, "<Marker>") {
		t.Errorf("found %s", found)
	}
	found = n.must(t, "DescribeInboundIntegrations", "TargetArn="+namespace)
	if !strings.Contains(found, "<InboundIntegrations><InboundIntegration><IntegrationArn>"+arn) {
		t.Errorf("inbound %s", found)
	}
	wanted(t, n.must(t, "ModifyIntegration", "IntegrationArn="+arn, "IntegrationName=renamed"), map[string]string{"IntegrationName": "renamed", "Description": "d"})
	if got := n.call(t, n.admin, "CreateIntegration", "IntegrationName=i", "SourceArn=arn:aws:s3:::src", "TargetArn="+namespace); got.status != 400 || got.code != "IntegrationAlreadyExistsFault" {
		t.Errorf("a second one: %+v", got)
	}
	wanted(t, n.must(t, "DeleteIntegration", "IntegrationArn="+arn), map[string]string{"Status": "deleting"})
	_, _ = x.Settled(t.Context(), arn) // It answers that the integration is gone.
	if got := n.call(t, n.admin, "DescribeIntegrations", "IntegrationArn="+arn); got.status != 404 || got.code != "IntegrationNotFoundFault" {
		t.Errorf("after deletion: %+v", got)
	}
}

func TestIntegrationRefusals(t *testing.T) {
	n := newNode(t)
	namespace := n.cluster(t)
	n.withSource(t, namespace)
	create := []string{"IntegrationName=i", "SourceArn=arn:aws:s3:::src", "TargetArn=" + namespace}
	for name, tt := range map[string]struct {
		action     string
		parameters []string
		status     int
		code       string
	}{
		"no source":    {"CreateIntegration", []string{create[0], "SourceArn=arn:aws:s3:::none", create[2]}, 404, "IntegrationSourceNotFoundFault"},
		"no target":    {"CreateIntegration", []string{create[0], create[1], "TargetArn=" + namespace + "0"}, 404, "IntegrationTargetNotFoundFault"},
		"a name":       {"CreateIntegration", []string{"IntegrationName=1", create[1], create[2]}, 400, "InvalidParameterValue"},
		"nothing":      {"CreateIntegration", create[:2], 400, "MissingParameter"},
		"a key":        {"CreateIntegration", append(create, "KMSKeyId=alias/mine"), 400, "UnsupportedOperation"},
		"a context":    {"CreateIntegration", append(create, "AdditionalEncryptionContext.entry.1.key=a", "AdditionalEncryptionContext.entry.1.value=b"), 400, "UnsupportedOperation"},
		"a tag":        {"CreateIntegration", append(create, "TagList.Tag.1.Key=aws:x"), 400, "InvalidTagFault"},
		"a filter":     {"DescribeIntegrations", []string{"Filters.DescribeIntegrationsFilter.1.Name=colour", "Filters.DescribeIntegrationsFilter.1.Values.Value.1=x"}, 400, "InvalidParameterValue"},
		"a page":       {"DescribeIntegrations", []string{"MaxRecords=5"}, 400, "InvalidParameterValue"},
		"no ARN":       {"DeleteIntegration", []string{"IntegrationArn=i"}, 400, "InvalidParameterValue"},
		"no namespace": {"DescribeInboundIntegrations", []string{"TargetArn=" + namespace + "0"}, 400, "InvalidNamespaceFault"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := n.call(t, n.admin, tt.action, tt.parameters...); got.status != tt.status || got.code != tt.code {
				t.Errorf("got %d %s: %s", got.status, got.code, got.message)
			}
		})
	}
}
