package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestBootstrap(t *testing.T) {
	w := newWorld(t)
	w.refused(w.store.CreateAccount(account1, "again"), "EntityAlreadyExists", "already exists")
	w.refused(w.store.CreateAccount("12", "short"), "ValidationError", "twelve digits")
	_, err := w.store.CreateAdmin("333333333333", "admin")
	w.refused(err, "NoSuchEntity", "account")
	_, err = w.store.CreateAdmin(account1, "ADMIN")
	w.refused(err, "EntityAlreadyExists", "User with name ADMIN already exists.")
	_, err = w.store.CreateAdmin(account1, "bad name")
	w.refused(err, "ValidationError", "userName")

	ids := []string{}
	for _, a := range w.store.Accounts() {
		ids = append(ids, a.ID)
	}
	if diff := cmp.Diff([]string{account1, account2}, ids); diff != "" {
		t.Error(diff)
	}
	if w.by1.ARN != "arn:aws:iam::111111111111:user/admin" || w.by1.Type != policy.User {
		t.Errorf("administrator is %+v", w.by1)
	}
	key, ok := w.store.AdminKey(account2, "admin")
	if !ok || key != w.adminKey2 {
		t.Errorf("AdminKey gives %+v, %v", key, ok)
	}
	if len(key.ID) != 20 || len(key.Secret) != 40 {
		t.Errorf("key %q has a secret of %d letters", key.ID, len(key.Secret))
	}
}

func TestEverythingSurvivesRestart(t *testing.T) {
	w := newWorld(t)
	role := w.role(w.admin2, "rs", trusting(w.by2.ARN))
	w.ok(w.admin2.PutRolePolicy(w.ctx, "rs", "read", readPolicy))
	made, err := w.admin2.CreatePolicy(w.ctx, identity.CreatePolicyInput{Name: "mine", Document: readPolicy})
	w.ok(err)
	w.ok(w.admin2.AttachRolePolicy(w.ctx, "rs", made.ARN))
	cred, err := w.store.AssumeRole(w.ctx, nil, w.by2, identity.AssumeRoleInput{RoleARN: role.ARN, SessionName: "s1"})
	w.ok(err)

	w.restart()

	secret, token, by, err := w.store.Credential(cred.AccessKeyID)
	w.ok(err)
	if secret != cred.SecretAccessKey || token != cred.SessionToken || by.ARN != "arn:aws:sts::222222222222:assumed-role/rs/s1" {
		t.Errorf("the session came back as %+v", by)
	}
	set, err := w.store.Policies(by)
	w.ok(err)
	if len(set.Identity) != 2 || set.Boundary != nil || set.Session != nil {
		t.Errorf("the session's policies came back as %+v", set)
	}
	document, err := w.admin2.GetRolePolicy(w.ctx, "rs", "read")
	if err != nil || document != readPolicy {
		t.Errorf("the role's policy came back as %q, %v", document, err)
	}
	_, _, by, err = w.store.Credential(w.adminKey2.ID)
	if err != nil || by.ARN != w.by2.ARN {
		t.Errorf("the administrator came back as %+v, %v", by, err)
	}
}
