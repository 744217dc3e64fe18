package warehouse

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// Parameter is one setting of a parameter group.
type Parameter struct {
	Name, Value, Description string
	Type, Allowed            string
	Dynamic                  bool // takes effect without a restart
	User                     bool // set by a user rather than by default
}

// defaultParameters are those of family redshift-2.0; 1.0 does not require TLS.
var defaultParameters = []Parameter{
	{Name: "auto_analyze", Value: "true", Type: "boolean", Allowed: "true,false", Description: "Use auto analyze"},
	{Name: "auto_mv", Value: "true", Type: "boolean", Allowed: "true,false", Description: "Use automated materialized views"},
	{Name: "datestyle", Value: "ISO, MDY", Type: "string", Description: "Sets the display format for date and time values."},
	{Name: "enable_case_sensitive_identifier", Value: "false", Type: "boolean", Allowed: "true,false", Description: "Preserves the case of quoted identifiers"},
	{Name: "enable_user_activity_logging", Value: "false", Type: "boolean", Allowed: "true,false", Description: "Writes user activity to the audit log"},
	{Name: "extra_float_digits", Value: "0", Type: "integer", Allowed: "-15-2", Description: "Sets the number of digits displayed for floating-point values"},
	{Name: "max_concurrency_scaling_clusters", Value: "1", Type: "integer", Allowed: "0-10", Description: "The maximum number of concurrency scaling clusters"},
	{Name: "max_cursor_result_set_size", Value: "default", Type: "integer", Allowed: "0-14400000", Description: "Sets the maximum result set size in MB for a cursor"},
	{Name: "query_group", Value: "default", Type: "string", Description: "Applies a user-defined label to a group of queries"},
	{Name: "require_ssl", Value: "true", Type: "boolean", Allowed: "true,false", Description: "Refuses connections without TLS"},
	{Name: "search_path", Value: "$user, public", Type: "string", Description: "Sets the schema search order for names that are not schema-qualified"},
	{Name: "statement_timeout", Value: "0", Type: "integer", Allowed: "0,100-2147483647", Description: "Aborts statements that take longer, in milliseconds"},
	{Name: "use_fips_ssl", Value: "false", Type: "boolean", Allowed: "true,false", Description: "Uses TLS with modules that keep FIPS 140"},
	{Name: "wlm_json_configuration", Value: `[{"auto_wlm":true}]`, Type: "string", Dynamic: true, Description: "Workload management configuration"},
}

func parameterFamily(name string) bool { return name == "redshift-1.0" || name == "redshift-2.0" }

// familyParameters are the parameters of a family with their defaults.
func familyParameters(family string) []Parameter {
	all := slices.Clone(defaultParameters)
	if family == "redshift-1.0" {
		i := slices.IndexFunc(all, func(p Parameter) bool { return p.Name == "require_ssl" })
		all[i].Value = "false"
	}
	return all
}

// parameters are those of the group, with the values that were set.
func (g *ParameterGroup) parameters() []Parameter {
	all := familyParameters(g.Family)
	for i := range all {
		if value, ok := g.Values[all[i].Name]; ok {
			all[i].Value, all[i].User = value, true
		}
	}
	return all
}

// accepts reports whether a parameter takes a value.
func (p *Parameter) accepts(value string) bool {
	switch p.Type {
	case "boolean":
		return value == "true" || value == "false"
	case "integer":
		if value == "default" && p.Value == "default" {
			return true
		}
		n, err := strconv.Atoi(value)
		return err == nil && p.spans(n)
	}
	return value != ""
}

// spans reports whether a number is in one of the allowed ranges.
func (p *Parameter) spans(n int) bool {
	for one := range strings.SplitSeq(p.Allowed, ",") {
		from, to, ranged := cutRange(one)
		if n == from || ranged && n >= from && n <= to {
			return true
		}
	}
	return false
}

// cutRange reads "5", "0-10" or "-15-2".
func cutRange(s string) (from, to int, ok bool) {
	i := strings.LastIndexByte(s, '-')
	if i <= 0 {
		from, _ = strconv.Atoi(s) // The table above has numbers only.
		return from, from, false
	}
	from, _ = strconv.Atoi(s[:i])
	to, _ = strconv.Atoi(s[i+1:])
	return from, to, true
}

