package warehouse_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

const allowRoot = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/maker"},"Action":"redshift:CreateInboundIntegration","Resource":"*"}]}`

// resolver knows one role.
type resolver struct{ id string }

func (p resolver) Resolve(d *policy.Document) (map[string]string, error) {
	if p.id == "" {
		return nil, d.UnknownPrincipal(d.Principals()[0])
	}
	return map[string]string{"arn:aws:iam::111111111111:role/maker": p.id}, nil
}

func (p resolver) NameOf(arn, id string) string {
	if p.id == id {
		return arn
	}
	return id
}

func TestResourcePolicyMeansWhoHadTheARN(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	arn := w.All()[0].ARN()
	if _, err := w.view.Policy(t.Context(), arn); fault.CodeOf(err) != "ResourceNotFoundFault" {
		t.Errorf("none yet: %v", err)
	}
	w.SetPrincipals(resolver{})
	if err := w.view.PutPolicy(t.Context(), arn, allowRoot); fault.CodeOf(err) != "InvalidPolicyFault" {
		t.Errorf("nobody has the ARN: %v", err)
	}
	if err := w.view.PutPolicy(t.Context(), arn, "{"); fault.CodeOf(err) != "InvalidPolicyFault" {
		t.Errorf("no policy: %v", err)
	}
	w.SetPrincipals(resolver{"AROAMAKER"})
	must(t, w.view.PutPolicy(t.Context(), arn, allowRoot))
	w = w.again(t)
	w.SetPrincipals(resolver{"AROAMAKER"})
	if got, err := w.view.Policy(t.Context(), arn); err != nil || got != allowRoot {
		t.Errorf("got %q, %v", got, err)
	}
	w.SetPrincipals(resolver{"AROALATER"})
	if got, err := w.view.Policy(t.Context(), arn); err != nil || got != strings.ReplaceAll(allowRoot, "arn:aws:iam::111111111111:role/maker", "AROAMAKER") {
		t.Errorf("of a role that is gone: %q, %v", got, err)
	}
	must(t, w.view.DeletePolicy(t.Context(), arn))
	if err := w.view.DeletePolicy(t.Context(), arn); fault.CodeOf(err) != "ResourceNotFoundFault" {
		t.Errorf("deleted twice: %v", err)
	}
	for _, bad := range []string{"wh", "arn:aws:s3:::b", "arn:aws:redshift:us-east-1:222222222222:cluster:wh"} {
		if err := w.view.PutPolicy(t.Context(), bad, allowRoot); fault.CodeOf(err) != "InvalidParameterValue" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	w.cluster(t, "wh", nil)
	ctx, n := t.Context(), w.space(t, "space")
	group, err := w.view.CreateSubnetGroup(ctx, warehouse.SubnetGroup{Name: "Nets", Subnets: []string{"subnet-1"}, Tags: map[string]string{"a": "1"}})
	must(t, err)
	cluster, subnets := "arn:aws:redshift:us-east-1:222222222222:cluster:wh", "arn:aws:redshift:us-east-1:222222222222:subnetgroup:"+group.Name
	must(t, w.view.CreateTags(ctx, cluster, map[string]string{"a": "1", "b": "2"}))
	must(t, w.view.DeleteTags(ctx, cluster, []string{"b", "none"}))
	must(t, w.view.CreateTags(ctx, subnets, map[string]string{"b": "3"}))
	w = w.again(t)
	all, _, err := w.view.DescribeTags(ctx, "", "", warehouse.TagFilter{}, warehouse.Page{})
	must(t, err)
	want := []warehouse.TaggedResource{{cluster, "cluster", "a", "1"}, {subnets, "subnetgroup", "a", "1"}, {subnets, "subnetgroup", "b", "3"}}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if some, _, err := w.view.DescribeTags(ctx, "", "cluster", warehouse.TagFilter{Keys: []string{"b"}}, warehouse.Page{}); err != nil || len(some) != 0 {
		t.Errorf("clusters with b: %v, %v", some, err)
	}
	if err := w.view.CreateTags(ctx, cluster+"x", map[string]string{"a": "1"}); fault.CodeOf(err) != "ResourceNotFoundFault" {
		t.Errorf("no such cluster: %v", err)
	}
	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint(i)] = ""
	}
	if err := w.view.CreateTags(ctx, cluster, many); fault.CodeOf(err) != "TagLimitExceededFault" {
		t.Errorf("51 tags: %v", err)
	}
	must(t, w.view.TagResource(ctx, n.ARN(), map[string]string{"x": "y", "z": ""}))
	must(t, w.view.UntagResource(ctx, n.ARN(), []string{"z"}))
	if got, err := w.view.ListTags(ctx, n.ARN()); err != nil || !maps.Equal(got, map[string]string{"x": "y"}) {
		t.Errorf("Serverless: %v, %v", got, err)
	}
	if err := w.view.TagResource(ctx, n.ARN(), many); fault.CodeOf(err) != "TooManyTagsException" {
		t.Errorf("51 tags, Serverless: %v", err)
	}
}

