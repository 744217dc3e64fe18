package identity_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestInstanceProfiles(t *testing.T) {
	w := newWorld(t)
	w.role(w.admin1, "r", redshiftTrust)
	p, err := w.admin1.CreateInstanceProfile(w.ctx, "/x/", "ip", map[string]string{"a": "b"})
	if err != nil || p.ARN != "arn:aws:iam::111111111111:instance-profile/x/ip" {
		t.Errorf("made %+v, %v", p, err)
	}
	w.refused(w.admin1.AddRoleToInstanceProfile(w.ctx, "ip", "none"), "NoSuchEntity", "The role with name none cannot be found.")
	w.ok(w.admin1.AddRoleToInstanceProfile(w.ctx, "ip", "r"))
	w.restart()
	found, err := w.admin1.ListInstanceProfilesForRole(w.ctx, "r")
	if err != nil || len(found) != 1 || len(found[0].Roles()) != 1 || found[0].Tags["a"] != "b" {
		t.Errorf("profiles %+v, %v", found, err)
	}
	w.refused(w.admin1.DeleteRole(w.ctx, "r"), "DeleteConflict", "must remove roles from instance profile first")
	w.refused(w.admin1.RemoveRoleFromInstanceProfile(w.ctx, "ip", "other"), "NoSuchEntity", "is not in the instance profile")
	w.ok(w.admin1.RemoveRoleFromInstanceProfile(w.ctx, "ip", "r"))
	w.ok(w.admin1.DeleteInstanceProfile(w.ctx, "ip"))
	w.ok(w.admin1.DeleteRole(w.ctx, "r"))
	_, err = w.admin1.GetInstanceProfile(w.ctx, "ip")
	w.refused(err, "NoSuchEntity", "Instance Profile ip cannot be found.")
}

// Putting a role into a profile hands it to EC2, which takes iam:PassRole.
func TestProfilePassesRole(t *testing.T) {
	w := newWorld(t)
	w.role(w.admin1, "r", redshiftTrust)
	by := w.user(w.admin1, "u")
	_, err := w.admin1.CreateInstanceProfile(w.ctx, "", "ip", nil)
	w.ok(err)
	w.ok(w.admin1.PutUserPolicy(w.ctx, "u", "p", allowing("iam:AddRoleToInstanceProfile", "*")))
	d := w.denied(w.store.As(by).AddRoleToInstanceProfile(w.ctx, "ip", "r"), policy.Identity)
	if d.Call.Action != "iam:PassRole" {
		t.Errorf("asked for %s", d.Call.Action)
	}
}

func TestServiceLinkedRole(t *testing.T) {
	w := newWorld(t)
	in := identity.LinkedRoleInput{Service: "redshift.amazonaws.com"}
	r, err := w.admin1.CreateServiceLinkedRole(w.ctx, in)
	if err != nil || r.ARN != "arn:aws:iam::111111111111:role/aws-service-role/redshift.amazonaws.com/AWSServiceRoleForRedshift" {
		t.Fatalf("made %+v, %v", r, err)
	}
	_, err = w.store.AssumeAsService(w.ctx, nil, redshift(r.ARN))
	w.ok(err)
	for name, err := range map[string]error{
		"PutRolePolicy":          w.admin1.PutRolePolicy(w.ctx, r.Name, "p", readPolicy),
		"DeleteRole":             w.admin1.DeleteRole(w.ctx, r.Name),
		"UpdateAssumeRolePolicy": w.admin1.UpdateAssumeRolePolicy(w.ctx, r.Name, redshiftTrust),
		"UpdateRole":             w.admin1.UpdateRole(w.ctx, r.Name, identity.RoleUpdate{MaxSession: 7200}),
		"AttachRolePolicy":       w.admin1.AttachRolePolicy(w.ctx, r.Name, identity.AdministratorAccess),
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.TB = t
			w.refused(err, "UnmodifiableEntity", "Cannot perform the operation on the protected role 'AWSServiceRoleForRedshift'")
		})
	}
	what := "loads"
	w.ok(w.admin1.UpdateRole(w.ctx, r.Name, identity.RoleUpdate{Description: &what}))
	w.ok(w.admin1.TagRole(w.ctx, r.Name, map[string]string{"a": "b"}))
	in.Suffix = "x"
	_, err = w.admin1.CreateServiceLinkedRole(w.ctx, in)
	w.refused(err, "InvalidInput", "Custom suffix is not allowed")
	_, err = w.admin1.CreateRole(w.ctx, identity.CreateRoleInput{Name: "x", Path: "/aws-service-role/redshift.amazonaws.com/", Trust: redshiftTrust})
	w.refused(err, "InvalidInput", "service-linked")
	task, err := w.admin1.DeleteServiceLinkedRole(w.ctx, r.Name)
	w.ok(err)
	w.ok(w.admin1.LinkedRoleGone(w.ctx, task))
}

