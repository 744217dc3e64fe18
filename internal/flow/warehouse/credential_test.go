package warehouse_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

func TestClusterCredentials(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	w.judge.asked = nil
	c, err := w.view.ClusterCredentials(t.Context(), warehouse.ClusterCredentialsInput{
		Cluster: "wh", DBUser: "ann", DBName: "dev", AutoCreate: true, Groups: []string{"loaders"}, Seconds: 3600,
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Login != "IAMA:ann" || c.User != "ann" || !c.Create || !slices.Equal(c.Groups, []string{"loaders"}) || !c.Expires.Equal(w.clock.Add(time.Hour)) {
		t.Errorf("got %+v", c)
	}
	facts := w.judge.asked[0].Context
	want := []string{
		"redshift:GetClusterCredentials arn:aws:redshift:us-east-1:222222222222:dbuser:wh/ann",
		"redshift:GetClusterCredentials arn:aws:redshift:us-east-1:222222222222:dbname:wh/dev",
		"redshift:CreateClusterUser arn:aws:redshift:us-east-1:222222222222:dbuser:wh/ann",
		"redshift:JoinGroup arn:aws:redshift:us-east-1:222222222222:dbgroup:wh/loaders",
	}
	if diff := cmp.Diff(want, w.judge.actions()); diff != "" {
		t.Errorf("asked (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string][]string{"redshift:DbUser": {"ann"}, "redshift:DbName": {"dev"}, "redshift:DurationSeconds": {"3600"}}, facts); diff != "" {
		t.Errorf("condition keys (-want +got)\n%s", diff)
	}
	w = w.again(t)
	if got, ok := w.TemporaryPassword(c.Namespace, "IAMA:ann"); !ok || got != c.Password {
		t.Errorf("after a restart: %q, %v", got, ok)
	}
	if _, ok := w.TemporaryPassword(c.Namespace, "ann"); ok {
		t.Error("the bare user has a temporary password")
	}
	w.clock = w.clock.Add(time.Hour)
	if _, ok := w.TemporaryPassword(c.Namespace, "IAMA:ann"); ok {
		t.Error("an expired password holds")
	}
}

// Clients that ask at the same time must all be able to log in.
func TestCredentialsOfOneLoginShareAPassword(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	get := func() warehouse.Credential {
		c, err := w.view.ClusterCredentialsWithIAM(t.Context(), warehouse.IAMCredentialsInput{Name: "wh"})
		must(t, err)
		return c
	}
	first := get()
	w.clock = w.clock.Add(10 * time.Minute)
	second := get()
	if first.Login != "IAM:ann" || first.Password != second.Password || !second.Expires.After(first.Expires) {
		t.Errorf("got %+v, then %+v", first, second)
	}
	w.clock = w.clock.Add(time.Hour)
	if third := get(); third.Password == first.Password {
		t.Error("an expired password came again")
	}
}

func TestIdentityUsers(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	by := session("ann")
	for want, kind := range map[string]policy.PrincipalType{"IAM:ann": policy.User, "IAMR:ann": policy.AssumedRole, "IAM:RootIdentity": policy.Root} {
		by.Type = kind
		c, err := w.As(by).ClusterCredentialsWithIAM(t.Context(), warehouse.IAMCredentialsInput{Name: "wh"})
		if err != nil || c.Login != want || c.User != want || !c.Create {
			t.Errorf("got %+v, %v, want %s", c, err, want)
		}
	}
}

func TestCredentialsAreRefused(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	for name, tt := range map[string]struct {
		in   warehouse.ClusterCredentialsInput
		code string
	}{
		"too short":  {warehouse.ClusterCredentialsInput{Cluster: "wh", DBUser: "ann", Seconds: 899}, "InvalidParameterValue"},
		"too long":   {warehouse.ClusterCredentialsInput{Cluster: "wh", DBUser: "ann", Seconds: 3601}, "InvalidParameterValue"},
		"public":     {warehouse.ClusterCredentialsInput{Cluster: "wh", DBUser: "Public"}, "InvalidParameterValue"},
		"a colon":    {warehouse.ClusterCredentialsInput{Cluster: "wh", DBUser: "IAM:ann"}, "InvalidParameterValue"},
		"no user":    {warehouse.ClusterCredentialsInput{Cluster: "wh"}, "InvalidParameterValue"},
		"a group":    {warehouse.ClusterCredentialsInput{Cluster: "wh", DBUser: "ann", Groups: []string{"a/b"}}, "InvalidParameterValue"},
		"no cluster": {warehouse.ClusterCredentialsInput{Cluster: "none", DBUser: "ann"}, "ClusterNotFound"},
	} {
		if _, err := w.view.ClusterCredentials(t.Context(), tt.in); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: got %v, want %s", name, err, tt.code)
		}
	}
}