func TestGroupsInUseStay(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.view.CreateSubnetGroup(ctx, warehouse.SubnetGroup{Name: "nets", Subnets: []string{"subnet-1", "subnet-2"}})
	must(t, err)
	_, err = w.view.CreateParameterGroup(ctx, warehouse.ParameterGroup{Name: "params", Family: "redshift-2.0"})
	must(t, err)
	must(t, w.view.ModifyParameterGroup(ctx, "params", map[string]string{"statement_timeout": "100", "extra_float_digits": "-15"}))
	w.cluster(t, "wh", func(in *warehouse.CreateClusterInput) {
		in.SubnetGroup, in.ClusterParameterGroupName = "Nets", ptr("Params")
	})
	if err := w.view.DeleteSubnetGroup(ctx, "nets"); fault.CodeOf(err) != "InvalidClusterSubnetGroupStateFault" {
		t.Errorf("subnet group: %v", err)
	}
	if err := w.view.DeleteParameterGroup(ctx, "params"); fault.CodeOf(err) != "InvalidClusterParameterGroupState" {
		t.Errorf("parameter group: %v", err)
	}
	w = w.again(t)
	n := w.All()[0]
	if got := w.SessionParameters(n); !maps.Equal(got, map[string]string{"statement_timeout": "100", "extra_float_digits": "-15"}) {
		t.Errorf("sessions begin with %v", got)
	}
	_, err = w.view.DeleteCluster(ctx, warehouse.DeleteClusterInput{Identifier: "wh", SkipSnapshot: true})
	must(t, err)
	must(t, w.view.DeleteSubnetGroup(ctx, "nets"))
	must(t, w.view.DeleteParameterGroup(ctx, "params"))
}

func TestGroupsRefuse(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.view.CreateSubnetGroup(ctx, warehouse.SubnetGroup{Name: "nets", Subnets: []string{"subnet-1"}})
	must(t, err)
	_, err = w.view.CreateParameterGroup(ctx, warehouse.ParameterGroup{Name: "params", Family: "redshift-2.0"})
	must(t, err)
	subnets := func(name string, ids ...string) error {
		_, err := w.view.CreateSubnetGroup(ctx, warehouse.SubnetGroup{Name: name, Subnets: ids})
		return err
	}
	parameters := func(name, family string) error {
		_, err := w.view.CreateParameterGroup(ctx, warehouse.ParameterGroup{Name: name, Family: family})
		return err
	}
	set := func(key, value string) error {
		return w.view.ModifyParameterGroup(ctx, "params", map[string]string{key: value})
	}
	tests := map[string]struct {
		err  error
		code string
	}{
		"the name default":       {subnets("Default", "subnet-1"), "InvalidParameterValue"},
		"no subnet":              {subnets("x"), "InvalidSubnet"},
		"what is no subnet":      {subnets("x", "vpc-1"), "InvalidSubnet"},
		"subnets again":          {subnets("NETS", "subnet-1"), "ClusterSubnetGroupAlreadyExists"},
		"no such subnets":        {w.view.DeleteSubnetGroup(ctx, "none"), "ClusterSubnetGroupNotFoundFault"},
		"an empty name":          {parameters("", "redshift-2.0"), "InvalidParameterValue"},
		"a digit first":          {parameters("1a", "redshift-2.0"), "InvalidParameterValue"},
		"a family":               {parameters("x", "postgres-16"), "InvalidParameterValue"},
		"parameters again":       {parameters("Params", "redshift-2.0"), "ClusterParameterGroupAlreadyExists"},
		"an unknown parameter":   {set("x", "1"), "InvalidParameterValue"},
		"a value out of range":   {set("extra_float_digits", "3"), "InvalidParameterValue"},
		"no boolean":             {set("require_ssl", "maybe"), "InvalidParameterValue"},
		"the default group":      {w.view.ModifyParameterGroup(ctx, "default.redshift-2.0", nil), "InvalidClusterParameterGroupState"},
		"deleting the default":   {w.view.DeleteParameterGroup(ctx, "default.redshift-2.0"), "InvalidClusterParameterGroupState"},
		"resetting all and some": {w.view.ResetParameterGroup(ctx, "params", true, []string{"auto_mv"}), "InvalidParameterCombination"},
	}
	for name, tt := range tests {
		if fault.CodeOf(tt.err) != tt.code {
			t.Errorf("%s: got %v, want %s", name, tt.err, tt.code)
		}
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	for i := range 45 {
		_, err := w.view.CreateSubnetGroup(t.Context(), warehouse.SubnetGroup{Name: fmt.Sprintf("g%02d", i), Subnets: []string{"subnet-1"}})
		must(t, err)
	}
	var seen []string
	for p := (warehouse.Page{Max: 20}); ; {
		part, marker, err := w.view.DescribeSubnetGroups(t.Context(), "", warehouse.TagFilter{}, p)
		must(t, err)
		for _, g := range part {
			seen = append(seen, g.Name)
		}
		if p.Marker = marker; marker == "" {
			break
		}
	}
	if len(seen) != 45 || seen[0] != "g00" || seen[44] != "g44" {
		t.Errorf("got %q", seen)
	}
	_, _, err := w.view.DescribeClusters(t.Context(), "", warehouse.TagFilter{}, warehouse.Page{Max: 19})
	if fault.CodeOf(err) != "InvalidParameterValue" {
		t.Errorf("19 records: %v", err)
	}
}

func TestParametersOfAGroup(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.view.CreateParameterGroup(ctx, warehouse.ParameterGroup{Name: "params", Family: "redshift-1.0"})
	must(t, err)
	must(t, w.view.ModifyParameterGroup(ctx, "params", map[string]string{"require_ssl": "true", "auto_mv": "false"}))
	must(t, w.view.ResetParameterGroup(ctx, "params", false, []string{"auto_mv"}))
	set, _, err := w.view.DescribeParameters(ctx, "params", "user", warehouse.Page{})
	must(t, err)
	if len(set) != 1 || set[0].Name != "require_ssl" || set[0].Value != "true" {
		t.Errorf("set: %+v", set)
	}
	old, _, err := w.view.DefaultParameters(ctx, "redshift-1.0", warehouse.Page{})
	must(t, err)
	i := slices.IndexFunc(old, func(p warehouse.Parameter) bool { return p.Name == "require_ssl" })
	if i < 0 || old[i].Value != "false" || old[i].User {
		t.Errorf("defaults: %+v", old)
	}
}
