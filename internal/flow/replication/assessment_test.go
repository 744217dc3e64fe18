package replication_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/fault"
	plans "github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/replication"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
	"github.com/inlet-data/inlet/internal/flow/task"
)

const resultRole = "arn:aws:iam::222222222222:role/dms-access-for-endpoint"

func (w *world) assess(p pair, in replication.AssessInput) (replication.AssessmentRun, error) {
	in.Task, in.Role, in.Bucket, in.Folder = p.task.ARN, resultRole, "dms-results", "/checks/"
	return w.view.Assess(w.ctx, in)
}

func (w *world) run(name string) replication.AssessmentRun {
	w.Helper()
	all, _, err := w.view.AssessmentRuns(w.ctx, replication.Query{Filters: []replication.Filter{{Name: "replication-task-assessment-run-arn", Values: []string{name}}}})
	w.ok(err)
	return all[0]
}

// ended waits for the end of a run.
func (w *world) ended(name string) (r replication.AssessmentRun) {
	w.Helper()
	w.until("the end of the run", func() bool { r = w.run(name); return r.Status != "running" && r.Status != "starting" })
	return r
}

func sourceFault(code, on string) error {
	return &fault.Error{Kind: fault.Conflict, Code: code, On: on, Message: code + " of " + on, Hint: "mend it"}
}

