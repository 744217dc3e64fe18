package secretsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard"
)

type putResourcePolicyInput struct {
	secretID
	ResourcePolicy    string `required:"true" min:"1" max:"20480"`
	BlockPublicPolicy bool
}

func (s service) putResourcePolicy(ctx context.Context, by guard.Session, in putResourcePolicyInput) (named, error) {
	out, err := s.secrets.As(by).PutPolicy(ctx, in.SecretID, in.ResourcePolicy, in.BlockPublicPolicy)
	return nameOf(out), err
}

type getResourcePolicyOutput struct {
	ARN            string
	Name           string
	ResourcePolicy string `json:",omitempty"`
}

func (s service) getResourcePolicy(ctx context.Context, by guard.Session, in secretID) (getResourcePolicyOutput, error) {
	e, err := s.secrets.As(by).Policy(ctx, in.SecretID)
	return getResourcePolicyOutput{e.ARN, e.Name, e.Policy}, err
}

func (s service) deleteResourcePolicy(ctx context.Context, by guard.Session, in secretID) (named, error) {
	out, err := s.secrets.As(by).DeletePolicy(ctx, in.SecretID)
	return nameOf(out), err
}

type validateResourcePolicyInput struct {
	SecretID       string `json:"SecretId" min:"1" max:"2048"`
	ResourcePolicy string `required:"true" min:"1" max:"20480"`
}

type policyProblem struct{ CheckName, ErrorMessage string }

type validateResourcePolicyOutput struct {
	PolicyValidationPassed bool
	ValidationErrors       []policyProblem
}

func (s service) validateResourcePolicy(ctx context.Context, by guard.Session, in validateResourcePolicyInput) (validateResourcePolicyOutput, error) {
	problems, err := s.secrets.As(by).ValidatePolicy(ctx, in.SecretID, in.ResourcePolicy)
	out := validateResourcePolicyOutput{PolicyValidationPassed: len(problems) == 0, ValidationErrors: []policyProblem{}}
	for _, p := range problems {
		out.ValidationErrors = append(out.ValidationErrors, policyProblem{p.Check, p.Message})
	}
	return out, err
}