// SessionParameters are the settings that a namespace's sessions begin with:
// those set in the cluster's parameter group, or for the workgroup.
func (s *Namespaces) SessionParameters(n *Namespace) map[string]string {
	if n.Group != nil {
		return maps.Clone(n.Group.Parameters)
	}
	if n.Settings == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.groups.parameters.all[shelfKey(n.Account, n.Region, n.Settings.ParameterGroup)].Values)
}

// parameterGroup finds a parameter group of the caller for an action; the default ones are always there.
func (v *NamespaceView) parameterGroup(ctx context.Context, action, name string) (ParameterGroup, error) {
	name = strings.ToLower(name)
	v.store.mu.RLock()
	g, ok := v.store.groups.parameters.all[v.key(name)]
	v.store.mu.RUnlock()
	if err := v.ask(ctx, v.groupQuestion(action, "parametergroup", name, g.Tags)); err != nil {
		return g, err
	}
	if ok {
		return g, nil
	}
	if family, ok := strings.CutPrefix(name, "default."); ok && parameterFamily(family) {
		return v.defaultGroup(family), nil
	}
	return g, noParameterGroup(name)
}

func (v *NamespaceView) defaultGroup(family string) ParameterGroup {
	return ParameterGroup{Account: v.by.Account, Region: v.by.Request.Region, Name: "default." + family, Family: family,
		Description: "Default parameter group for " + family}
}

func noParameterGroup(name string) error {
	return &fault.Error{Kind: fault.NotFound, Code: "ClusterParameterGroupNotFound", On: name, Message: "ClusterParameterGroup not found: " + name}
}

