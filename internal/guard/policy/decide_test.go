package policy_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

const (
	home     = "111111111111"
	away     = "222222222222"
	file     = "arn:aws:s3:::src/in/a.csv"
	allowAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	denyAll  = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	allowEC2 = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}`
)

// reads a document without the checks of saving.
func read(t testing.TB, text string, k policy.Kind) *policy.Document {
	t.Helper()
	d, err := policy.Read([]byte(text), k)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func list(t testing.TB, k policy.Kind, texts ...string) []*policy.Document {
	t.Helper()
	out := []*policy.Document{}
	for _, text := range texts {
		out = append(out, read(t, text, k))
	}
	return out
}

// on is a bucket policy with one statement.
func on(t testing.TB, effect, principal string) *policy.Document {
	t.Helper()
	return read(t, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":%q,%s,"Action":"s3:*","Resource":["arn:aws:s3:::src","arn:aws:s3:::src/*"]}]}`, effect, principal), policy.Bucket)
}

func aws(arn string) string { return `"Principal":{"AWS":"` + arn + `"}` }

var (
	userU = policy.Principal{Type: policy.User, ARN: "arn:aws:iam::111111111111:user/u", ID: "AIDAUUUUUUUUUUUUUUUUU"}
	roleR = policy.Principal{Type: policy.AssumedRole, ARN: "arn:aws:sts::111111111111:assumed-role/r/s1", RoleARN: "arn:aws:iam::111111111111:role/path/r", ID: "AROARRRRRRRRRRRRRRRRR:s1"}
	fed   = policy.Principal{Type: policy.FederatedUser, ARN: "arn:aws:sts::111111111111:federated-user/f", ID: "111111111111:f", Federating: userU.ARN}
	root1 = policy.Principal{Type: policy.Root, ARN: "arn:aws:iam::111111111111:root", ID: home}
	root2 = policy.Principal{Type: policy.Root, ARN: "arn:aws:iam::222222222222:root", ID: away}
	web   = policy.Principal{Type: policy.WebIdentity, ARN: "accounts.example.com"}
)

// The table of section 7: what an implicit deny elsewhere does when only the resource policy allows.
func TestSameAccount(t *testing.T) {
	cases := []struct {
		name      string
		principal string
		by        policy.Principal
		identity  policy.Effect // the outcome when identity policies are silent
		boundary  policy.Effect // … and the boundary is too
		session   policy.Effect // … and the session policy is too, without boundary
	}{
		{"user", aws(userU.ARN), userU, policy.Allow, policy.Allow, policy.Allow},
		{"role", aws(roleR.RoleARN), roleR, policy.Allow, policy.ImplicitDeny, policy.ImplicitDeny},
		{"session", aws(roleR.ARN), roleR, policy.Allow, policy.Allow, policy.Allow},
		{"federated", aws(fed.ARN), fed, policy.Allow, policy.Allow, policy.Allow},
		{"federating user", aws(userU.ARN), fed, policy.ImplicitDeny, policy.ImplicitDeny, policy.ImplicitDeny},
		{"everybody", `"Principal":"*"`, roleR, policy.Allow, policy.Allow, policy.Allow},
		{"account", aws(home), roleR, policy.ImplicitDeny, policy.ImplicitDeny, policy.ImplicitDeny},
		{"root", aws(root1.ARN), userU, policy.ImplicitDeny, policy.ImplicitDeny, policy.ImplicitDeny},
		{"not another", `"NotPrincipal":{"AWS":"` + away + `"}`, userU, policy.Allow, policy.Allow, policy.Allow},
		{"old unique id", aws("AIDAXXXXXXXXXXXXXXXXX"), userU, policy.ImplicitDeny, policy.ImplicitDeny, policy.ImplicitDeny},
		{"unique id", aws("AIDAUUUUUUUUUUUUUUUUU"), userU, policy.Allow, policy.Allow, policy.Allow},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			req := policy.Request{Principal: c.by, Action: "s3:GetObject", Resource: file, ResourceAccount: home}
			set := policy.Set{Resource: on(t, "Allow", c.principal)}
			if d := policy.Decide(req, set); d.Effect != c.identity {
				t.Errorf("without identity policy: %v by %v", d.Effect, d.By)
			}
			set.Boundary = list(t, policy.Boundary, allowEC2)
			if d := policy.Decide(req, set); d.Effect != c.boundary {
				t.Errorf("with a boundary: %v by %v", d.Effect, d.By)
			}
			set.Boundary, set.Session = nil, list(t, policy.SessionPolicy, allowEC2)
			if d := policy.Decide(req, set); d.Effect != c.session {
				t.Errorf("with a session policy: %v by %v", d.Effect, d.By)
			}
		})
	}
}

