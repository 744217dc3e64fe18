package warehouse

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
)

// ClusterChange is what a call says about a cluster's settings, under AWS's
// names; nil says nothing.
type ClusterChange struct {
	NodeType                         *string
	ClusterType                      *string
	NumberOfNodes                    *int
	ClusterVersion                   *string
	AllowVersionUpgrade              *bool
	AutomatedSnapshotRetentionPeriod *int
	ManualSnapshotRetentionPeriod    *int
	ClusterParameterGroupName        *string
	AvailabilityZone                 *string
	PreferredMaintenanceWindow       *string
	MaintenanceTrackName             *string
	PubliclyAccessible               *bool
	Encrypted                        *bool
	KmsKeyId                         *string //nolint:revive,stylecheck // AWS's name.
	EnhancedVpcRouting               *bool
	MultiAZ                          *bool
	AvailabilityZoneRelocation       *bool
	ElasticIp                        *string //nolint:revive,stylecheck // AWS's name.
	IpAddressType                    *string //nolint:revive,stylecheck // AWS's name.
	Port                             *int
}

// set writes a value that was said.
func set[T any](to *T, said *T) {
	if said != nil {
		*to = *said
	}
}

// apply checks what was said and writes it into a cluster's record.
func (c *ClusterChange) apply(n *Namespace) error {
	s := n.Settings
	for _, check := range []func(*ClusterSettings) error{c.nodes, c.retention, c.words} {
		if err := check(s); err != nil {
			return err
		}
	}
	set(&s.AllowUpgrade, c.AllowVersionUpgrade)
	set(&s.Public, c.PubliclyAccessible)
	set(&s.EnhancedRouting, c.EnhancedVpcRouting)
	set(&s.MultiAZ, c.MultiAZ)
	set(&s.Relocation, c.AvailabilityZoneRelocation)
	set(&s.ElasticIP, c.ElasticIp)
	set(&s.AvailabilityZone, c.AvailabilityZone)
	set(&s.ParameterGroup, c.ClusterParameterGroupName)
	c.encryption(s)
	return c.port(n)
}

// nodeTypes are the node types that AWS offers.
var nodeTypes = []string{"dc2.large", "dc2.8xlarge", "rg.xlarge", "rg.4xlarge", "ra3.large", "ra3.xlplus", "ra3.4xlarge", "ra3.16xlarge"}

func (c *ClusterChange) nodes(s *ClusterSettings) error {
	if c.NodeType != nil && !slices.Contains(nodeTypes, strings.ToLower(*c.NodeType)) {
		return badParameter("InvalidParameterValue", "Invalid node type: %s", *c.NodeType)
	}
	set(&s.NodeType, c.NodeType)
	s.NodeType = strings.ToLower(s.NodeType)
	set(&s.Nodes, c.NumberOfNodes)
	if s.Nodes < 1 || s.Nodes > 100 {
		return badParameter("InvalidParameterValue", "The number of nodes must be at least 1 and no more than 100.")
	}
	if c.ClusterType == nil {
		return nil
	}
	switch {
	case *c.ClusterType == "single-node" && c.NumberOfNodes == nil:
		s.Nodes = 1
	case *c.ClusterType == "single-node" && s.Nodes > 1:
		return badParameter("InvalidParameterCombination", "Number of nodes for cluster type single-node must be 1.")
	case *c.ClusterType == "multi-node" && s.Nodes < 2:
		return badParameter("InvalidParameterCombination", "Number of nodes for cluster type multi-node must be greater than or equal to 2.")
	case *c.ClusterType != "single-node" && *c.ClusterType != "multi-node":
		return badParameter("InvalidParameterValue", "Invalid cluster type: %s. Valid values are multi-node and single-node.", *c.ClusterType)
	}
	return nil
}

