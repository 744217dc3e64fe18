package replication

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Instance is a replication instance: where tasks run.
type Instance struct {
	Resource
	Class          string
	Storage        int // GB
	SecurityGroups []string
	Zone           string
	Group          string // ARN of the subnet group, "" for the default one
	Window         string
	MultiAZ        bool
	Version        string
	MinorUpgrade   bool
	KMSKey         string
	Public         bool
	DNS            string
	Network        string
}

func instanceBase(i *Instance) *Resource { return &i.Resource }

// How much storage an instance can have, in GB.
const (
	DefaultStorage = 50
	MinStorage     = 5
	MaxStorage     = 6144
)

const maxInstances = 60

// versions are the engine versions of instances, the newest first.
var versions = []string{"3.6.1", "3.5.4", "3.5.3"}

// classes are the classes of instances.
var classes = []string{
	"dms.t3.micro", "dms.t3.small", "dms.t3.medium", "dms.t3.large",
	"dms.c5.large", "dms.c5.xlarge", "dms.c5.2xlarge", "dms.c5.4xlarge", "dms.c5.9xlarge", "dms.c5.12xlarge", "dms.c5.18xlarge", "dms.c5.24xlarge",
	"dms.c6i.large", "dms.c6i.xlarge", "dms.c6i.2xlarge", "dms.c6i.4xlarge", "dms.c6i.8xlarge", "dms.c6i.12xlarge", "dms.c6i.16xlarge", "dms.c6i.24xlarge", "dms.c6i.32xlarge",
	"dms.r5.large", "dms.r5.xlarge", "dms.r5.2xlarge", "dms.r5.4xlarge", "dms.r5.8xlarge", "dms.r5.12xlarge", "dms.r5.16xlarge", "dms.r5.24xlarge",
	"dms.r6i.large", "dms.r6i.xlarge", "dms.r6i.2xlarge", "dms.r6i.4xlarge", "dms.r6i.8xlarge", "dms.r6i.12xlarge", "dms.r6i.16xlarge", "dms.r6i.24xlarge", "dms.r6i.32xlarge",
}

// InstanceChange is what can be said of an instance; nil leaves a thing as it is.
type InstanceChange struct {
	Identifier     *string
	Class          *string
	Storage        *int
	SecurityGroups []string
	Zone           *string
	GroupName      *string
	Window         *string
	MultiAZ        *bool
	Version        *string
	MinorUpgrade   *bool
	KMSKey         *string
	Public         *bool
	DNS            *string
	Network        *string
}

// CreateInstanceInput describes an instance to make.
type CreateInstanceInput struct {
	InstanceChange
	ResourceID string
	Tags       []Tag
}

