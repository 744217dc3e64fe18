package identity_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestUserLife(t *testing.T) {
	w := newWorld(t)
	u, err := w.admin1.CreateUser(w.ctx, identity.CreateUserInput{Name: "loader", Path: "/etl/", Tags: map[string]string{"team": "data"}})
	w.ok(err)
	if u.ARN != "arn:aws:iam::111111111111:user/etl/loader" || !strings.HasPrefix(u.ID, "AIDA") {
		t.Errorf("made %+v", u)
	}
	_, err = w.admin1.CreateUser(w.ctx, identity.CreateUserInput{Name: "Loader"})
	w.refused(err, "EntityAlreadyExists", "User with name Loader already exists.")
	_, err = w.admin1.CreateUser(w.ctx, identity.CreateUserInput{Name: "a b"})
	w.refused(err, "ValidationError", `Member must satisfy regular expression pattern: [\w+=,.@-]+`)

	w.ok(w.admin1.PutUserPolicy(w.ctx, "loader", "RedshiftIntegrationPolicy", allowing("redshift:CreateIntegration", "*")))
	w.ok(w.admin1.AttachUserPolicy(w.ctx, "loader", "arn:aws:iam::aws:policy/AmazonS3FullAccess"))
	w.ok(w.admin1.PutUserPermissionsBoundary(w.ctx, "loader", identity.AdministratorAccess))
	w.ok(w.admin1.TagUser(w.ctx, "loader", map[string]string{"env": "test"}))
	w.ok(w.admin1.UntagUser(w.ctx, "loader", []string{"team"}))
	tags, err := w.admin1.ListUserTags(w.ctx, "loader")
	if err != nil || len(tags) != 1 {
		t.Errorf("tags %v, %v", tags, err)
	}
	users, err := w.admin1.ListUsers(w.ctx, "/etl/")
	if err != nil || len(users) != 1 || users[0].Name != "loader" {
		t.Errorf("users %v, %v", users, err)
	}
	document, err := w.admin1.GetUserPolicy(w.ctx, "loader", "RedshiftIntegrationPolicy")
	if err != nil || !strings.Contains(document, "CreateIntegration") {
		t.Errorf("policy %q, %v", document, err)
	}
	names, err := w.admin1.ListUserPolicies(w.ctx, "loader")
	if err != nil || len(names) != 1 {
		t.Errorf("policies %v, %v", names, err)
	}
	attached, err := w.admin1.ListAttachedUserPolicies(w.ctx, "loader")
	if err != nil || len(attached) != 1 {
		t.Errorf("attached %v, %v", attached, err)
	}

	w.refused(w.admin1.DeleteUser(w.ctx, "loader"), "DeleteConflict", "must detach all policies first")
	w.ok(w.admin1.DetachUserPolicy(w.ctx, "loader", "arn:aws:iam::aws:policy/AmazonS3FullAccess"))
	w.ok(w.admin1.DeleteUserPolicy(w.ctx, "loader", "RedshiftIntegrationPolicy"))
	w.ok(w.admin1.DeleteUserPermissionsBoundary(w.ctx, "loader"))
	w.ok(w.admin1.DeleteUser(w.ctx, "loader"))
	_, err = w.admin1.GetUser(w.ctx, "loader")
	w.refused(err, "NoSuchEntity", "The user with name loader cannot be found.")
	w.refused(w.admin1.DeleteUser(w.ctx, "loader"), "NoSuchEntity", "The user with name loader cannot be found.")
	w.refused(w.admin1.PutUserPolicy(w.ctx, "loader", "p", readPolicy), "NoSuchEntity", "The user with name loader cannot be found.")
}

