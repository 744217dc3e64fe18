package identity_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const dbuser = "arn:aws:redshift:us-east-1:222222222222:dbuser:warehouse/awsuser"

func redshift(roleARN string) identity.ServiceAssumption {
	return identity.ServiceAssumption{
		Services: []string{"redshift.amazonaws.com"}, RoleARN: roleARN, ExternalID: dbuser, SourceAccount: account2,
	}
}

func TestRedshiftAssumesRole(t *testing.T) {
	w := newWorld(t)
	r := w.role(w.admin2, "RedshiftS3AccessRole", redshiftTrust)
	s, err := w.store.AssumeAsService(w.ctx, nil, redshift(r.ARN))
	w.ok(err)
	if s.ARN != "arn:aws:sts::222222222222:assumed-role/RedshiftS3AccessRole/RedshiftIamRoleSession" ||
		s.UserID != r.ID+":RedshiftIamRoleSession" || s.RoleARN != r.ARN || s.Account != account2 || s.Type != policy.AssumedRole {
		t.Errorf("session %+v", s)
	}

	in := redshift(r.ARN)
	in.Services = []string{"redshift-serverless.amazonaws.com", "redshift.amazonaws.com"}
	_, err = w.store.AssumeAsService(w.ctx, nil, in)
	w.ok(err)

	w.ok(w.admin2.UpdateAssumeRolePolicy(w.ctx, r.Name, strings.Replace(redshiftTrust, "redshift", "dms", 1)))
	_, err = w.store.AssumeAsService(w.ctx, nil, redshift(r.ARN))
	d := w.denied(err, policy.Trust)
	if !strings.Contains(d.Explain(), "its Principal is dms.amazonaws.com, not redshift.amazonaws.com") {
		t.Errorf("explained as %s", d.Explain())
	}
	_, err = w.store.AssumeAsService(w.ctx, nil, redshift("arn:aws:iam::222222222222:role/none"))
	w.denied(err, policy.Trust)
}

// The database user is the external id, so a trust policy can restrict who may use the role.
func TestRoleForOneDatabaseUser(t *testing.T) {
	w := newWorld(t)
	r := w.role(w.admin2, "rs", strings.Replace(redshiftTrust, `"Action"`, `"Condition":{"StringEquals":{"sts:ExternalId":"`+dbuser+`"}},"Action"`, 1))
	_, err := w.store.AssumeAsService(w.ctx, nil, redshift(r.ARN))
	w.ok(err)
	in := redshift(r.ARN)
	in.ExternalID = dbuser + "2"
	_, err = w.store.AssumeAsService(w.ctx, nil, in)
	w.denied(err, policy.Trust)
}

// IAM_ROLE 'A,B': A is taken by the service, B by the session of A, across accounts.
func TestChain(t *testing.T) {
	w := newWorld(t)
	a := w.role(w.admin2, "a", redshiftTrust)
	b := w.role(w.admin1, "b", trusting(a.ARN))
	first, err := w.store.AssumeAsService(w.ctx, nil, redshift(a.ARN))
	w.ok(err)
	in := identity.AssumeRoleInput{RoleARN: b.ARN, SessionName: "chained"}
	_, err = w.store.Assume(w.ctx, nil, first, in)
	w.denied(err, policy.Identity)
	w.ok(w.admin2.PutRolePolicy(w.ctx, "a", "next", allowing("sts:AssumeRole", b.ARN)))
	second, err := w.store.Assume(w.ctx, nil, first, in)
	w.ok(err)
	if second.Account != account1 || second.ARN != "arn:aws:sts::111111111111:assumed-role/b/chained" {
		t.Errorf("session %+v", second)
	}
	w.ok(w.admin1.UpdateAssumeRolePolicy(w.ctx, "b", redshiftTrust))
	_, err = w.store.Assume(w.ctx, nil, first, in)
	w.denied(err, policy.Trust)

	in.Duration = 7200
	w.ok(w.admin1.UpdateAssumeRolePolicy(w.ctx, "b", trusting(a.ARN)))
	w.ok(w.admin1.UpdateRole(w.ctx, "b", identity.RoleUpdate{MaxSession: 43200}))
	_, err = w.store.Assume(w.ctx, nil, first, in)
	w.refused(err, "ValidationError", "1 hour session limit for roles assumed by role chaining")
}

