package dmsapi

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) configs() []aws.Operation {
	return []aws.Operation{
		op(d, "CreateReplicationConfig", createConfig),
		op(d, "ModifyReplicationConfig", modifyConfig),
		op(d, "DescribeReplicationConfigs", describeConfigs),
		op(d, "DeleteReplicationConfig", deleteConfig),
		op(d, "StartReplication", startReplication),
		op(d, "StopReplication", stopReplication),
		op(d, "DescribeReplications", describeReplications),
		op(d, "DescribeReplicationTableStatistics", describeReplicationTables),
		op(d, "ReloadReplicationTables", reloadReplicationTables),
	}
}

type config struct {
	Identifier   string              `json:"ReplicationConfigIdentifier"`
	ARN          string              `json:"ReplicationConfigArn"`
	Source       string              `json:"SourceEndpointArn"`
	Target       string              `json:"TargetEndpointArn"`
	Type         string              `json:"ReplicationType"`
	Compute      replication.Compute `json:"ComputeConfig"`
	Settings     string              `json:"ReplicationSettings"`
	Supplemental string              `json:"SupplementalSettings,omitempty"`
	Mappings     string              `json:"TableMappings"`
	Created      aws.Time            `json:"ReplicationConfigCreateTime"`
	Updated      aws.Time            `json:"ReplicationConfigUpdateTime"`
	IsReadOnly   bool                `json:"IsReadOnly"`
}

func describeConfig(t replication.Task) config {
	return config{
		Identifier: t.Identifier, ARN: t.ARN, Source: t.Source, Target: t.Target, Type: t.Type, Compute: *t.Compute, Settings: t.Settings,
		Supplemental: t.Supplemental, Mappings: t.Mappings, Created: aws.Time{Time: t.Created}, Updated: aws.Time{Time: t.Updated},
	}
}

type oneConfig struct {
	Config config `json:"ReplicationConfig"`
}

func shownConfig(t replication.Task, err error) (oneConfig, error) {
	if err != nil {
		return oneConfig{}, err
	}
	return oneConfig{describeConfig(t)}, nil
}

type createConfigInput struct {
	Identifier         string              `json:"ReplicationConfigIdentifier" required:"true"`
	Source             string              `json:"SourceEndpointArn" required:"true"`
	Target             string              `json:"TargetEndpointArn" required:"true"`
	Compute            replication.Compute `json:"ComputeConfig" required:"true"`
	Type               string              `json:"ReplicationType" required:"true" enum:"full-load cdc full-load-and-cdc"`
	Mappings           string              `json:"TableMappings" required:"true"`
	Settings           *string             `json:"ReplicationSettings"`
	Supplemental       string              `json:"SupplementalSettings"`
	ResourceIdentifier string              `json:"ResourceIdentifier"`
	Tags               []tag               `json:"Tags"`
}

func createConfig(ctx context.Context, v *replication.View, in createConfigInput) (oneConfig, error) {
	return shownConfig(v.CreateConfig(ctx, replication.CreateConfigInput{
		Identifier: in.Identifier, Source: in.Source, Target: in.Target, Type: in.Type, Mappings: in.Mappings, Settings: in.Settings,
		Supplemental: in.Supplemental, Compute: in.Compute, ResourceID: in.ResourceIdentifier, Tags: tags(in.Tags),
	}))
}

type configARN struct {
	ARN string `json:"ReplicationConfigArn" required:"true"`
}

type modifyConfigInput struct {
	configARN
	Identifier   *string              `json:"ReplicationConfigIdentifier"`
	Type         *string              `json:"ReplicationType" enum:"full-load cdc full-load-and-cdc"`
	Mappings     *string              `json:"TableMappings"`
	Settings     *string              `json:"ReplicationSettings"`
	Supplemental *string              `json:"SupplementalSettings"`
	Compute      *replication.Compute `json:"ComputeConfig"`
	Source       *string              `json:"SourceEndpointArn"`
	Target       *string              `json:"TargetEndpointArn"`
}

func modifyConfig(ctx context.Context, v *replication.View, in modifyConfigInput) (oneConfig, error) {
	return shownConfig(v.ModifyTask(ctx, "ModifyReplicationConfig", in.ARN, replication.TaskChange{
		Identifier: in.Identifier, Type: in.Type, Mappings: in.Mappings, Settings: in.Settings, Source: in.Source, Target: in.Target,
		Supplemental: in.Supplemental, Compute: in.Compute,
	}))
}

type configList struct {
	Marker  string   `json:"Marker,omitempty"`
	Configs []config `json:"ReplicationConfigs"`
}

func describeConfigs(ctx context.Context, v *replication.View, in filtered) (configList, error) {
	all, marker, err := v.Configs(ctx, "DescribeReplicationConfigs", in.query())
	return configList{marker, each(all, describeConfig)}, err
}

func deleteConfig(ctx context.Context, v *replication.View, in configARN) (oneConfig, error) {
	return shownConfig(v.DeleteTask(ctx, "DeleteReplicationConfig", in.ARN))
}

