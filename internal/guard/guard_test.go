package guard_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// book gives every caller the same policies.
type book struct {
	set policy.Set
	err error
}

func (b book) Policies(guard.Session) (policy.Set, error) { return b.set, b.err }

func read(t testing.TB, text string, k policy.Kind) *policy.Document {
	t.Helper()
	d, err := policy.Read([]byte(text), k)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// allowing is an identity policy with one statement.
func allowing(t testing.TB, fields string) policy.Set {
	t.Helper()
	d := read(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",`+fields+`}}`, policy.Identity)
	return policy.Set{Identity: []*policy.Document{d.Named("inline policy read")}}
}

var (
	at   = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	user = guard.Session{
		Type: policy.User, ARN: "arn:aws:iam::111111111111:user/u", Account: "111111111111", Name: "u", UserID: "AIDAU",
		Tags:    map[string]string{"Team": "data"},
		Request: guard.Request{ID: "R1", Time: at, SourceIP: "127.0.0.1", Secure: true, Region: "us-east-1", UserAgent: "aws-cli/2", AuthType: "REST-HEADER"},
	}
	session = guard.Session{
		Type: policy.AssumedRole, ARN: "arn:aws:sts::222222222222:assumed-role/rs/s1", RoleARN: "arn:aws:iam::222222222222:role/path/rs",
		Account: "222222222222", Name: "rs", UserID: "AROAR:s1", Issued: at.Add(-time.Hour), SourceIdentity: "ann",
		Request: guard.Request{ID: "R2", Time: at},
	}
	service = guard.Session{
		Type: policy.Service, ARN: "redshift.amazonaws.com", SourceARN: "arn:aws:redshift:us-east-1:111111111111:integration:i",
		SourceAccount: "111111111111", Request: guard.Request{Time: at, Region: "us-east-1"},
	}
)

// condition asks for a key to have a value through the whole guard.
func condition(t *testing.T, by guard.Session, key, value string, more map[string][]string) bool {
	t.Helper()
	operator := `"StringEquals":{"` + key + `":"` + value + `"}`
	if value == "" {
		operator = `"Null":{"` + key + `":"true"}`
	}
	if strings.HasSuffix(value, "[]") {
		operator = `"ForAnyValue:StringEquals":{"` + key + `":"` + strings.TrimSuffix(value, "[]") + `"}`
	}
	who := `"Principal":"*",`
	bucket := read(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",`+who+`"Action":"*","Resource":"*","Condition":{`+operator+`}}}`, policy.Bucket)
	g := guard.New(book{set: allowing(t, `"Action":"*","Resource":"*"`)})
	err := g.Check(context.Background(), guard.Call{
		By: by, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "333333333333", Policy: bucket, Context: more,
	})
	return err == nil
}

func TestFacts(t *testing.T) {
	cases := []struct {
		name string
		by   guard.Session
		want map[string]string // "" means absent, [] a list
	}{
		{"user", user, map[string]string{
			"aws:PrincipalArn": user.ARN, "aws:PrincipalAccount": "111111111111", "aws:PrincipalType": "User", "aws:userid": "AIDAU",
			"aws:username": "u", "aws:PrincipalTag/team": "data", "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false",
			"aws:MultiFactorAuthPresent": "", "aws:TokenIssueTime": "", "aws:SourceArn": "", "aws:SourceAccount": "",
			"aws:SourceIp": "127.0.0.1", "aws:SecureTransport": "true", "aws:RequestedRegion": "us-east-1", "aws:UserAgent": "aws-cli/2",
			"aws:CurrentTime": "2026-08-01T12:00:00Z", "aws:EpochTime": "1785585600", "aws:ResourceAccount": "333333333333",
			"s3:ResourceAccount": "333333333333", "s3:authType": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256",
			"s3:prefix": "in/", "aws:TagKeys": "team[]", "aws:PrincipalOrgID": "", "aws:SourceVpce": "",
		}},
		{"role session", session, map[string]string{
			"aws:PrincipalArn": session.RoleARN, "aws:PrincipalAccount": "222222222222", "aws:PrincipalType": "AssumedRole",
			"aws:userid": "AROAR:s1", "aws:username": "", "aws:TokenIssueTime": "2026-08-01T11:00:00Z",
			"aws:MultiFactorAuthPresent": "false", "aws:SourceIdentity": "ann", "aws:SourceIp": "", "aws:SecureTransport": "false",
			"aws:SourceAccount": "", "aws:PrincipalIsAWSService": "false",
		}},
		{"service", service, map[string]string{
			"aws:PrincipalArn": "", "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": "redshift.amazonaws.com",
			"aws:PrincipalServiceNamesList": "redshift.amazonaws.com[]", "aws:SourceArn": service.SourceARN,
			"aws:SourceAccount": "111111111111", "aws:userid": "",
		}},
		{"anonymous", guard.Session{Request: guard.Request{Time: at}}, map[string]string{
			"aws:PrincipalAccount": "anonymous", "aws:PrincipalType": "Anonymous", "aws:userid": "anonymous", "aws:PrincipalArn": "",
			"aws:PrincipalIsAWSService": "", "s3:authType": "", "aws:ViaAWSService": "",
		}},
	}
	more := map[string][]string{"s3:prefix": {"in/"}, "aws:TagKeys": {"team"}}
	for _, c := range cases {
		for key, value := range c.want {
			t.Run(c.name+" "+key, func(t *testing.T) {
				if !condition(t, c.by, key, value, more) {
					t.Errorf("%s is not %q", key, value)
				}
			})
		}
	}
}

func TestTimeIsNowWhenTheRequestHasNone(t *testing.T) {
	g := guard.New(book{set: allowing(t, `"Action":"iam:GetUser","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2025-01-01"},"StringEquals":{"aws:RequestedRegion":"us-east-1"}}`)})
	by := user
	by.Request = guard.Request{Region: "eu-west-1"}
	if err := g.Check(context.Background(), guard.Call{By: by, Action: "iam:GetUser", On: "*", Owner: "111111111111"}); err != nil {
		t.Error(err)
	}
}

func TestDeniedSentences(t *testing.T) {
	denying := func(k policy.Kind) policy.Set {
		d := read(t, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`, k)
		docs := []*policy.Document{d}
		switch k {
		case policy.SCP:
			return policy.Set{SCP: []policy.Level{{Target: "root", Policies: docs}}}
		case policy.Boundary:
			return policy.Set{Boundary: docs}
		case policy.SessionPolicy:
			return policy.Set{Session: docs}
		case policy.VPCEndpoint:
			return policy.Set{Endpoint: docs}
		}
		return policy.Set{Identity: docs}
	}
	empty := []*policy.Document{}
	all := allowing(t, `"Action":"*","Resource":"*"`)
	with := func(f func(*policy.Set)) policy.Set { s := all; f(&s); return s }
	get := guard.Call{By: user, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111"}
	far := get
	far.Owner = "333333333333"
	who := "User: arn:aws:iam::111111111111:user/u is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" "
	trust := read(t, `{"Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}`, policy.Trust)
	assume := guard.Call{By: user, Action: "sts:AssumeRole", On: "arn:aws:iam::111111111111:role/r", Owner: "111111111111", MustName: true}
	untrusted := assume
	untrusted.Policy = trust
	rcp := read(t, `{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}`, policy.RCP)
	bucket := get
	bucket.Policy = read(t, `{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}`, policy.Bucket)
	cases := []struct {
		name    string
		set     policy.Set
		call    guard.Call
		want    string // Error
		message string // "" means the same
	}{
		{"identity", policy.Set{}, get, who + "because no identity-based policy allows the s3:GetObject action", ""},
		{"identity denies", denying(policy.Identity), get, who + "with an explicit deny in an identity-based policy", ""},
		{"boundary", with(func(s *policy.Set) { s.Boundary = empty }), get, who + "because no permissions boundary allows the s3:GetObject action", ""},
		{"boundary denies", denying(policy.Boundary), get, who + "with an explicit deny in a permissions boundary", ""},
		{"session", with(func(s *policy.Set) { s.Session = empty }), get, who + "because no session policy allows the s3:GetObject action", ""},
		{"session denies", denying(policy.SessionPolicy), get, who + "with an explicit deny in a session policy", ""},
		{"scp", with(func(s *policy.Set) { s.SCP = []policy.Level{{}} }), get, who + "because no service control policy allows the s3:GetObject action", ""},
		{"scp denies", denying(policy.SCP), get, who + "with an explicit deny in a service control policy", ""},
		{"rcp denies", policy.Set{RCP: []policy.Level{{Policies: []*policy.Document{rcp}}}}, get, who + "with an explicit deny in a resource control policy", ""},
		{"endpoint", with(func(s *policy.Set) { s.Endpoint = empty }), get, who + "because no VPC endpoint policy allows the s3:GetObject action", ""},
		{"bucket denies", all, bucket, who + "with an explicit deny in a resource-based policy", ""},
		{"bucket of another account", all, far, who + "because no resource-based policy allows the s3:GetObject action", "Access Denied"},
		{"anonymous", all, guard.Call{Action: "s3:GetObject", On: "arn:aws:s3:::b/k"}, "User: anonymous is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no resource-based policy allows the s3:GetObject action", "Access Denied"},
		{"trust", all, assume, "User: arn:aws:iam::111111111111:user/u is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/r because no role trust policy allows the sts:AssumeRole action", ""},
		{"trust denies", all, untrusted, "User: arn:aws:iam::111111111111:user/u is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/r with an explicit deny in the role trust policy", ""},
		{"trust of another account", all, guard.Call{By: user, Action: "sts:AssumeRole", On: "arn:aws:iam::333333333333:role/r", Owner: "333333333333"}, "User: arn:aws:iam::111111111111:user/u is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/r because no role trust policy allows the sts:AssumeRole action", "User: arn:aws:iam::111111111111:user/u is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/r"},
		{"list buckets", policy.Set{}, guard.Call{By: user, Action: "s3:ListAllMyBuckets", On: "*"}, "User: arn:aws:iam::111111111111:user/u is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := guard.New(book{set: c.set}).Check(context.Background(), c.call)
			d, ok := errors.AsType[*guard.Denied](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if c.message == "" {
				c.message = c.want
			}
			if diff := cmp.Diff([]string{c.want, c.message}, []string{d.Error(), d.Message()}); diff != "" {
				t.Error(diff)
			}
			if d.Hop() == "" || d.Explain() == "" {
				t.Error("it cannot be explained")
			}
		})
	}
}

func TestExplain(t *testing.T) {
	bucket := func(text string) *policy.Document { return read(t, text, policy.Bucket).Named("bucket policy of b") }
	read1 := allowing(t, `"Sid":"Read","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"`)
	cases := []struct {
		name string
		set  policy.Set
		call guard.Call
		want []string
	}{
		{"nothing at all", policy.Set{}, guard.Call{By: user, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111"}, []string{
			"arn:aws:iam::111111111111:user/u (account 111111111111) asked for s3:GetObject on arn:aws:s3:::b/k, owned by account 111111111111.",
			"Nothing allows it in the policies of user arn:aws:iam::111111111111:user/u.", "There is no statement that allows anything.",
			"To mend it, allow s3:GetObject on arn:aws:s3:::b/k in the policies of user",
		}},
		{"wrong action", read1, guard.Call{By: user, Action: "s3:PutObject", On: "arn:aws:s3:::b/k", Owner: "111111111111"}, []string{
			"Closest: statement 1 (Read) of inline policy read, line 1, but its Action is s3:GetObject, not s3:PutObject.",
		}},
		{"bucket policy missing", read1, guard.Call{By: session, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111"}, []string{
			"Nothing allows it in the bucket policy of b.", "belong to different accounts",
			`in the bucket policy of b for principal {"AWS": "arn:aws:iam::222222222222:role/path/rs"}`,
		}},
		{"condition without key", read1, guard.Call{By: session, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111", Policy: bucket(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}]}`)}, []string{
			"its condition StringEquals aws:SourceVpce = vpce-1 is not met: the request has no aws:SourceVpce.",
		}},
		{"condition with key", read1, guard.Call{By: service, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111", Policy: bucket(`{"Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"aws:SourceAccount":"222222222222"}}}]}`)}, []string{
			`its condition StringEquals aws:SourceAccount = 222222222222 is not met: the request has "111111111111".`,
			`for principal {"Service": "redshift.amazonaws.com"}`,
		}},
		{"denied", read1, guard.Call{By: user, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111", Policy: bucket(`{"Statement":[{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}]}`)}, []string{
			"Denied in the bucket policy of b.", "statement 1 (No) of bucket policy of b, line 1 denies it",
		}},
		{"excluded", allowing(t, `"NotAction":"s3:*","Resource":"*"`), guard.Call{By: user, Action: "s3:GetObject", On: "arn:aws:s3:::b/k"}, []string{
			"its NotAction (s3:*) excludes s3:GetObject",
		}},
		{"statement without principal", read1, guard.Call{By: guard.Session{}, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111", Policy: bucket(`{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`)}, []string{
			"An unsigned caller asked", "it has no Principal", `for principal "*"`,
		}},
		{"public", allowing(t, `"Action":"*","Resource":"*"`), guard.Call{By: session, Action: "s3:GetObject", On: "arn:aws:s3:::b/k", Owner: "111111111111", RestrictPublic: true, Policy: bucket(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`)}, []string{
			"Block Public Access refuses it: the bucket policy of b is public",
		}},
		{"namespace", policy.Set{}, guard.Call{By: service, Action: "redshift:AuthorizeInboundIntegration", On: "arn:aws:redshift:us-east-1:222222222222:namespace:n", Policy: read(t, `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"redshift:X"}]}`, policy.Namespace)}, []string{
			"the resource policy of namespace arn:aws:redshift:us-east-1:222222222222:namespace:n",
		}},
		{"key", policy.Set{}, guard.Call{By: user, Action: "kms:Decrypt", On: "arn:aws:kms:us-east-1:111111111111:key/k", Policy: read(t, `{"Statement":[{"Effect":"Allow","Principal":{"Service":"x.amazonaws.com"},"Action":"kms:*","Resource":"*"}]}`, policy.Key)}, []string{
			"the key policy of arn:aws:kms:us-east-1:111111111111:key/k", `for principal {"AWS": "arn:aws:iam::111111111111:user/u"}`,
		}},
		{"other resource", allowing(t, `"Action":"*","Resource":"*"`), guard.Call{By: user, Action: "sqs:X", On: "arn:aws:sqs:us-east-1:222222222222:q", Owner: "222222222222"}, []string{
			"the resource policy of arn:aws:sqs:us-east-1:222222222222:q",
		}},
		{"level", policy.Set{SCP: []policy.Level{{Target: "ou-1", Policies: []*policy.Document{read(t, `{"Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}`, policy.SCP)}}}}, guard.Call{By: user, Action: "sqs:ListQueues", On: "*"}, []string{
			"the service control policies of account 111111111111", "statement 1 at ou-1, line 1", "no particular resource",
		}},
		{"root", policy.Set{SCP: []policy.Level{{}}}, guard.Call{By: guard.Session{Type: policy.Root, ARN: "arn:aws:iam::111111111111:root", Account: "111111111111"}, Action: "sqs:ListQueues", On: "*"}, []string{
			"arn:aws:iam::111111111111:root (account 111111111111) asked",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := guard.New(book{set: c.set}).Check(context.Background(), c.call)
			d, ok := errors.AsType[*guard.Denied](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			got := d.Explain()
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("got\n%swhich lacks %q", got, w)
				}
			}
		})
	}
}