func TestAccessKeys(t *testing.T) {
	w := newWorld(t)
	by := w.user(w.admin1, "u")
	self := w.store.As(by)
	_, err := self.CreateAccessKey(w.ctx, "")
	w.denied(err, policy.Identity)
	w.ok(w.admin1.PutUserPolicy(w.ctx, "u", "keys", allowing("iam:*AccessKey*", "arn:aws:iam::111111111111:user/${aws:username}")))

	key, err := self.CreateAccessKey(w.ctx, "")
	w.ok(err)
	_, err = self.CreateAccessKey(w.ctx, "")
	w.refused(err, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
	keys, err := self.ListAccessKeys(w.ctx, "u")
	if err != nil || len(keys) != 2 || keys[0].Secret != "" {
		t.Errorf("keys %v, %v", keys, err)
	}

	w.ok(self.UpdateAccessKey(w.ctx, "", key.ID, false))
	if _, _, _, err = w.store.Credential(key.ID); !errors.Is(err, identity.ErrInactiveKey) {
		t.Errorf("an inactive key gives %v", err)
	}
	w.ok(self.DeleteAccessKey(w.ctx, "u", key.ID))
	if _, _, _, err = w.store.Credential(key.ID); !errors.Is(err, identity.ErrUnknownKey) {
		t.Errorf("a deleted key gives %v", err)
	}
	w.refused(self.DeleteAccessKey(w.ctx, "u", key.ID), "NoSuchEntity", "The Access Key with id "+key.ID+" cannot be found.")
	w.refused(self.UpdateAccessKey(w.ctx, "u", w.adminKey2.ID, false), "NoSuchEntity", "cannot be found")
	w.refused(w.admin1.DeleteUser(w.ctx, "u"), "DeleteConflict", "must delete access keys first")
	_, err = w.admin1.ListAccessKeys(w.ctx, "nobody")
	w.refused(err, "NoSuchEntity", "nobody")
	_, err = w.admin1.CreateAccessKey(w.ctx, "nobody")
	w.refused(err, "NoSuchEntity", "nobody")
}

func TestGetUserIsSelfWithoutName(t *testing.T) {
	w := newWorld(t)
	u, err := w.admin1.GetUser(w.ctx, "")
	if err != nil || u.Name != "admin" {
		t.Errorf("got %+v, %v", u, err)
	}
}

func TestManagedPolicies(t *testing.T) {
	w := newWorld(t)
	in := identity.CreatePolicyInput{Name: "reader", Document: readPolicy, Description: "reads"}
	p, err := w.admin1.CreatePolicy(w.ctx, in)
	w.ok(err)
	if p.ARN != "arn:aws:iam::111111111111:policy/reader" || p.Default != "v1" {
		t.Errorf("made %+v", p)
	}
	_, err = w.admin1.CreatePolicy(w.ctx, in)
	w.refused(err, "EntityAlreadyExists", "A policy called reader already exists.")
	_, err = w.admin1.CreatePolicy(w.ctx, identity.CreatePolicyInput{Name: "x", Document: "{}"})
	w.refused(err, "MalformedPolicyDocument", "Syntax errors in policy.")
	_, err = w.admin1.CreatePolicy(w.ctx, identity.CreatePolicyInput{Name: "x y", Document: readPolicy})
	w.refused(err, "ValidationError", "policyName")
	_, err = w.admin1.CreatePolicy(w.ctx, identity.CreatePolicyInput{Name: "x", Document: allowing("s3:*", "arn:aws:s3:::"+strings.Repeat("b", 7000))})
	w.refused(err, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
	_, err = w.admin2.GetPolicy(w.ctx, p.ARN)
	w.refused(err, "NoSuchEntity", "was not found")

	by := w.user(w.admin1, "u")
	w.ok(w.admin1.AttachUserPolicy(w.ctx, "u", p.ARN))
	if got, err := w.admin1.GetPolicy(w.ctx, p.ARN); err != nil || got.Attachments != 1 {
		t.Errorf("attached %d times, %v", got.Attachments, err)
	}
	w.refused(w.admin1.DeletePolicy(w.ctx, p.ARN), "DeleteConflict", "attached")

	// A new version in force binds those who have the policy at once.
	v2, err := w.admin1.CreatePolicyVersion(w.ctx, p.ARN, allowing("iam:GetUser", "*"), true)
	w.ok(err)
	if _, err := w.store.As(by).GetUser(w.ctx, "u"); err != nil {
		t.Errorf("version 2 does not bind: %v", err)
	}
	w.refused(w.admin1.DeletePolicyVersion(w.ctx, p.ARN, v2.ID), "DeleteConflict", "default version")
	w.ok(w.admin1.SetDefaultPolicyVersion(w.ctx, p.ARN, "v1"))
	_, err = w.store.As(by).GetUser(w.ctx, "u")
	w.denied(err, policy.Identity)
	w.refused(w.admin1.SetDefaultPolicyVersion(w.ctx, p.ARN, "v9"), "NoSuchEntity", "version v9")

	for range 3 {
		_, err = w.admin1.CreatePolicyVersion(w.ctx, p.ARN, readPolicy, false)
		w.ok(err)
	}
	_, err = w.admin1.CreatePolicyVersion(w.ctx, p.ARN, readPolicy, false)
	w.refused(err, "LimitExceeded", "up to 5 versions")
	versions, inForce, err := w.admin1.ListPolicyVersions(w.ctx, p.ARN)
	if err != nil || len(versions) != 5 || inForce != "v1" || versions[0].ID != "v5" {
		t.Errorf("versions %v, %v", versions, err)
	}
	one, _, err := w.admin1.GetPolicyVersion(w.ctx, p.ARN, "v2")
	if err != nil || !strings.Contains(one.Document, "iam:GetUser") {
		t.Errorf("version %v, %v", one, err)
	}
	_, _, err = w.admin1.GetPolicyVersion(w.ctx, p.ARN, "v7")
	w.refused(err, "NoSuchEntity", "version v7")

	w.ok(w.admin1.DetachUserPolicy(w.ctx, "u", p.ARN))
	w.refused(w.admin1.DeletePolicy(w.ctx, p.ARN), "DeleteConflict", "more than one version")
	for _, v := range []string{"v2", "v3", "v4", "v5"} {
		w.ok(w.admin1.DeletePolicyVersion(w.ctx, p.ARN, v))
	}
	w.refused(w.admin1.DeletePolicyVersion(w.ctx, p.ARN, "v2"), "NoSuchEntity", "version v2")
	w.ok(w.admin1.DeletePolicy(w.ctx, p.ARN))
	w.refused(w.admin1.DeletePolicy(w.ctx, p.ARN), "NoSuchEntity", "was not found")
}

func TestManagedPoliciesOfAWS(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{
		"AdministratorAccess", "AmazonS3FullAccess", "AmazonS3ReadOnlyAccess", "ReadOnlyAccess", "PowerUserAccess",
		"AmazonRedshiftFullAccess", "AmazonRedshiftReadOnlyAccess", "AmazonRedshiftDataFullAccess", "AmazonRedshiftAllCommandsFullAccess",
		"IAMFullAccess", "IAMReadOnlyAccess", "SecretsManagerReadWrite", "AmazonSNSFullAccess", "AmazonSNSReadOnlyAccess",
		"service-role/AmazonDMSRedshiftS3Role", "service-role/AmazonDMSVPCManagementRole", "service-role/AmazonDMSCloudWatchLogsRole",
		"service-role/AWSLambdaBasicExecutionRole", "aws-service-role/AmazonRedshiftServiceLinkedRolePolicy",
	} {
		p, err := w.admin1.GetPolicy(w.ctx, "arn:aws:iam::aws:policy/"+name)
		if err != nil || !strings.HasPrefix(p.ID, "ANPA") || len(p.ID) != 21 {
			t.Errorf("%s: %+v, %v", name, p, err)
			continue
		}
		if _, err := policy.Parse([]byte(p.Versions[0].Document), policy.Identity); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.admin1.CreatePolicyVersion(w.ctx, identity.AdministratorAccess, readPolicy, true)
	w.refused(err, "AccessDenied", "protected policy")
	w.refused(w.admin1.DeletePolicy(w.ctx, identity.AdministratorAccess), "AccessDenied", "protected policy")
	list, err := w.admin1.ListPolicies(w.ctx, identity.ListPoliciesInput{Path: "/service-role/"})
	if err != nil || len(list) != 4 {
		t.Errorf("listed %v, %v", list, err)
	}
}
