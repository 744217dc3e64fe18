package secretsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

type deleteSecretInput struct {
	secretID
	RecoveryWindowInDays       *int
	ForceDeleteWithoutRecovery bool
}

type deleteSecretOutput struct {
	ARN          string
	Name         string
	DeletionDate aws.Time
}

func (s service) deleteSecret(ctx context.Context, by guard.Session, in deleteSecretInput) (deleteSecretOutput, error) {
	out, at, err := s.secrets.As(by).Delete(ctx, secret.DeleteInput{ID: in.SecretID, Window: in.RecoveryWindowInDays, Force: in.ForceDeleteWithoutRecovery})
	return deleteSecretOutput{out.ARN, out.Name, aws.Time{Time: at}}, err
}

func (s service) restoreSecret(ctx context.Context, by guard.Session, in secretID) (named, error) {
	out, err := s.secrets.As(by).Restore(ctx, in.SecretID)
	return nameOf(out), err
}
