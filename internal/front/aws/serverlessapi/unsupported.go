package serverlessapi

import "github.com/inlet-data/inlet/internal/front/aws"

// unsupported are the operations of Redshift Serverless that inlet lacks.
func unsupported() []aws.Operation {
	return aws.NotSupported(
		"ConvertRecoveryPointToSnapshot", "CreateCustomDomainAssociation", "CreateEndpointAccess", "CreateReservation",
		"CreateScheduledAction", "CreateSnapshot", "CreateSnapshotCopyConfiguration", "CreateUsageLimit",
		"DeleteCustomDomainAssociation", "DeleteEndpointAccess", "DeleteScheduledAction", "DeleteSnapshot",
		"DeleteSnapshotCopyConfiguration", "DeleteUsageLimit", "GetCustomDomainAssociation", "GetEndpointAccess",
		"GetIdentityCenterAuthToken", "GetRecoveryPoint", "GetReservation", "GetReservationOffering", "GetScheduledAction",
		"GetSnapshot", "GetTableRestoreStatus", "GetTrack", "GetUsageLimit", "ListCustomDomainAssociations", "ListEndpointAccess",
		"ListManagedWorkgroups", "ListRecoveryPoints", "ListReservationOfferings", "ListReservations", "ListScheduledActions",
		"ListSnapshotCopyConfigurations", "ListSnapshots", "ListTableRestoreStatus", "ListTracks", "ListUsageLimits",
		"RestoreFromRecoveryPoint", "RestoreFromSnapshot", "RestoreTableFromRecoveryPoint", "RestoreTableFromSnapshot",
		"UpdateCustomDomainAssociation", "UpdateEndpointAccess", "UpdateLakehouseConfiguration", "UpdateScheduledAction",
		"UpdateSnapshot", "UpdateSnapshotCopyConfiguration", "UpdateUsageLimit",
	)
}
