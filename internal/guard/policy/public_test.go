package policy_test

import (
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestPublic(t *testing.T) {
	cases := []struct {
		name      string
		principal string
		condition string
		want      bool
	}{
		{"everybody", `"Principal":"*"`, "", true},
		{"everybody as AWS", `"Principal":{"AWS":"*"}`, "", true},
		{"an account", `"Principal":{"AWS":"111111111111"}`, "", false},
		{"a service", `"Principal":{"Service":"redshift.amazonaws.com"}`, "", false},
		{"an identity provider", `"Principal":{"Federated":"accounts.example.com"}`, "", true},
		{"all but one", `"NotPrincipal":{"AWS":"111111111111"}`, "", true},
		{"nobody", `"Sid":"x"`, "", false},
		{"organization", `"Principal":"*"`, `"StringEquals":{"aws:PrincipalOrgID":"o-1"}`, false},
		{"account key", `"Principal":"*"`, `"StringEquals":{"aws:PrincipalAccount":["1","2"]}`, false},
		{"one wildcard of two", `"Principal":"*"`, `"StringLike":{"aws:PrincipalAccount":["1","2*"]}`, true},
		{"variable", `"Principal":"*"`, `"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/v}"}`, true},
		{"principal arn", `"Principal":"*"`, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/*"}`, false},
		{"principal arn of any account", `"Principal":"*"`, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/r"}`, true},
		{"principal arn of any", `"Principal":"*"`, `"StringLike":{"aws:PrincipalArn":"*"}`, true},
		{"principal arn and variable", `"Principal":"*"`, `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/${aws:x}"}`, true},
		{"service flag", `"Principal":"*"`, `"Bool":{"aws:PrincipalIsAWSService":true}`, false},
		{"service flag off", `"Principal":"*"`, `"Bool":{"aws:PrincipalIsAWSService":false}`, true},
		{"negated", `"Principal":"*"`, `"StringNotEquals":{"aws:SourceVpc":"vpc-1"}`, true},
		{"if exists", `"Principal":"*"`, `"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}`, true},
		{"for all", `"Principal":"*"`, `"ForAllValues:StringEquals":{"aws:SourceVpc":"vpc-1"}`, true},
		{"for any", `"Principal":"*"`, `"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-1/r-1/"}`, false},
		{"null", `"Principal":"*"`, `"Null":{"aws:SourceVpc":"false"}`, true},
		{"no values", `"Principal":"*"`, `"StringEquals":{"aws:SourceVpc":[]}`, true},
		{"number", `"Principal":"*"`, `"NumericEquals":{"aws:SourceAccount":1}`, true},
		{"user id", `"Principal":"*"`, `"StringEquals":{"aws:userid":"AIDAX"}`, false},
		{"role's sessions", `"Principal":"*"`, `"StringLike":{"aws:userid":"AROAX:*"}`, false},
		{"any session", `"Principal":"*"`, `"StringLike":{"aws:userid":"*:s1"}`, true},
		{"network", `"Principal":"*"`, `"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`, false},
		{"wide network", `"Principal":"*"`, `"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}`, true},
		{"eight bits", `"Principal":"*"`, `"IpAddress":{"aws:SourceIp":["11.0.0.0/8","10.0.0.0/8"]}`, false},
		{"v6", `"Principal":"*"`, `"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`, false},
		{"wide v6", `"Principal":"*"`, `"IpAddress":{"aws:SourceIp":"2001::/16"}`, true},
		{"no network", `"Principal":"*"`, `"IpAddress":{"aws:SourceIp":"x"}`, true},
		{"principal tag", `"Principal":"*"`, `"StringEquals":{"aws:PrincipalTag/a":"b"}`, true},
		{"user name", `"Principal":"*"`, `"StringEquals":{"aws:username":"u"}`, true},
		{"transport", `"Principal":"*"`, `"Bool":{"aws:SecureTransport":true}`, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := `{"Effect":"Allow",` + c.principal + `,"Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{` + c.condition + `}}`
			if got := read(t, doc(text), policy.Bucket).Public(); got != c.want {
				t.Errorf("%s: %v, want %v", text, got, c.want)
			}
			if read(t, doc(strings.Replace(text, "Allow", "Deny", 1)), policy.Bucket).Public() {
				t.Error("a Deny makes it public")
			}
		})
	}
}