// CreateInstance makes a replication instance. It needs dms-vpc-role.
func (v *View) CreateInstance(ctx context.Context, in CreateInstanceInput) (Instance, error) {
	r, err := v.newResource(kindInstance, *in.Identifier, in.ResourceID, in.Tags)
	if err := v.askNew(ctx, "CreateReplicationInstance", &r, in.Tags); err != nil {
		return Instance{}, err
	}
	i := Instance{Resource: r, Storage: DefaultStorage, Zone: r.Region + "a", Window: "sun:06:00-sun:14:00", Version: versions[0], MinorUpgrade: true,
		KMSKey: fmt.Sprintf("arn:aws:kms:%s:%s:alias/aws/dms", r.Region, r.Account), Public: true, Network: "IPV4"}
	if err := firstError(err, checkIdentifier("ReplicationInstanceIdentifier", r.Identifier, longestInstance), i.change(in.InstanceChange)); err != nil {
		return i, err
	}
	if err := v.placeInstance(ctx, &i, in.GroupName); err != nil {
		return i, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if err := free(v, &v.store.instances, instanceBase, &i.Resource, kinds{"replication instances", maxInstances}); err != nil {
		return i, err
	}
	if err := v.store.instances.put(v.store.db, i.ARN, i); err != nil {
		return i, err
	}
	v.store.note(&i.Resource, instanceCreated)
	return i, nil
}

// placeInstance finds the subnet group and checks the role that networks need.
func (v *View) placeInstance(ctx context.Context, i *Instance, group *string) error {
	if group != nil && *group != "" && *group != "default" {
		r, err := v.groupARN(*group)
		if err != nil {
			return err
		}
		if _, err := found(ctx, v, &v.store.groups, question{action: "CreateReplicationInstance", on: r.ARN}, groupBase); err != nil {
			return err
		}
		i.Group = r.ARN
	}
	return v.checkVPCRole(ctx, i.ARN)
}

var window = regexp.MustCompile(`^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$`)

// change sets what is given, after it has been checked.
func (i *Instance) change(c InstanceChange) error {
	if err := c.check(); err != nil {
		return err
	}
	set(&i.Class, c.Class)
	set(&i.Storage, c.Storage)
	set(&i.Zone, c.Zone)
	set(&i.Window, c.Window)
	set(&i.MultiAZ, c.MultiAZ)
	set(&i.Version, c.Version)
	set(&i.MinorUpgrade, c.MinorUpgrade)
	set(&i.KMSKey, c.KMSKey)
	set(&i.Public, c.Public)
	set(&i.DNS, c.DNS)
	set(&i.Network, c.Network)
	if c.SecurityGroups != nil {
		i.SecurityGroups = c.SecurityGroups
	}
	return nil
}

func (c *InstanceChange) check() error {
	switch {
	case c.Class != nil && !slices.Contains(classes, *c.Class):
		return invalid("Invalid Replication Instance Class: " + *c.Class)
	case c.Storage != nil && (*c.Storage < MinStorage || *c.Storage > MaxStorage):
		return invalid(fmt.Sprintf("Invalid storage size %d: it must be from %d to %d GB.", *c.Storage, MinStorage, MaxStorage))
	case c.Version != nil && !slices.Contains(versions, *c.Version):
		return invalid("No replication engine found with version: " + *c.Version)
	case c.Window != nil && !window.MatchString(*c.Window):
		return invalid("Invalid maintenance window format: " + *c.Window)
	case c.Network != nil && *c.Network != "IPV4" && *c.Network != "DUAL":
		return invalid("Invalid network type: " + *c.Network)
	case c.MultiAZ != nil && *c.MultiAZ && c.Zone != nil:
		return combination("Availability zone cannot be specified when MultiAZ is true.")
	}
	return nil
}

// Instances lists the replication instances of the caller.
func (v *View) Instances(ctx context.Context, q Query) ([]Instance, string, error) {
	return list(ctx, v, listing[Instance]{
		action: "DescribeReplicationInstances", what: "replication instances", kept: &v.store.instances, base: instanceBase,
		by: attributes[Instance]{
			"replication-instance-arn":   func(i *Instance) []string { return []string{i.ARN} },
			"replication-instance-id":    func(i *Instance) []string { return []string{i.Identifier} },
			"replication-instance-class": func(i *Instance) []string { return []string{i.Class} },
			"engine-version":             func(i *Instance) []string { return []string{i.Version} },
		},
	}, q)
}

// InstanceGroup is the subnet group of an instance, if it stands in one.
func (v *View) InstanceGroup(i *Instance) (SubnetGroup, bool) {
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	return v.store.groups.get(i.Group)
}

// ModifyInstance changes an instance, at once.
func (v *View) ModifyInstance(ctx context.Context, name string, c InstanceChange) (Instance, error) {
	if _, err := found(ctx, v, &v.store.instances, question{action: "ModifyReplicationInstance", on: name}, instanceBase); err != nil {
		return Instance{}, err
	}
	i, err := update(v.store, &v.store.instances, name, func(i *Instance) error {
		if c.Identifier != nil && strings.ToLower(*c.Identifier) != i.Identifier {
			i.Identifier = strings.ToLower(*c.Identifier)
			if err := firstError(checkIdentifier("ReplicationInstanceIdentifier", i.Identifier, longestInstance), unique(v, &v.store.instances, instanceBase, &i.Resource)); err != nil {
				return err
			}
		}
		return i.change(c)
	})
	if err == nil {
		v.store.noted(&i.Resource, instanceModified)
	}
	return i, err
}

// RebootInstance starts an instance again: its tasks stop and go on where they were.
func (v *View) RebootInstance(ctx context.Context, name string) (Instance, error) {
	i, err := found(ctx, v, &v.store.instances, question{action: "RebootReplicationInstance", on: name}, instanceBase)
	if err != nil {
		return i, err
	}
	v.store.restart(func(t *Task) bool { return t.Instance == name })
	v.store.noted(&i.Resource, instanceRebooted)
	return i, nil
}

// DeleteInstance removes an instance without tasks.
func (v *View) DeleteInstance(ctx context.Context, name string) (Instance, error) {
	i, err := found(ctx, v, &v.store.instances, question{action: "DeleteReplicationInstance", on: name}, instanceBase)
	if err != nil {
		return i, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	for _, t := range v.store.tasks.all {
		if t.Instance == name {
			return i, wrongState(name, "Replication Instance %s has active replication tasks, for example %s. Delete them first.", i.Identifier, t.Identifier)
		}
	}
	for _, c := range v.store.connections.where(func(c *Connection) bool { return c.Instance == name }) {
		if err := v.store.connections.remove(v.store.db, c.key()); err != nil {
			return i, err
		}
	}
	if err := v.store.instances.remove(v.store.db, name); err != nil {
		return i, err
	}
	v.store.note(&i.Resource, instanceDeleted)
	return i, nil
}

// Orderable is a class of instance that can be had.
type Orderable struct{ Version, Class, Zone string }

// OrderableInstances lists what instances can be made.
func (v *View) OrderableInstances(ctx context.Context, q Query) ([]Orderable, string, error) {
	if err := v.ask(ctx, question{action: "DescribeOrderableReplicationInstances"}); err != nil {
		return nil, "", err
	}
	var all []Orderable
	for _, version := range versions {
		for _, class := range classes {
			all = append(all, Orderable{version, class, v.by.Request.Region + "a"})
		}
	}
	return cut(all, func(o *Orderable) string { return o.Class + " " + o.Version }, q, largestPage)
}
