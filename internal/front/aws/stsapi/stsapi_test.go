package stsapi_test

import (
	"strings"
	"testing"
	"time"
)

const anyone = `{"AWS":"` + account + `"}`

func TestAssumeRole(t *testing.T) {
	n := newNode(t)
	r := n.role("rs", anyone, 7200)
	got := n.call(n.admin, "AssumeRole", "RoleArn", r.ARN, "RoleSessionName", "s1", "DurationSeconds", "7200",
		"Tags.member.1.Key", "team", "Tags.member.1.Value", "data", "TransitiveTagKeys.member.1", "team", "SourceIdentity", "ann",
		"PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/AdministratorAccess")
	if got.Status != 200 {
		t.Fatalf("%d %+v", got.Status, got.Error)
	}
	c := got.Assume.Credentials
	if !strings.HasPrefix(c.AccessKeyID, "ASIA") || c.SecretAccessKey == "" || c.SessionToken == "" || got.Assume.PackedPolicySize == 0 || got.Assume.SourceIdentity != "ann" {
		t.Errorf("%+v", got.Assume)
	}
	if left := time.Until(c.Expiration.Time); left > 2*time.Hour || left < 2*time.Hour-time.Minute {
		t.Errorf("expires in %v", left)
	}
	const session = "arn:aws:sts::111111111111:assumed-role/rs/s1"
	if u := got.Assume.AssumedRoleUser; u.Arn != session || u.AssumedRoleId != r.ID+":s1" {
		t.Errorf("user %+v", u)
	}
	who := n.call(c, "GetCallerIdentity").Identity
	if who.Arn != session || who.UserId != r.ID+":s1" || who.Account != account {
		t.Errorf("identity %+v", who)
	}
	if key := n.call(n.admin, "GetAccessKeyInfo", "AccessKeyId", c.AccessKeyID).Key; key.Account != account {
		t.Errorf("key of account %q", key.Account)
	}
	n.refused(n.call(n.admin, "GetAccessKeyInfo", "AccessKeyId", "AKIAAAAAAAAAAAAAAAAA"), 400, "ValidationError", "belongs to no account")
}

func TestRoleChain(t *testing.T) {
	n := newNode(t)
	a := n.role("a", anyone, 3600)
	b := n.role("b", `{"AWS":"`+a.ARN+`"}`, 43200)
	first := n.call(n.admin, "AssumeRole", "RoleArn", a.ARN, "RoleSessionName", "s1").Assume.Credentials
	n.refused(n.call(n.admin, "AssumeRole", "RoleArn", b.ARN, "RoleSessionName", "s2"), 403, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: "+b.ARN)
	n.refused(n.call(first, "AssumeRole", "RoleArn", b.ARN, "RoleSessionName", "s2", "DurationSeconds", "3601"), 400, "ValidationError",
		"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	if got := n.call(first, "AssumeRole", "RoleArn", b.ARN, "RoleSessionName", "s2"); got.Status != 200 {
		t.Errorf("chain: %+v", got.Error)
	}
	n.refused(n.call(first, "GetSessionToken"), 403, "AccessDenied", "Cannot call GetSessionToken with session credentials")
}

func TestAssumeRoleRefuses(t *testing.T) {
	n := newNode(t)
	r := n.role("rs", anyone, 3600)
	for _, c := range []struct {
		name          string
		params        []string
		status        int
		code, message string
	}{
		{"nothing", nil, 400, "ValidationError", "2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; Value null at 'roleSessionName'"},
		{"short ARN", []string{"RoleArn", "rs", "RoleSessionName", "s1"}, 400, "ValidationError", "1 validation error detected: Value 'rs' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20"},
		{"session name", []string{"RoleArn", r.ARN, "RoleSessionName", "a b"}, 400, "ValidationError", `Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`},
		{"short", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "DurationSeconds", "899"}, 400, "ValidationError", "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"},
		{"long", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "DurationSeconds", "43201"}, 400, "ValidationError", "less than or equal to 43200"},
		{"longer than the role's", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "DurationSeconds", "3601"}, 400, "ValidationError", "exceeds the MaxSessionDuration set for this role."},
		{"no number", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "DurationSeconds", "long"}, 400, "ValidationError", "Value 'long' at 'durationSeconds'"},
		{"policy", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "Policy", "{}"}, 400, "MalformedPolicyDocument", "Syntax errors in policy."},
		{"tag twice", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "Tags.member.1.Key", "a", "Tags.member.1.Value", "", "Tags.member.2.Key", "a", "Tags.member.2.Value", ""}, 400, "InvalidParameterValue", "Duplicate tag keys found."},
		{"device", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "SerialNumber", "arn:aws:iam::111111111111:mfa/x", "TokenCode", "123456"}, 403, "AccessDenied", "MultiFactorAuthentication failed"},
		{"unknown parameter", []string{"RoleArn", r.ARN, "RoleSessionName", "s1", "ProvidedContexts.member.1.ProviderArn", "x"}, 400, "ValidationError", "'providedContexts'"},
		{"no role", []string{"RoleArn", "arn:aws:iam::111111111111:role/none", "RoleSessionName", "s1"}, 403, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := *n
			n.TB = t
			n.refused(n.call(n.admin, "AssumeRole", c.params...), c.status, c.code, c.message)
		})
	}
}

func TestSessionToken(t *testing.T) {
	n := newNode(t)
	c := n.call(n.stranger, "GetSessionToken", "DurationSeconds", "900").Token.Credentials
	if who := n.call(c, "GetCallerIdentity").Identity; who.Arn != "arn:aws:iam::111111111111:user/stranger" || !strings.HasPrefix(who.UserId, "AIDA") {
		t.Errorf("identity %+v", who)
	}
	c.SessionToken = "forged"
	n.refused(n.call(c, "GetCallerIdentity"), 403, "InvalidClientTokenId", "The security token included in the request is invalid.")
	n.refused(n.call(n.stranger, "GetSessionToken", "DurationSeconds", "129601"), 400, "ValidationError", "less than or equal to 129600")
}

// Whoever has no policies can do nothing but what AWS leaves open to everybody.
func TestStrangerIsDenied(t *testing.T) {
	n := newNode(t)
	r := n.role("rs", anyone, 3600)
	params := map[string][]string{
		"AssumeRole":       {"RoleArn", r.ARN, "RoleSessionName", "s1"},
		"GetAccessKeyInfo": {"AccessKeyId", n.admin.AccessKeyID},
	}
	for _, op := range n.door.Operations() {
		got := n.call(n.stranger, op.Name, params[op.Name]...)
		switch {
		case !op.Supported():
			n.refused(got, 400, "UnsupportedOperation", op.Name)
		case op.Action == "":
			if got.Status != 200 {
				t.Errorf("%s is open to everybody, got %+v", op.Name, got.Error)
			}
		default:
			n.refused(got, 403, "AccessDenied", "is not authorized to perform: "+op.Action)
		}
	}
}
