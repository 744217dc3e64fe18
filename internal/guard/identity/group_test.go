package identity_test

import (
	"fmt"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// A group's policies bind its members like their own, also after a restart.
func TestGroupPoliciesBindMembers(t *testing.T) {
	w := newWorld(t)
	by := w.user(w.admin1, "u")
	mayGetUser := func(want bool, when string) {
		t.Helper()
		_, err := w.store.As(by).GetUser(w.ctx, "u")
		if (err == nil) != want {
			t.Errorf("%s: %v", when, err)
		}
	}
	g, err := w.admin1.CreateGroup(w.ctx, "", "loaders")
	w.ok(err)
	w.ok(w.admin1.PutGroupPolicy(w.ctx, "loaders", "self", allowing("iam:GetUser", "*")))
	mayGetUser(false, "before joining")
	w.ok(w.admin1.AddUserToGroup(w.ctx, "Loaders", "U"))
	w.ok(w.admin1.AddUserToGroup(w.ctx, "loaders", "u")) // Twice is as good as once.
	mayGetUser(true, "as a member")
	w.ok(w.admin1.UpdateGroup(w.ctx, "loaders", "/x/", "writers"))
	w.restart()
	mayGetUser(true, "after renaming and a restart")
	w.ok(w.admin1.DeleteGroupPolicy(w.ctx, "writers", "self"))
	mayGetUser(false, "without the inline policy")

	p, err := w.admin1.CreatePolicy(w.ctx, identity.CreatePolicyInput{Name: "self", Document: allowing("iam:GetUser", "*")})
	w.ok(err)
	w.ok(w.admin1.AttachGroupPolicy(w.ctx, "writers", p.ARN))
	mayGetUser(true, "with a managed policy")
	_, err = w.admin1.CreatePolicyVersion(w.ctx, p.ARN, readPolicy, true)
	w.ok(err)
	mayGetUser(false, "with a new version of it")
	w.ok(w.admin1.SetDefaultPolicyVersion(w.ctx, p.ARN, "v1"))
	mayGetUser(true, "with the old version")
	w.ok(w.admin1.PutUserPermissionsBoundary(w.ctx, "u", "arn:aws:iam::aws:policy/AmazonS3FullAccess"))
	_, err = w.store.As(by).GetUser(w.ctx, "u")
	w.denied(err, policy.Boundary)
	w.ok(w.admin1.DeleteUserPermissionsBoundary(w.ctx, "u"))
	w.ok(w.admin1.RemoveUserFromGroup(w.ctx, "writers", "u"))
	mayGetUser(false, "after leaving")

	got, users, err := w.admin1.GetGroup(w.ctx, "writers")
	if err != nil || got.ID != g.ID || got.ARN != "arn:aws:iam::111111111111:group/x/writers" || len(users) != 0 {
		t.Errorf("group %+v with %v, %v", got, users, err)
	}
}

func TestGroupDenies(t *testing.T) {
	w := newWorld(t)
	by := w.user(w.admin1, "u")
	w.ok(w.admin1.AttachUserPolicy(w.ctx, "u", identity.AdministratorAccess))
	_, err := w.admin1.CreateGroup(w.ctx, "", "barred")
	w.ok(err)
	w.ok(w.admin1.PutGroupPolicy(w.ctx, "barred", "no", `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`))
	w.ok(w.admin1.AddUserToGroup(w.ctx, "barred", "u"))
	_, err = w.store.As(by).ListUsers(w.ctx, "")
	d := w.denied(err, policy.Identity)
	if docs := d.Decision.Deciding(); len(docs) != 1 || docs[0].Document != "inline policy no of group barred" {
		t.Errorf("denied by %+v", docs)
	}
}

func TestGroupLimits(t *testing.T) {
	w := newWorld(t)
	w.user(w.admin1, "u")
	for i := range 11 {
		name := fmt.Sprintf("g%d", i)
		_, err := w.admin1.CreateGroup(w.ctx, "", name)
		w.ok(err)
		if err = w.admin1.AddUserToGroup(w.ctx, name, "u"); i < 10 {
			w.ok(err)
			continue
		}
		w.refused(err, "LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10")
	}
	groups, err := w.admin1.ListGroupsForUser(w.ctx, "u")
	if err != nil || len(groups) != 10 {
		t.Errorf("groups %v, %v", groups, err)
	}
	_, err = w.admin1.CreateGroup(w.ctx, "", "G1")
	w.refused(err, "EntityAlreadyExists", "Group with name G1 already exists.")
	_, err = w.admin1.CreateGroup(w.ctx, "x", "a b")
	w.refused(err, "ValidationError", "2 validation errors detected")
	w.refused(w.admin1.UpdateGroup(w.ctx, "g1", "", "g2"), "EntityAlreadyExists", "Group with name g2 already exists.")
	w.refused(w.admin1.AddUserToGroup(w.ctx, "none", "u"), "NoSuchEntity", "The group with name none cannot be found.")
	w.refused(w.admin1.AddUserToGroup(w.ctx, "g1", "nobody"), "NoSuchEntity", "The user with name nobody cannot be found.")
	w.refused(w.admin1.RemoveUserFromGroup(w.ctx, "g10", "u"), "NoSuchEntity", "is not in the group")
	w.refused(w.admin1.DeleteGroup(w.ctx, "g1"), "DeleteConflict", "must remove users from group first")
	w.ok(w.admin1.DeleteGroup(w.ctx, "g10"))
	w.refused(w.admin1.DeleteGroup(w.ctx, "g10"), "NoSuchEntity", "cannot be found")
}

// A renamed user keeps its id, keys, groups and policies; its ARN is new.
func TestRenamedUser(t *testing.T) {
	w := newWorld(t)
	w.user(w.admin1, "u")
	w.ok(w.admin1.PutUserPolicy(w.ctx, "u", "self", allowing("iam:GetUser", "*")))
	before, err := w.admin1.GetUser(w.ctx, "u")
	w.ok(err)
	keys, err := w.admin1.ListAccessKeys(w.ctx, "u")
	w.ok(err)
	w.ok(w.admin1.UpdateUser(w.ctx, "u", "/x/", "v"))
	w.restart()
	_, _, by, err := w.store.Credential(keys[0].ID)
	w.ok(err)
	after, err := w.store.As(by).GetUser(w.ctx, "")
	if err != nil || after.ID != before.ID || after.ARN != "arn:aws:iam::111111111111:user/x/v" || by.ARN != after.ARN {
		t.Errorf("user %+v as %+v, %v", after, by, err)
	}
	_, err = w.admin1.GetUser(w.ctx, "u")
	w.refused(err, "NoSuchEntity", "cannot be found")
	w.ok(w.admin1.UpdateUser(w.ctx, "v", "", "V"))
	_, err = w.admin1.GetUser(w.ctx, "v")
	w.ok(err)
}

// Renaming takes the permission on the old and on the new ARN.
func TestRenamingAsksForBoth(t *testing.T) {
	w := newWorld(t)
	by := w.user(w.admin1, "u")
	w.ok(w.admin1.PutUserPolicy(w.ctx, "u", "p", allowing("iam:UpdateUser", "arn:aws:iam::111111111111:user/u")))
	d := w.denied(w.store.As(by).UpdateUser(w.ctx, "u", "", "admin2"), policy.Identity)
	if d.Call.On != "arn:aws:iam::111111111111:user/admin2" {
		t.Errorf("asked about %s", d.Call.On)
	}
}
