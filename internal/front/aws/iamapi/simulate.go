package iamapi

import (
	"context"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
	"github.com/inlet-data/inlet/internal/guard/policy"
)

type contextEntry struct {
	ContextKeyName   string   `query:"ContextKeyName" min:"5" max:"256"`
	ContextKeyValues []string `query:"ContextKeyValues"`
	ContextKeyType   string   `query:"ContextKeyType" enum:"string stringList numeric numericList boolean booleanList ip ipList binary binaryList date dateList"`
}

type simulation struct {
	paging
	PermissionsBoundaryPolicyInputList []string       `query:"PermissionsBoundaryPolicyInputList" max:"1" each:"1 131072" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"`
	ActionNames                        []string       `query:"ActionNames" required:"true" each:"3 128"`
	ResourceArns                       []string       `query:"ResourceArns" each:"1 2048"`
	ResourcePolicy                     string         `query:"ResourcePolicy" min:"1" max:"131072" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"`
	ResourceOwner                      string         `query:"ResourceOwner" min:"1" max:"2048"`
	CallerArn                          string         `query:"CallerArn" min:"1" max:"2048"`
	ContextEntries                     []contextEntry `query:"ContextEntries"`
}

type simulatePrincipalInput struct {
	simulation
	PolicySourceArn string   `query:"PolicySourceArn" required:"true" min:"20" max:"2048"`
	PolicyInputList []string `query:"PolicyInputList" each:"1 131072" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"`
}

type simulateCustomInput struct {
	simulation
	PolicyInputList []string `query:"PolicyInputList" required:"true" each:"1 131072" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"`
}

type position struct{ Line, Column int }

type matchedStatement struct {
	SourcePolicyID             string `xml:"SourcePolicyId"`
	SourcePolicyType           string
	StartPosition, EndPosition position
}

type boundaryDetail struct{ AllowedByPermissionsBoundary bool }

type evaluation struct {
	EvalActionName                    string
	EvalResourceName                  string
	EvalDecision                      string
	MatchedStatements                 list[matchedStatement]
	MissingContextValues              list[string]
	PermissionsBoundaryDecisionDetail *boundaryDetail
}

type simulateAnswer struct {
	EvaluationResults list[evaluation]
	paged
}

// simulations are the rows that ask what policies would say.
func (d door) simulations() []aws.Operation {
	return []aws.Operation{
		answer(d, "SimulatePrincipalPolicy", func(ctx context.Context, v *identity.View, in simulatePrincipalInput) (simulateAnswer, error) {
			return simulate(ctx, v, in.simulation, identity.Simulation{Source: in.PolicySourceArn, Policies: in.PolicyInputList})
		}),
		answer(d, "SimulateCustomPolicy", func(ctx context.Context, v *identity.View, in simulateCustomInput) (simulateAnswer, error) {
			return simulate(ctx, v, in.simulation, identity.Simulation{Policies: in.PolicyInputList})
		}),
	}
}

func simulate(ctx context.Context, v *identity.View, in simulation, q identity.Simulation) (out simulateAnswer, err error) {
	q.Boundaries, q.Actions, q.Resources = in.PermissionsBoundaryPolicyInputList, in.ActionNames, in.ResourceArns
	q.Policy, q.Caller, q.Context = in.ResourcePolicy, in.CallerArn, contextOf(in.ContextEntries)
	if q.Owner, err = ownerOf(in.ResourceOwner); err != nil {
		return out, err
	}
	all, err := v.Simulate(ctx, q)
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(in.paging, all, func(s identity.Simulated) string { return s.Action + " " + s.Resource })
	out.EvaluationResults = listOf(all, evaluationOf)
	return out, err
}

// ownerOf is the account of an ARN such as arn:aws:iam::123456789012:root.
func ownerOf(owner string) (string, error) {
	if owner == "" || arn.ValidAccount(owner) {
		return owner, nil
	}
	a, err := arn.Parse(owner)
	if err != nil || !arn.ValidAccount(a.Account) {
		return "", &fault.Error{Kind: fault.Invalid, Code: "InvalidInput", Message: "Invalid resource owner: " + owner, Err: err}
	}
	return a.Account, nil
}

func contextOf(entries []contextEntry) policy.Context {
	c := policy.Context{}
	for _, e := range entries {
		if strings.HasSuffix(e.ContextKeyType, "List") || len(e.ContextKeyValues) != 1 {
			c.SetMulti(e.ContextKeyName, e.ContextKeyValues...)
			continue
		}
		c.Set(e.ContextKeyName, e.ContextKeyValues[0])
	}
	return c
}

var decisions = map[policy.Effect]string{
	policy.Allow: "allowed", policy.ImplicitDeny: "implicitDeny", policy.ExplicitDeny: "explicitDeny",
}

func evaluationOf(s identity.Simulated) evaluation {
	out := evaluation{
		EvalActionName: s.Action, EvalResourceName: s.Resource, EvalDecision: decisions[s.Effect],
		MatchedStatements: listOf(s.Statements, matchedOf), MissingContextValues: listOf(s.Missing, same),
	}
	if s.Bounded {
		out.PermissionsBoundaryDecisionDetail = &boundaryDetail{s.InBounds}
	}
	return out
}

func matchedOf(s identity.SimulatedStatement) matchedStatement {
	kind := "IAM Policy"
	if s.Policy == "ResourcePolicy" {
		kind = "Resource Policy"
	}
	return matchedStatement{
		SourcePolicyID: s.Policy, SourcePolicyType: kind, StartPosition: position(s.Start), EndPosition: position(s.End),
	}
}
