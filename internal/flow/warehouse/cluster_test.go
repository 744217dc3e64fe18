package warehouse_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

const role = "arn:aws:iam::222222222222:role/loader"

func TestCreateCluster(t *testing.T) {
	w := newWorld(t)
	made := w.cluster(t, "wh", func(in *warehouse.CreateClusterInput) {
		in.Roles, in.DefaultRole, in.Tags = []string{role}, role, map[string]string{"team": "data"}
	})
	if made.Status != warehouse.StatusCreating || made.Endpoint.Host != "" {
		t.Errorf("the answer shows %s at %v, not a cluster that is being created", made.Status, made.Endpoint)
	}
	want := []string{"redshift:CreateCluster arn:aws:redshift:us-east-1:222222222222:cluster:wh", "iam:PassRole " + role}
	if diff := cmp.Diff(want, w.judge.actions()); diff != "" {
		t.Errorf("asked (-want +got)\n%s", diff)
	}
	for name, w := range map[string]*world{"now": w, "after a restart": w.again(t)} {
		t.Run(name, func(t *testing.T) {
			got, err := w.Cluster(account2, region, "wh")
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != warehouse.StatusAvailable || got.Endpoint != (warehouse.Endpoint{Host: "127.0.0.1", Port: 5440}) || got.DBName != "dev" ||
				got.AdminPassword != warehouse.PasswordDigest(password, "awsuser") || got.DefaultRole != role || got.Settings.Nodes != 1 || !got.Settings.Encrypted {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestCreateClusterRefuses(t *testing.T) {
	type input = warehouse.CreateClusterInput
	tests := map[string]struct {
		code   string
		change func(*input)
	}{
		"capital letters":        {"InvalidParameterValue", func(in *input) { in.Identifier = "Wh" }},
		"two hyphens":            {"InvalidParameterValue", func(in *input) { in.Identifier = "w--h" }},
		"a hyphen at the end":    {"InvalidParameterValue", func(in *input) { in.Identifier = "wh-" }},
		"a long identifier":      {"InvalidParameterValue", func(in *input) { in.Identifier = strings.Repeat("a", 64) }},
		"no node type":           {"MissingParameter", func(in *input) { in.NodeType = nil }},
		"a node type":            {"InvalidParameterValue", func(in *input) { in.NodeType = ptr("ra9.huge") }},
		"one of many nodes":      {"InvalidParameterCombination", func(in *input) { in.ClusterType = ptr("multi-node") }},
		"many of one":            {"InvalidParameterCombination", func(in *input) { in.ClusterType, in.NumberOfNodes = ptr("single-node"), ptr(2) }},
		"too many nodes":         {"InvalidParameterValue", func(in *input) { in.NumberOfNodes = ptr(101) }},
		"user public":            {"InvalidParameterValue", func(in *input) { in.AdminUser = "public" }},
		"user with a slash":      {"InvalidParameterValue", func(in *input) { in.AdminUser = "a/b" }},
		"a path as database":     {"InvalidParameterValue", func(in *input) { in.DBName = "../x" }},
		"a short password":       {"InvalidParameterValue", func(in *input) { in.Password = "Passw0r" }},
		"no digit":               {"InvalidParameterValue", func(in *input) { in.Password = "Passphrase" }},
		"a quote in it":          {"InvalidParameterValue", func(in *input) { in.Password = `Passw0rd"` }},
		"no password":            {"InvalidParameterCombination", func(in *input) { in.Password = "" }},
		"two passwords":          {"InvalidParameterCombination", func(in *input) { in.ManagePassword = true }},
		"a port of others":       {"InvalidParameterValue", func(in *input) { in.Port = ptr(80) }},
		"a maintenance window":   {"InvalidParameterValue", func(in *input) { in.PreferredMaintenanceWindow = ptr("some day") }},
		"a track":                {"InvalidClusterTrack", func(in *input) { in.MaintenanceTrackName = ptr("x") }},
		"a retention":            {"InvalidRetentionPeriodFault", func(in *input) { in.ManualSnapshotRetentionPeriod = ptr(0) }},
		"no such subnet group":   {"ClusterSubnetGroupNotFoundFault", func(in *input) { in.SubnetGroup = "none" }},
		"no such parameters":     {"ClusterParameterGroupNotFound", func(in *input) { in.ClusterParameterGroupName = ptr("none") }},
		"a role that is no ARN":  {"InvalidParameterValue", func(in *input) { in.Roles = []string{"loader"} }},
		"a role of another":      {"AccessDenied", func(in *input) { in.Roles = []string{"arn:aws:iam::111111111111:role/r"} }},
		"an AWS tag":             {"InvalidTagFault", func(in *input) { in.Tags = map[string]string{"aws:x": "y"} }},
		"a cluster of this name": {"ClusterAlreadyExists", func(in *input) { in.Identifier = "there" }},
	}
	w := newWorld(t)
	w.cluster(t, "there", nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in := input{Identifier: "wh", AdminUser: "awsuser", Password: password}
			in.NodeType = ptr("ra3.xlplus")
			tt.change(&in)
			if _, err := w.view.CreateCluster(t.Context(), in); fault.CodeOf(err) != tt.code {
				t.Errorf("got %v, want %s", err, tt.code)
			} else if strings.Contains(err.Error(), in.Password) && in.Password != "" {
				t.Errorf("the password stands in %q", err)
			}
			if n := len(w.All()); n != 1 || len(w.host.running) != 1 {
				t.Errorf("%d namespaces, %d running", n, len(w.host.running))
			}
		})
	}
}

func TestNothingIsLeftWhenStartFails(t *testing.T) {
	w := newWorld(t)
	w.host.fail = errors.New("no disk")
	in := warehouse.CreateClusterInput{Identifier: "wh", AdminUser: "awsuser", ManagePassword: true}
	in.NodeType = ptr("ra3.xlplus")
	if _, err := w.view.CreateCluster(t.Context(), in); !errors.Is(err, w.host.fail) {
		t.Errorf("got %v", err)
	}
	if len(w.again(t).All()) != 0 || len(w.host.dropped) != 1 || len(w.vault.kept) != 0 {
		t.Errorf("left: %v, secrets %v", w.All(), w.vault.kept)
	}
}

func TestStartAllEndsWhatACrashCutShort(t *testing.T) {
	w := newWorld(t)
	put := func(n warehouse.Namespace) {
		n.Account, n.Region = account2, region
		if _, err := w.Put(n); err != nil {
			t.Fatal(err)
		}
	}
	put(warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "old"})
	put(warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "made", Status: warehouse.StatusCreating})
	put(warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "gone", Status: warehouse.StatusDeleting})
	put(warehouse.Namespace{Kind: warehouse.Provisioned, Cluster: "paused", Status: warehouse.StatusPaused})
	put(warehouse.Namespace{Kind: warehouse.Serverless, Name: "bare"})
	put(warehouse.Namespace{Kind: warehouse.Serverless, Name: "half", Workgroup: "half", Group: &warehouse.WorkgroupRecord{Status: warehouse.StatusDeleting}})
	put(warehouse.Namespace{Kind: warehouse.Serverless, Name: "full", Workgroup: "full"})
	w = w.again(t)
	if err := w.StartAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left, running []string
	for _, n := range w.All() {
		left = append(left, n.Cluster+n.Name+"/"+n.Workgroup)
		if n.Running() {
			running = append(running, n.Cluster+n.Name)
		}
	}
	slices.Sort(left)
	slices.Sort(running)
	if diff := cmp.Diff([]string{"bare/", "full/full", "half/", "old/", "paused/"}, left); diff != "" {
		t.Errorf("left (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"full", "old"}, running); diff != "" || len(w.host.running) != 2 {
		t.Errorf("running (-want +got)\n%s", diff)
	}
}

func TestRolesPassToInSync(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	modify := func(in warehouse.ModifyClusterRolesInput) (*warehouse.Namespace, error) {
		in.Identifier = "wh"
		return w.view.ModifyClusterRoles(t.Context(), in)
	}
	states := func() []string {
		n, err := w.Cluster(account2, region, "wh")
		must(t, err)
		var all []string
		for _, r := range n.Roles {
			all = append(all, r.Status)
			if n.Attached(r.ARN) != (r.Status == "in-sync") {
				t.Errorf("%+v: attached %v", r, n.Attached(r.ARN))
			}
		}
		return all
	}
	if _, err := modify(warehouse.ModifyClusterRolesInput{Add: []string{role}, DefaultRole: ptr(role)}); err != nil {
		t.Fatal(err)
	}
	if got := states(); !slices.Equal(got, []string{"adding"}) {
		t.Errorf("at first: %v", got)
	}
	w.clock = w.clock.Add(time.Minute)
	if got := states(); !slices.Equal(got, []string{"in-sync"}) {
		t.Errorf("after a while: %v", got)
	}
	n, err := modify(warehouse.ModifyClusterRolesInput{Remove: []string{role}, DefaultRole: ptr(role)})
	if err != nil || n.DefaultRole != "" {
		t.Errorf("default role %q: %v", n.DefaultRole, err)
	}
	if got := states(); !slices.Equal(got, []string{"removing"}) {
		t.Errorf("while it goes: %v", got)
	}
	w.clock = w.clock.Add(time.Minute)
	if got := states(); len(got) != 0 {
		t.Errorf("at last: %v", got)
	}
	if _, err := modify(warehouse.ModifyClusterRolesInput{DefaultRole: ptr(role)}); fault.CodeOf(err) != "InvalidParameterValue" {
		t.Errorf("a default that is not attached: %v", err)
	}
	many := make([]string, 51)
	for i := range many {
		many[i] = role + string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	if _, err := modify(warehouse.ModifyClusterRolesInput{Add: many}); fault.CodeOf(err) != "LimitExceededFault" {
		t.Errorf("51 roles: %v", err)
	}
	w.judge.refuse = map[string]bool{"iam:PassRole": true}
	if _, err := modify(warehouse.ModifyClusterRolesInput{Add: []string{role}}); !errors.Is(err, errRefused) {
		t.Errorf("without iam:PassRole: %v", err)
	}
}

func TestModifyCluster(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	w.cluster(t, "other", nil)
	modify := func(in warehouse.ModifyClusterInput) (*warehouse.Namespace, error) {
		in.Identifier = "wh"
		return w.view.ModifyCluster(t.Context(), in)
	}
	n, err := modify(warehouse.ModifyClusterInput{ClusterChange: warehouse.ClusterChange{NumberOfNodes: ptr(2), ClusterType: ptr("multi-node"), Port: ptr(5450)}})
	if err != nil || n.Settings.Nodes != 2 || n.Port != 5450 || n.Endpoint.Port != 5442 {
		t.Errorf("got %+v, %v", n, err)
	}
	if _, err := modify(warehouse.ModifyClusterInput{Password: "Anoth3rOne"}); err != nil || w.host.digests["wh"] != warehouse.PasswordDigest("Anoth3rOne", "awsuser") {
		t.Errorf("the password is %v: %v", w.host.digests, err)
	}
	if n, err = modify(warehouse.ModifyClusterInput{ManagePassword: ptr(true)}); err != nil || n.AdminSecret == "" || w.host.digests["wh"] != warehouse.PasswordDigest(w.vault.kept["wh"], "awsuser") {
		t.Errorf("a managed password: %+v, %v", n, err)
	}
	if n, err = modify(warehouse.ModifyClusterInput{ManagePassword: ptr(false), Password: password}); err != nil || n.AdminSecret != "" || len(w.vault.kept) != 0 {
		t.Errorf("one's own again: %+v, %v", n, err)
	}
	if _, err := modify(warehouse.ModifyClusterInput{NewIdentifier: "other"}); fault.CodeOf(err) != "ClusterAlreadyExists" {
		t.Errorf("renamed to a name that is taken: %v", err)
	}
	if n, err := modify(warehouse.ModifyClusterInput{NewIdentifier: "new"}); err != nil || n.Cluster != "new" {
		t.Errorf("renamed: %+v, %v", n, err)
	}
	if _, err := modify(warehouse.ModifyClusterInput{}); fault.CodeOf(err) != "ClusterNotFound" {
		t.Errorf("the old name: %v", err)
	}
}

func TestPauseResumeRebootDelete(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	ctx, arn := t.Context(), w.All()[0].ARN()
	if n, err := w.view.PauseCluster(ctx, "wh"); err != nil || n.Status != warehouse.StatusPaused || w.host.running[arn] != nil {
		t.Errorf("paused: %+v, %v", n, err)
	}
	if _, err := w.view.RebootCluster(ctx, "wh"); fault.CodeOf(err) != "InvalidClusterState" {
		t.Errorf("rebooted while paused: %v", err)
	}
	if n, err := w.view.ResumeCluster(ctx, "wh"); err != nil || n.Status != warehouse.StatusAvailable || w.host.running[arn] == nil {
		t.Errorf("resumed: %+v, %v", n, err)
	}
	if n, err := w.view.RebootCluster(ctx, "wh"); err != nil || n.Status != warehouse.StatusAvailable {
		t.Errorf("rebooted: %+v, %v", n, err)
	}
	for name, tt := range map[string]struct {
		in   warehouse.DeleteClusterInput
		code string
	}{
		"neither":  {warehouse.DeleteClusterInput{}, "InvalidParameterCombination"},
		"both":     {warehouse.DeleteClusterInput{SkipSnapshot: true, Snapshot: "s"}, "InvalidParameterCombination"},
		"snapshot": {warehouse.DeleteClusterInput{Snapshot: "s"}, "UnsupportedOperation"},
	} {
		tt.in.Identifier = "wh"
		if _, err := w.view.DeleteCluster(ctx, tt.in); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: got %v, want %s", name, err, tt.code)
		}
	}
	n, err := w.view.DeleteCluster(ctx, warehouse.DeleteClusterInput{Identifier: "wh", SkipSnapshot: true})
	if err != nil || n.Status != warehouse.StatusDeleting || !slices.Equal(w.host.dropped, []string{arn}) || len(w.again(t).All()) != 0 {
		t.Errorf("deleted: %+v, %v", n, err)
	}
}

func TestClustersOfOthersAreNotSeen(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	other, far := session("bob"), session("ann")
	other.Account, other.Request.Region = account1, region
	far.Request.Region = "eu-west-1"
	for name, by := range map[string]*warehouse.NamespaceView{"another account": w.As(other), "another region": w.As(far)} {
		if _, _, err := by.DescribeClusters(t.Context(), "wh", warehouse.TagFilter{}, warehouse.Page{}); fault.CodeOf(err) != "ClusterNotFound" {
			t.Errorf("%s: %v", name, err)
		}
		if all, _, err := by.DescribeClusters(t.Context(), "", warehouse.TagFilter{}, warehouse.Page{}); err != nil || len(all) != 0 {
			t.Errorf("%s: %v, %v", name, all, err)
		}
	}
}
