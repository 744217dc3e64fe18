package dmsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/front/aws"
)

func (d door) assessments() []aws.Operation {
	return []aws.Operation{
		op(d, "StartReplicationTaskAssessmentRun", startAssessment),
		op(d, "DescribeReplicationTaskAssessmentRuns", describeAssessmentRuns),
		op(d, "DescribeReplicationTaskIndividualAssessments", describeAssessments),
		op(d, "DescribeApplicableIndividualAssessments", describeApplicable),
		op(d, "CancelReplicationTaskAssessmentRun", cancelAssessment),
		op(d, "DeleteReplicationTaskAssessmentRun", deleteAssessment),
	}
}

type assessmentRun struct {
	ARN        string     `json:"ReplicationTaskAssessmentRunArn"`
	Task       string     `json:"ReplicationTaskArn"`
	Status     string     `json:"Status"`
	Created    aws.Time   `json:"ReplicationTaskAssessmentRunCreationDate"`
	Progress   progress   `json:"AssessmentProgress"`
	Failure    string     `json:"LastFailureMessage,omitempty"`
	Role       string     `json:"ServiceAccessRoleArn"`
	Bucket     string     `json:"ResultLocationBucket"`
	Folder     string     `json:"ResultLocationFolder,omitempty"`
	Encryption string     `json:"ResultEncryptionMode,omitempty"`
	Key        string     `json:"ResultKmsKeyArn,omitempty"`
	Name       string     `json:"AssessmentRunName"`
	Latest     bool       `json:"IsLatestTaskAssessmentRun"`
	Statistic  statistics `json:"ResultStatistic"`
}

type progress struct {
	All  int `json:"IndividualAssessmentCount"`
	Done int `json:"IndividualAssessmentCompletedCount"`
}

type statistics struct {
	Passed    int `json:"Passed"`
	Failed    int `json:"Failed"`
	Error     int `json:"Error"`
	Warning   int `json:"Warning"`
	Cancelled int `json:"Cancelled"`
	Skipped   int `json:"Skipped"`
}

func describeRun(r replication.AssessmentRun) assessmentRun {
	out := assessmentRun{ARN: r.ARN, Task: r.Task, Status: r.Status, Created: aws.Time{Time: r.Created}, Failure: r.Failure, Role: r.Role, Bucket: r.Bucket, Folder: r.Folder,
		Encryption: r.Encryption, Key: r.Key, Name: r.Identifier, Latest: r.Latest, Progress: progress{All: len(r.Checks)}}
	s := &out.Statistic
	counts := map[string]*int{"passed": &s.Passed, "failed": &s.Failed, "error": &s.Error, "warning": &s.Warning, "cancelled": &s.Cancelled, "skipped": &s.Skipped}
	for _, a := range r.Checks {
		if n := counts[a.Status]; n != nil {
			*n++
			out.Progress.Done++
		}
	}
	return out
}

type oneRun struct {
	Run assessmentRun `json:"ReplicationTaskAssessmentRun"`
}

type startAssessmentInput struct {
	taskARN
	Role       string   `json:"ServiceAccessRoleArn" required:"true"`
	Bucket     string   `json:"ResultLocationBucket" required:"true"`
	Folder     string   `json:"ResultLocationFolder"`
	Encryption string   `json:"ResultEncryptionMode"`
	Key        string   `json:"ResultKmsKeyArn"`
	Name       string   `json:"AssessmentRunName" required:"true"`
	Only       []string `json:"IncludeOnly"`
	Exclude    []string `json:"Exclude"`
	Tags       []tag    `json:"Tags"`
}

func startAssessment(ctx context.Context, v *replication.View, in startAssessmentInput) (oneRun, error) {
	r, err := v.Assess(ctx, replication.AssessInput{Task: in.ARN, Name: in.Name, Role: in.Role, Bucket: in.Bucket, Folder: in.Folder, Encryption: in.Encryption, Key: in.Key,
		Only: in.Only, Exclude: in.Exclude, Tags: tags(in.Tags)})
	r.Latest = true
	return oneRun{describeRun(r)}, err
}

type runList struct {
	Marker string          `json:"Marker,omitempty"`
	Runs   []assessmentRun `json:"ReplicationTaskAssessmentRuns"`
}

func describeAssessmentRuns(ctx context.Context, v *replication.View, in filtered) (runList, error) {
	all, marker, err := v.AssessmentRuns(ctx, in.query())
	return runList{marker, each(all, describeRun)}, err
}

type assessment struct {
	ARN     string    `json:"ReplicationTaskIndividualAssessmentArn"`
	Run     string    `json:"ReplicationTaskAssessmentRunArn"`
	Name    string    `json:"IndividualAssessmentName"`
	Status  string    `json:"Status"`
	Started *aws.Time `json:"ReplicationTaskIndividualAssessmentStartDate,omitempty"`
}

type assessmentList struct {
	Marker      string       `json:"Marker,omitempty"`
	Assessments []assessment `json:"ReplicationTaskIndividualAssessments"`
}

func describeAssessments(ctx context.Context, v *replication.View, in filtered) (assessmentList, error) {
	all, marker, err := v.Assessments(ctx, in.query())
	return assessmentList{marker, each(all, func(a replication.TaskAssessment) assessment {
		return assessment{a.ARN, a.Run, a.Name, a.Status, maybe(a.Started)}
	})}, err
}

type applicableInput struct {
	Task     string `json:"ReplicationTaskArn"`
	Instance string `json:"ReplicationInstanceArn"`
	Config   string `json:"ReplicationConfigArn"`
	Source   string `json:"SourceEngineName"`
	Target   string `json:"TargetEngineName"`
	Type     string `json:"MigrationType" enum:"full-load cdc full-load-and-cdc"`
	paging
}

type applicableList struct {
	Names  []string `json:"IndividualAssessmentNames"`
	Marker string   `json:"Marker,omitempty"`
}

func describeApplicable(ctx context.Context, v *replication.View, in applicableInput) (applicableList, error) {
	names, marker, err := v.Applicable(ctx, replication.ApplicableInput{Query: in.query(), Task: in.Task, Config: in.Config, Instance: in.Instance,
		Source: in.Source, Target: in.Target, Type: in.Type})
	return applicableList{texts(names), marker}, err
}

type runARN struct {
	ARN string `json:"ReplicationTaskAssessmentRunArn" required:"true"`
}

func cancelAssessment(ctx context.Context, v *replication.View, in runARN) (oneRun, error) {
	r, err := v.CancelAssessment(ctx, in.ARN)
	return oneRun{describeRun(r)}, err
}

func deleteAssessment(ctx context.Context, v *replication.View, in runARN) (oneRun, error) {
	r, err := v.DeleteAssessment(ctx, in.ARN)
	r.Status = "deleting"
	return oneRun{describeRun(r)}, err
}
