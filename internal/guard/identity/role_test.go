package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestCreateRoleRefuses(t *testing.T) {
	w := newWorld(t)
	w.role(w.admin2, "Taken", redshiftTrust)
	long := strings.Repeat("r", 65)
	cases := []struct {
		name    string
		in      identity.CreateRoleInput
		code    string
		message string
	}{
		{"name taken in other case", identity.CreateRoleInput{Name: "taken", Trust: redshiftTrust}, "EntityAlreadyExists", "Role with name taken already exists."},
		{"empty name", identity.CreateRoleInput{Trust: redshiftTrust}, "ValidationError", "1 validation error detected: Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"long name", identity.CreateRoleInput{Name: long, Trust: redshiftTrust}, "ValidationError", "less than or equal to 64"},
		{"two faults", identity.CreateRoleInput{Name: "a b", Path: "x", Trust: redshiftTrust}, "ValidationError", "2 validation errors detected: "},
		{"long path", identity.CreateRoleInput{Name: "a", Path: "/" + strings.Repeat("p", 600) + "/", Trust: redshiftTrust}, "ValidationError", "'path'"},
		{"session too long", identity.CreateRoleInput{Name: "a", Trust: redshiftTrust, MaxSession: 50000}, "ValidationError", "less than or equal to 43200"},
		{"session too short", identity.CreateRoleInput{Name: "a", Trust: redshiftTrust, MaxSession: 60}, "ValidationError", "greater than or equal to 3600"},
		{"description", identity.CreateRoleInput{Name: "a", Trust: redshiftTrust, Description: strings.Repeat("d", 1001)}, "ValidationError", "description"},
		{"no JSON", identity.CreateRoleInput{Name: "a", Trust: "{"}, "MalformedPolicyDocument", "This policy contains invalid Json"},
		{"with resource", identity.CreateRoleInput{Name: "a", Trust: strings.Replace(redshiftTrust, `"Action"`, `"Resource":"*","Action"`, 1)}, "MalformedPolicyDocument", "Has prohibited field Resource"},
		{"unknown user", identity.CreateRoleInput{Name: "a", Trust: trusting("arn:aws:iam::111111111111:user/nobody")}, "MalformedPolicyDocument", `Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/nobody"`},
		{"trust too big", identity.CreateRoleInput{Name: "a", Trust: bigTrust()}, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048"},
		{"tags in two cases", identity.CreateRoleInput{Name: "a", Trust: redshiftTrust, Tags: map[string]string{"team": "x", "Team": "y"}}, "InvalidInput", "Duplicate tag keys"},
		{"boundary unknown", identity.CreateRoleInput{Name: "a", Trust: redshiftTrust, Boundary: "arn:aws:iam::aws:policy/Nothing"}, "NoSuchEntity", "does not exist or is not attachable"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.admin2.CreateRole(w.ctx, c.in)
			w := *w
			w.TB = t
			w.refused(err, c.code, c.message)
		})
	}
}

func bigTrust() string {
	var ids []string
	for i := range 200 {
		ids = append(ids, fmt.Sprintf("%012d", i))
	}
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["` + strings.Join(ids, `","`) + `"]},"Action":"sts:AssumeRole"}]}`
}

func TestRoleLife(t *testing.T) {
	w := newWorld(t)
	r, err := w.admin2.CreateRole(w.ctx, identity.CreateRoleInput{
		Name: "RedshiftS3AccessRole", Path: "/service/", Trust: redshiftTrust, Tags: map[string]string{"team": "data"},
	})
	w.ok(err)
	if r.ARN != "arn:aws:iam::222222222222:role/service/RedshiftS3AccessRole" || !strings.HasPrefix(r.ID, "AROA") || len(r.ID) != 21 || r.MaxSession != 3600 {
		t.Errorf("made %+v", r)
	}
	w.ok(w.admin2.PutRolePolicy(w.ctx, "redshifts3accessrole", "S3AccessPolicy", readPolicy))
	w.ok(w.admin2.AttachRolePolicy(w.ctx, r.Name, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"))
	w.ok(w.admin2.AttachRolePolicy(w.ctx, r.Name, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"))
	w.ok(w.admin2.TagRole(w.ctx, r.Name, map[string]string{"env": "test"}))
	w.ok(w.admin2.UntagRole(w.ctx, r.Name, []string{"team"}))
	what := "reads files"
	w.ok(w.admin2.UpdateRole(w.ctx, r.Name, identity.RoleUpdate{Description: &what, MaxSession: 7200}))
	w.ok(w.admin2.PutRolePermissionsBoundary(w.ctx, r.Name, identity.AdministratorAccess))

	got, err := w.admin2.GetRole(w.ctx, r.Name)
	w.ok(err)
	if got.Trust != redshiftTrust || got.MaxSession != 7200 || got.Description != "reads files" || got.Boundary != identity.AdministratorAccess {
		t.Errorf("got %+v", got)
	}
	tags, err := w.admin2.ListRoleTags(w.ctx, r.Name)
	if err != nil || len(tags) != 1 || tags["env"] != "test" {
		t.Errorf("tags %v, %v", tags, err)
	}
	attached, err := w.admin2.ListAttachedRolePolicies(w.ctx, r.Name)
	if err != nil || len(attached) != 1 {
		t.Errorf("attached %v, %v", attached, err)
	}
	roles, err := w.admin2.ListRoles(w.ctx, "/service/")
	if err != nil || len(roles) != 1 {
		t.Errorf("roles %v, %v", roles, err)
	}
	if roles, err = w.admin1.ListRoles(w.ctx, ""); err != nil || len(roles) != 0 {
		t.Errorf("account 1 sees %v, %v", roles, err)
	}
	w.deleteRole(r)
}

// deleteRole goes through what has to go first.
func (w *world) deleteRole(r identity.Role) {
	w.Helper()
	w.refused(w.admin2.DeleteRole(w.ctx, r.Name), "DeleteConflict", "must detach all policies first")
	w.ok(w.admin2.DetachRolePolicy(w.ctx, r.Name, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"))
	w.refused(w.admin2.DetachRolePolicy(w.ctx, r.Name, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"), "NoSuchEntity", "was not found")
	w.refused(w.admin2.DeleteRole(w.ctx, r.Name), "DeleteConflict", "must delete policies first")
	names, err := w.admin2.ListRolePolicies(w.ctx, r.Name)
	w.ok(err)
	for _, n := range names {
		w.ok(w.admin2.DeleteRolePolicy(w.ctx, r.Name, n))
	}
	w.refused(w.admin2.DeleteRolePolicy(w.ctx, r.Name, "S3AccessPolicy"), "NoSuchEntity", "The role policy with name S3AccessPolicy cannot be found.")
	w.ok(w.admin2.DeleteRolePermissionsBoundary(w.ctx, r.Name))
	w.refused(w.admin2.DeleteRolePermissionsBoundary(w.ctx, r.Name), "NoSuchEntity", "does not have a permission boundary")
	w.ok(w.admin2.DeleteRole(w.ctx, r.Name))
	_, err = w.admin2.GetRole(w.ctx, r.Name)
	w.refused(err, "NoSuchEntity", "The role with name RedshiftS3AccessRole cannot be found.")
	w.refused(w.admin2.DeleteRole(w.ctx, r.Name), "NoSuchEntity", "cannot be found")
	w.refused(w.admin2.UpdateAssumeRolePolicy(w.ctx, r.Name, redshiftTrust), "NoSuchEntity", "cannot be found")
	if w.store.RoleExists(r.ARN) {
		w.Error("the role is still there")
	}
}

func TestInlinePolicyLimits(t *testing.T) {
	w := newWorld(t)
	w.role(w.admin2, "r", redshiftTrust)
	w.refused(w.admin2.PutRolePolicy(w.ctx, "r", "p", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*"}}`), "MalformedPolicyDocument", "Policy statement must contain resources.")
	w.refused(w.admin2.PutRolePolicy(w.ctx, "r", "a/b", readPolicy), "ValidationError", "policyName")
	w.refused(w.admin2.PutRolePolicy(w.ctx, "none", "p", readPolicy), "NoSuchEntity", "role with name none")
	big := allowing("s3:*", "arn:aws:s3:::"+strings.Repeat("b", 6000))
	w.ok(w.admin2.PutRolePolicy(w.ctx, "r", "one", big))
	w.refused(w.admin2.PutRolePolicy(w.ctx, "r", "two", big), "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role r")
	_, err := w.admin2.GetRolePolicy(w.ctx, "r", "two")
	w.refused(err, "NoSuchEntity", "The role policy with name two cannot be found.")
	for i := range 10 {
		p, err := w.admin2.CreatePolicy(w.ctx, identity.CreatePolicyInput{Name: fmt.Sprint("p", i), Document: readPolicy})
		w.ok(err)
		w.ok(w.admin2.AttachRolePolicy(w.ctx, "r", p.ARN))
	}
	w.refused(w.admin2.AttachRolePolicy(w.ctx, "r", identity.AdministratorAccess), "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")
	w.refused(w.admin2.AttachRolePolicy(w.ctx, "r", "Admin"), "ValidationError", "ARN Admin is not valid")
	w.refused(w.admin1.AttachUserPolicy(w.ctx, "admin", "arn:aws:iam::222222222222:policy/p1"), "NoSuchEntity", "not attachable")
}

