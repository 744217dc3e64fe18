package replication

import (
	"context"
	"slices"
)

// AssessmentRuns lists runs of assessments.
func (v *View) AssessmentRuns(ctx context.Context, q Query) ([]AssessmentRun, string, error) {
	page, marker, err := list(ctx, v, listing[AssessmentRun]{
		action: "DescribeReplicationTaskAssessmentRuns", what: "replication task assessment runs", kept: &v.store.assessed, base: runBase,
		by: attributes[AssessmentRun]{
			"replication-task-assessment-run-arn": func(r *AssessmentRun) []string { return []string{r.ARN} },
			"replication-task-arn":                func(r *AssessmentRun) []string { return []string{r.Task} },
			"replication-instance-arn":            func(r *AssessmentRun) []string { return []string{r.Instance} },
			"status":                              func(r *AssessmentRun) []string { return []string{r.Status} },
		},
	}, q)
	for i := range page {
		page[i].Latest = v.store.latest(&page[i])
	}
	return page, marker, err
}

// latest reports whether no run of the same task began after one.
func (s *Store) latest(r *AssessmentRun) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.assessed.where(func(o *AssessmentRun) bool { return o.Task == r.Task && o.Created.After(r.Created) })) == 0
}

// TaskAssessment is an assessment with the run it belongs to.
type TaskAssessment struct {
	Assessment
	Run string // ARN
}

// Assessments lists the assessments of runs.
func (v *View) Assessments(ctx context.Context, q Query) ([]TaskAssessment, string, error) {
	if err := v.ask(ctx, question{action: "DescribeReplicationTaskIndividualAssessments"}); err != nil {
		return nil, "", err
	}
	type row struct {
		TaskAssessment
		task string
	}
	by := attributes[row]{
		"replication-task-assessment-run-arn": func(r *row) []string { return []string{r.Run} },
		"replication-task-arn":                func(r *row) []string { return []string{r.task} },
		"status":                              func(r *row) []string { return []string{r.Status} },
	}
	if err := by.check(q.Filters); err != nil {
		return nil, "", err
	}
	var all []TaskAssessment
	v.store.mu.Lock()
	for _, r := range v.store.assessed.where(func(r *AssessmentRun) bool { return v.mine(&r.Resource) }) {
		for _, a := range r.Checks {
			if one := (row{TaskAssessment{a, r.ARN}, r.Task}); by.selects(q.Filters, &one) {
				all = append(all, one.TaskAssessment)
			}
		}
	}
	v.store.mu.Unlock()
	if len(all) == 0 && len(q.Filters) > 0 {
		return nil, "", noneFound("replication task individual assessments")
	}
	return cut(all, func(a *TaskAssessment) string { return a.Run + " " + a.Name }, q, largestPage)
}

// ApplicableInput models a task: one that there is, or the engines and the type of one to come.
type ApplicableInput struct {
	Query
	Task, Config         string // ARNs
	Instance             string // ARN
	Source, Target, Type string
}

// Applicable lists the assessments that can be run for a task.
func (v *View) Applicable(ctx context.Context, in ApplicableInput) ([]string, string, error) {
	const action = "DescribeApplicableIndividualAssessments"
	of, err := v.applicable(ctx, action, &in)
	if err != nil {
		return nil, "", err
	}
	var names []string
	for _, c := range of {
		names = append(names, c.name)
	}
	return cut(names, func(name *string) string { return *name }, in.Query, largestPage)
}

func (v *View) applicable(ctx context.Context, action string, in *ApplicableInput) ([]check, error) {
	switch given := []string{in.Instance, in.Source, in.Target, in.Type}; {
	case in.Task != "" || in.Config != "":
		name := in.Task
		if name == "" {
			name = in.Config
		}
		t, err := found(ctx, v, &v.store.tasks, question{action: action, on: name}, taskBase)
		return v.store.checksOf(&t), err
	case !slices.ContainsFunc(given, func(s string) bool { return s != "" }):
		return checks, v.ask(ctx, question{action: action})
	case slices.Contains(given, ""):
		return nil, combination("ReplicationInstanceArn, SourceEngineName, TargetEngineName and MigrationType must be specified together.")
	}
	if _, err := found(ctx, v, &v.store.instances, question{action: action, on: in.Instance}, instanceBase); err != nil {
		return nil, err
	}
	if g := engineOf(in.Source); g == nil || !g.source {
		return nil, unknownEngine(in.Source)
	}
	if g := engineOf(in.Target); g == nil || g.source {
		return nil, unknownEngine(in.Target)
	}
	return applicable(in.Source, in.Type), checkMigration(in.Type)
}

// CancelAssessment ends a run that has not ended yet.
func (v *View) CancelAssessment(ctx context.Context, name string) (AssessmentRun, error) {
	if _, err := found(ctx, v, &v.store.assessed, question{action: "CancelReplicationTaskAssessmentRun", on: name}, runBase); err != nil {
		return AssessmentRun{}, err
	}
	return update(v.store, &v.store.assessed, name, func(r *AssessmentRun) error {
		cancel := v.store.assessing[name]
		if cancel == nil {
			return wrongState(name, "The assessment run %s cannot be cancelled: it is %s.", r.Identifier, r.Status)
		}
		cancel()
		r.Status = runCancelling
		return nil
	})
}

// DeleteAssessment forgets a run that has ended; what stands in its bucket stays.
func (v *View) DeleteAssessment(ctx context.Context, name string) (AssessmentRun, error) {
	r, err := found(ctx, v, &v.store.assessed, question{action: "DeleteReplicationTaskAssessmentRun", on: name}, runBase)
	if err != nil {
		return r, err
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	if v.store.assessing[name] != nil {
		return r, wrongState(name, "The assessment run %s cannot be deleted while it is %s.", r.Identifier, r.Status)
	}
	return r, v.store.assessed.remove(v.store.db, name)
}
