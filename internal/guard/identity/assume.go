package identity

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

// AssumeRoleInput are AssumeRole's parameters. Duration 0 means one hour.
type AssumeRoleInput struct {
	RoleARN        string
	SessionName    string
	ExternalID     string
	Duration       int    // seconds
	Policy         string // inline session policy
	PolicyARNs     []string
	Tags           map[string]string
	Transitive     []string // keys of tags that go along when the session assumes a role
	SourceIdentity string
	Device         string // serial number of an MFA device, of which there are none here
}

// Credentials are temporary ones; the fields about roles are empty for session tokens.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	Expiration      time.Time
	AssumedRoleARN  string
	AssumedRoleID   string // AROA…:session
	PackedSize      int    // percent of what session policies and tags may take, 0 when there were none
	SourceIdentity  string
	Session         guard.Session
}

// AssumeRole makes a role session and keeps it until it expires. A nil checker means the store's own.
func (s *Store) AssumeRole(ctx context.Context, checker guard.Checker, by guard.Session, in AssumeRoleInput) (Credentials, error) {
	session, err := s.Assume(ctx, checker, by, in)
	if err != nil {
		return Credentials{}, err
	}
	c, err := s.keep(session, in.duration())
	c.AssumedRoleARN, c.AssumedRoleID = session.ARN, session.UserID
	c.PackedSize, c.SourceIdentity = in.packed(), session.SourceIdentity
	return c, err
}

// Assume makes a role session without credentials, for what acts inside this
// node, as COPY does with the next role of its chain.
func (s *Store) Assume(ctx context.Context, checker guard.Checker, by guard.Session, in AssumeRoleInput) (guard.Session, error) {
	a := assumption{store: s, checker: checker, by: by, in: in}
	if checker == nil {
		a.checker = s.checker
	}
	if err := in.check(); err != nil {
		return guard.Session{}, err
	}
	if by.Type == policy.Root {
		return guard.Session{}, &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: "Roles may not be assumed by root accounts."}
	}
	s.read(func(st *state) { a.role, _ = st.arns[in.RoleARN].(*Role) })
	if err := a.authorize(ctx); err != nil {
		return guard.Session{}, err
	}
	if err := a.checkLimits(); err != nil {
		return guard.Session{}, err
	}
	return a.session(), nil
}

// ServiceAssumption says which service takes a role, for which resource.
type ServiceAssumption struct {
	// Services are the names under which the service may act, most usual first:
	// Redshift Serverless also takes roles as redshift.amazonaws.com.
	Services      []string
	RoleARN       string
	SessionName   string // "RedshiftIamRoleSession" when empty
	ExternalID    string // Redshift sends the ARN of the database user
	SourceARN     string
	SourceAccount string
	Request       guard.Request // of the statement for which it happens
}

// AssumeAsService makes a role session for a service of this node, by the
// role's trust policy alone. A nil checker means the store's own.
func (s *Store) AssumeAsService(ctx context.Context, checker guard.Checker, in ServiceAssumption) (guard.Session, error) {
	by := guard.Session{
		Type: policy.Service, SourceARN: in.SourceARN, SourceAccount: in.SourceAccount, Request: in.Request,
		ARN: s.trustedName(in),
	}
	return s.Assume(ctx, checker, by, AssumeRoleInput{
		RoleARN: in.RoleARN, ExternalID: in.ExternalID, SessionName: cmp.Or(in.SessionName, "RedshiftIamRoleSession"),
	})
}

// AssumeRoleAsService makes a role session for a service of this node and keeps it
// until it expires, for what works for the service by the public doors.
func (s *Store) AssumeRoleAsService(ctx context.Context, checker guard.Checker, in ServiceAssumption) (Credentials, error) {
	session, err := s.AssumeAsService(ctx, checker, in)
	if err != nil {
		return Credentials{}, err
	}
	return s.keep(session, (&AssumeRoleInput{}).duration())
}

