package replication

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// SubnetGroup is where replication instances stand in a network.
type SubnetGroup struct {
	Resource
	Description string
	Subnets     []string
}

func groupBase(g *SubnetGroup) *Resource { return &g.Resource }

const (
	maxGroups       = 60
	maxSubnets      = 60
	longestGroup    = 255
	longestInstance = 63
	longestTask     = 255
)

// SubnetGroupInput describes a subnet group.
type SubnetGroupInput struct {
	Identifier  string
	Description *string
	Subnets     []string
	Tags        []Tag
}

// groupARN is the ARN of a group of the caller.
func (v *View) groupARN(name string) (Resource, error) { return v.named(kindGroup, name) }

// CreateSubnetGroup makes a subnet group. It needs dms-vpc-role.
func (v *View) CreateSubnetGroup(ctx context.Context, in SubnetGroupInput) (SubnetGroup, error) {
	r, err := v.groupARN(in.Identifier)
	if err != nil {
		return SubnetGroup{}, err
	}
	if err := v.askNew(ctx, "CreateReplicationSubnetGroup", &r, in.Tags); err != nil {
		return SubnetGroup{}, err
	}
	r.Tags = tagMap(in.Tags)
	g := SubnetGroup{Resource: r, Subnets: in.Subnets}
	if in.Description != nil {
		g.Description = *in.Description
	}
	if err := firstError(checkGroupName(r.Identifier), checkTags(in.Tags, nil), checkSubnets(in.Subnets), v.checkVPCRole(ctx, g.ARN)); err != nil {
		return g, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if err := free(v, &v.store.groups, groupBase, &g.Resource, kinds{"replication subnet groups", maxGroups}); err != nil {
		return g, err
	}
	return g, v.store.groups.put(v.store.db, g.ARN, g)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkGroupName(name string) error {
	bad := func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-_. ", c)
	}
	if name == "" || len(name) > longestGroup || name == "default" || strings.ContainsFunc(name, bad) {
		return invalid("The parameter ReplicationSubnetGroupIdentifier must contain no more than 255 alphanumeric characters, periods, underscores, or hyphens, and must not be \"default\".")
	}
	return nil
}

func checkSubnets(subnets []string) error {
	for _, s := range subnets {
		if !strings.HasPrefix(s, "subnet-") {
			return &fault.Error{Kind: fault.Invalid, Code: "InvalidSubnet", On: s, Message: fmt.Sprintf("The subnet ID '%s' does not exist", s)}
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(subnets)))) < 2 {
		return &fault.Error{Kind: fault.Invalid, Code: "ReplicationSubnetGroupDoesNotCoverEnoughAZs",
			Message: "Replication Subnet Group doesn't meet availability zone coverage requirement. Please add subnets to cover at least 2 availability zones."}
	}
	if len(subnets) > maxSubnets {
		return overQuota("subnets in a replication subnet group", maxSubnets)
	}
	return nil
}

// SubnetGroups lists the subnet groups of the caller.
func (v *View) SubnetGroups(ctx context.Context, q Query) ([]SubnetGroup, string, error) {
	return list(ctx, v, listing[SubnetGroup]{
		action: "DescribeReplicationSubnetGroups", what: "replication subnet groups", kept: &v.store.groups, base: groupBase,
		by: attributes[SubnetGroup]{"replication-subnet-group-id": func(g *SubnetGroup) []string { return []string{g.Identifier} }},
	}, q)
}

// ModifySubnetGroup replaces a group's subnets, and its description unless that is nil.
func (v *View) ModifySubnetGroup(ctx context.Context, in SubnetGroupInput) (SubnetGroup, error) {
	g, err := v.group(ctx, "ModifyReplicationSubnetGroup", in.Identifier)
	if err != nil {
		return g, err
	}
	if err := checkSubnets(in.Subnets); err != nil {
		return g, err
	}
	return update(v.store, &v.store.groups, g.ARN, func(g *SubnetGroup) error {
		g.Subnets = in.Subnets
		set(&g.Description, in.Description)
		return nil
	})
}

func (v *View) group(ctx context.Context, action, name string) (SubnetGroup, error) {
	r, err := v.groupARN(name)
	if err != nil {
		return SubnetGroup{}, err
	}
	return found(ctx, v, &v.store.groups, question{action: action, on: r.ARN}, groupBase)
}

// DeleteSubnetGroup removes a group that nothing stands in.
func (v *View) DeleteSubnetGroup(ctx context.Context, name string) error {
	g, err := v.group(ctx, "DeleteReplicationSubnetGroup", name)
	if err != nil {
		return err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	for _, i := range v.store.instances.all {
		if i.Group == g.ARN {
			return wrongState(g.ARN, "The replication subnet group %s is currently in use by a replication instance.", g.Identifier)
		}
	}
	for _, t := range v.store.tasks.all {
		if t.Compute != nil && t.Compute.Group != nil && *t.Compute.Group == g.Identifier && t.Account == g.Account && t.Region == g.Region {
			return wrongState(g.ARN, "The replication subnet group %s is currently in use by a replication.", g.Identifier)
		}
	}
	return v.store.groups.remove(v.store.db, g.ARN)
}

// update changes a copy of a record and stores it.
func update[T any](s *Store, kept *shelf[T], key string, change func(*T) error) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := kept.get(key)
	if !ok {
		return one, notFound(nouns[kindOf(key)], key)
	}
	if err := change(&one); err != nil {
		return one, err
	}
	return one, kept.put(s.db, key, one)
}

// set replaces a value by one that is given.
func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