func TestRules(t *testing.T) {
	all := list(t, policy.Identity, allowAll)
	none := []*policy.Document{}
	get := policy.Request{Principal: userU, Action: "s3:GetObject", Resource: file, ResourceAccount: home}
	as := func(r policy.Request, p policy.Principal) policy.Request { r.Principal = p; return r }
	act := func(r policy.Request, action string) policy.Request { r.Action = action; return r }
	owned := func(r policy.Request, by string) policy.Request { r.ResourceAccount = by; return r }
	levels := func(k policy.Kind, texts ...string) []policy.Level {
		return []policy.Level{{Target: "root", Policies: list(t, k, texts...)}}
	}
	linked := roleR
	linked.RoleARN = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/R"
	key := policy.Request{Principal: userU, Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:111111111111:key/k"}
	rcpAll := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
	rcpDeny := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*"}}`
	public := on(t, "Allow", `"Principal":"*"`)

	cases := []struct {
		name string
		req  policy.Request
		set  policy.Set
		want policy.Effect
		by   policy.Kind
	}{
		{"nothing", get, policy.Set{}, policy.ImplicitDeny, policy.Identity},
		{"identity", get, policy.Set{Identity: all}, policy.Allow, policy.Identity},
		{"identity denies", get, policy.Set{Identity: list(t, policy.Identity, allowAll, denyAll)}, policy.ExplicitDeny, policy.Identity},
		{"boundary silent", get, policy.Set{Identity: all, Boundary: list(t, policy.Boundary, allowEC2)}, policy.ImplicitDeny, policy.Boundary},
		{"boundary empty", get, policy.Set{Identity: all, Boundary: none}, policy.ImplicitDeny, policy.Boundary},
		{"session silent", get, policy.Set{Identity: all, Session: list(t, policy.SessionPolicy, allowEC2)}, policy.ImplicitDeny, policy.SessionPolicy},
		{"one of two session policies", get, policy.Set{Identity: all, Session: list(t, policy.SessionPolicy, allowEC2, allowAll)}, policy.Allow, policy.Identity},
		{"session denies", get, policy.Set{Identity: all, Session: list(t, policy.SessionPolicy, allowAll, denyAll)}, policy.ExplicitDeny, policy.SessionPolicy},
		{"scp denies", get, policy.Set{Identity: all, SCP: levels(policy.SCP, allowAll, denyAll)}, policy.ExplicitDeny, policy.SCP},
		{"scp binds root", as(get, root1), policy.Set{SCP: levels(policy.SCP, allowEC2)}, policy.ImplicitDeny, policy.SCP},
		{"scp spares service-linked roles", as(get, linked), policy.Set{Identity: all, SCP: levels(policy.SCP, denyAll)}, policy.Allow, policy.Identity},
		{"scp spares services", as(get, policy.Principal{Type: policy.Service, ARN: "x.amazonaws.com"}), policy.Set{Resource: on(t, "Allow", `"Principal":{"Service":"x.amazonaws.com"}`), SCP: levels(policy.SCP, denyAll)}, policy.Allow, policy.Bucket},
		{"rcp denies", get, policy.Set{Identity: all, RCP: levels(policy.RCP, rcpAll, rcpDeny)}, policy.ExplicitDeny, policy.RCP},
		{"rcp only denies other things", act(get, "s3:PutObject"), policy.Set{Identity: all, RCP: levels(policy.RCP, rcpDeny)}, policy.Allow, policy.Identity},
		{"rcp level allows something else", get, policy.Set{Identity: all, RCP: levels(policy.RCP, `{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}}`)}, policy.ImplicitDeny, policy.RCP},
		{"rcp level empty", get, policy.Set{Identity: all, RCP: levels(policy.RCP)}, policy.ImplicitDeny, policy.RCP},
		{"rcp spares other services", act(get, "redshift:GetObject"), policy.Set{Identity: all, RCP: levels(policy.RCP)}, policy.Allow, policy.Identity},
		{"endpoint silent", get, policy.Set{Identity: all, Endpoint: list(t, policy.VPCEndpoint, allowEC2)}, policy.ImplicitDeny, policy.VPCEndpoint},
		{"endpoint denies", get, policy.Set{Identity: all, Endpoint: list(t, policy.VPCEndpoint, denyAll)}, policy.ExplicitDeny, policy.VPCEndpoint},
		{"endpoint allows", get, policy.Set{Identity: all, Endpoint: list(t, policy.VPCEndpoint, allowAll)}, policy.Allow, policy.Identity},

		{"root at home", as(get, root1), policy.Set{}, policy.Allow, policy.Identity},
		{"root of another account", as(get, root2), policy.Set{}, policy.ImplicitDeny, policy.Resource},
		{"root of another account, allowed", as(get, root2), policy.Set{Resource: on(t, "Allow", aws(away))}, policy.Allow, policy.Bucket},
		{"root denied by its bucket", as(get, root1), policy.Set{Resource: on(t, "Deny", `"Principal":"*"`)}, policy.ExplicitDeny, policy.Bucket},
		{"root keeps the bucket policy", as(act(get, "s3:PutBucketPolicy"), root1), policy.Set{Resource: on(t, "Deny", `"Principal":"*"`)}, policy.Allow, policy.Identity},
		{"a stranger's root does not", as(act(get, "s3:PutBucketPolicy"), root2), policy.Set{Resource: on(t, "Deny", `"Principal":"*"`)}, policy.ExplicitDeny, policy.Bucket},

		{"anonymous", as(get, policy.Principal{}), policy.Set{Identity: all}, policy.ImplicitDeny, policy.Resource},
		{"anonymous, everybody", as(get, policy.Principal{}), policy.Set{Resource: public}, policy.Allow, policy.Bucket},
		{"anonymous, the account", as(get, policy.Principal{}), policy.Set{Resource: on(t, "Allow", aws(home))}, policy.ImplicitDeny, policy.Bucket},
		{"public, restricted, anonymous", policy.Request{Action: "s3:GetObject", Resource: file, RestrictPublic: true}, policy.Set{Resource: public}, policy.ExplicitDeny, policy.Bucket},
		{"public, restricted, stranger", policy.Request{Principal: root2, Action: "s3:GetObject", Resource: file, ResourceAccount: home, RestrictPublic: true}, policy.Set{Resource: public}, policy.ExplicitDeny, policy.Bucket},
		{"public, restricted, owner", policy.Request{Principal: userU, Action: "s3:GetObject", Resource: file, ResourceAccount: home, RestrictPublic: true}, policy.Set{Resource: public}, policy.Allow, policy.Bucket},
		{"public, restricted, service", policy.Request{Principal: policy.Principal{Type: policy.Service, ARN: "x.amazonaws.com"}, Action: "s3:GetObject", Resource: file, ResourceAccount: home, RestrictPublic: true}, policy.Set{Resource: public}, policy.Allow, policy.Bucket},
		{"not public, restricted, stranger", policy.Request{Principal: root2, Action: "s3:GetObject", Resource: file, ResourceAccount: home, RestrictPublic: true}, policy.Set{Resource: on(t, "Allow", aws(away))}, policy.Allow, policy.Bucket},

		{"federated without session policy", as(get, fed), policy.Set{Identity: all}, policy.ImplicitDeny, policy.Identity},
		{"federated with session policy", as(get, fed), policy.Set{Identity: all, Session: list(t, policy.SessionPolicy, allowAll)}, policy.Allow, policy.Identity},
		{"federating user with session policy", as(get, fed), policy.Set{Resource: on(t, "Allow", aws(userU.ARN)), Session: list(t, policy.SessionPolicy, allowAll)}, policy.Allow, policy.Bucket},
		{"a bare role", as(get, policy.Principal{Type: policy.Role, ARN: roleR.RoleARN}), policy.Set{Resource: on(t, "Allow", aws(roleR.RoleARN)), Boundary: none}, policy.ImplicitDeny, policy.Boundary},
		{"web identity", policy.Request{Principal: web, Action: "sts:AssumeRoleWithWebIdentity", Resource: "arn:aws:iam::111111111111:role/r"}, policy.Set{Resource: read(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"accounts.example.com"},"Action":"sts:AssumeRoleWithWebIdentity"}}`, policy.Trust)}, policy.Allow, policy.Trust},

		{"another web identity", policy.Request{Principal: web, Action: "sts:AssumeRoleWithWebIdentity", Resource: "arn:aws:iam::111111111111:role/r"}, policy.Set{Resource: read(t, `{"Statement":{"Effect":"Allow","Principal":{"Federated":"other.example.com"},"Action":"sts:AssumeRoleWithWebIdentity"}}`, policy.Trust)}, policy.ImplicitDeny, policy.Trust},
		{"another service", policy.Request{Principal: userU, Action: "sts:AssumeRole", Resource: "arn:aws:iam::111111111111:role/r"}, policy.Set{Resource: read(t, seedTrustPolicy, policy.Trust)}, policy.ImplicitDeny, policy.Trust},
		{"caller identity", policy.Request{Principal: userU, Action: "sts:GetCallerIdentity", Resource: "*"}, policy.Set{Identity: list(t, policy.Identity, denyAll)}, policy.Allow, policy.Identity},
		{"caller identity, unsigned", policy.Request{Action: "sts:GetCallerIdentity", Resource: "*"}, policy.Set{}, policy.ImplicitDeny, policy.Resource},
		{"list buckets", policy.Request{Principal: userU, Action: "s3:ListAllMyBuckets", Resource: "*"}, policy.Set{Identity: list(t, policy.Identity, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":["arn:aws:s3:::x","arn:aws:s3:::*"]}}`)}, policy.Allow, policy.Identity},
		{"list buckets on one", policy.Request{Principal: userU, Action: "s3:ListAllMyBuckets", Resource: "*"}, policy.Set{Identity: list(t, policy.Identity, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::x"}}`)}, policy.ImplicitDeny, policy.Identity},

		{"key without policy", key, policy.Set{Identity: all}, policy.ImplicitDeny, policy.Resource},
		{"key leaves it to IAM", key, policy.Set{Identity: all, Resource: read(t, `{"Statement":{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"kms:*","Resource":"*"}}`, policy.Key)}, policy.Allow, policy.Identity},
		{"key names the user", key, policy.Set{Resource: read(t, `{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/u"},"Action":"kms:*","Resource":"*"}}`, policy.Key)}, policy.Allow, policy.Key},
		{"listing keys needs no key", policy.Request{Principal: userU, Action: "kms:ListKeys", Resource: "*"}, policy.Set{Identity: all}, policy.Allow, policy.Identity},
		{"role without trust", policy.Request{Principal: userU, Action: "sts:AssumeRole", Resource: "arn:aws:iam::111111111111:role/r"}, policy.Set{Identity: all}, policy.ImplicitDeny, policy.Trust},
		{"session token", policy.Request{Principal: userU, Action: "sts:GetSessionToken", Resource: "*"}, policy.Set{Identity: all}, policy.Allow, policy.Identity},

		{"inbound integration is left to the namespace", owned(policy.Request{Principal: userU, Action: "redshift:CreateInboundIntegration", Resource: "arn:aws:redshift:us-east-1:222222222222:namespace:n"}, away), policy.Set{Resource: read(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"redshift:CreateInboundIntegration"}}`, policy.Namespace)}, policy.Allow, policy.Namespace},
		{"unless the caller is denied", owned(policy.Request{Principal: userU, Action: "redshift:CreateInboundIntegration", Resource: "arn:aws:redshift:us-east-1:222222222222:namespace:n"}, away), policy.Set{Identity: list(t, policy.Identity, denyAll), Resource: read(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"redshift:CreateInboundIntegration"}}`, policy.Namespace)}, policy.ExplicitDeny, policy.Identity},

		{"across, boundary", owned(get, away), policy.Set{Identity: all, Boundary: none, Resource: public}, policy.ImplicitDeny, policy.Boundary},
		{"across, session", owned(get, away), policy.Set{Identity: all, Session: none, Resource: public}, policy.ImplicitDeny, policy.SessionPolicy},
		{"owner from the context", policy.Request{Principal: userU, Action: "s3:GetObject", Resource: file, Context: context("aws:ResourceAccount", away)}, policy.Set{Identity: all}, policy.ImplicitDeny, policy.Resource},
		{"canonical user", owned(as(get, policy.Principal{Type: policy.User, ARN: "arn:aws:iam::222222222222:user/x", Canonical: canonical}), home), policy.Set{Identity: all, Resource: on(t, "Allow", `"Principal":{"CanonicalUser":"`+canonical+`"}`)}, policy.Allow, policy.Bucket},
		{"no principal at all", get, policy.Set{Resource: on(t, "Allow", `"Sid":"x"`)}, policy.ImplicitDeny, policy.Identity},
		{"no action at all", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","Resource":"*"}}`)}, policy.ImplicitDeny, policy.Identity},
		{"no resource at all", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","Action":"*"}}`)}, policy.ImplicitDeny, policy.Identity},
		{"not action", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","NotAction":["iam:*","s3:put*"],"Resource":"*"}}`)}, policy.Allow, policy.Identity},
		{"not action, listed", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","NotAction":"S3:getobject","Resource":"*"}}`)}, policy.ImplicitDeny, policy.Identity},
		{"action pattern in other case", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","Action":"S3:g*OBJ?ct","Resource":"*"}}`)}, policy.Allow, policy.Identity},
		{"action with blanks", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","Action":"s3:GetObject ","Resource":"*"}}`)}, policy.ImplicitDeny, policy.Identity},
		{"action star service", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","Action":"s*:GetObject","Resource":"*"}}`)}, policy.ImplicitDeny, policy.Identity},
		{"action star star", get, policy.Set{Identity: list(t, policy.Identity, `{"Statement":{"Effect":"Allow","Action":"*:*","Resource":"*"}}`)}, policy.Allow, policy.Identity},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := policy.Decide(c.req, c.set)
			if d.Effect != c.want || d.By != c.by {
				t.Errorf("got %v by %v, want %v by %v\n%+v", d.Effect, d.By, c.want, c.by, d.Trace)
			}
			if d.Effect == policy.Allow && d.Trace != nil {
				t.Errorf("an allow carries a trace of %d", len(d.Trace))
			}
		})
	}
}

const canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

func TestTrace(t *testing.T) {
	ctx := context("aws:SourceVpce", "vpce-2")
	bucket := read(t, `{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Other", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:user/x"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::src/*"},
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::src/*",
     "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}},
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::src/*",
     "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}}},
    {"Effect": "Deny", "Principal": "*", "NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::src/*"},
    {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::src/*"}
  ]
}`, policy.Bucket).Named("bucket policy of src")
	d := policy.Decide(policy.Request{Principal: userU, Action: "s3:GetObject", Resource: file, ResourceAccount: home, Context: ctx},
		policy.Set{Identity: list(t, policy.Identity, allowEC2), Resource: bucket})
	n := "bucket policy of src"
	want := []policy.StatementTrace{
		{Policy: policy.Identity, Line: 1, Failed: policy.ActionElement, Expected: values("ec2:*"), Actual: values("s3:GetObject")},
		{Policy: policy.Bucket, Document: n, Line: 4, Sid: "Other", Failed: policy.PrincipalElement, Expected: values("arn:aws:iam::111111111111:user/x"), Actual: values(userU.ARN, userU.ID)},
		{Policy: policy.Bucket, Document: n, Index: 1, Line: 5, Grade: policy.Direct, Failed: policy.ConditionElement, Operator: "StringEquals", Key: "aws:SourceVpce", Expected: values("vpce-1"), Actual: values("vpce-2"), Present: true},
		{Policy: policy.Bucket, Document: n, Index: 2, Line: 7, Grade: policy.Direct, Failed: policy.ConditionElement, Operator: "Bool", Key: "aws:MultiFactorAuthPresent", Expected: values("true")},
		{Policy: policy.Bucket, Document: n, Index: 3, Line: 9, Deny: true, Failed: policy.ActionElement, Expected: values("s3:GetObject"), Actual: values("s3:GetObject"), Negated: true},
		{Policy: policy.Bucket, Document: n, Index: 4, Line: 10, Deny: true, Failed: policy.ResourceElement, Expected: values("arn:aws:s3:::src/*"), Actual: values(file), Negated: true},
	}
	if diff := cmp.Diff(want, d.Trace); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
	if near, ok := d.Nearest(); !ok || near.Policy != policy.Identity {
		t.Errorf("nearest %+v, %v", near, ok)
	}
	if got := d.Deciding(); got != nil {
		t.Errorf("a silence is decided by %+v", got)
	}
}

func TestDeciding(t *testing.T) {
	req := policy.Request{Principal: userU, Action: "s3:GetObject", Resource: file, ResourceAccount: home}
	d := policy.Decide(req, policy.Set{Identity: list(t, policy.Identity, allowAll, denyAll)})
	if got := d.Deciding(); len(got) != 1 || !got[0].Deny || !got[0].Matched {
		t.Errorf("decided by %+v", got)
	}
	d = policy.Explain(req, policy.Set{Identity: list(t, policy.Identity, allowAll)})
	if got := d.Deciding(); len(got) != 1 || got[0].Deny {
		t.Errorf("allowed by %+v", got)
	}
	if _, ok := d.Nearest(); ok {
		t.Error("something came near though nothing failed")
	}
}

func TestBind(t *testing.T) {
	text := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111111111111:role/path/r","111111111111"],"Service":"x.amazonaws.com"},"Action":"s3:*","Resource":"arn:aws:s3:::src/*"}]}`
	d := read(t, text, policy.Bucket)
	if diff := cmp.Diff(values(roleR.RoleARN), d.Principals()); diff != "" {
		t.Error(diff)
	}
	req := policy.Request{Principal: roleR, Action: "s3:GetObject", Resource: file, ResourceAccount: home}
	for id, want := range map[string]policy.Effect{"AROARRRRRRRRRRRRRRRRR": policy.Allow, "AROAOOOOOOOOOOOOOOOOO": policy.ImplicitDeny} {
		bound := d.Bind(map[string]string{roleR.RoleARN: id})
		if got := policy.Decide(req, policy.Set{Resource: bound}); got.Effect != want {
			t.Errorf("bound to %s: %v by %v", id, got.Effect, got.By)
		}
		shown := bound.TextWith(func(_, id string) string { return id })
		if back := read(t, shown, policy.Bucket); len(back.Principals()) != 0 || shown == text {
			t.Errorf("shown as %s", shown)
		}
	}
	if got := d.TextWith(func(_, id string) string { return id }); got != text || d.Text() != text {
		t.Errorf("unbound it reads %s", got)
	}
	if got := d.StatementText(0); got != text[len(`{"Version":"2012-10-17","Statement":[`):len(text)-2] {
		t.Errorf("statement 1 is %s", got)
	}
	if d.StatementText(1) != "" || d.Statements() != 1 || d.Kind() != policy.Bucket || d.Name() != "" {
		t.Error("what the document says of itself is wrong")
	}
}

func TestAsks(t *testing.T) {
	plain := read(t, seedBucketPolicy, policy.Bucket)
	for _, text := range []string{
		`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`,
		`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}"}`,
		`{"Effect":"Allow","Principal":{"Service":"redshift.us-east-1.amazonaws.com"},"Action":"s3:*","Resource":"*"}`,
	} {
		d := read(t, doc(text), policy.Bucket)
		docs := []*policy.Document{plain, d}
		levels := []policy.Level{{Policies: docs}}
		for i, s := range []policy.Set{
			{Resource: d}, {Identity: docs}, {Boundary: docs}, {Session: docs}, {Endpoint: docs}, {SCP: levels}, {RCP: levels},
		} {
			if !s.Asks() || !d.Asks() {
				t.Errorf("set %d with %s does not ask", i, text)
			}
		}
	}
	s := policy.Set{Identity: []*policy.Document{plain}, Resource: plain, SCP: []policy.Level{{Policies: []*policy.Document{plain}}}}
	if s.Asks() {
		t.Error("the seed's policies ask")
	}
}

func TestBoundGrades(t *testing.T) {
	d := on(t, "Allow", aws(userU.ARN)).Bind(map[string]string{userU.ARN: userU.ID})
	other := fed
	other.Federating = "arn:aws:iam::111111111111:user/x"
	cases := []struct {
		name string
		by   policy.Principal
		want policy.Grade
	}{
		{"user", userU, policy.Direct},
		{"federated session", fed, policy.FederatingUser},
		{"federated session of another", other, policy.NoGrade},
		{"role", roleR, policy.NoGrade},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := policy.Explain(policy.Request{Principal: c.by, Action: "s3:GetObject", Resource: file, ResourceAccount: home}, policy.Set{Resource: d})
			if got.Grade != c.want {
				t.Errorf("grade %v, want %v: %+v", got.Grade, c.want, got.Trace)
			}
			if c.want == policy.NoGrade && got.Trace[0].Expected[0] != userU.ARN+" ("+userU.ID+")" {
				t.Errorf("the trace does not show the id: %+v", got.Trace)
			}
		})
	}
}

func TestSessionWithoutRole(t *testing.T) {
	allowRole := on(t, "Allow", aws("arn:aws:iam::111111111111:role/r"))
	for _, arn := range []string{"arn:aws:sts::111111111111:assumed-role/r/s1", "arn:aws:iam::111111111111:role/r"} {
		req := policy.Request{Principal: policy.Principal{Type: policy.AssumedRole, ARN: arn}, Action: "s3:GetObject", Resource: file}
		if d := policy.Decide(req, policy.Set{Resource: allowRole}); d.Effect != policy.Allow {
			t.Errorf("%s: %v by %v", arn, d.Effect, d.By)
		}
	}
	req := policy.Request{Principal: policy.Principal{Type: policy.AssumedRole, ARN: "nonsense"}, Action: "s3:GetObject", Resource: file}
	if d := policy.Decide(req, policy.Set{Resource: allowRole}); d.Effect != policy.ImplicitDeny {
		t.Errorf("nonsense is %v", d.Effect)
	}
}

func TestNames(t *testing.T) {
	for _, s := range []fmt.Stringer{policy.Kind(99), policy.PrincipalType(99), policy.Effect(99), policy.Grade(99)} {
		if s.String() == "" {
			t.Errorf("%T has no name", s)
		}
	}
	for k := policy.Identity; k <= policy.Resource; k++ {
		if got, ok := policy.KindOf(k.String()); !ok || got != k {
			t.Errorf("%v is not found by its name", k)
		}
	}
	if _, ok := policy.KindOf("nonsense"); ok {
		t.Error("nonsense is a kind")
	}
	if k, ok := policy.KindOf("s3"); !ok || k != policy.Bucket {
		t.Error("s3 is no bucket policy")
	}
	if policy.Root.String() != "Account" || policy.RoleGrade.String() != "role" {
		t.Error("names are wrong")
	}
	if v, ok := context("A", "b").Get("a"); !ok || v.Values[0] != "b" {
		t.Error("Get minds case")
	}
}