// A role that is deleted and made again is somebody else, for policies and for sessions of the old one.
func TestRecreatedRole(t *testing.T) {
	w := newWorld(t)
	old := w.role(w.admin2, "rs", trusting(w.by2.ARN))
	document, err := policy.Parse([]byte(strings.Replace(trusting(old.ARN), `"sts:AssumeRole"`, `"s3:GetObject","Resource":"arn:aws:s3:::src/*"`, 1)), policy.Bucket)
	w.ok(err)
	ids, err := w.store.Resolve(document)
	w.ok(err)
	bound := document.Bind(ids)
	w.ok(w.admin2.PutRolePolicy(w.ctx, "rs", "read", readPolicy))
	cred, err := w.store.AssumeRole(w.ctx, nil, w.by2, identity.AssumeRoleInput{RoleARN: old.ARN, SessionName: "s1"})
	w.ok(err)
	if text := bound.TextWith(w.store.NameOf); !strings.Contains(text, old.ARN) {
		t.Errorf("while the role lives the policy reads %s", text)
	}

	w.ok(w.admin2.DeleteRolePolicy(w.ctx, "rs", "read"))
	w.ok(w.admin2.DeleteRole(w.ctx, "rs"))
	w.role(w.admin2, "rs", trusting(w.by2.ARN))
	w.ok(w.admin2.PutRolePolicy(w.ctx, "rs", "read", readPolicy))

	if text := bound.TextWith(w.store.NameOf); !strings.Contains(text, `"`+old.ID+`"`) {
		t.Errorf("after the role was made again the policy reads %s", text)
	}
	set, err := w.store.Policies(cred.Session)
	if err != nil || len(set.Identity) != 0 {
		t.Errorf("the old session has %v, %v", set, err)
	}
}

