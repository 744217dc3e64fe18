package secretsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

type getSecretValueInput struct {
	secretID
	VersionID    string `json:"VersionId" min:"32" max:"64"`
	VersionStage string `min:"1" max:"256"`
}

func (s service) getSecretValue(ctx context.Context, by guard.Session, in getSecretValueInput) (reading, error) {
	out, err := s.secrets.As(by).Value(ctx, secret.GetInput{ID: in.SecretID, Version: in.VersionID, Stage: in.VersionStage})
	return readingOf(out), err
}

type putSecretValueInput struct {
	secretID
	value
	ClientRequestToken string   `min:"32" max:"64"`
	VersionStages      []string `min:"1" max:"20" each:"1 256"`
	RotationToken      string   `min:"36" max:"256" pattern:"^[a-zA-Z0-9\\-]+$" sensitive:"true"`
}

type putSecretValueOutput struct {
	ARN           string
	Name          string
	VersionID     string `json:"VersionId"`
	VersionStages []string
}

func (s service) putSecretValue(ctx context.Context, by guard.Session, in putSecretValueInput) (putSecretValueOutput, error) {
	if in.RotationToken != "" {
		return putSecretValueOutput{}, lacking("RotationToken", "secrets are not rotated here")
	}
	out, err := s.secrets.As(by).Put(ctx, secret.PutInput{ID: in.SecretID, Token: in.ClientRequestToken, Value: in.value.value(), Stages: in.VersionStages})
	return putSecretValueOutput{out.ARN, out.Name, out.Version.ID, out.Version.Stages}, err
}

type batchInput struct {
	SecretIDList []string `json:"SecretIdList" min:"1" max:"20" each:"1 2048"`
	Filters      []filter `max:"10"`
	MaxResults   *int     `min:"1" max:"20"`
	NextToken    string   `min:"1" max:"4096"`
}

type batchFailure struct {
	SecretID  string `json:"SecretId"`
	ErrorCode string
	Message   string
}

type batchOutput struct {
	SecretValues []reading
	Errors       []batchFailure
	NextToken    string `json:",omitempty"`
}

func (s service) batchGetSecretValue(ctx context.Context, by guard.Session, in batchInput) (batchOutput, error) {
	values, failures, next, err := s.secrets.As(by).Batch(ctx, secret.BatchInput{
		IDs: in.SecretIDList, Filters: filters(in.Filters), Page: secret.Page{Limit: orZero(in.MaxResults), Token: in.NextToken},
	})
	out := batchOutput{SecretValues: []reading{}, Errors: []batchFailure{}, NextToken: next}
	for _, v := range values {
		out.SecretValues = append(out.SecretValues, readingOf(v))
	}
	for _, f := range failures {
		out.Errors = append(out.Errors, batchFailure{f.ID, f.Code, f.Message})
	}
	return out, err
}
