package secretsapi

// unsupported are the operations that need Lambda functions or further Regions.
var unsupported = []string{
	"CancelRotateSecret", "RemoveRegionsFromReplication", "ReplicateSecretToRegions", "RotateSecret", "StopReplicationToReplica",
}