func TestPolicyTagsAndUse(t *testing.T) {
	w := newWorld(t)
	in := identity.CreatePolicyInput{Name: "p", Document: readPolicy, Tags: map[string]string{"team": "data"}}
	p, err := w.admin1.CreatePolicy(w.ctx, in)
	w.ok(err)
	by := w.user(w.admin1, "u")
	w.ok(w.admin1.PutUserPolicy(w.ctx, "u", "tagged",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"data"}}}]}`))
	_, err = w.store.As(by).GetPolicy(w.ctx, p.ARN)
	w.ok(err)
	w.ok(w.admin1.TagPolicy(w.ctx, p.ARN, map[string]string{"team": "ops"}))
	_, err = w.store.As(by).GetPolicy(w.ctx, p.ARN)
	w.denied(err, policy.Identity)

	w.ok(w.admin1.AttachUserPolicy(w.ctx, "u", p.ARN))
	w.ok(w.admin1.PutUserPermissionsBoundary(w.ctx, "u", p.ARN))
	for _, c := range []struct {
		name string
		in   identity.ListEntitiesInput
		want int
	}{
		{"all", identity.ListEntitiesInput{}, 1},
		{"roles", identity.ListEntitiesInput{Kind: "Role"}, 0},
		{"boundaries", identity.ListEntitiesInput{Usage: identity.UsedAsBoundary}, 1},
		{"another path", identity.ListEntitiesInput{Path: "/x/"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.PolicyARN = p.ARN
			if got, err := w.admin1.ListEntitiesForPolicy(w.ctx, c.in); err != nil || len(got) != c.want {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	for _, c := range []struct {
		name string
		in   identity.ListPoliciesInput
		want int
	}{
		{"own", identity.ListPoliciesInput{Scope: identity.ScopeLocal}, 1},
		{"attached", identity.ListPoliciesInput{Attached: true}, 2},
		{"attached by AWS", identity.ListPoliciesInput{Attached: true, Scope: identity.ScopeAWS}, 1},
		{"boundaries", identity.ListPoliciesInput{Usage: identity.UsedAsBoundary}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := w.admin1.ListPolicies(w.ctx, c.in); err != nil || len(got) != c.want {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

func TestAccountAlias(t *testing.T) {
	w := newWorld(t)
	w.ok(w.admin1.CreateAccountAlias(w.ctx, "company"))
	w.refused(w.admin2.CreateAccountAlias(w.ctx, "company"), "EntityAlreadyExists", "The account alias company already exists.")
	w.refused(w.admin1.CreateAccountAlias(w.ctx, "-x-"), "ValidationError", "accountAlias")
	w.restart()
	aliases, err := w.admin1.ListAccountAliases(w.ctx)
	if err != nil || len(aliases) != 1 || aliases[0] != "company" {
		t.Errorf("aliases %v, %v", aliases, err)
	}
	w.refused(w.admin1.DeleteAccountAlias(w.ctx, "other"), "NoSuchEntity", "cannot be found")
	w.ok(w.admin1.DeleteAccountAlias(w.ctx, "company"))
}
