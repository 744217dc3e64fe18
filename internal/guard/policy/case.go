package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Case is one question as JSON: a line of `inlet iam evaluate --jsonl`, or a file of the test corpus.
type Case struct {
	ID   json.RawMessage `json:"id"`
	Kind string          `json:"kind"` // authorize, condition, resource, validate or bucket_public

	Request  caseRequest  `json:"request"`
	Policies casePolicies `json:"policies"`

	Operator     string          `json:"operator"`
	PolicyValues json.RawMessage `json:"policy_values"`
	Value        json.RawMessage `json:"value"`
	Context      caseContext     `json:"context"`

	Patterns   json.RawMessage `json:"patterns"`
	Resource   string          `json:"resource"`
	Negated    bool            `json:"negated"`
	PolicyType string          `json:"policy_type"`

	Policy json.RawMessage `json:"policy"`
}

type caseRequest struct {
	Principal struct {
		Type    string `json:"type"`
		ARN     string `json:"arn"`
		Account string `json:"account"`
		Name    string `json:"name"`
	} `json:"principal"`
	Action          string      `json:"action"`
	Resource        string      `json:"resource"`
	ResourceAccount string      `json:"resource_account"`
	Context         caseContext `json:"context"`
}

type caseContext map[string]json.RawMessage

type casePolicies struct {
	Identity []json.RawMessage `json:"identity"`
	Boundary []json.RawMessage `json:"permissions_boundary"`
	Session  []json.RawMessage `json:"session"`
	Resource json.RawMessage   `json:"resource"`
	SCP      []caseLevel       `json:"scp"`
	RCP      []caseLevel       `json:"rcp"`
	Endpoint []json.RawMessage `json:"vpc_endpoint"`
}

type caseLevel struct {
	Target   string            `json:"target"`
	Policies []json.RawMessage `json:"policies"`
}

// Answer is the answer to a Case; what does not belong to its kind is left out.
type Answer struct {
	ID       json.RawMessage  `json:"id,omitempty"`
	Decision string           `json:"decision,omitempty"`
	By       string           `json:"by,omitempty"`
	Trace    []StatementTrace `json:"trace,omitempty"`
	Match    *bool            `json:"match,omitempty"`
	Valid    *bool            `json:"valid,omitempty"`
	Message  string           `json:"message,omitempty"`
	Public   *bool            `json:"public,omitempty"`
	Error    string           `json:"error,omitempty"` // the question itself could not be read
}

// ErrUnknownCase is returned for a kind of case that this version does not know.
var ErrUnknownCase = errors.New("unknown kind of case")

// AnswerCase answers one case given as JSON.
func AnswerCase(src []byte) (Answer, error) {
	var c Case
	if err := json.Unmarshal(src, &c); err != nil {
		return Answer{}, fmt.Errorf("read case: %w", err)
	}
	return c.Answer()
}

// Answer answers the case. A question that makes no sense is answered with Error.
func (c *Case) Answer() (Answer, error) {
	answers := map[string]func(*Case) (Answer, error){
		"": (*Case).authorize, "authorize": (*Case).authorize, "condition": (*Case).condition,
		"resource": (*Case).resource, "validate": (*Case).validate, "bucket_public": (*Case).public,
	}
	answer, ok := answers[c.Kind]
	if !ok {
		return Answer{}, fmt.Errorf("%w: %q", ErrUnknownCase, c.Kind)
	}
	a, err := answer(c)
	if err != nil {
		a = Answer{Error: err.Error()}
	}
	a.ID = c.ID
	return a, nil
}

func (c *Case) authorize() (Answer, error) {
	r, err := c.Request.request()
	if err != nil {
		return Answer{}, err
	}
	s, err := c.Policies.set(r.Action)
	if err != nil {
		return Answer{}, err
	}
	d := Explain(r, s)
	return Answer{Decision: d.Effect.String(), By: d.By.String(), Trace: d.Trace}, nil
}

func (c *Case) condition() (Answer, error) {
	values, err := caseStrings(c.PolicyValues)
	if err != nil {
		return Answer{}, err
	}
	ctx, err := c.Context.context()
	if err != nil {
		return Answer{}, err
	}
	var value *Value
	if v, ok, err := caseValue(c.Value); err != nil {
		return Answer{}, err
	} else if ok {
		value = &v
	}
	match, err := HoldsCondition(c.Operator, values, value, ctx)
	return Answer{Match: &match}, err
}

func (c *Case) resource() (Answer, error) {
	patterns, err := caseStrings(c.Patterns)
	if err != nil {
		return Answer{}, err
	}
	ctx, err := c.Context.context()
	if err != nil {
		return Answer{}, err
	}
	k, ok := KindOf(c.PolicyType)
	if !ok && c.PolicyType != "" {
		k = Resource
	}
	match := resourceList(k, patterns, c.Negated).covers(c.Resource, ctx)
	return Answer{Match: &match}, nil
}

func (c *Case) validate() (Answer, error) {
	k, ok := KindOf(c.PolicyType)
	if !ok && c.PolicyType != "" {
		return Answer{}, fmt.Errorf("unknown policy type %q", c.PolicyType)
	}
	_, err := Parse(caseText(c.Policy), k)
	valid := err == nil
	a := Answer{Valid: &valid}
	if err != nil {
		a.Message = err.Error()
	}
	return a, nil
}

