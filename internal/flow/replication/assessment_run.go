package replication

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
)

// AssessmentRun is a pre-flight of a task whose results stand in a bucket.
type AssessmentRun struct {
	Resource
	Task, Instance  string // ARNs
	Status          string
	Role            string
	Bucket, Folder  string
	Encryption, Key string `json:",omitempty"`
	Failure         string `json:",omitempty"`
	Latest          bool   `json:"-"` // of its task
	Checks          []Assessment
}

func runBase(r *AssessmentRun) *Resource { return &r.Resource }

// The states of runs besides those of assessments.
const (
	runStarting   = "starting"
	runRunning    = "running"
	runCancelling = "cancelling"
	runBroken     = "error-executing"
)

// assessLimit is how long a pre-flight may take.
const assessLimit = 10 * time.Minute

// Results keeps what assessments find.
type Results interface {
	// PutResult writes an object as a role.
	PutResult(ctx context.Context, r Result) error
}

// Result is an object with what was found.
type Result struct {
	As              Assumption
	Region          string
	Bucket, Key     string
	Body            []byte
	Encryption, KMS string // SSE_S3 or SSE_KMS, and the key of the latter
}

// AssessInput says what to assess, and where the results go.
type AssessInput struct {
	Task, Name      string
	Role            string
	Bucket, Folder  string
	Encryption, Key string
	Only, Exclude   []string
	Tags            []Tag
}

// Assess begins a run of assessments of a task that does not run. That the results can be written is tried before.
func (v *View) Assess(ctx context.Context, in AssessInput) (AssessmentRun, error) {
	t, err := v.foundTask(ctx, "StartReplicationTaskAssessmentRun", in.Task)
	if err != nil {
		return AssessmentRun{}, err
	}
	res, err := v.newResource(kindRun, in.Name, "", in.Tags)
	if err := firstError(err, v.askTags(ctx, &res, in.Tags), v.passRole(ctx, in.Role)); err != nil {
		return AssessmentRun{}, err
	}
	res.Identifier = in.Name
	r := AssessmentRun{Resource: res, Task: t.ARN, Instance: t.Instance, Status: runStarting, Role: in.Role, Bucket: in.Bucket,
		Folder: strings.Trim(in.Folder, "/"), Encryption: in.Encryption, Key: in.Key}
	if err := firstError(in.check(), v.choose(&r, &t, &in), v.store.assessable(&t, in.Name)); err != nil {
		return r, err
	}
	if err := v.store.publish(ctx, &r, v.by.Request); err != nil {
		return r, resultFault(&r, err)
	}
	begun := r
	r.Status = runRunning
	if err := v.store.beginRun(&r); err != nil {
		return r, err
	}
	v.store.launchRun(r, v.by.Request)
	return begun, nil
}

func (in *AssessInput) check() error {
	switch {
	case strings.TrimSpace(in.Name) == "" || strings.Contains(in.Name, "/"):
		return invalid("The parameter AssessmentRunName must be provided and must not be blank or hold a slash.")
	case len(in.Only) > 0 && len(in.Exclude) > 0:
		return combination("IncludeOnly and Exclude cannot be specified together.")
	case !slices.Contains([]string{"", "SSE_S3", "SSE_KMS"}, in.Encryption):
		return invalid("The value " + in.Encryption + " of ResultEncryptionMode is not valid: it must be SSE_S3 or SSE_KMS.")
	case in.Key != "" && in.Encryption != "SSE_KMS":
		return combination("ResultKmsKeyArn needs ResultEncryptionMode SSE_KMS.")
	}
	return nil
}

// choose fills a run with the checks that apply to a task and are wanted.
func (v *View) choose(r *AssessmentRun, t *Task, in *AssessInput) error {
	all := v.store.checksOf(t)
	for _, name := range slices.Concat(in.Only, in.Exclude) {
		if engineCheck(all, name, "") == "" {
			return invalid("The individual assessment " + name + " does not apply to the task: see DescribeApplicableIndividualAssessments.")
		}
	}
	for _, c := range all {
		if len(in.Only) == 0 && !slices.Contains(in.Exclude, c.name) || slices.Contains(in.Only, c.name) {
			one, err := v.newResource(kindAssessment, "", "", nil)
			if err != nil {
				return err
			}
			r.Checks = append(r.Checks, Assessment{ARN: one.ARN, Name: c.name, Status: assessmentPending})
		}
	}
	if len(r.Checks) == 0 {
		return invalid("No individual assessment is left to run.")
	}
	return nil
}

func (s *Store) checksOf(t *Task) []check {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, _ := s.endpoints.get(t.Source)
	return applicable(e.Engine, t.Type)
}

// assessable refuses a run of a task that does something else, or of a name that is in use.
func (s *Store) assessable(t *Task, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.active() {
		return wrongState(t.ARN, "%s %s cannot be assessed while it is in %s state.", t.noun(), t.Identifier, t.Status)
	}
	for _, o := range s.assessed.all {
		if o.Task == t.ARN && o.Identifier == name {
			return exists("Assessment Run", name, o.ARN)
		}
	}
	return nil
}

// beginRun puts the task aside for a run.
func (s *Store) beginRun(r *AssessmentRun) error {
	_, err := update(s, &s.tasks, r.Task, func(t *Task) error {
		if t.active() {
			return wrongState(t.ARN, "%s %s cannot be assessed while it is in %s state.", t.noun(), t.Identifier, t.Status)
		}
		t.Before, t.Status = t.Status, StatusAssessing
		return s.assessed.put(s.db, r.ARN, *r)
	})
	return err
}

