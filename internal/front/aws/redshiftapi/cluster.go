package redshiftapi

import (
	"fmt"
	"net/netip"

	"github.com/inlet-data/inlet/internal/flow/warehouse"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// cluster is a cluster as Redshift describes it.
type cluster struct {
	ClusterIdentifier                string
	NodeType                         string
	ClusterStatus                    string
	ClusterAvailabilityStatus        string
	MasterUsername                   string
	DBName                           string
	Endpoint                         *endpoint
	ClusterCreateTime                aws.Time
	AutomatedSnapshotRetentionPeriod int
	ManualSnapshotRetentionPeriod    int
	ClusterSecurityGroups            members[aws.Empty]
	VpcSecurityGroups                members[securityGroup]
	ClusterParameterGroups           members[parameterGroupStatus]
	ClusterSubnetGroupName           string
	AvailabilityZone                 string
	PreferredMaintenanceWindow       string
	PendingModifiedValues            aws.Empty
	ClusterVersion                   string
	AllowVersionUpgrade              bool
	NumberOfNodes                    int
	PubliclyAccessible               bool
	Encrypted                        bool
	ClusterNodes                     members[clusterNode]
	ElasticIPStatus                  *elasticIP `xml:"ElasticIpStatus"`
	Tags                             members[tag]
	KmsKeyID                         string `xml:"KmsKeyId,omitempty"`
	EnhancedVpcRouting               bool
	IamRoles                         members[iamRole]
	MaintenanceTrackName             string
	DeferredMaintenanceWindows       members[aws.Empty]
	AvailabilityZoneRelocationStatus string
	ClusterNamespaceArn              string
	AquaConfiguration                aqua
	DefaultIamRoleArn                string `xml:",omitempty"`
	MasterPasswordSecretArn          string `xml:",omitempty"`
	MasterPasswordSecretKmsKeyID     string `xml:"MasterPasswordSecretKmsKeyId,omitempty"`
	IPAddressType                    string `xml:"IpAddressType"`
	MultiAZ                          string
}

type endpoint struct {
	Address string
	Port    int
}

type securityGroup struct {
	VpcSecurityGroupID string `xml:"VpcSecurityGroupId"`
	Status             string
}

type parameterGroupStatus struct{ ParameterGroupName, ParameterApplyStatus string }

type clusterNode struct {
	NodeRole         string
	PrivateIPAddress string `xml:",omitempty"`
}

type elasticIP struct {
	ElasticIP string `xml:"ElasticIp"`
	Status    string
}

type iamRole struct{ IamRoleArn, ApplyStatus string }

// aqua is retired; what is left of it in AWS's answers is always the same.
type aqua struct{ AquaStatus, AquaConfigurationStatus string }

func describe(n *warehouse.Namespace) cluster {
	s := n.Settings
	c := cluster{
		ClusterIdentifier: n.Cluster, NodeType: s.NodeType, ClusterStatus: string(n.Status), ClusterAvailabilityStatus: availability(n.Status),
		MasterUsername: n.AdminUser, DBName: n.DBName, ClusterCreateTime: aws.Time{Time: n.Created},
		AutomatedSnapshotRetentionPeriod: s.AutomatedRetention, ManualSnapshotRetentionPeriod: s.ManualRetention,
		ClusterSubnetGroupName: s.SubnetGroup, AvailabilityZone: s.AvailabilityZone, PreferredMaintenanceWindow: s.MaintenanceWindow,
		ClusterVersion: s.Version, AllowVersionUpgrade: s.AllowUpgrade, NumberOfNodes: s.Nodes, PubliclyAccessible: s.Public, Encrypted: s.Encrypted,
		KmsKeyID: s.KMSKey, EnhancedVpcRouting: s.EnhancedRouting, MaintenanceTrackName: s.MaintenanceTrack, ClusterNamespaceArn: n.ARN(),
		AvailabilityZoneRelocationStatus: word(s.Relocation, "enabled", "disabled"), AquaConfiguration: aqua{"disabled", "auto"},
		DefaultIamRoleArn: n.DefaultRole, MasterPasswordSecretArn: n.AdminSecret, IPAddressType: s.IPAddressType,
		MultiAZ: word(s.MultiAZ, "Enabled", "Disabled"), Tags: tagsOf(n.Tags),
	}
	if n.AdminSecret != "" {
		c.MasterPasswordSecretKmsKeyID = s.SecretKMSKey
	}
	if n.Endpoint.Host != "" {
		c.Endpoint = &endpoint{n.Endpoint.Host, n.Endpoint.Port}
	}
	if s.ElasticIP != "" {
		c.ElasticIPStatus = &elasticIP{s.ElasticIP, "active"}
	}
	c.lists(n)
	return c
}

func (c *cluster) lists(n *warehouse.Namespace) {
	c.VpcSecurityGroups = collect("VpcSecurityGroup", n.Settings.SecurityGroups, func(id string) securityGroup { return securityGroup{id, "active"} })
	c.ClusterParameterGroups = membersOf("ClusterParameterGroup", []parameterGroupStatus{{n.Settings.ParameterGroup, "in-sync"}})
	c.IamRoles = collect("ClusterIamRole", n.Roles, func(r warehouse.AttachedRole) iamRole { return iamRole{r.ARN, r.Status} })
	c.ClusterNodes = membersOf("member", nodes(n))
}

// nodes are a leader and its compute nodes, or one node that is both; all of them are this machine.
func nodes(n *warehouse.Namespace) []clusterNode {
	ip := ""
	if a, err := netip.ParseAddr(n.Endpoint.Host); err == nil {
		ip = a.String()
	}
	if n.Settings.Nodes == 1 {
		return []clusterNode{{"SHARED", ip}}
	}
	all := []clusterNode{{"LEADER", ip}}
	for i := range n.Settings.Nodes {
		all = append(all, clusterNode{fmt.Sprintf("COMPUTE-%d", i), ip})
	}
	return all
}

func availability(s warehouse.Status) string {
	switch s {
	case warehouse.StatusAvailable:
		return "Available"
	case warehouse.StatusPaused:
		return "Unavailable"
	}
	return "Modifying"
}

func word(yes bool, ifYes, ifNo string) string {
	if yes {
		return ifYes
	}
	return ifNo
}
