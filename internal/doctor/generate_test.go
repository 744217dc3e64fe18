package doctor_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/doctor"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	firstRole  = "arn:aws:iam::222222222222:role/First"
	secondRole = "arn:aws:iam::111111111111:role/Second"
)

// brief is a grant in one line: kind, thing, and what each statement allows.
func brief(g doctor.Grant) string {
	s := g.Account + " " + g.Kind + " " + lastOf(g.On)
	if g.Document == nil {
		return s
	}
	for _, st := range g.Document.Statements {
		s += " | " + strings.Join(st.Action, ",") + " on " + strings.Join(st.Resource, ",")
		if len(st.Condition) > 0 {
			s += fmt.Sprint(" if ", st.Condition)
		}
	}
	return s
}

func lastOf(s string) string { return s[strings.LastIndexAny(s, ":/")+1:] }

func TestGenerate(t *testing.T) {
	needs := func() *doctor.Needs {
		return &doctor.Needs{Region: "us-east-1", Account: account2, Namespace: namespace, Cluster: "wh", User: "ann"}
	}
	cases := []struct {
		name string
		do   func(*doctor.Needs)
		want []string
	}{
		{"nothing", func(*doctor.Needs) {}, nil},
		{"a prefix, twice", func(n *doctor.Needs) {
			l := doctor.Load{Roles: []string{firstRole}, Bucket: "drop", Owner: account1, Prefix: "in/"}
			n.Loads = []doctor.Load{l, l}
		}, []string{
			"222222222222 role trust First | sts:AssumeRole on ",
			"222222222222 role policy First | s3:ListBucket on arn:aws:s3:::drop if map[StringLike:map[s3:prefix:[in/*]]] | s3:GetObject on arn:aws:s3:::drop/in/*",
			"222222222222 attachment First",
			"111111111111 bucket policy drop | s3:ListBucket on arn:aws:s3:::drop if map[StringLike:map[s3:prefix:[in/*]]] | s3:GetObject on arn:aws:s3:::drop/in/*",
		}},
		{"a chain of roles that ends in the bucket's account", func(n *doctor.Needs) {
			n.Loads = []doctor.Load{{Roles: []string{firstRole, secondRole}, Bucket: "drop", Owner: account1}}
		}, []string{
			"222222222222 role trust First | sts:AssumeRole on ",
			"222222222222 role policy First | sts:AssumeRole on " + secondRole,
			"111111111111 role trust Second | sts:AssumeRole on ",
			"111111111111 role policy Second | s3:ListBucket on arn:aws:s3:::drop | s3:GetObject on arn:aws:s3:::drop/*",
			"222222222222 attachment First",
		}},
		{"two integrations, plain", func(n *doctor.Needs) {
			n.Plain = true
			n.Integrations = []doctor.Integration{{Account: account1, Bucket: "drop"}, {Account: account1, Bucket: "more"}}
		}, []string{
			"111111111111 bucket policy drop | s3:GetBucketLocation,s3:GetBucketNotification,s3:PutBucketNotification on arn:aws:s3:::drop",
			"111111111111 bucket policy more | s3:GetBucketLocation,s3:GetBucketNotification,s3:PutBucketNotification on arn:aws:s3:::more",
			"222222222222 namespace policy n1 | redshift:CreateInboundIntegration on " + namespace +
				" | redshift:AuthorizeInboundIntegration on " + namespace + " if map[ArnEquals:map[aws:SourceArn:[arn:aws:s3:::drop]] StringEquals:map[aws:SourceAccount:[111111111111]]]" +
				" | redshift:AuthorizeInboundIntegration on " + namespace + " if map[ArnEquals:map[aws:SourceArn:[arn:aws:s3:::more]] StringEquals:map[aws:SourceAccount:[111111111111]]]",
			"111111111111 user policy ann | redshift:CreateIntegration on arn:aws:redshift:us-east-1:111111111111:integration:* if map[StringEquals:map[redshift:IntegrationSourceArn:[arn:aws:s3:::drop] redshift:IntegrationTargetArn:[" + namespace + "]]]" +
				" | redshift:CreateIntegration on arn:aws:redshift:us-east-1:111111111111:integration:* if map[StringEquals:map[redshift:IntegrationSourceArn:[arn:aws:s3:::more] redshift:IntegrationTargetArn:[" + namespace + "]]]",
		}},
	}
	kinds := map[string]policy.Kind{"role trust": policy.Trust, "role policy": policy.Identity, "user policy": policy.Identity, "bucket policy": policy.Bucket, "namespace policy": policy.Namespace}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n := needs()
			c.do(n)
			var got []string
			for _, g := range doctor.Generate(n) {
				got = append(got, brief(g))
				if g.Document == nil {
					continue
				}
				if _, err := policy.Parse([]byte(g.Document.String()), kinds[g.Kind]); err != nil {
					t.Errorf("%s would be refused: %v\n%s", g.Kind, err, g.Document)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got): %s", diff)
			}
		})
	}
}
