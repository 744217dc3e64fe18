package warehouse

import (
	"maps"
	"slices"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
)

// ClusterSettings is what a provisioned cluster was asked to be, besides its
// name, database and administrator. It is shown as it was asked for; the engine
// of this machine stands behind every node type.
type ClusterSettings struct {
	NodeType           string
	Nodes              int
	Version            string
	AllowUpgrade       bool
	AutomatedRetention int // days
	ManualRetention    int // days; -1 keeps for ever
	SubnetGroup        string
	ParameterGroup     string
	SecurityGroups     []string
	AvailabilityZone   string
	MaintenanceWindow  string
	MaintenanceTrack   string
	Public             bool
	Encrypted          bool
	KMSKey             string
	EnhancedRouting    bool
	MultiAZ            bool
	Relocation         bool
	ElasticIP          string
	IPAddressType      string
	SecretKMSKey       string
}

func (c *ClusterSettings) copy() *ClusterSettings {
	n := *c
	n.SecurityGroups = slices.Clone(c.SecurityGroups)
	return &n
}

// StorageSettings is what a Serverless namespace was asked to be.
type StorageSettings struct {
	KMSKey       string
	SecretKMSKey string
	LogExports   []string
}

func (s *StorageSettings) copy() *StorageSettings {
	n := *s
	n.LogExports = slices.Clone(s.LogExports)
	return &n
}

// WorkgroupRecord is the workgroup of a Serverless namespace; its name is the namespace's Workgroup.
type WorkgroupRecord struct {
	ID               string
	Status           Status
	Created          time.Time
	BaseCapacity     int
	MaxCapacity      int
	EnhancedRouting  bool
	Public           bool
	Parameters       map[string]string
	SecurityGroups   []string
	Subnets          []string
	IPAddressType    string
	Track            string
	PricePerformance PricePerformance
	Tags             map[string]string
}

// PricePerformance is a workgroup's target between cost and speed.
type PricePerformance struct {
	Level  int
	Status string // ENABLED, DISABLED
}

func (g *WorkgroupRecord) copy() *WorkgroupRecord {
	n := *g
	n.Parameters, n.Tags = maps.Clone(g.Parameters), maps.Clone(g.Tags)
	n.SecurityGroups, n.Subnets = slices.Clone(g.SecurityGroups), slices.Clone(g.Subnets)
	return &n
}

// ClusterARN is the ARN of a provisioned cluster, which is not that of its namespace.
func (n *Namespace) ClusterARN() string {
	return redshiftARN(n.Region, n.Account, "cluster:"+n.Cluster)
}

// WorkgroupARN is the ARN of a Serverless namespace's workgroup.
func (n *Namespace) WorkgroupARN() string {
	return serverlessARN(n.Region, n.Account, "workgroup/"+n.Group.ID)
}

func redshiftARN(region, account, resource string) string {
	return arn.ARN{Partition: arn.Partition, Service: "redshift", Region: region, Account: account, Resource: resource}.String()
}

func serverlessARN(region, account, resource string) string {
	return arn.ARN{Partition: arn.Partition, Service: "redshift-serverless", Region: region, Account: account, Resource: resource}.String()
}