func (c *Case) public() (Answer, error) {
	d, err := Read(caseText(c.Policy), Bucket)
	if err != nil {
		return Answer{}, err
	}
	public := d.Public()
	return Answer{Public: &public}, nil
}

// caseText is a document given as JSON, or as a string when its text is itself broken.
func caseText(raw json.RawMessage) []byte {
	var s string
	if json.Unmarshal(raw, &s) == nil && bytes.HasPrefix(bytes.TrimSpace(raw), []byte(`"`)) {
		return []byte(s)
	}
	return raw
}

var caseTypes = map[string]PrincipalType{
	"user": User, "role": Role, "assumed_role": AssumedRole, "federated_user": FederatedUser, "root": Root,
	"service": Service, "anonymous": Anonymous, "other": WebIdentity,
}

func (q *caseRequest) request() (Request, error) {
	ctx, err := q.Context.context()
	if err != nil {
		return Request{}, err
	}
	p := Principal{ARN: q.Principal.ARN, Account: q.Principal.Account}
	t, ok := caseTypes[strings.ToLower(q.Principal.Type)]
	if !ok {
		return Request{}, fmt.Errorf("unknown principal type %q", q.Principal.Type)
	}
	p.Type = t
	if p.ARN == "" && t == Service {
		p.ARN = q.Principal.Name
	}
	return Request{
		Principal: p, Action: q.Action, Resource: q.Resource, ResourceAccount: q.ResourceAccount, Context: ctx,
	}, nil
}

// set reads the policies. nil stays nil, for an absent list is not an empty one.
func (p *casePolicies) set(action string) (s Set, err error) {
	if s.Identity, err = caseDocuments(p.Identity, Identity); err != nil {
		return s, err
	}
	if s.Boundary, err = caseDocuments(p.Boundary, Boundary); err != nil {
		return s, err
	}
	if s.Session, err = caseDocuments(p.Session, SessionPolicy); err != nil {
		return s, err
	}
	if s.Endpoint, err = caseDocuments(p.Endpoint, VPCEndpoint); err != nil {
		return s, err
	}
	if s.SCP, err = caseLevels(p.SCP, SCP); err != nil {
		return s, err
	}
	if s.RCP, err = caseLevels(p.RCP, RCP); err != nil {
		return s, err
	}
	if raw := bytes.TrimSpace(p.Resource); len(raw) > 0 && string(raw) != "null" {
		s.Resource, err = Read(caseText(raw), resourceKindOf(action))
	}
	return s, err
}

// resourceKindOf is the kind of resource policy that an action's service keeps.
func resourceKindOf(action string) Kind {
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	switch service {
	case "s3":
		return Bucket
	case "sts":
		return Trust
	case "redshift", "redshift-serverless":
		return Namespace
	case "kms":
		return Key
	}
	return Resource
}

func caseDocuments(raw []json.RawMessage, k Kind) ([]*Document, error) {
	if raw == nil {
		return nil, nil
	}
	out := make([]*Document, 0, len(raw))
	for i, r := range raw {
		d, err := Read(caseText(r), k)
		if err != nil {
			return nil, fmt.Errorf("%s policy %d: %w", k, i, err)
		}
		out = append(out, d)
	}
	return out, nil
}

func caseLevels(raw []caseLevel, k Kind) ([]Level, error) {
	var out []Level
	for _, l := range raw {
		docs, err := caseDocuments(l.Policies, k)
		if err != nil {
			return nil, err
		}
		out = append(out, Level{Target: l.Target, Policies: docs})
	}
	return out, nil
}

func (c caseContext) context() (Context, error) {
	out := Context{}
	for key, raw := range c {
		v, ok, err := caseValue(raw)
		if err != nil {
			return nil, fmt.Errorf("context key %s: %w", key, err)
		}
		if ok {
			out[strings.ToLower(key)] = v
		}
	}
	return out, nil
}

// caseValue reads {"multi", "values"}, or a bare scalar or array.
func caseValue(raw json.RawMessage) (Value, bool, error) {
	n, p := readJSON(raw)
	if len(raw) == 0 || p == nil && n.shape == null {
		return Value{}, false, nil
	}
	if p != nil {
		return Value{}, false, errors.New("value is not JSON")
	}
	v := Value{Multi: n.shape == array}
	if n.shape == object {
		if m := n.field("multi"); m != nil {
			v.Multi = m.str == "true"
		}
		if n.field("values") == nil {
			return v, false, nil
		}
		n = *n.field("values")
	}
	values, ok := n.scalars()
	if !ok {
		return v, false, errors.New("values are not scalars")
	}
	v.Values = values
	return v, true, nil
}

func caseStrings(raw json.RawMessage) ([]string, error) {
	n, p := readJSON(raw)
	if p != nil {
		return nil, errors.New("list is not JSON")
	}
	values, ok := n.scalars()
	if !ok {
		return nil, errors.New("list holds something other than scalars")
	}
	return values, nil
}
