package identity_test

import (
	"context"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// Every method refuses a user without policies, whether or not the thing exists.
func TestStrangerIsDenied(t *testing.T) {
	w := newWorld(t)
	v := w.store.As(w.user(w.admin1, "stranger"))
	const p = "arn:aws:iam::111111111111:policy/p"
	calls := map[string]func(context.Context) error{
		"CreateUser": func(c context.Context) error {
			_, err := v.CreateUser(c, identity.CreateUserInput{Name: "x"})
			return err
		},
		"GetUser":                       func(c context.Context) error { _, err := v.GetUser(c, "x"); return err },
		"ListUsers":                     func(c context.Context) error { _, err := v.ListUsers(c, ""); return err },
		"DeleteUser":                    func(c context.Context) error { return v.DeleteUser(c, "admin") },
		"PutUserPolicy":                 func(c context.Context) error { return v.PutUserPolicy(c, "admin", "p", "{") },
		"GetUserPolicy":                 func(c context.Context) error { _, err := v.GetUserPolicy(c, "admin", "p"); return err },
		"DeleteUserPolicy":              func(c context.Context) error { return v.DeleteUserPolicy(c, "admin", "p") },
		"ListUserPolicies":              func(c context.Context) error { _, err := v.ListUserPolicies(c, "admin"); return err },
		"AttachUserPolicy":              func(c context.Context) error { return v.AttachUserPolicy(c, "stranger", identity.AdministratorAccess) },
		"DetachUserPolicy":              func(c context.Context) error { return v.DetachUserPolicy(c, "admin", identity.AdministratorAccess) },
		"ListAttachedUserPolicies":      func(c context.Context) error { _, err := v.ListAttachedUserPolicies(c, "admin"); return err },
		"PutUserPermissionsBoundary":    func(c context.Context) error { return v.PutUserPermissionsBoundary(c, "admin", p) },
		"DeleteUserPermissionsBoundary": func(c context.Context) error { return v.DeleteUserPermissionsBoundary(c, "admin") },
		"TagUser":                       func(c context.Context) error { return v.TagUser(c, "admin", map[string]string{"a": "b"}) },
		"UntagUser":                     func(c context.Context) error { return v.UntagUser(c, "admin", []string{"a"}) },
		"ListUserTags":                  func(c context.Context) error { _, err := v.ListUserTags(c, "admin"); return err },
		"CreateAccessKey":               func(c context.Context) error { _, err := v.CreateAccessKey(c, "admin"); return err },
		"ListAccessKeys":                func(c context.Context) error { _, err := v.ListAccessKeys(c, "admin"); return err },
		"UpdateAccessKey":               func(c context.Context) error { return v.UpdateAccessKey(c, "admin", "AKIA", false) },
		"DeleteAccessKey":               func(c context.Context) error { return v.DeleteAccessKey(c, "admin", "AKIA") },
		"CreateRole": func(c context.Context) error {
			_, err := v.CreateRole(c, identity.CreateRoleInput{Name: "x", Trust: "{"})
			return err
		},
		"GetRole":                       func(c context.Context) error { _, err := v.GetRole(c, "x"); return err },
		"ListRoles":                     func(c context.Context) error { _, err := v.ListRoles(c, ""); return err },
		"DeleteRole":                    func(c context.Context) error { return v.DeleteRole(c, "x") },
		"UpdateRole":                    func(c context.Context) error { return v.UpdateRole(c, "x", identity.RoleUpdate{}) },
		"UpdateAssumeRolePolicy":        func(c context.Context) error { return v.UpdateAssumeRolePolicy(c, "x", "{") },
		"PutRolePolicy":                 func(c context.Context) error { return v.PutRolePolicy(c, "x", "p", "{") },
		"GetRolePolicy":                 func(c context.Context) error { _, err := v.GetRolePolicy(c, "x", "p"); return err },
		"DeleteRolePolicy":              func(c context.Context) error { return v.DeleteRolePolicy(c, "x", "p") },
		"ListRolePolicies":              func(c context.Context) error { _, err := v.ListRolePolicies(c, "x"); return err },
		"AttachRolePolicy":              func(c context.Context) error { return v.AttachRolePolicy(c, "x", p) },
		"DetachRolePolicy":              func(c context.Context) error { return v.DetachRolePolicy(c, "x", p) },
		"ListAttachedRolePolicies":      func(c context.Context) error { _, err := v.ListAttachedRolePolicies(c, "x"); return err },
		"PutRolePermissionsBoundary":    func(c context.Context) error { return v.PutRolePermissionsBoundary(c, "x", p) },
		"DeleteRolePermissionsBoundary": func(c context.Context) error { return v.DeleteRolePermissionsBoundary(c, "x") },
		"TagRole":                       func(c context.Context) error { return v.TagRole(c, "x", map[string]string{"a": "b"}) },
		"UntagRole":                     func(c context.Context) error { return v.UntagRole(c, "x", []string{"a"}) },
		"ListRoleTags":                  func(c context.Context) error { _, err := v.ListRoleTags(c, "x"); return err },
		"PassRole": func(c context.Context) error {
			return v.PassRole(c, "arn:aws:iam::111111111111:role/x", "redshift.amazonaws.com")
		},
		"CreatePolicy": func(c context.Context) error {
			_, err := v.CreatePolicy(c, identity.CreatePolicyInput{Name: "x", Document: "{"})
			return err
		},
		"GetPolicy":                func(c context.Context) error { _, err := v.GetPolicy(c, p); return err },
		"GetPolicyVersion":         func(c context.Context) error { _, _, err := v.GetPolicyVersion(c, p, "v1"); return err },
		"ListPolicies":             func(c context.Context) error { _, err := v.ListPolicies(c, identity.ListPoliciesInput{}); return err },
		"ListPolicyVersions":       func(c context.Context) error { _, _, err := v.ListPolicyVersions(c, p); return err },
		"CreatePolicyVersion":      func(c context.Context) error { _, err := v.CreatePolicyVersion(c, p, "{", true); return err },
		"SetDefaultPolicyVersion":  func(c context.Context) error { return v.SetDefaultPolicyVersion(c, p, "v1") },
		"DeletePolicyVersion":      func(c context.Context) error { return v.DeletePolicyVersion(c, p, "v1") },
		"CreateGroup":              func(c context.Context) error { _, err := v.CreateGroup(c, "", "g"); return err },
		"GetGroup":                 func(c context.Context) error { _, _, err := v.GetGroup(c, "g"); return err },
		"ListGroups":               func(c context.Context) error { _, err := v.ListGroups(c, ""); return err },
		"ListGroupsForUser":        func(c context.Context) error { _, err := v.ListGroupsForUser(c, "admin"); return err },
		"AddUserToGroup":           func(c context.Context) error { return v.AddUserToGroup(c, "g", "stranger") },
		"RemoveUserFromGroup":      func(c context.Context) error { return v.RemoveUserFromGroup(c, "g", "admin") },
		"UpdateGroup":              func(c context.Context) error { return v.UpdateGroup(c, "g", "", "h") },
		"DeleteGroup":              func(c context.Context) error { return v.DeleteGroup(c, "g") },
		"UpdateUser":               func(c context.Context) error { return v.UpdateUser(c, "admin", "", "h") },
		"TagPolicy":                func(c context.Context) error { return v.TagPolicy(c, p, map[string]string{"a": "b"}) },
		"UntagPolicy":              func(c context.Context) error { return v.UntagPolicy(c, p, []string{"a"}) },
		"ListPolicyTags":           func(c context.Context) error { _, err := v.ListPolicyTags(c, p); return err },
		"GetAccountSummary":        func(c context.Context) error { _, err := v.AccountSummary(c); return err },
		"CreateAccountAlias":       func(c context.Context) error { return v.CreateAccountAlias(c, "abc") },
		"DeleteInstanceProfile":    func(c context.Context) error { return v.DeleteInstanceProfile(c, "ip") },
		"AddRoleToInstanceProfile": func(c context.Context) error { return v.AddRoleToInstanceProfile(c, "ip", "x") },
		"DeleteServiceLinkedRole":  func(c context.Context) error { _, err := v.DeleteServiceLinkedRole(c, "x"); return err },
		"DeletePolicy":             func(c context.Context) error { return v.DeletePolicy(c, p) },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.TB = t
			d := w.denied(call(w.ctx), policy.Identity)
			if d.Call.Action != "iam:"+name {
				t.Errorf("asked for %s", d.Call.Action)
			}
		})
	}
}
