package replication

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
)

// Quota is a limit of an account and how much of it is used.
type Quota struct {
	Name      string
	Used, Max int64
}

// AccountAttributes are the quotas of the caller's account, and the id that names of
// buckets of DMS end with.
func (v *View) AccountAttributes(ctx context.Context) ([]Quota, string, error) {
	if err := v.ask(ctx, question{action: "DescribeAccountAttributes"}); err != nil {
		return nil, "", err
	}
	s := v.store
	s.mu.Lock()
	defer s.mu.Unlock()
	var storage int64
	instances := s.instances.where(func(i *Instance) bool { return v.mine(&i.Resource) })
	for _, i := range instances {
		storage += int64(i.Storage)
	}
	groups := s.groups.where(func(g *SubnetGroup) bool { return v.mine(&g.Resource) })
	subnets := 0
	for _, g := range groups {
		subnets = max(subnets, len(g.Subnets))
	}
	return []Quota{
		{"ReplicationInstances", int64(len(instances)), maxInstances},
		{"AllocatedStorage", storage, 30_000},
		{"ReplicationSubnetGroups", int64(len(groups)), maxGroups},
		{"SubnetsPerReplicationSubnetGroup", int64(subnets), maxSubnets},
		{"Endpoints", int64(len(s.endpoints.where(func(e *Endpoint) bool { return v.mine(&e.Resource) }))), maxEndpoints},
		{"Certificates", int64(len(s.certificates.where(func(c *Certificate) bool { return v.mine(&c.Resource) }))), maxCertificates},
		{"ReplicationTasks", int64(len(s.tasks.where(func(t *Task) bool { return v.mine(&t.Resource) && t.Compute == nil }))), maxTasks},
	}, AccountID(v.by.Account, v.by.Request.Region), nil
}

// AccountID is the id of an account in a region, twelve letters and digits.
func AccountID(account, region string) string {
	sum := sha256.Sum256([]byte("dms " + account + " " + region))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])[:12]
}
