package redshiftapi

import "github.com/inlet-data/inlet/internal/front/aws"

// unsupported are the operations of Redshift that inlet lacks.
func unsupported() []aws.Operation {
	return aws.NotSupported(
		"AcceptReservedNodeExchange", "AddPartner", "AssociateDataShareConsumer", "AuthorizeClusterSecurityGroupIngress",
		"AuthorizeDataShare", "AuthorizeEndpointAccess", "AuthorizeSnapshotAccess", "BatchDeleteClusterSnapshots",
		"BatchModifyClusterSnapshots", "CancelResize", "CopyClusterSnapshot", "CreateAuthenticationProfile",
		"CreateClusterSecurityGroup", "CreateClusterSnapshot", "CreateCustomDomainAssociation", "CreateEndpointAccess",
		"CreateEventSubscription", "CreateHsmClientCertificate", "CreateHsmConfiguration", "CreateRedshiftIdcApplication",
		"CreateScheduledAction", "CreateSnapshotCopyGrant", "CreateSnapshotSchedule", "CreateUsageLimit", "DeauthorizeDataShare",
		"DeleteAuthenticationProfile", "DeleteClusterSecurityGroup", "DeleteClusterSnapshot", "DeleteCustomDomainAssociation",
		"DeleteEndpointAccess", "DeleteEventSubscription", "DeleteHsmClientCertificate", "DeleteHsmConfiguration",
		"DeletePartner", "DeleteRedshiftIdcApplication", "DeleteScheduledAction", "DeleteSnapshotCopyGrant",
		"DeleteSnapshotSchedule", "DeleteUsageLimit", "DeregisterNamespace", "DescribeAccountAttributes",
		"DescribeAuthenticationProfiles", "DescribeClusterDbRevisions", "DescribeClusterSecurityGroups", "DescribeClusterTracks",
		"DescribeClusterVersions", "DescribeCustomDomainAssociations", "DescribeDataShares", "DescribeDataSharesForConsumer",
		"DescribeDataSharesForProducer", "DescribeEndpointAccess", "DescribeEndpointAuthorization", "DescribeEventCategories",
		"DescribeEventSubscriptions", "DescribeEvents", "DescribeHsmClientCertificates", "DescribeHsmConfigurations",
		"DescribeNodeConfigurationOptions", "DescribeOrderableClusterOptions", "DescribePartners",
		"DescribeRedshiftIdcApplications", "DescribeReservedNodeExchangeStatus", "DescribeReservedNodeOfferings",
		"DescribeReservedNodes", "DescribeResize", "DescribeScheduledActions", "DescribeSnapshotCopyGrants",
		"DescribeSnapshotSchedules", "DescribeStorage", "DescribeTableRestoreStatus", "DescribeUsageLimits", "DisableLogging",
		"DisableSnapshotCopy", "DisassociateDataShareConsumer", "EnableLogging", "EnableSnapshotCopy", "FailoverPrimaryCompute",
		"GetIdentityCenterAuthToken", "GetReservedNodeExchangeConfigurationOptions", "GetReservedNodeExchangeOfferings",
		"ListRecommendations", "ModifyAquaConfiguration", "ModifyAuthenticationProfile", "ModifyClusterDbRevision",
		"ModifyClusterMaintenance", "ModifyClusterSnapshot", "ModifyClusterSnapshotSchedule", "ModifyCustomDomainAssociation",
		"ModifyEndpointAccess", "ModifyEventSubscription", "ModifyLakehouseConfiguration", "ModifyRedshiftIdcApplication",
		"ModifyScheduledAction", "ModifySnapshotCopyRetentionPeriod", "ModifySnapshotSchedule", "ModifyUsageLimit",
		"PurchaseReservedNodeOffering", "RegisterNamespace", "RejectDataShare", "ResizeCluster", "RestoreFromClusterSnapshot",
		"RestoreTableFromClusterSnapshot", "RevokeClusterSecurityGroupIngress", "RevokeEndpointAccess", "RevokeSnapshotAccess",
		"RotateEncryptionKey", "UpdatePartnerStatus",
	)
}
