package warehouse

import "time"

// ownedKey is how Redshift names a key that it owns itself.
const ownedKey = "AWS_OWNED_KMS_KEY"

// What AWS takes where a call says nothing.
const (
	DefaultPort           = 5439
	DefaultDatabase       = "dev"
	DefaultParameterGroup = "default.redshift-2.0"
	defaultNodeType       = "ra3.xlplus"
	defaultWindow         = "sun:06:30-sun:07:00"
	defaultCapacity       = 128 // RPU
)

func defaultSettings(region string) *ClusterSettings {
	return &ClusterSettings{
		NodeType: defaultNodeType, Nodes: 1, Version: "1.0", AllowUpgrade: true, AutomatedRetention: 1, ManualRetention: -1,
		SubnetGroup: "default", ParameterGroup: DefaultParameterGroup, AvailabilityZone: region + "a", MaintenanceWindow: defaultWindow,
		MaintenanceTrack: "current", Encrypted: true, KMSKey: ownedKey, IPAddressType: "ipv4",
	}
}

func defaultGroup(created time.Time) *WorkgroupRecord {
	return &WorkgroupRecord{
		ID: newUUID(), Status: StatusAvailable, Created: created, BaseCapacity: defaultCapacity, IPAddressType: "ipv4", Track: "current",
		PricePerformance: PricePerformance{Level: 50, Status: "DISABLED"},
	}
}