// A trust policy shows the bare id once its principal is gone.
func TestTrustOfDeletedUser(t *testing.T) {
	w := newWorld(t)
	_, err := w.admin1.CreateUser(w.ctx, identity.CreateUserInput{Name: "u"})
	w.ok(err)
	w.role(w.admin2, "r", trusting("arn:aws:iam::111111111111:user/u"))
	w.ok(w.admin1.DeleteUser(w.ctx, "u"))
	r, err := w.admin2.GetRole(w.ctx, "r")
	w.ok(err)
	if strings.Contains(r.Trust, "user/u") || !strings.Contains(r.Trust, `"AIDA`) {
		t.Errorf("trust policy reads %s", r.Trust)
	}
	w.ok(w.admin2.UpdateAssumeRolePolicy(w.ctx, "r", redshiftTrust))
}

func TestPassRole(t *testing.T) {
	w := newWorld(t)
	r := w.role(w.admin2, "rs", redshiftTrust)
	w.ok(w.admin2.PassRole(w.ctx, r.ARN, "redshift.amazonaws.com"))
	w.refused(w.admin1.PassRole(w.ctx, r.ARN, "redshift.amazonaws.com"), "AccessDenied", "Cross-account pass role is not allowed.")
	w.refused(w.admin1.PassRole(w.ctx, "rs", "redshift.amazonaws.com"), "InvalidParameterValue", "rs is invalid")
	by := w.user(w.admin2, "u")
	w.ok(w.admin2.PutUserPolicy(w.ctx, "u", "pass", strings.Replace(allowing("iam:PassRole", r.ARN), `"Resource"`, `"Condition":{"StringEquals":{"iam:PassedToService":"dms.amazonaws.com"}},"Resource"`, 1)))
	w.ok(w.store.As(by).PassRole(w.ctx, r.ARN, "dms.amazonaws.com"))
	d := w.denied(w.store.As(by).PassRole(w.ctx, r.ARN, "redshift.amazonaws.com"), policy.Identity)
	if !strings.Contains(d.Explain(), "iam:PassedToService") {
		t.Errorf("explained as %s", d.Explain())
	}
}
