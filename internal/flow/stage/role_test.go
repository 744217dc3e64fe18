package stage_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/stage"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// TestRole stages as a role; one that does not exist is told as such.
func TestRole(t *testing.T) {
	e := newEndpoint(t)
	key, err := e.ids.CreateAdmin(account, "caller")
	if err != nil {
		t.Fatal(err)
	}
	const name = "stage-role"
	v := e.ids.As(e.ids.Root(account))
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111111111111:root"}}]}`
	if _, err := v.CreateRole(t.Context(), identity.CreateRoleInput{Name: name, Trust: trust}); err != nil {
		t.Fatal(err)
	}
	put := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:CreateBucket","s3:ListBucket","s3:PutObject","s3:GetObject"],"Resource":"*"}]}`
	if err := v.PutRolePolicy(t.Context(), name, "s3", put); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		role, action string
	}{
		{name, "s3:DeleteObject"}, // All the probe needs but this.
		{"other-role", "sts:AssumeRole"},
	}
	for _, tt := range tests {
		t.Run(tt.role, func(t *testing.T) {
			c, err := stage.Client(t.Context(), stage.Credentials{
				Region: "us-east-1", Endpoint: e.url, Role: "arn:aws:iam::111111111111:role/" + tt.role,
				Provider: credentials.NewStaticCredentialsProvider(key.ID, key.Secret, ""),
			})
			if err != nil {
				t.Fatal(err)
			}
			err = stage.New(stage.Options{Client: c, Bucket: "dms-role"}).Probe(t.Context())
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Op != tt.action || f.Kind != fault.Denied || !strings.Contains(f.Message, tt.role) {
				t.Errorf("probe: %v", err)
			}
		})
	}
}

// TestNoCredentials: who cannot sign is told so, and not that S3 is away.
func TestNoCredentials(t *testing.T) {
	c, err := stage.Client(t.Context(), stage.Credentials{
		Region: "us-east-1", Endpoint: "http://127.0.0.1:1",
		Provider: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("none") }),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := stage.New(stage.Options{Client: c, Bucket: "dms-x"}).Ensure(t.Context()); fault.CodeOf(err) != "NoCredentials" {
		t.Errorf("ensure: %v", err)
	}
}
