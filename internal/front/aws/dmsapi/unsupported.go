package dmsapi

import "github.com/inlet-data/inlet/internal/front/aws"

// unsupported are the operations of DMS that inlet lacks.
func unsupported() []aws.Operation {
	return aws.NotSupported(
		"ApplyPendingMaintenanceAction", "BatchStartRecommendations", "CancelMetadataModelConversion", "CancelMetadataModelCreation",
		"CreateDataMigration", "CreateDataProvider", "CreateFleetAdvisorCollector", "CreateInstanceProfile", "CreateMigrationProject", "DeleteDataMigration", "DeleteDataProvider",
		"DeleteFleetAdvisorCollector", "DeleteFleetAdvisorDatabases", "DeleteInstanceProfile",
		"DeleteMigrationProject", "DescribeConversionConfiguration", "DescribeDataMigrations", "DescribeDataProviders", "DescribeEngineVersions",
		"DescribeExtensionPackAssociations", "DescribeFleetAdvisorCollectors",
		"DescribeFleetAdvisorDatabases", "DescribeFleetAdvisorLsaAnalysis", "DescribeFleetAdvisorSchemaObjectSummary",
		"DescribeFleetAdvisorSchemas", "DescribeInstanceProfiles", "DescribeMetadataModel", "DescribeMetadataModelAssessments",
		"DescribeMetadataModelChildren", "DescribeMetadataModelConversions", "DescribeMetadataModelCreations",
		"DescribeMetadataModelExportsAsScript", "DescribeMetadataModelExportsToTarget", "DescribeMetadataModelImports",
		"DescribeMigrationProjects", "DescribePendingMaintenanceActions", "DescribeRecommendationLimitations", "DescribeRecommendations",
		"DescribeReplicationInstanceTaskLogs", "DescribeReplicationTaskAssessmentResults", "ExportMetadataModelAssessment", "GetTargetSelectionRules",
		"ModifyConversionConfiguration", "ModifyDataMigration", "ModifyDataProvider", "ModifyInstanceProfile",
		"ModifyMigrationProject", "RunFleetAdvisorLsaAnalysis", "StartDataMigration", "StartExtensionPackAssociation",
		"StartMetadataModelAssessment", "StartMetadataModelConversion", "StartMetadataModelCreation", "StartMetadataModelExportAsScript",
		"StartMetadataModelExportToTarget", "StartMetadataModelImport", "StartRecommendations", "StartReplicationTaskAssessment",
		"StopDataMigration", "UpdateSubscriptionsToEventBridge",
	)
}
