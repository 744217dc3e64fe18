package warehouse

import (
	"context"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// maxSubnets is how many subnets a group may have.
const maxSubnets = 20

// groupQuestion is what the guard is asked about a subnet or parameter group.
func (v *NamespaceView) groupQuestion(action, kind, name string, tags map[string]string) question {
	return question{action: "redshift:" + action, on: v.redshift(kind + ":" + name), tags: tags}
}

// subnetGroup finds a subnet group of the caller for an action; nil when there is none.
func (v *NamespaceView) subnetGroup(ctx context.Context, action, name string) (*SubnetGroup, error) {
	v.store.mu.RLock()
	g, ok := v.store.groups.subnets.all[v.key(name)]
	v.store.mu.RUnlock()
	if err := v.ask(ctx, v.groupQuestion(action, "subnetgroup", strings.ToLower(name), g.Tags)); err != nil || !ok {
		return nil, err
	}
	return &g, nil
}

// key is where a group of the caller's account and region is kept; AWS stores names in lower case.
func (v *NamespaceView) key(name string) string {
	return shelfKey(v.by.Account, v.by.Request.Region, strings.ToLower(name))
}

// CreateSubnetGroup makes a cluster subnet group; account, region and case of its name are filled in.
func (v *NamespaceView) CreateSubnetGroup(ctx context.Context, g SubnetGroup) (SubnetGroup, error) {
	q := v.groupQuestion("CreateClusterSubnetGroup", "subnetgroup", strings.ToLower(g.Name), nil)
	q.facts = tagFacts(g.Tags)
	if err := v.ask(ctx, q); err != nil {
		return g, err
	}
	g.Account, g.Region, g.Name = v.by.Account, v.by.Request.Region, strings.ToLower(g.Name)
	if err := checkGroupName("ClusterSubnetGroupName", g.Name); err != nil {
		return g, err
	}
	if err := checkSubnets(g.Subnets); err != nil {
		return g, err
	}
	if err := checkTags(nil, g.Tags); err != nil {
		return g, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if _, ok := v.store.groups.subnets.all[v.key(g.Name)]; ok {
		return g, &fault.Error{Kind: fault.Exists, Code: "ClusterSubnetGroupAlreadyExists", Message: "Cluster subnet group " + g.Name + " already exists."}
	}
	return g, v.store.groups.subnets.put(v.store.db, v.key(g.Name), g)
}

// checkGroupName holds the name of a group to Redshift's rules.
func checkGroupName(parameter, name string) error {
	bad := len(name) < 1 || len(name) > 255 || name == "default"
	for i := range len(name) {
		c := name[i]
		bad = bad || (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("-_. ", c) < 0
	}
	if bad {
		return badParameter("InvalidParameterValue", "The parameter %s must have 1 to 255 alphanumeric characters or hyphens and must not be \"Default\".", parameter)
	}
	return nil
}

func checkSubnets(subnets []string) error {
	if len(subnets) == 0 {
		return badParameter("InvalidSubnet", "A cluster subnet group needs at least one subnet.")
	}
	if len(subnets) > maxSubnets {
		return &fault.Error{Kind: fault.TooLarge, Code: "ClusterSubnetQuotaExceededFault", Message: "A cluster subnet group can have at most 20 subnets."}
	}
	for _, s := range subnets {
		if !strings.HasPrefix(s, "subnet-") {
			return badParameter("InvalidSubnet", "The subnet %q is not valid.", s)
		}
	}
	return nil
}

// DescribeSubnetGroups lists the subnet groups of the caller's account and region, or the one it names.
func (v *NamespaceView) DescribeSubnetGroups(ctx context.Context, name string, tags TagFilter, p Page) ([]SubnetGroup, string, error) {
	if name != "" {
		g, err := v.subnetGroup(ctx, "DescribeClusterSubnetGroups", name)
		if err == nil && g == nil {
			err = noSubnetGroup(name)
		}
		if err != nil {
			return nil, "", err
		}
		return []SubnetGroup{*g}, "", nil
	}
	if err := v.ask(ctx, v.groupQuestion("DescribeClusterSubnetGroups", "subnetgroup", "*", nil)); err != nil {
		return nil, "", err
	}
	if err := checkPage(p); err != nil {
		return nil, "", err
	}
	v.store.mu.RLock()
	defer v.store.mu.RUnlock()
	all := v.store.groups.subnets.below(v.by.Account, v.by.Request.Region)
	all = slices.DeleteFunc(all, func(g SubnetGroup) bool { return !tags.selects(g.Tags) })
	part, marker := page(all, func(g SubnetGroup) string { return g.Name }, p)
	return part, marker, nil
}

// ModifySubnetGroup replaces a group's subnets, and its description unless that is nil.
func (v *NamespaceView) ModifySubnetGroup(ctx context.Context, name string, subnets []string, description *string) (SubnetGroup, error) {
	g, err := v.subnetGroup(ctx, "ModifyClusterSubnetGroup", name)
	if err == nil && g == nil {
		err = noSubnetGroup(name)
	}
	if err != nil {
		return SubnetGroup{}, err
	}
	if err := checkSubnets(subnets); err != nil {
		return *g, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	now, ok := v.store.groups.subnets.all[v.key(name)]
	if !ok {
		return now, noSubnetGroup(name)
	}
	now.Subnets = subnets
	set(&now.Description, description)
	return now, v.store.groups.subnets.put(v.store.db, v.key(name), now)
}

// DeleteSubnetGroup removes a subnet group that no cluster stands in.
func (v *NamespaceView) DeleteSubnetGroup(ctx context.Context, name string) error {
	g, err := v.subnetGroup(ctx, "DeleteClusterSubnetGroup", name)
	if err == nil && g == nil {
		err = noSubnetGroup(name)
	}
	if err != nil {
		return err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	for _, n := range v.store.all {
		if n.Settings != nil && n.Account == g.Account && n.in(g.Region) && n.Settings.SubnetGroup == g.Name {
			return &fault.Error{Kind: fault.Conflict, Code: "InvalidClusterSubnetGroupStateFault",
				Message: "The cluster subnet group " + g.Name + " is in use by the cluster " + n.Cluster + "."}
		}
	}
	return v.store.groups.subnets.remove(v.store.db, v.key(name))
}

func noSubnetGroup(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ClusterSubnetGroupNotFoundFault", On: name, Message: "Cluster subnet group " + name + " not found."}
}