// serverless is a replication as it runs.
type serverless struct {
	Identifier    string    `json:"ReplicationConfigIdentifier"`
	ARN           string    `json:"ReplicationConfigArn"`
	Source        string    `json:"SourceEndpointArn"`
	Target        string    `json:"TargetEndpointArn"`
	Type          string    `json:"ReplicationType"`
	Status        string    `json:"Status"`
	Provision     provision `json:"ProvisionData"`
	StopReason    string    `json:"StopReason,omitempty"`
	Failures      []string  `json:"FailureMessages,omitempty"`
	Stats         *stats    `json:"ReplicationStats,omitempty"`
	Start         string    `json:"StartReplicationType,omitempty"`
	StartTime     *aws.Time `json:"CdcStartTime,omitempty"`
	StartPosition string    `json:"CdcStartPosition,omitempty"`
	StopPosition  string    `json:"CdcStopPosition,omitempty"`
	Checkpoint    string    `json:"RecoveryCheckpoint,omitempty"`
	Created       aws.Time  `json:"ReplicationCreateTime"`
	Updated       aws.Time  `json:"ReplicationUpdateTime"`
	Stopped       *aws.Time `json:"ReplicationLastStopTime,omitempty"`
	Deprovisioned *aws.Time `json:"ReplicationDeprovisionTime,omitempty"`
	IsReadOnly    bool      `json:"IsReadOnly"`
}

type provision struct {
	State        string    `json:"ProvisionState"`
	Units        int       `json:"ProvisionedCapacityUnits"`
	Provisioned  *aws.Time `json:"DateProvisioned,omitempty"`
	NewAvailable bool      `json:"IsNewProvisioningAvailable"`
}

func describeServerless(t replication.Task) serverless {
	out := serverless{
		Identifier: t.Identifier, ARN: t.ARN, Source: t.Source, Target: t.Target, Type: t.Type, Status: string(t.Status), StopReason: t.StopReason,
		Stats: describeStats(&t), Start: string(t.Start), StartTime: maybe(t.CDC.StartTime), StartPosition: t.CDC.StartPosition,
		StopPosition: t.CDC.StopPosition, Checkpoint: t.Figures.Checkpoint, Created: aws.Time{Time: t.Created}, Updated: aws.Time{Time: t.Updated},
		Stopped: maybe(t.Ended), Deprovisioned: maybe(t.Ended), Provision: provisionOf(&t),
	}
	if t.Failure != "" {
		out.Failures = []string{t.Failure}
	}
	return out
}

// provisionOf tells of capacity, of which a node has what it has: a running replication gets its least.
func provisionOf(t *replication.Task) provision {
	if t.Status != replication.StatusRunning {
		return provision{State: "deprovisioned"}
	}
	units := *t.Compute.Max
	if t.Compute.Min != nil {
		units = *t.Compute.Min
	}
	return provision{State: "provisioned", Units: units, Provisioned: maybe(t.Figures.Start.Truncate(time.Second))}
}

type oneServerless struct {
	Replication serverless `json:"Replication"`
}

func shownServerless(t replication.Task, err error) (oneServerless, error) {
	if err != nil {
		return oneServerless{}, err
	}
	return oneServerless{describeServerless(t)}, nil
}

type startReplicationInput struct {
	configARN
	window
	Type string `json:"StartReplicationType" required:"true"`
}

func startReplication(ctx context.Context, v *replication.View, in startReplicationInput) (oneServerless, error) {
	return shownServerless(v.StartTask(ctx, "StartReplication", replication.StartInput{Task: in.ARN, Type: replication.Start(in.Type), CDC: in.of()}))
}

func stopReplication(ctx context.Context, v *replication.View, in configARN) (oneServerless, error) {
	return shownServerless(v.StopTask(ctx, "StopReplication", in.ARN))
}

type serverlessList struct {
	Marker       string       `json:"Marker,omitempty"`
	Replications []serverless `json:"Replications"`
}

func describeReplications(ctx context.Context, v *replication.View, in filtered) (serverlessList, error) {
	all, marker, err := v.Configs(ctx, "DescribeReplications", in.query())
	return serverlessList{marker, each(all, describeServerless)}, err
}

type describeReplicationTablesInput struct {
	configARN
	filtered
}

type replicationTableList struct {
	ARN    string            `json:"ReplicationConfigArn"`
	Marker string            `json:"Marker,omitempty"`
	Tables []tableStatistics `json:"ReplicationTableStatistics"`
}

func describeReplicationTables(ctx context.Context, v *replication.View, in describeReplicationTablesInput) (replicationTableList, error) {
	all, marker, err := v.TableStatistics(ctx, "DescribeReplicationTableStatistics", in.ARN, in.query())
	return replicationTableList{in.ARN, marker, each(all, describeTable)}, err
}

type reloadReplicationInput struct {
	configARN
	reload
}

type reloadedReplication struct {
	ARN string `json:"ReplicationConfigArn"`
}

func reloadReplicationTables(ctx context.Context, v *replication.View, in reloadReplicationInput) (reloadedReplication, error) {
	return reloadedReplication{in.ARN}, v.ReloadTables(ctx, "ReloadReplicationTables", in.of(in.ARN))
}