// TestAssessments sorts what a pre-flight found by the checks of AWS.
func TestAssessments(t *testing.T) {
	demo := source.Name{Schema: "demo1", Table: "cdcdata"}
	seen := task.Preview{Table: demo, Plan: &plans.Plan{Schema: "demo1", Table: "cdcdata"}}
	warned := task.Preview{Table: demo, Plan: &plans.Plan{Schema: "demo1", Table: "cdcdata", Warnings: []string{"padding is lost"}},
		Findings: []target.Finding{{Column: "a", Message: "is narrow", Mend: "ALTER"}}}
	for name, c := range map[string]struct {
		kind    string
		checked replication.Checked
		fails   error
		status  string
		want    []string // every assessment that did not pass
	}{
		"all is well": {"full-load-and-cdc", replication.Checked{Report: &task.Report{Tables: []task.Preview{seen}}}, nil, "passed", nil},
		"settings of the server": {"cdc", replication.Checked{Report: &task.Report{Tables: []task.Preview{seen},
			Source: errors.Join(sourceFault("SourceSetting", "binlog_format"), errors.Join(sourceFault("SourceSetting", "binlog_row_image"), sourceFault("SourceGrant", "")))}}, nil, "failed",
			[]string{"mysql-check-binlog-format failed", "mysql-check-binlog-image failed", "mysql-check-replication-privileges failed"}},
		"tables": {"cdc", replication.Checked{Report: &task.Report{Tables: []task.Preview{{Table: demo, Err: sourceFault("SourceType", "")}},
			Source: errors.Join(sourceFault("SourceNoKey", "demo1.cdcdata"), sourceFault("SourceCascade", "demo1.cdcdata"), sourceFault("SourceGrant", "demo1.cdcdata"), sourceFault("SourceOdd", ""))}}, nil, "failed",
			[]string{"inlet-check-source failed", "mysql-check-cascade-constraints failed", "mysql-check-select-privileges failed", "table-with-no-primary-key-or-unique-constraint failed", "unsupported-data-types-in-source failed"}},
		"no binary log": {"cdc", replication.Checked{Report: &task.Report{Tables: []task.Preview{seen}, Source: sourceFault("SourceLogOff", "")}}, nil, "failed",
			[]string{"inlet-check-binlog-metadata skipped", "mysql-check-binlog-compression skipped", "mysql-check-binlog-enabled failed", "mysql-check-binlog-format skipped", "mysql-check-binlog-image skipped", "mysql-check-replication-privileges skipped"}},
		"warnings": {"full-load", replication.Checked{Report: &task.Report{Tables: []task.Preview{warned}, Warnings: []string{"system schemas are left out"}}}, nil, "warning",
			[]string{"all-check-source-selection-rules warning", "redshift-check-target-tables warning", "unsupported-data-types-in-source warning"}},
		"a source that is away": {"full-load", replication.Checked{Report: &task.Report{Source: errors.New("refused"), Stage: sourceFault("AccessDenied", ""), Target: errors.New("refused")}, Role: []string{"not attached"}}, nil, "failed",
			[]string{"inlet-check-source failed", "mysql-check-select-privileges skipped", "redshift-check-connection failed", "redshift-check-role failed", "redshift-check-staging failed", "redshift-check-target-tables skipped",
				"unsupported-data-types-in-source skipped"}},
		"no pre-flight": {"full-load", replication.Checked{}, errors.New("the spool is broken"), "error-executing",
			[]string{"all-check-source-selection-rules error", "inlet-check-source error", "mysql-check-select-privileges error", "redshift-check-connection error", "redshift-check-role error", "redshift-check-staging error",
				"redshift-check-target-tables error", "unsupported-data-types-in-source error"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.pair(c.kind)
			w.fakes.locked(func() { w.fakes.checked, w.fakes.checkFails = c.checked, c.fails })
			begun, err := w.assess(p, replication.AssessInput{Name: "One"})
			w.ok(err)
			r := w.ended(begun.ARN)
			var got []string
			for _, a := range r.Checks {
				if a.Status != "passed" {
					got = append(got, a.Name+" "+a.Status)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); diff != "" || r.Status != c.status {
				t.Errorf("%s, want %s (-want +got):\n%s", r.Status, c.status, diff)
			}
			if task := w.described(p.task.ARN); task.Status != replication.StatusReady {
				t.Errorf("the task is %s", task.Status)
			}
			var summary struct {
				Status string `json:"status"`
				All    []any  `json:"individual-assessments"`
			}
			w.ok(json.Unmarshal([]byte(w.fakes.results["dms-results/checks/One/summary.json"]), &summary))
			if summary.Status != c.status || len(summary.All) != len(r.Checks) || len(w.fakes.results) != len(r.Checks)+1 {
				t.Errorf("the bucket has %+v in %d objects for %d assessments", summary, len(w.fakes.results), len(r.Checks))
			}
		})
	}
}

// TestAssessmentFinding has the text and the way out of a finding in its object.
func TestAssessmentFinding(t *testing.T) {
	w := newWorld(t)
	p := w.pair("cdc")
	w.fakes.checked.Report.Tables = []task.Preview{{}}
	w.fakes.checked.Report.Source = sourceFault("SourceNoKey", "demo1.cdcdata")
	begun, err := w.assess(p, replication.AssessInput{Name: "One", Only: []string{"table-with-no-primary-key-or-unique-constraint", "redshift-check-role"}})
	w.ok(err)
	r := w.ended(begun.ARN)
	if len(r.Checks) != 2 || r.Failure != "table-with-no-primary-key-or-unique-constraint: SourceNoKey of demo1.cdcdata Hint: mend it" {
		t.Errorf("%d assessments, %s", len(r.Checks), r.Failure)
	}
	if text := w.fakes.results["dms-results/checks/One/table-with-no-primary-key-or-unique-constraint.json"]; !strings.Contains(text, "SourceNoKey of demo1.cdcdata Hint: mend it") {
		t.Errorf("the object is %s", text)
	}
}

// TestAssessing keeps a task that is assessed from everything else, until the run ends, is cancelled or the node starts again.
func TestAssessing(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	w.fakes.checkBlock = make(chan struct{})
	r, err := w.assess(p, replication.AssessInput{Name: "One"})
	w.ok(err)
	w.status(p.task.ARN, replication.StatusAssessing)
	const state = "InvalidResourceStateFault"
	w.refused(w.startTask(p.task.ARN, replication.StartReplication), state, "testing")
	_, err = w.assess(p, replication.AssessInput{Name: "Two"})
	w.refused(err, state, "testing")
	_, err = w.view.DeleteTask(w.ctx, "DeleteReplicationTask", p.task.ARN)
	w.refused(err, state, "testing")
	_, err = w.view.DeleteAssessment(w.ctx, r.ARN)
	w.refused(err, state, "running")
	_, err = w.view.CancelAssessment(w.ctx, r.ARN)
	w.ok(err)
	w.status(p.task.ARN, replication.StatusReady)
	if got := w.run(r.ARN); got.Status != "cancelling" || got.Checks[0].Status != "cancelled" {
		t.Errorf("the run is %s, its first assessment %s", got.Status, got.Checks[0].Status)
	}
	_, err = w.assess(p, replication.AssessInput{Name: "One"})
	w.refused(err, "ResourceAlreadyExistsFault", "One")
	_, err = w.assess(p, replication.AssessInput{Name: "Two"})
	w.ok(err)
	w.status(p.task.ARN, replication.StatusAssessing)
	w.end()
	w.start()
	w.status(p.task.ARN, replication.StatusReady)
	_, err = w.view.DeleteTask(w.ctx, "DeleteReplicationTask", p.task.ARN)
	w.ok(err)
	w.until("that the runs are gone", func() bool {
		all, _, err := w.view.AssessmentRuns(w.ctx, replication.Query{})
		w.ok(err)
		return len(all) == 0
	})
}

func TestAssessmentFaults(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	for i, c := range []struct {
		in         replication.AssessInput
		code, text string
	}{
		{replication.AssessInput{Name: "a/b"}, "InvalidParameterValueException", "AssessmentRunName"},
		{replication.AssessInput{Only: []string{"a"}, Exclude: []string{"b"}}, "InvalidParameterCombinationException", "IncludeOnly"},
		{replication.AssessInput{Only: []string{"mysql-check-binlog-format"}}, "InvalidParameterValueException", "mysql-check-binlog-format does not apply"},
		{replication.AssessInput{Encryption: "AES"}, "InvalidParameterValueException", "SSE_KMS"},
		{replication.AssessInput{Key: "arn:aws:kms:us-east-1:222222222222:key/k"}, "InvalidParameterCombinationException", "SSE_KMS"},
	} {
		if c.in.Name == "" {
			c.in.Name = fmt.Sprintf("run%d", i)
		}
		_, err := w.assess(p, c.in)
		w.refused(err, c.code, c.text)
	}
	for kind, code := range map[fault.Kind]string{fault.NotFound: "S3ResourceNotFoundFault", fault.Denied: "S3AccessDeniedFault"} {
		w.fakes.locked(func() { w.fakes.resultFails = &fault.Error{Kind: kind, Message: "no"} })
		_, err := w.assess(p, replication.AssessInput{Name: "refused"})
		w.refused(err, code, "dms-results")
	}
	if got := w.described(p.task.ARN).Status; got != replication.StatusReady {
		t.Errorf("after the refusals the task is %s", got)
	}
	v := w.user("assessor", allow("dms:*", "*"))
	if _, err := v.Assess(w.ctx, replication.AssessInput{Task: p.task.ARN, Name: "x", Role: resultRole, Bucket: "b"}); !denied(err) || !strings.Contains(err.Error(), "iam:PassRole") {
		t.Errorf("a role is handed over with %v", err)
	}
	v = w.user("other", allow("dms:StartReplicationTaskAssessmentRun", anyEndpoint)+","+allow("iam:PassRole", "*"))
	if _, err := v.Assess(w.ctx, replication.AssessInput{Task: p.task.ARN, Name: "x", Role: resultRole, Bucket: "b"}); !denied(err) {
		t.Errorf("a task is assessed with %v", err)
	}
}

func TestApplicable(t *testing.T) {
	w := newWorld(t)
	p := w.pair("full-load")
	names := func(in replication.ApplicableInput) string {
		all, _, err := w.view.Applicable(w.ctx, in)
		w.ok(err)
		return strings.Join(all, " ")
	}
	if got := names(replication.ApplicableInput{Task: p.task.ARN}); strings.Contains(got, "binlog") || strings.Contains(got, "postgres") || !strings.Contains(got, "mysql-check-select-privileges") {
		t.Errorf("of the task: %s", got)
	}
	model := replication.ApplicableInput{Instance: p.instance.ARN, Source: "postgres", Target: "redshift", Type: "cdc"}
	if got := names(model); strings.Contains(got, "mysql") || !strings.Contains(got, "postgres-check-wallevel") {
		t.Errorf("of PostgreSQL: %s", got)
	}
	if got := names(replication.ApplicableInput{}); !strings.Contains(got, "mysql-check-binlog-format") || !strings.Contains(got, "postgres-check-wallevel") {
		t.Errorf("of all: %s", got)
	}
	model.Type = ""
	_, _, err := w.view.Applicable(w.ctx, model)
	w.refused(err, "InvalidParameterCombinationException", "MigrationType")
	model.Type, model.Source = "cdc", "redshift"
	_, _, err = w.view.Applicable(w.ctx, model)
	w.refused(err, "InvalidParameterValueException", "redshift")
}