func TestAssumeRoleRefuses(t *testing.T) {
	w := newWorld(t)
	r := w.role(w.admin2, "rs", trusting(w.by2.ARN))
	good := identity.AssumeRoleInput{RoleARN: r.ARN, SessionName: "s1"}
	cases := []struct {
		name    string
		change  func(*identity.AssumeRoleInput)
		code    string
		message string
	}{
		{"short ARN", func(i *identity.AssumeRoleInput) { i.RoleARN = "rs" }, "ValidationError", "1 validation error detected: Value 'rs' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20"},
		{"long ARN", func(i *identity.AssumeRoleInput) { i.RoleARN = strings.Repeat("a", 2049) }, "ValidationError", "less than or equal to 2048"},
		{"not a role", func(i *identity.AssumeRoleInput) { i.RoleARN = w.by2.ARN }, "ValidationError", w.by2.ARN + " is invalid"},
		{"session name", func(i *identity.AssumeRoleInput) { i.SessionName = "a b" }, "ValidationError", `'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`},
		{"two faults", func(i *identity.AssumeRoleInput) { i.SessionName, i.Duration = "", 60 }, "ValidationError", "2 validation errors detected: "},
		{"too long", func(i *identity.AssumeRoleInput) { i.Duration = 43201 }, "ValidationError", "Member must have value less than or equal to 43200"},
		{"longer than the role allows", func(i *identity.AssumeRoleInput) { i.Duration = 7200 }, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."},
		{"external id", func(i *identity.AssumeRoleInput) { i.ExternalID = "x" }, "ValidationError", "externalId"},
		{"source identity", func(i *identity.AssumeRoleInput) { i.SourceIdentity = "a/b" }, "ValidationError", "sourceIdentity"},
		{"policy", func(i *identity.AssumeRoleInput) { i.Policy = "{}" }, "MalformedPolicyDocument", "Syntax errors in policy."},
		{"long policy", func(i *identity.AssumeRoleInput) { i.Policy = strings.Repeat(" ", 2049) }, "ValidationError", "less than or equal to 2048"},
		{"foreign policy", func(i *identity.AssumeRoleInput) { i.PolicyARNs = []string{"arn:aws:iam::111111111111:policy/p"} }, "ValidationError", "is invalid"},
		{"many policies", func(i *identity.AssumeRoleInput) { i.PolicyARNs = make([]string, 11) }, "InvalidParameterValue", "10"},
		{"tags in two cases", func(i *identity.AssumeRoleInput) { i.Tags = map[string]string{"a": "1", "A": "2"} }, "InvalidParameterValue", "Duplicate tag keys found."},
		{"long tag", func(i *identity.AssumeRoleInput) { i.Tags = map[string]string{"a": strings.Repeat("v", 257)} }, "ValidationError", "256"},
		{"transitive", func(i *identity.AssumeRoleInput) { i.Transitive = []string{"a"} }, "InvalidParameterValue", "The specified transitive tag key must be included"},
		{"packed", func(i *identity.AssumeRoleInput) { i.Tags = bigTags() }, "PackedPolicyTooLarge", "Packed policy consumes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := good
			c.change(&in)
			_, err := w.store.AssumeRole(w.ctx, nil, w.by2, in)
			w := *w
			w.TB = t
			w.refused(err, c.code, c.message)
		})
	}
	_, err := w.store.AssumeRole(w.ctx, nil, w.store.Root(account2), good)
	w.refused(err, "AccessDenied", "Roles may not be assumed by root accounts.")
}

func bigTags() map[string]string {
	tags := map[string]string{}
	for _, k := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		tags[k] = strings.Repeat("v", 200)
	}
	return tags
}

