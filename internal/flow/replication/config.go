package replication

import (
	"context"
	"slices"
	"strings"
)

// Compute is what a serverless replication runs on.
type Compute struct {
	Zone           *string  `json:"AvailabilityZone,omitempty"`
	DNS            *string  `json:"DnsNameServers,omitempty"`
	KMSKey         *string  `json:"KmsKeyId,omitempty"`
	Max            *int     `json:"MaxCapacityUnits,omitempty"`
	Min            *int     `json:"MinCapacityUnits,omitempty"`
	MultiAZ        *bool    `json:"MultiAZ,omitempty"`
	Window         *string  `json:"PreferredMaintenanceWindow,omitempty"`
	Group          *string  `json:"ReplicationSubnetGroupId,omitempty"`
	SecurityGroups []string `json:"VpcSecurityGroupIds,omitempty"`
}

// capacities are the units of serverless replications.
var capacities = []int{1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384}

// check holds units to those that there are; a task without Compute has none.
func (c *Compute) check() error {
	if c == nil {
		return nil
	}
	if c.Max == nil {
		return invalid("The parameter MaxCapacityUnits must be provided.")
	}
	if !slices.Contains(capacities, *c.Max) || c.Min != nil && !slices.Contains(capacities, *c.Min) {
		return invalid("Capacity units must be one of 1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384.")
	}
	if c.Min != nil && *c.Min > *c.Max {
		return combination("MinCapacityUnits cannot be greater than MaxCapacityUnits.")
	}
	return nil
}

// with is the compute with what another says.
func (c *Compute) with(o *Compute) *Compute {
	n := copyOf(c)
	pick := func(to **string, from *string) {
		if from != nil {
			*to = from
		}
	}
	pick(&n.Zone, o.Zone)
	pick(&n.DNS, o.DNS)
	pick(&n.KMSKey, o.KMSKey)
	pick(&n.Window, o.Window)
	pick(&n.Group, o.Group)
	if o.Max != nil {
		n.Max = o.Max
	}
	if o.Min != nil {
		n.Min = o.Min
	}
	if o.MultiAZ != nil {
		n.MultiAZ = o.MultiAZ
	}
	if o.SecurityGroups != nil {
		n.SecurityGroups = o.SecurityGroups
	}
	return n
}

// CreateConfigInput describes a serverless replication.
type CreateConfigInput struct {
	Identifier     string
	Source, Target string
	Type, Mappings string
	Settings       *string
	Supplemental   string
	Compute        Compute
	ResourceID     string
	Tags           []Tag
}

// CreateConfig makes a serverless replication. It needs dms-vpc-role.
func (v *View) CreateConfig(ctx context.Context, in CreateConfigInput) (Task, error) {
	r, err := v.newResource(kindConfig, in.Identifier, in.ResourceID, in.Tags)
	if err := v.askTask(ctx, "CreateReplicationConfig", in.Tags, in.Source, in.Target); err != nil {
		return Task{}, err
	}
	if err := v.askTags(ctx, &r, in.Tags); err != nil {
		return Task{}, err
	}
	t := Task{Resource: r, Source: in.Source, Target: in.Target, Type: in.Type, Mappings: in.Mappings, Supplemental: in.Supplemental,
		Compute: &in.Compute, Status: StatusCreated, Updated: v.store.Now().UTC()}
	err = firstError(err, checkIdentifier("ReplicationConfigIdentifier", r.Identifier, longestTask), checkMigration(t.Type), t.Compute.check(), v.checkPair(&t),
		t.setDocuments(&in.Mappings, in.Settings), v.checkPlace(&t), v.checkVPCRole(ctx, r.ARN))
	if err != nil {
		return t, err
	}
	if err := v.store.addTask(v, t); err != nil {
		return t, err
	}
	v.store.noted(&t.Resource, taskCreated)
	return t, nil
}

// checkPlace finds the subnet group of a serverless replication.
func (v *View) checkPlace(t *Task) error {
	if t.Compute.Group == nil || *t.Compute.Group == "" || *t.Compute.Group == "default" {
		return nil
	}
	r, err := v.groupARN(strings.ToLower(*t.Compute.Group))
	if err != nil {
		return err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if _, ok := v.store.groups.get(r.ARN); !ok {
		return notFound(nouns[kindGroup], r.Identifier)
	}
	return nil
}

// Configs lists the serverless replications of the caller, for either action that does.
func (v *View) Configs(ctx context.Context, action string, q Query) ([]Task, string, error) {
	page, marker, err := list(ctx, v, listing[Task]{
		action: action, what: "replications", kept: &v.store.tasks, base: taskBase,
		only: func(t *Task) bool { return t.Compute != nil },
		by: attributes[Task]{
			"replication-config-arn": func(t *Task) []string { return []string{t.ARN} },
			"replication-config-id":  func(t *Task) []string { return []string{t.Identifier} },
		},
	}, q)
	for i := range page {
		page[i] = v.store.shown(page[i])
	}
	return page, marker, err
}