func (c *ClusterChange) retention(s *ClusterSettings) error {
	set(&s.AutomatedRetention, c.AutomatedSnapshotRetentionPeriod)
	set(&s.ManualRetention, c.ManualSnapshotRetentionPeriod)
	if s.AutomatedRetention < 0 || s.AutomatedRetention > 35 {
		return badParameter("InvalidParameterValue", "The automated snapshot retention period must be from 0 to 35 days.")
	}
	if d := s.ManualRetention; d != -1 && (d < 1 || d > 3653) {
		return &fault.Error{Kind: fault.Invalid, Code: "InvalidRetentionPeriodFault", Message: "The manual snapshot retention period must be -1 or from 1 to 3,653 days."}
	}
	return nil
}

// words are the settings that take one of a few values, or a form of their own.
func (c *ClusterChange) words(s *ClusterSettings) error {
	if c.ClusterVersion != nil && *c.ClusterVersion != "1.0" {
		return badParameter("InvalidParameterValue", "Cluster version %s is not valid: only version 1.0 is available.", *c.ClusterVersion)
	}
	if c.IpAddressType != nil && *c.IpAddressType != "ipv4" && *c.IpAddressType != "dualstack" {
		return badParameter("InvalidParameterValue", "Invalid IP address type: %s. Valid values are ipv4 and dualstack.", *c.IpAddressType)
	}
	if c.MaintenanceTrackName != nil && *c.MaintenanceTrackName != "current" && *c.MaintenanceTrackName != "trailing" {
		return badParameter("InvalidClusterTrack", "The maintenance track %s does not exist.", *c.MaintenanceTrackName)
	}
	if c.PreferredMaintenanceWindow != nil && !maintenanceWindow(*c.PreferredMaintenanceWindow) {
		return badParameter("InvalidParameterValue", "Invalid maintenance window: %s. It must have the form ddd:hh24:mi-ddd:hh24:mi.", *c.PreferredMaintenanceWindow)
	}
	set(&s.Version, c.ClusterVersion)
	set(&s.IPAddressType, c.IpAddressType)
	set(&s.MaintenanceTrack, c.MaintenanceTrackName)
	set(&s.MaintenanceWindow, c.PreferredMaintenanceWindow)
	s.MaintenanceWindow = strings.ToLower(s.MaintenanceWindow)
	return nil
}

// maintenanceWindow reports whether s has the form sun:06:30-sun:07:00.
func maintenanceWindow(s string) bool {
	from, to, ok := strings.Cut(s, "-")
	return ok && weekMinute(from) && weekMinute(to)
}

func weekMinute(s string) bool {
	day, clock, ok := strings.Cut(strings.ToLower(s), ":")
	return ok && slices.Contains([]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, day) &&
		len(clock) == 5 && clock[2] == ':' && clock[:2] >= "00" && clock[:2] <= "23" && clock[3:] >= "00" && clock[3:] <= "59"
}

// encryption keeps a key only while the cluster is encrypted.
func (c *ClusterChange) encryption(s *ClusterSettings) {
	set(&s.Encrypted, c.Encrypted)
	if c.KmsKeyId != nil && *c.KmsKeyId != "" {
		s.KMSKey = *c.KmsKeyId
	}
	switch {
	case !s.Encrypted:
		s.KMSKey = ""
	case s.KMSKey == "":
		s.KMSKey = ownedKey
	}
}

func (c *ClusterChange) port(n *Namespace) error {
	if c.Port == nil {
		return nil
	}
	n.Port = *c.Port
	if strings.HasPrefix(n.Settings.NodeType, "dc2.") {
		if n.Port < 1150 || n.Port > 65535 {
			return badParameter("InvalidParameterValue", "The port %d is not valid: it must be from 1150 to 65535.", n.Port)
		}
		return nil
	}
	if !managedPort(n.Port) {
		return badParameter("InvalidParameterValue", "The port %d is not valid: it must be from 5431 to 5455 or from 8191 to 8215.", n.Port)
	}
	return nil
}

// managedPort reports whether clusters on managed storage and workgroups may have the port.
func managedPort(p int) bool { return p >= 5431 && p <= 5455 || p >= 8191 && p <= 8215 }