// A role that is not there is refused in the same words as one that may not be assumed.
func TestNoExistenceOracle(t *testing.T) {
	w := newWorld(t)
	w.role(w.admin2, "rs", redshiftTrust)
	for _, name := range []string{"rs", "none"} {
		arn := "arn:aws:iam::222222222222:role/" + name
		_, err := w.store.AssumeRole(w.ctx, nil, w.by1, identity.AssumeRoleInput{RoleARN: arn, SessionName: "s1"})
		d := w.denied(err, d0(err))
		want := "User: arn:aws:iam::111111111111:user/admin is not authorized to perform: sts:AssumeRole on resource: " + arn
		if d.Message() != want {
			t.Errorf("message %q, want %q", d.Message(), want)
		}
	}
}

func d0(err error) policy.Kind {
	if d, ok := errors.AsType[*guard.Denied](err); ok {
		return d.Decision.By
	}
	return policy.Trust
}

func TestSessionTags(t *testing.T) {
	w := newWorld(t)
	tagging := strings.Replace(trusting(w.by2.ARN), `"sts:AssumeRole"`, `["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]`, 1)
	plain := w.role(w.admin2, "plain", trusting(w.by2.ARN))
	first := w.role(w.admin2, "first", tagging)
	in := identity.AssumeRoleInput{
		RoleARN: plain.ARN, SessionName: "s1", Tags: map[string]string{"team": "data", "run": "7"}, Transitive: []string{"team"},
	}
	_, err := w.store.AssumeRole(w.ctx, nil, w.by2, in)
	if d := w.denied(err, policy.Trust); d.Call.Action != "sts:TagSession" {
		t.Errorf("denied %s", d.Call.Action)
	}
	in.RoleARN, in.SourceIdentity, in.Tags["run"] = first.ARN, "ann", "8"
	cred, err := w.store.AssumeRole(w.ctx, nil, w.by2, in)
	w.ok(err)
	if cred.PackedSize == 0 || cred.SourceIdentity != "ann" {
		t.Errorf("credentials %+v", cred)
	}

	next := w.role(w.admin2, "next", strings.Replace(trusting(first.ARN), `"sts:AssumeRole"`, `["sts:AssumeRole","sts:SetSourceIdentity"]`, 1))
	s, err := w.store.Assume(w.ctx, nil, cred.Session, identity.AssumeRoleInput{RoleARN: next.ARN, SessionName: "s2"})
	w.ok(err)
	if s.Tags["team"] != "data" || s.Tags["run"] != "" || s.SourceIdentity != "ann" {
		t.Errorf("session %+v", s)
	}
	_, err = w.store.Assume(w.ctx, nil, cred.Session, identity.AssumeRoleInput{RoleARN: next.ARN, SessionName: "s2", SourceIdentity: "bob"})
	w.refused(err, "AccessDenied", "sts:SetSourceIdentity")
}

func TestSessionPolicies(t *testing.T) {
	w := newWorld(t)
	r := w.role(w.admin2, "rs", trusting(w.by2.ARN))
	w.ok(w.admin2.AttachRolePolicy(w.ctx, "rs", identity.AdministratorAccess))
	in := identity.AssumeRoleInput{RoleARN: r.ARN, SessionName: "s1", Policy: allowing("iam:GetRole", "*")}
	cred, err := w.store.AssumeRole(w.ctx, nil, w.by2, in)
	w.ok(err)
	v := w.store.As(cred.Session)
	_, err = v.GetRole(w.ctx, "rs")
	w.ok(err)
	_, err = v.GetUser(w.ctx, "admin")
	w.denied(err, policy.SessionPolicy)

	in.Policy, in.PolicyARNs = "", []string{"arn:aws:iam::aws:policy/AmazonS3FullAccess"}
	cred, err = w.store.AssumeRole(w.ctx, nil, w.by2, in)
	w.ok(err)
	_, err = w.store.As(cred.Session).GetRole(w.ctx, "rs")
	w.denied(err, policy.SessionPolicy)

	in.PolicyARNs = []string{"arn:aws:iam::aws:policy/NoSuchPolicy"}
	cred, err = w.store.AssumeRole(w.ctx, nil, w.by2, in)
	w.ok(err)
	_, err = w.store.As(cred.Session).GetRole(w.ctx, "rs")
	w.denied(err, policy.SessionPolicy)
}

func TestSessionExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		r := w.role(w.admin2, "rs", trusting(w.by2.ARN))
		in := identity.AssumeRoleInput{RoleARN: r.ARN, SessionName: "s1", Duration: 900}
		cred, err := w.store.AssumeRole(w.ctx, nil, w.by2, in)
		w.ok(err)
		time.Sleep(899 * time.Second)
		_, _, _, err = w.store.Credential(cred.AccessKeyID)
		w.ok(err)
		time.Sleep(time.Second)
		if _, _, _, err = w.store.Credential(cred.AccessKeyID); !errors.Is(err, identity.ErrExpiredKey) {
			t.Errorf("an expired session gives %v", err)
		}
		time.Sleep(48 * time.Hour)
		_, err = w.store.AssumeRole(w.ctx, nil, w.by2, in)
		w.ok(err)
		if _, _, _, err = w.store.Credential(cred.AccessKeyID); !errors.Is(err, identity.ErrUnknownKey) {
			t.Errorf("a session of long ago gives %v", err)
		}
	})
}

func TestSessionToken(t *testing.T) {
	w := newWorld(t)
	cred, err := w.store.SessionToken(w.by1, identity.SessionTokenInput{})
	w.ok(err)
	_, token, by, err := w.store.Credential(cred.AccessKeyID)
	w.ok(err)
	if token != cred.SessionToken || by.ARN != w.by1.ARN || by.Issued.IsZero() {
		t.Errorf("session %+v", by)
	}
	_, err = w.store.As(by).GetUser(w.ctx, "")
	w.ok(err)
	_, err = w.store.SessionToken(by, identity.SessionTokenInput{})
	w.refused(err, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	_, err = w.store.SessionToken(w.by1, identity.SessionTokenInput{Duration: 60})
	w.refused(err, "ValidationError", "greater than or equal to 900")
}

// Readers go on while writers commit; run it with -race.
func TestConcurrentUse(t *testing.T) {
	w := newWorld(t)
	r := w.role(w.admin2, "rs", trusting(w.by2.ARN))
	w.ok(w.admin2.AttachRolePolicy(w.ctx, "rs", identity.AdministratorAccess))
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 5 {
				cred, err := w.store.AssumeRole(context.Background(), nil, w.by2, identity.AssumeRoleInput{RoleARN: r.ARN, SessionName: "s1"})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := w.store.As(cred.Session).ListRoles(context.Background(), ""); err != nil {
					t.Error(err)
				}
				name := "p" + string(rune('a'+i))
				if err := w.admin2.PutRolePolicy(context.Background(), "rs", name, readPolicy); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	names, err := w.admin2.ListRolePolicies(w.ctx, "rs")
	if err != nil || len(names) != 4 {
		t.Errorf("policies %v, %v", names, err)
	}
}

func BenchmarkCheck(b *testing.B) {
	w := newWorld(b)
	r := w.role(w.admin2, "rs", redshiftTrust)
	w.ok(w.admin2.PutRolePolicy(w.ctx, "rs", "read", readPolicy))
	s, err := w.store.AssumeAsService(w.ctx, nil, redshift(r.ARN))
	w.ok(err)
	bucket, err := policy.Parse([]byte(strings.Replace(trusting(r.ARN), `"sts:AssumeRole"`, `"s3:GetObject","Resource":"arn:aws:s3:::src/*"`, 1)), policy.Bucket)
	w.ok(err)
	g := guard.New(w.store)
	call := guard.Call{By: s, Action: "s3:GetObject", On: "arn:aws:s3:::src/in/a.csv", Owner: account1, Policy: bucket}
	b.ReportAllocs()
	for b.Loop() {
		if err := g.Check(w.ctx, call); err != nil {
			b.Fatal(err)
		}
	}
}
