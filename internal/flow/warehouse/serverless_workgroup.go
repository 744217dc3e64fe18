package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// WorkgroupChange is what a call says about a workgroup; nil says nothing.
type WorkgroupChange struct {
	BaseCapacity, MaxCapacity *int
	Port                      *int
	EnhancedRouting, Public   *bool
	IPAddressType, Track      *string
	PricePerformance          *PricePerformance
	Parameters                map[string]string
	SecurityGroups, Subnets   []string
}

// CreateWorkgroupInput says what workgroup to make for which namespace.
type CreateWorkgroupInput struct {
	WorkgroupChange
	Name, Namespace string
	Tags            map[string]string
}

// CreateWorkgroup gives a Serverless namespace its workgroup, which starts it.
// When it cannot be started the namespace is as before.
func (v *NamespaceView) CreateWorkgroup(ctx context.Context, in CreateWorkgroupInput) (*Namespace, error) {
	if err := v.ask(ctx, question{action: "redshift-serverless:CreateWorkgroup", on: v.serverless("workgroup/*"), facts: tagFacts(in.Tags)}); err != nil {
		return nil, err
	}
	g := defaultGroup(v.store.now().UTC())
	g.Status, g.Tags = StatusCreating, in.Tags
	if err := in.check(g); err != nil {
		return nil, err
	}
	if _, err := v.store.hosting(); err != nil {
		return nil, err
	}
	n, err := v.reserveGroup(&in, g)
	if err != nil {
		return nil, err
	}
	if err := v.store.start(ctx, n); err != nil {
		err = fmt.Errorf("start the workgroup %s: %w", in.Name, err)
		if undone := v.store.close(context.WithoutCancel(ctx), n); undone != nil {
			err = fmt.Errorf("%w (and it could not be taken back: %w)", err, undone)
		}
		return nil, err
	}
	return n, nil
}

func (in *CreateWorkgroupInput) check(g *WorkgroupRecord) error {
	if err := serverlessName("workgroup", in.Name); err != nil {
		return err
	}
	if err := serverlessTags(checkTags(nil, in.Tags)); err != nil {
		return err
	}
	return in.apply(g)
}

// reserveGroup writes a workgroup into its namespace, in the state creating.
func (v *NamespaceView) reserveGroup(in *CreateWorkgroupInput, g *WorkgroupRecord) (*Namespace, error) {
	mine := v.mine()
	if slices.ContainsFunc(mine, func(n *Namespace) bool { return n.Workgroup == in.Name }) {
		return nil, conflict("The workgroup " + in.Name + " already exists.")
	}
	i := slices.IndexFunc(mine, func(n *Namespace) bool { return n.Name == in.Namespace })
	if i < 0 {
		return nil, missingResource("namespace", in.Namespace)
	}
	return v.store.update(mine[i].ID, func(n *Namespace) error {
		if n.Workgroup != "" {
			return conflict("The namespace " + n.Name + " is already associated with the workgroup " + n.Workgroup + ".")
		}
		if n.Status != StatusAvailable {
			return conflict("The namespace " + n.Name + " is " + string(n.Status) + ".")
		}
		n.Workgroup, n.Group, n.Port = in.Name, g, DefaultPort
		set(&n.Port, in.Port)
		return nil
	})
}

// workgroupParameters are the settings a workgroup may have.
var workgroupParameters = []string{"auto_mv", "datestyle", "enable_case_sensitive_identifier", "enable_user_activity_logging", "query_group",
	"search_path", "require_ssl", "use_fips_ssl", "wlm_json_configuration", "max_query_cpu_time", "max_query_blocks_read", "max_scan_row_count",
	"max_query_execution_time", "max_query_queue_time", "max_query_cpu_usage_percent", "max_query_temp_blocks_to_disk", "max_join_row_count",
	"max_nested_loop_join_row_count"}