func TestGuardRemembersDenials(t *testing.T) {
	g := guard.New(book{})
	if g.Last() != nil || g.ByRequest("R1") != nil {
		t.Error("a new guard remembers something")
	}
	for i := range 1500 {
		by := user
		by.Request.ID = fmt.Sprint(i / 2)
		if err := g.Check(context.Background(), guard.Call{By: by, Action: fmt.Sprint("s3:A", i), On: "*"}); err == nil {
			t.Fatal("allowed")
		}
	}
	if got := g.Last(); got.Call.Action != "s3:A1499" {
		t.Errorf("the last is %s", got.Call.Action)
	}
	var actions []string
	for _, d := range g.ByRequest("700") {
		actions = append(actions, d.Call.Action)
	}
	if diff := cmp.Diff([]string{"s3:A1400", "s3:A1401"}, actions); diff != "" {
		t.Error(diff)
	}
	if got := g.ByRequest("249"); got != nil {
		t.Errorf("it remembers more than a thousand: %v", got)
	}
}

func TestCheckFailsWithoutPolicies(t *testing.T) {
	broken := errors.New("broken")
	g := guard.New(book{err: broken})
	call := guard.Call{By: user, Action: "s3:GetObject", On: "*"}
	if err := g.Check(context.Background(), call); !errors.Is(err, broken) {
		t.Errorf("Check gives %v", err)
	}
	if _, err := g.Explain(context.Background(), call); !errors.Is(err, broken) {
		t.Errorf("Explain gives %v", err)
	}
	d, err := guard.New(book{}).Explain(context.Background(), call)
	if err != nil || d.Effect != policy.ImplicitDeny {
		t.Errorf("Explain gives %v, %v", d, err)
	}
}

func TestMalformed(t *testing.T) {
	_, err := policy.Parse([]byte("{"), policy.Identity)
	if f := guard.Malformed(err); fault.CodeOf(f) != "MalformedPolicyDocument" || fault.KindOf(f) != fault.Invalid {
		t.Errorf("got %v", f)
	}
	f, ok := errors.AsType[*fault.Error](guard.Malformed(&policy.Error{Code: "MalformedPolicy", Message: "m", Detail: "d"}))
	if !ok || f.Fields["Detail"] != "d" {
		t.Errorf("got %v", f)
	}
	other := errors.New("other")
	if !errors.Is(guard.Malformed(other), other) {
		t.Error("another error is changed")
	}
}
