package policy_test

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// The policies of seed 1's appendix, with its placeholders filled.
const (
	seedBucketPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RedshiftServiceAccess",
      "Effect": "Allow",
      "Principal": {"Service": "redshift.amazonaws.com"},
      "Action": ["s3:GetBucketNotification", "s3:PutBucketNotification", "s3:GetBucketLocation"],
      "Resource": "arn:aws:s3:::data-source"
    },
    {
      "Sid": "RedshiftRoleAccess",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::222222222222:role/RedshiftS3AccessRole"},
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::data-source", "arn:aws:s3:::data-source/*"]
    }
  ]
}`
	seedRolePolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::data-source", "arn:aws:s3:::data-source/*"]
    }
  ]
}`
	seedTrustPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}
  ]
}`
)

func document(t testing.TB, text string, k policy.Kind) *policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text), k)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// seedRequest is COPY reading a file of account 1 as the role of account 2.
func seedRequest(action, resource string) policy.Request {
	ctx := policy.Context{}
	for _, pair := range strings.Fields(`aws:PrincipalArn=arn:aws:iam::222222222222:role/RedshiftS3AccessRole
		aws:PrincipalAccount=222222222222 aws:PrincipalType=AssumedRole aws:PrincipalIsAWSService=false
		aws:userid=AROAEXAMPLEEXAMPLE123:RedshiftIamRoleSession aws:SourceIp=127.0.0.1 aws:SecureTransport=true
		aws:RequestedRegion=us-east-1 aws:ResourceAccount=111111111111 s3:ResourceAccount=111111111111`) {
		key, value, _ := strings.Cut(pair, "=")
		ctx.Set(key, value)
	}
	return policy.Request{
		Principal: policy.Principal{
			Type: policy.AssumedRole, Account: "222222222222", ID: "AROAEXAMPLEEXAMPLE123:RedshiftIamRoleSession",
			ARN:     "arn:aws:sts::222222222222:assumed-role/RedshiftS3AccessRole/RedshiftIamRoleSession",
			RoleARN: "arn:aws:iam::222222222222:role/RedshiftS3AccessRole",
		},
		Action: action, Resource: resource, ResourceAccount: "111111111111", Context: ctx,
	}
}

func BenchmarkDecide(b *testing.B) {
	set := policy.Set{
		Identity: []*policy.Document{document(b, seedRolePolicy, policy.Identity)},
		Resource: document(b, seedBucketPolicy, policy.Bucket),
	}
	cases := []struct {
		name string
		req  policy.Request
		want policy.Effect
	}{
		{"get", seedRequest("s3:GetObject", "arn:aws:s3:::data-source/in/sample1.csv"), policy.Allow},
		{"list", seedRequest("s3:ListBucket", "arn:aws:s3:::data-source"), policy.Allow},
		{"denied with trace", seedRequest("s3:PutObject", "arn:aws:s3:::data-source/in/sample1.csv"), policy.ImplicitDeny},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d := policy.Decide(c.req, set); d.Effect != c.want {
					b.Fatalf("decided %v by %v", d.Effect, d.By)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Parse([]byte(seedBucketPolicy), policy.Bucket); err != nil {
			b.Fatal(err)
		}
	}
}
