package dmsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

type tableStatistics struct {
	Schema              string    `json:"SchemaName"`
	Table               string    `json:"TableName"`
	Inserts             int64     `json:"Inserts"`
	Deletes             int64     `json:"Deletes"`
	Updates             int64     `json:"Updates"`
	DDLs                int64     `json:"Ddls"`
	AppliedInserts      int64     `json:"AppliedInserts"`
	AppliedDeletes      int64     `json:"AppliedDeletes"`
	AppliedUpdates      int64     `json:"AppliedUpdates"`
	AppliedDDLs         int64     `json:"AppliedDdls"`
	Rows                int64     `json:"FullLoadRows"`
	ConditionFailedRows int64     `json:"FullLoadCondtnlChkFailedRows"`
	ErrorRows           int64     `json:"FullLoadErrorRows"`
	LoadBegan           *aws.Time `json:"FullLoadStartTime,omitempty"`
	LoadEnded           *aws.Time `json:"FullLoadEndTime,omitempty"`
	Reloaded            bool      `json:"FullLoadReloaded"`
	Updated             *aws.Time `json:"LastUpdateTime,omitempty"`
	State               string    `json:"TableState"`
	ValidationPending   int64     `json:"ValidationPendingRecords"`
	ValidationFailed    int64     `json:"ValidationFailedRecords"`
	ValidationSuspended int64     `json:"ValidationSuspendedRecords"`
	ValidationState     string    `json:"ValidationState"`
	ValidationDetails   string    `json:"ValidationStateDetails,omitempty"`
}

func describeTable(t replication.TableStatistics) tableStatistics {
	return tableStatistics{
		Schema: t.Schema, Table: t.Table, Inserts: t.Inserts, Deletes: t.Deletes, Updates: t.Updates, DDLs: t.DDLs,
		AppliedInserts: t.AppliedInserts, AppliedDeletes: t.AppliedDeletes, AppliedUpdates: t.AppliedUpdates, AppliedDDLs: t.AppliedDDLs,
		Rows: t.Rows, ErrorRows: t.ErrorRows, LoadBegan: maybe(t.LoadBegan), LoadEnded: maybe(t.LoadEnded), Reloaded: t.Reloaded, Updated: maybe(t.Updated),
		State: t.State, ValidationPending: t.Validation.Pending, ValidationFailed: t.Validation.Failed, ValidationSuspended: t.Validation.Suspended,
		ValidationState: t.Validation.State, ValidationDetails: t.Validation.Details,
	}
}

type describeTablesInput struct {
	taskARN
	filtered
}

type tableList struct {
	ARN    string            `json:"ReplicationTaskArn"`
	Tables []tableStatistics `json:"TableStatistics"`
	Marker string            `json:"Marker,omitempty"`
}

func describeTables(ctx context.Context, v *replication.View, in describeTablesInput) (tableList, error) {
	all, marker, err := v.TableStatistics(ctx, "DescribeTableStatistics", in.ARN, in.query())
	return tableList{in.ARN, each(all, describeTable), marker}, err
}