// CreateParameterGroup makes a parameter group; account, region and case of its name are filled in.
func (v *NamespaceView) CreateParameterGroup(ctx context.Context, g ParameterGroup) (ParameterGroup, error) {
	q := v.groupQuestion("CreateClusterParameterGroup", "parametergroup", strings.ToLower(g.Name), nil)
	q.facts = tagFacts(g.Tags)
	if err := v.ask(ctx, q); err != nil {
		return g, err
	}
	g.Account, g.Region, g.Name, g.Values = v.by.Account, v.by.Request.Region, strings.ToLower(g.Name), map[string]string{}
	if err := checkParameterGroup(&g); err != nil {
		return g, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if _, ok := v.store.groups.parameters.all[v.key(g.Name)]; ok {
		return g, &fault.Error{Kind: fault.Exists, Code: "ClusterParameterGroupAlreadyExists", Message: "ClusterParameterGroup " + g.Name + " already exists"}
	}
	return g, v.store.groups.parameters.put(v.store.db, v.key(g.Name), g)
}

func checkParameterGroup(g *ParameterGroup) error {
	if err := checkGroupName("ParameterGroupName", g.Name); err != nil {
		return err
	}
	if !letter(g.Name[0]) || strings.HasSuffix(g.Name, "-") || strings.Contains(g.Name, "--") || strings.HasPrefix(g.Name, "default.") {
		return badParameter("InvalidParameterValue", "The parameter ParameterGroupName is not a valid identifier.")
	}
	if !parameterFamily(g.Family) {
		return badParameter("InvalidParameterValue", "ParameterGroupFamily %s is not a valid parameter group family: use redshift-2.0 or redshift-1.0.", g.Family)
	}
	return checkTags(nil, g.Tags)
}

// DescribeParameterGroups lists the parameter groups of the caller's account and region, or the one it names.
func (v *NamespaceView) DescribeParameterGroups(ctx context.Context, name string, tags TagFilter, p Page) ([]ParameterGroup, string, error) {
	if name != "" {
		g, err := v.parameterGroup(ctx, "DescribeClusterParameterGroups", name)
		if err != nil {
			return nil, "", err
		}
		return []ParameterGroup{g}, "", nil
	}
	if err := v.ask(ctx, v.groupQuestion("DescribeClusterParameterGroups", "parametergroup", "*", nil)); err != nil {
		return nil, "", err
	}
	if err := checkPage(p); err != nil {
		return nil, "", err
	}
	v.store.mu.RLock()
	defer v.store.mu.RUnlock()
	all := append(v.store.groups.parameters.below(v.by.Account, v.by.Request.Region), v.defaultGroup("redshift-1.0"), v.defaultGroup("redshift-2.0"))
	all = slices.DeleteFunc(all, func(g ParameterGroup) bool { return !tags.selects(g.Tags) })
	part, marker := page(all, func(g ParameterGroup) string { return g.Name }, p)
	return part, marker, nil
}

// DescribeParameters lists the parameters of a group; source "user" and
// "engine-default" select those that were set and those that were not.
func (v *NamespaceView) DescribeParameters(ctx context.Context, name, source string, p Page) ([]Parameter, string, error) {
	g, err := v.parameterGroup(ctx, "DescribeClusterParameters", name)
	if err != nil {
		return nil, "", err
	}
	if source != "" && source != "user" && source != "engine-default" {
		return nil, "", badParameter("InvalidParameterValue", "Invalid source: %s. Valid values are user and engine-default.", source)
	}
	if err := checkPage(p); err != nil {
		return nil, "", err
	}
	all := slices.DeleteFunc(g.parameters(), func(p Parameter) bool { return source != "" && p.User != (source == "user") })
	part, marker := page(all, func(p Parameter) string { return p.Name }, p)
	return part, marker, nil
}

// DefaultParameters lists the parameters of a family.
func (v *NamespaceView) DefaultParameters(ctx context.Context, family string, p Page) ([]Parameter, string, error) {
	if err := v.ask(ctx, v.groupQuestion("DescribeDefaultClusterParameters", "parametergroup", "*", nil)); err != nil {
		return nil, "", err
	}
	if !parameterFamily(family) {
		return nil, "", badParameter("InvalidParameterValue", "ParameterGroupFamily %s is not a valid parameter group family.", family)
	}
	if err := checkPage(p); err != nil {
		return nil, "", err
	}
	part, marker := page(familyParameters(family), func(p Parameter) string { return p.Name }, p)
	return part, marker, nil
}

// ModifyParameterGroup sets parameters of a group; all of them or none.
func (v *NamespaceView) ModifyParameterGroup(ctx context.Context, name string, values map[string]string) error {
	return v.editParameters(ctx, "ModifyClusterParameterGroup", name, func(g *ParameterGroup) error {
		known := familyParameters(g.Family)
		for k, value := range values {
			i := slices.IndexFunc(known, func(p Parameter) bool { return p.Name == k })
			if i < 0 {
				return badParameter("InvalidParameterValue", "Could not find parameter with name: %s", k)
			}
			if !known[i].accepts(value) {
				return badParameter("InvalidParameterValue", "Invalid parameter value: %s for: %s allowed values are: %s", value, k, known[i].Allowed)
			}
			g.Values[k] = value
		}
		return nil
	})
}

// ResetParameterGroup brings parameters of a group back to their defaults; all when none is named.
func (v *NamespaceView) ResetParameterGroup(ctx context.Context, name string, all bool, names []string) error {
	return v.editParameters(ctx, "ResetClusterParameterGroup", name, func(g *ParameterGroup) error {
		if all == (len(names) > 0) {
			return badParameter("InvalidParameterCombination", "Specify either ResetAllParameters or a list of parameters.")
		}
		maps.DeleteFunc(g.Values, func(k, _ string) bool { return all || slices.Contains(names, k) })
		return nil
	})
}

func (v *NamespaceView) editParameters(ctx context.Context, action, name string, change func(*ParameterGroup) error) error {
	if _, err := v.parameterGroup(ctx, action, name); err != nil {
		return err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	g, ok := v.store.groups.parameters.all[v.key(name)]
	if !ok {
		return &fault.Error{Kind: fault.Conflict, Code: "InvalidClusterParameterGroupState", Message: "The default parameter group " + name + " can't be changed."}
	}
	if g.Values = maps.Clone(g.Values); g.Values == nil {
		g.Values = map[string]string{}
	}
	if err := change(&g); err != nil {
		return err
	}
	return v.store.groups.parameters.put(v.store.db, v.key(name), g)
}

// DeleteParameterGroup removes a parameter group that no cluster uses.
func (v *NamespaceView) DeleteParameterGroup(ctx context.Context, name string) error {
	g, err := v.parameterGroup(ctx, "DeleteClusterParameterGroup", name)
	if err != nil {
		return err
	}
	state := func(why string) error {
		return &fault.Error{Kind: fault.Conflict, Code: "InvalidClusterParameterGroupState", Message: "The parameter group " + g.Name + " can't be deleted: " + why + "."}
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if _, ok := v.store.groups.parameters.all[v.key(name)]; !ok {
		return state("it is a default one")
	}
	for _, n := range v.store.all {
		if n.Settings != nil && n.Account == g.Account && n.in(g.Region) && n.Settings.ParameterGroup == g.Name {
			return state("the cluster " + n.Cluster + " uses it")
		}
	}
	return v.store.groups.parameters.remove(v.store.db, v.key(name))
}
