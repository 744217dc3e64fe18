package secretsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

type updateSecretInput struct {
	secretID
	value
	ClientRequestToken string  `min:"32" max:"64"`
	Description        *string `max:"2048"`
	KmsKeyID           *string `json:"KmsKeyId" max:"2048"`
	Type               string  `max:"256"`
}

func (s service) updateSecret(ctx context.Context, by guard.Session, in updateSecretInput) (versioned, error) {
	if in.Type != "" {
		return versioned{}, lacking("Type", "secrets of partners are not kept here")
	}
	out, err := s.secrets.As(by).Update(ctx, secret.UpdateInput{
		ID: in.SecretID, Token: in.ClientRequestToken, Description: in.Description, KMSKey: in.KmsKeyID, Value: in.value.value(),
	})
	return versioned{named{out.ARN, out.Name}, out.Version}, err
}

type updateSecretVersionStageInput struct {
	secretID
	VersionStage        string `required:"true" min:"1" max:"256"`
	RemoveFromVersionID string `json:"RemoveFromVersionId" min:"32" max:"64"`
	MoveToVersionID     string `json:"MoveToVersionId" min:"32" max:"64"`
}

func (s service) updateSecretVersionStage(ctx context.Context, by guard.Session, in updateSecretVersionStageInput) (named, error) {
	out, err := s.secrets.As(by).UpdateStage(ctx, secret.StageInput{
		ID: in.SecretID, Stage: in.VersionStage, RemoveFrom: in.RemoveFromVersionID, MoveTo: in.MoveToVersionID,
	})
	return nameOf(out), err
}

type tagResourceInput struct {
	secretID
	Tags []tag `required:"true"`
}

func (s service) tagResource(ctx context.Context, by guard.Session, in tagResourceInput) (empty, error) {
	return empty{}, s.secrets.As(by).Tag(ctx, in.SecretID, tags(in.Tags))
}

type untagResourceInput struct {
	secretID
	TagKeys []string `required:"true" each:"1 128"`
}

func (s service) untagResource(ctx context.Context, by guard.Session, in untagResourceInput) (empty, error) {
	return empty{}, s.secrets.As(by).Untag(ctx, in.SecretID, in.TagKeys)
}

// empty is the answer of an operation that has none.
type empty struct{}