// apply checks what was said and writes it into a workgroup's record.
func (c *WorkgroupChange) apply(g *WorkgroupRecord) error {
	set(&g.BaseCapacity, c.BaseCapacity)
	set(&g.MaxCapacity, c.MaxCapacity)
	if err := checkCapacity(g); err != nil {
		return err
	}
	if c.Port != nil && !managedPort(*c.Port) {
		return invalidInput(fmt.Sprintf("The port %d is not valid: it must be from 5431 to 5455 or from 8191 to 8215.", *c.Port))
	}
	for key := range c.Parameters {
		if !slices.Contains(workgroupParameters, key) {
			return invalidInput("The config parameter " + key + " is not valid.")
		}
	}
	set(&g.EnhancedRouting, c.EnhancedRouting)
	set(&g.Public, c.Public)
	set(&g.IPAddressType, c.IPAddressType)
	set(&g.Track, c.Track)
	set(&g.PricePerformance, c.PricePerformance)
	if g.Parameters == nil {
		g.Parameters = map[string]string{}
	}
	maps.Copy(g.Parameters, c.Parameters)
	if c.SecurityGroups != nil {
		g.SecurityGroups = c.SecurityGroups
	}
	if c.Subnets != nil {
		g.Subnets = c.Subnets
	}
	return nil
}

// checkCapacity holds a workgroup's capacity to the steps that AWS sells.
func checkCapacity(g *WorkgroupRecord) error {
	ok := func(rpu int) bool {
		return rpu == 4 || rpu >= 8 && rpu <= 512 && rpu%8 == 0 || rpu > 512 && rpu <= 1024 && rpu%32 == 0
	}
	switch {
	case !ok(g.BaseCapacity):
		return invalidInput("The base capacity must be 4, from 8 to 512 in steps of 8, or up to 1024 in steps of 32.")
	case g.MaxCapacity != 0 && (!ok(g.MaxCapacity) || g.MaxCapacity < g.BaseCapacity):
		return invalidInput("The maximum capacity must not be below the base capacity.")
	}
	return nil
}

// workgroup finds the namespace behind a workgroup of the caller for an action.
func (v *NamespaceView) workgroup(ctx context.Context, action, name string) (*Namespace, error) {
	n, missing := v.store.ByWorkgroup(v.by.Account, v.by.Request.Region, name)
	q := question{action: "redshift-serverless:" + action, on: v.serverless("workgroup/*")}
	if n != nil {
		q.on, q.tags = n.WorkgroupARN(), n.Group.Tags
	}
	if err := v.ask(ctx, q); err != nil {
		return nil, err
	}
	return n, missing
}

// GetWorkgroup describes a workgroup by its namespace.
func (v *NamespaceView) GetWorkgroup(ctx context.Context, name string) (*Namespace, error) {
	return v.workgroup(ctx, "GetWorkgroup", name)
}

// ListWorkgroups lists the namespaces of the caller's account and region that
// have a workgroup. No workgroups of another owner are shared with it.
func (v *NamespaceView) ListWorkgroups(ctx context.Context, owner string, p Page) ([]*Namespace, string, error) {
	if err := v.ask(ctx, question{action: "redshift-serverless:ListWorkgroups", on: "*"}); err != nil {
		return nil, "", err
	}
	with := slices.DeleteFunc(v.mine(), func(n *Namespace) bool { return n.Workgroup == "" || owner != "" && owner != n.Account })
	part, marker := page(with, func(n *Namespace) string { return n.Workgroup }, p)
	return part, marker, nil
}

// UpdateWorkgroup changes a workgroup; a new port restarts it.
func (v *NamespaceView) UpdateWorkgroup(ctx context.Context, name string, c WorkgroupChange) (*Namespace, error) {
	n, err := v.workgroup(ctx, "UpdateWorkgroup", name)
	if err != nil {
		return nil, err
	}
	changed, err := v.store.update(n.ID, func(n *Namespace) error {
		if n.Workgroup != name || n.Group.Status != StatusAvailable {
			return conflict("The workgroup " + name + " is not available.")
		}
		set(&n.Port, c.Port)
		return c.apply(n.Group)
	})
	if err != nil {
		return nil, err
	}
	if changed.Port == n.Port {
		return changed, nil
	}
	return v.store.restart(ctx, changed)
}

// DeleteWorkgroup ends a workgroup; its namespace keeps the data.
func (v *NamespaceView) DeleteWorkgroup(ctx context.Context, name string) (*Namespace, error) {
	n, err := v.workgroup(ctx, "DeleteWorkgroup", name)
	if err != nil {
		return nil, err
	}
	if _, err := v.store.hosting(); err != nil {
		return nil, err
	}
	gone, err := v.store.update(n.ID, func(n *Namespace) error {
		if n.Workgroup != name || n.Group.Status != StatusAvailable {
			return conflict("The workgroup " + name + " is not available.")
		}
		n.Group.Status = StatusDeleting
		return nil
	})
	if err != nil {
		return nil, err
	}
	return gone, v.store.close(context.WithoutCancel(ctx), gone)
}