// trustedName is the first of a service's names that the trust policy names at
// all, so that a refusal speaks of the name that came closest.
func (s *Store) trustedName(in ServiceAssumption) string {
	if len(in.Services) == 0 {
		return ""
	}
	trust := ""
	s.read(func(st *state) {
		if r, ok := st.arns[in.RoleARN].(*Role); ok {
			trust = r.Trust
		}
	})
	for _, name := range in.Services {
		if strings.Contains(trust, `"`+name+`"`) {
			return name
		}
	}
	return in.Services[0]
}

// assumption is one AssumeRole in the making.
type assumption struct {
	store   *Store
	checker guard.Checker
	by      guard.Session
	in      AssumeRoleInput
	role    *Role // nil when there is none, which must not be told from a refusal
}

// authorize asks the guard for all that the parameters need.
func (a *assumption) authorize(ctx context.Context) error {
	actions := []string{"sts:AssumeRole"}
	if len(a.in.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	if a.in.SourceIdentity != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	if a.by.SourceIdentity != "" && a.in.SourceIdentity != "" && a.in.SourceIdentity != a.by.SourceIdentity {
		return a.refusal("sts:SetSourceIdentity") // Once set it stays, through any chain.
	}
	for _, action := range actions {
		if err := a.checker.Check(ctx, a.call(action)); err != nil {
			return err
		}
	}
	if a.role == nil {
		// No policy can have allowed a role that is not there.
		return a.refusal("sts:AssumeRole")
	}
	return nil
}

func (a *assumption) refusal(action string) error {
	return &fault.Error{Kind: fault.Denied, Code: "AccessDenied", Message: fmt.Sprintf(
		"User: %s is not authorized to perform: %s on resource: %s", a.by.ARN, action, a.in.RoleARN)}
}

func (a *assumption) call(action string) guard.Call {
	c := guard.Call{
		By: a.by, Action: action, On: a.in.RoleARN, Owner: accountOf(a.in.RoleARN), MustName: true, Context: tagFacts(a.in.Tags),
	}
	facts := map[string]string{
		"sts:ExternalId": a.in.ExternalID, "sts:RoleSessionName": a.in.SessionName, "sts:SourceIdentity": a.in.SourceIdentity,
	}
	for k, v := range facts {
		if v != "" {
			c.Context[k] = []string{v}
		}
	}
	if a.in.Duration != 0 {
		c.Context["sts:DurationSeconds"] = []string{fmt.Sprint(a.in.Duration)}
	}
	if len(a.in.Transitive) > 0 {
		c.Context["sts:TransitiveTagKeys"] = a.in.Transitive
	}
	if a.role != nil {
		c.Policy = a.role.trust
		for k, v := range a.role.Tags {
			c.Context["aws:ResourceTag/"+k] = []string{v}
			c.Context["iam:ResourceTag/"+k] = []string{v}
		}
	}
	return c
}

// checkLimits checks what only somebody who may assume the role is told.
func (a *assumption) checkLimits() error {
	switch {
	case a.by.Type == policy.AssumedRole && a.in.duration() > DefaultMaxSession:
		return validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	case a.in.duration() > a.role.MaxSession:
		return validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return nil
}

// session is the new caller: the role's tags, over them what was passed on and what was passed now.
func (a *assumption) session() guard.Session {
	tags := maps.Clone(a.role.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	transitive := append([]string(nil), a.in.Transitive...)
	for _, k := range a.by.TransitiveTags {
		tags[k] = a.by.Tags[k]
		transitive = append(transitive, k)
	}
	maps.Copy(tags, a.in.Tags)
	s := guard.Session{
		Type: policy.AssumedRole, Account: a.role.Account, Name: a.role.Name, RoleARN: a.role.ARN,
		ARN:    arn.RoleSession(a.role.Account, a.role.Name, a.in.SessionName),
		UserID: a.role.ID + ":" + a.in.SessionName, Issued: a.store.now().UTC(), Tags: tags,
		PolicyARNs: a.in.PolicyARNs, TransitiveTags: transitive,
		SourceIdentity: cmp.Or(a.in.SourceIdentity, a.by.SourceIdentity), Request: a.by.Request,
	}
	if a.in.Policy != "" {
		s.SessionPolicy = []string{a.in.Policy}
	}
	return s
}
