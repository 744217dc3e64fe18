package dmsapi

import "github.com/inlet-data/inlet/internal/front/aws"

// unsupported are the operations of DMS that inlet lacks.
func unsupported() []aws.Operation {
	return aws.NotSupported(
		"ApplyPendingMaintenanceAction", "BatchStartRecommendations", "CancelMetadataModelConversion", "CancelMetadataModelCreation",
		"CancelReplicationTaskAssessmentRun", "CreateDataMigration", "CreateDataProvider", "CreateFleetAdvisorCollector", "CreateInstanceProfile", "CreateMigrationProject", "DeleteDataMigration", "DeleteDataProvider",
		"DeleteFleetAdvisorCollector", "DeleteFleetAdvisorDatabases", "DeleteInstanceProfile",
		"DeleteMigrationProject", "DeleteReplicationTaskAssessmentRun", "DescribeApplicableIndividualAssessments",
		"DescribeConversionConfiguration", "DescribeDataMigrations", "DescribeDataProviders", "DescribeEngineVersions",
		"DescribeExtensionPackAssociations", "DescribeFleetAdvisorCollectors",
		"DescribeFleetAdvisorDatabases", "DescribeFleetAdvisorLsaAnalysis", "DescribeFleetAdvisorSchemaObjectSummary",
		"DescribeFleetAdvisorSchemas", "DescribeInstanceProfiles", "DescribeMetadataModel", "DescribeMetadataModelAssessments",
		"DescribeMetadataModelChildren", "DescribeMetadataModelConversions", "DescribeMetadataModelCreations",
		"DescribeMetadataModelExportsAsScript", "DescribeMetadataModelExportsToTarget", "DescribeMetadataModelImports",
		"DescribeMigrationProjects", "DescribePendingMaintenanceActions", "DescribeRecommendationLimitations", "DescribeRecommendations",
		"DescribeReplicationInstanceTaskLogs", "DescribeReplicationTaskAssessmentResults", "DescribeReplicationTaskAssessmentRuns",
		"DescribeReplicationTaskIndividualAssessments", "ExportMetadataModelAssessment", "GetTargetSelectionRules",
		"ModifyConversionConfiguration", "ModifyDataMigration", "ModifyDataProvider", "ModifyInstanceProfile",
		"ModifyMigrationProject", "RunFleetAdvisorLsaAnalysis", "StartDataMigration", "StartExtensionPackAssociation",
		"StartMetadataModelAssessment", "StartMetadataModelConversion", "StartMetadataModelCreation", "StartMetadataModelExportAsScript",
		"StartMetadataModelExportToTarget", "StartMetadataModelImport", "StartRecommendations", "StartReplicationTaskAssessment",
		"StartReplicationTaskAssessmentRun", "StopDataMigration", "UpdateSubscriptionsToEventBridge",
	)
}