// launchRun runs assessments behind the back of the caller.
func (s *Store) launchRun(r AssessmentRun, request guard.Request) {
	ctx, cancel := context.WithTimeout(guard.Within(s.life, r.Task), assessLimit)
	s.mu.Lock()
	s.assessing[r.ARN] = cancel
	s.mu.Unlock()
	s.background(func(context.Context) {
		defer cancel()
		checked, err := s.preflight(ctx, r.Task, request)
		r.conclude(checked, err, s.Now().UTC())
		if err := s.publish(context.WithoutCancel(ctx), &r, request); err != nil && r.Status != runCancelling {
			r.Status, r.Failure = runBroken, told(resultFault(&r, err))
		}
		if err := s.endRun(&r); err != nil {
			s.Log.Error("the end of an assessment run was not kept", "run", r.Identifier, "error", err)
		}
	})
}

// preflight checks a task as it is now.
func (s *Store) preflight(ctx context.Context, name string, request guard.Request) (Checked, error) {
	s.mu.Lock()
	t, ok := s.tasks.get(name)
	s.mu.Unlock()
	if !ok {
		return Checked{}, notFound(nouns[kindTask], name)
	}
	j, err := s.job(ctx, t, request)
	if err != nil {
		return Checked{}, err
	}
	return s.Runner.Check(ctx, j)
}

// conclude gives each assessment its part of what was found.
func (r *AssessmentRun) conclude(c Checked, failed error, at time.Time) {
	var of []check
	found := map[string][]Finding{}
	for _, a := range r.Checks {
		of = append(of, checks[slices.IndexFunc(checks, func(k check) bool { return k.name == a.Name })])
	}
	if failed == nil {
		found = c.findings(checks)
	}
	for i := range r.Checks {
		a := &r.Checks[i]
		a.Started = at
		switch {
		case errors.Is(failed, context.Canceled):
			a.Status = assessmentCancelled
		case failed != nil:
			a.Status, a.Findings = assessmentError, []Finding{{told(failed), true}}
		default:
			a.judge(found[a.Name], c.unseen(of[i]))
		}
		if a.Status == assessmentFailed || a.Status == assessmentError {
			r.Failure = a.Name + ": " + a.Findings[0].Text
		}
	}
	r.Status = verdict(r.Checks)
	if errors.Is(failed, context.Canceled) {
		r.Status = runCancelling
	}
}

// endRun keeps a run and gives the task back the state that it had.
func (s *Store) endRun(r *AssessmentRun) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.assessing, r.ARN)
	if err := s.assessed.put(s.db, r.ARN, *r); err != nil {
		return err
	}
	return s.giveBack(r.Task)
}

// giveBack ends the state in which a task is assessed. It needs Store.mu, or a Store that is being opened.
func (s *Store) giveBack(name string) error {
	t, ok := s.tasks.get(name)
	if !ok || t.Status != StatusAssessing {
		return nil
	}
	t.Status, t.Before = t.Before, ""
	return s.tasks.put(s.db, name, t)
}

// publish writes what is known of a run into its bucket: the whole, and one object for each assessment that has ended.
func (s *Store) publish(ctx context.Context, r *AssessmentRun, request guard.Request) error {
	put := func(name string, body any) error {
		text, err := json.MarshalIndent(body, "", "  ")
		if err != nil {
			return err
		}
		key := r.Identifier + "/" + name + ".json"
		if r.Folder != "" {
			key = r.Folder + "/" + key
		}
		return s.Results.PutResult(ctx, Result{As: Assumption{Role: r.Role, Service: Service, For: r.Task, Request: request}, Region: r.Region,
			Bucket: r.Bucket, Key: key, Body: append(text, '\n'), Encryption: r.Encryption, KMS: r.Key})
	}
	for _, a := range r.Checks {
		if a.Status == assessmentPending {
			continue
		}
		if err := put(a.Name, a.told()); err != nil {
			return err
		}
	}
	return put("summary", r.told())
}

// summary is a run as its object in the bucket has it.
type summary struct {
	Run         string       `json:"assessment-run-name"`
	ARN         string       `json:"assessment-run-arn"`
	Task        string       `json:"replication-task-arn"`
	Status      string       `json:"status"`
	Failure     string       `json:"last-failure-message,omitempty"`
	Assessments []assessedAs `json:"individual-assessments"`
}

// assessedAs is an assessment as its object in the bucket has it.
type assessedAs struct {
	Name   string   `json:"individual-assessment-name"`
	Status string   `json:"status"`
	Texts  []string `json:"findings"`
}

func (r *AssessmentRun) told() summary {
	out := summary{r.Identifier, r.ARN, r.Task, r.Status, r.Failure, []assessedAs{}}
	for _, a := range r.Checks {
		out.Assessments = append(out.Assessments, a.told())
	}
	return out
}

func (a *Assessment) told() assessedAs {
	out := assessedAs{a.Name, a.Status, []string{}}
	for _, f := range a.Findings {
		out.Texts = append(out.Texts, f.Text)
	}
	return out
}

// resultFault words a refusal of the bucket as DMS does.
func resultFault(r *AssessmentRun, err error) error {
	if _, denied := errors.AsType[*guard.Denied](err); denied {
		return notConfigured(r.Role, "Role '"+r.Role+"' is not configured properly.", err)
	}
	where := arn.ARN{Partition: arn.Partition, Service: "s3", Resource: r.Bucket}.String()
	switch fault.KindOf(err) {
	case fault.NotFound:
		return &fault.Error{Kind: fault.NotFound, Code: "S3ResourceNotFoundFault", On: where, Message: fmt.Sprintf("The S3 bucket %s was not found.", r.Bucket), Err: err}
	case fault.Denied:
		return &fault.Error{Kind: fault.Denied, Code: "S3AccessDeniedFault", On: where, Message: fmt.Sprintf("The role %s cannot write to the S3 bucket %s.", r.Role, r.Bucket), Err: err}
	}
	return err
}
