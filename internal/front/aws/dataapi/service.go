// Package dataapi answers the Redshift Data API.
package dataapi

import (
	"github.com/inlet-data/inlet/internal/flow/statement"
	"github.com/inlet-data/inlet/internal/front/aws"
)

// service holds what the handlers call.
type service struct{ statements *statement.Store }

// New makes the service over the statements of a node.
func New(s *statement.Store) aws.Service {
	v := service{s}
	return aws.NewJSON("redshift-data", aws.JSON{Target: "RedshiftData"},
		aws.Op("BatchExecuteStatement", "redshift-data:BatchExecuteStatement", v.batchExecuteStatement),
		aws.Op("CancelStatement", "redshift-data:CancelStatement", v.cancelStatement),
		aws.Op("DescribeStatement", "redshift-data:DescribeStatement", v.describeStatement),
		aws.Op("DescribeTable", "redshift-data:DescribeTable", v.describeTable),
		aws.Op("ExecuteStatement", "redshift-data:ExecuteStatement", v.executeStatement),
		aws.Op("GetStatementResult", "redshift-data:GetStatementResult", v.getStatementResult),
		aws.Op("GetStatementResultV2", "redshift-data:GetStatementResult", v.getStatementResultV2),
		aws.Op("ListDatabases", "redshift-data:ListDatabases", v.listDatabases),
		aws.Op("ListSchemas", "redshift-data:ListSchemas", v.listSchemas),
		aws.Op("ListStatements", "redshift-data:ListStatements", v.listStatements),
		aws.Op("ListTables", "redshift-data:ListTables", v.listTables),
	)
}
