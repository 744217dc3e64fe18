package warehouse_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

func (w *world) space(t *testing.T, name string) *warehouse.Namespace {
	t.Helper()
	n, err := w.view.CreateNamespace(t.Context(), warehouse.CreateNamespaceInput{Name: name, AdminUser: "admin", Password: password, Roles: []string{role}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWorkgroupStartsTheNamespace(t *testing.T) {
	w := newWorld(t)
	n := w.space(t, "space")
	if n.Status != warehouse.StatusAvailable || n.DBName != "dev" || len(w.host.running) != 0 {
		t.Errorf("a namespace alone: %+v, running %d", n, len(w.host.running))
	}
	made, err := w.view.CreateWorkgroup(t.Context(), warehouse.CreateWorkgroupInput{Name: "group", Namespace: "space"})
	if err != nil || made.Group.Status != warehouse.StatusCreating {
		t.Fatalf("made %+v, %v", made, err)
	}
	w = w.again(t)
	got, err := w.ByWorkgroup(account2, region, "group")
	if err != nil || got.ARN() != n.ARN() || !got.Running() || got.Endpoint.Port != 5440 || w.host.running[n.ARN()] == nil || got.Group.ID != made.Group.ID {
		t.Fatalf("got %+v, %v", got, err)
	}
	if _, err := w.view.DeleteNamespace(t.Context(), "space", ""); fault.CodeOf(err) != "ConflictException" {
		t.Errorf("deleted under a workgroup: %v", err)
	}
	if _, err := w.view.DeleteWorkgroup(t.Context(), "group"); err != nil || len(w.host.running) != 0 || len(w.host.dropped) != 0 {
		t.Errorf("workgroup deleted: %v, running %v, dropped %v", err, w.host.running, w.host.dropped)
	}
	if _, err := w.view.DeleteNamespace(t.Context(), "space", ""); err != nil || !slices.Equal(w.host.dropped, []string{n.ARN()}) || len(w.All()) != 0 {
		t.Errorf("namespace deleted: %v, dropped %v", err, w.host.dropped)
	}
}

func TestWorkgroupThatCannotStart(t *testing.T) {
	w := newWorld(t)
	w.space(t, "space")
	w.host.fail = errors.New("no memory")
	if _, err := w.view.CreateWorkgroup(t.Context(), warehouse.CreateWorkgroupInput{Name: "group", Namespace: "space"}); !errors.Is(err, w.host.fail) {
		t.Errorf("got %v", err)
	}
	if n := w.again(t).All()[0]; n.Workgroup != "" || n.Group != nil || len(w.host.dropped) != 0 {
		t.Errorf("left %+v", n)
	}
}

func TestServerlessRefuses(t *testing.T) {
	w := newWorld(t)
	w.space(t, "space")
	namespace := func(change func(*warehouse.CreateNamespaceInput)) func() error {
		in := warehouse.CreateNamespaceInput{Name: "other", AdminUser: "admin", Password: password}
		change(&in)
		return func() error { _, err := w.view.CreateNamespace(t.Context(), in); return err }
	}
	group := func(change func(*warehouse.CreateWorkgroupInput)) func() error {
		in := warehouse.CreateWorkgroupInput{Name: "group", Namespace: "space"}
		change(&in)
		return func() error { _, err := w.view.CreateWorkgroup(t.Context(), in); return err }
	}
	tests := map[string]struct {
		code string
		call func() error
	}{
		"a short name":          {"ValidationException", namespace(func(in *warehouse.CreateNamespaceInput) { in.Name = "ab" })},
		"the same name":         {"ConflictException", namespace(func(in *warehouse.CreateNamespaceInput) { in.Name = "space" })},
		"a password alone":      {"ValidationException", namespace(func(in *warehouse.CreateNamespaceInput) { in.AdminUser = "" })},
		"a user alone":          {"ValidationException", namespace(func(in *warehouse.CreateNamespaceInput) { in.Password = "" })},
		"a weak password":       {"ValidationException", namespace(func(in *warehouse.CreateNamespaceInput) { in.Password = "password" })},
		"a default not among":   {"ValidationException", namespace(func(in *warehouse.CreateNamespaceInput) { in.DefaultRole = role })},
		"a role that is no ARN": {"ValidationException", namespace(func(in *warehouse.CreateNamespaceInput) { in.Roles = []string{"r"} })},
		"an AWS tag":            {"ValidationException", namespace(func(in *warehouse.CreateNamespaceInput) { in.Tags = map[string]string{"aws:a": "b"} })},
		"no such namespace":     {"ResourceNotFoundException", group(func(in *warehouse.CreateWorkgroupInput) { in.Namespace = "none" })},
		"an odd capacity":       {"ValidationException", group(func(in *warehouse.CreateWorkgroupInput) { in.BaseCapacity = ptr(9) })},
		"a small maximum":       {"ValidationException", group(func(in *warehouse.CreateWorkgroupInput) { in.MaxCapacity = ptr(8) })},
		"a port of others":      {"ValidationException", group(func(in *warehouse.CreateWorkgroupInput) { in.Port = ptr(80) })},
		"a parameter":           {"ValidationException", group(func(in *warehouse.CreateWorkgroupInput) { in.Parameters = map[string]string{"x": "y"} })},
		"no such workgroup":     {"ResourceNotFoundException", func() error { _, err := w.view.GetWorkgroup(t.Context(), "none"); return err }},
		"a final snapshot":      {"ValidationException", func() error { _, err := w.view.DeleteNamespace(t.Context(), "space", "s"); return err }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if err := tt.call(); fault.CodeOf(err) != tt.code {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
	if n := w.All(); len(n) != 1 || n[0].Workgroup != "" {
		t.Errorf("left %+v", n)
	}
}

func TestUpdateNamespaceReplacesRoles(t *testing.T) {
	w := newWorld(t)
	w.space(t, "space")
	w.clock = w.clock.Add(time.Minute)
	second := role + "2"
	n, err := w.view.UpdateNamespace(t.Context(), warehouse.UpdateNamespaceInput{Name: "space", Roles: &[]string{second}, DefaultRole: &second})
	must(t, err)
	want := []warehouse.AttachedRole{{role, "removing", w.clock.Add(warehouse.DefaultRoleDelay)}, {second, "adding", w.clock.Add(warehouse.DefaultRoleDelay)}}
	if !slices.Equal(n.Roles, want) || n.DefaultRole != second {
		t.Errorf("got %+v", n)
	}
	if _, err := w.view.UpdateNamespace(t.Context(), warehouse.UpdateNamespaceInput{Name: "space", DefaultRole: ptr(role)}); fault.CodeOf(err) != "ValidationException" {
		t.Errorf("a default that goes: %v", err)
	}
	n, err = w.view.UpdateNamespace(t.Context(), warehouse.UpdateNamespaceInput{Name: "space", AdminUser: "admin", Password: "Anoth3rOne"})
	if err != nil || n.AdminPassword != warehouse.PasswordDigest("Anoth3rOne", "admin") || len(w.host.digests) != 0 {
		t.Errorf("a password while nothing runs: %v, told %v", err, w.host.digests)
	}
	_, err = w.view.CreateWorkgroup(t.Context(), warehouse.CreateWorkgroupInput{Name: "group", Namespace: "space"})
	if err != nil || w.host.digests["space"] != n.AdminPassword {
		t.Errorf("when it runs: %v, told %v", err, w.host.digests)
	}
}

func TestManagedAdminPassword(t *testing.T) {
	w := newWorld(t)
	in := warehouse.CreateNamespaceInput{Name: "space", ManagePassword: true}
	n, err := w.view.CreateNamespace(t.Context(), in)
	if err != nil || n.AdminSecret == "" || n.Status != warehouse.StatusAvailable || n.AdminUser != "admin" {
		t.Fatalf("got %+v, %v", n, err)
	}
	in.Name, w.vault.fail = "other", errors.New("no vault")
	if _, err := w.view.CreateNamespace(t.Context(), in); !errors.Is(err, w.vault.fail) || len(w.All()) != 1 {
		t.Errorf("without a vault: %v, left %d", err, len(w.All()))
	}
}

// Redshift Serverless's own resource policies share snapshots: a namespace has none.
func TestTrap24SharePolicyIsForSnapshots(t *testing.T) {
	w := newWorld(t)
	n := w.space(t, "space")
	err := w.view.PutSharePolicy(t.Context(), n.ARN())
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != "ValidationException" || !strings.Contains(f.Message, "PutResourcePolicy of Amazon Redshift") {
		t.Errorf("put on a namespace: %v", err)
	}
	if _, err := w.view.SharePolicy(t.Context(), n.ARN()); fault.CodeOf(err) != "ResourceNotFoundException" {
		t.Errorf("got one: %v", err)
	}
	if err := w.view.DeleteSharePolicy(t.Context(), n.ARN()); fault.CodeOf(err) != "ResourceNotFoundException" {
		t.Errorf("deleted one: %v", err)
	}
	snapshot := strings.Replace(n.ARN(), ":namespace/", ":snapshot/", 1)
	if err := w.view.PutSharePolicy(t.Context(), snapshot); fault.CodeOf(err) != "ResourceNotFoundException" {
		t.Errorf("put on a snapshot: %v", err)
	}
	must(t, w.view.PutPolicy(t.Context(), n.ARN(), allowRoot)) // Redshift's operation takes it.
}
