package secretsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

type createSecretInput struct {
	value
	Name               string `required:"true" min:"1" max:"512"`
	ClientRequestToken string `min:"32" max:"64"`
	Description        string `max:"2048"`
	KmsKeyID           string `json:"KmsKeyId" max:"2048"`
	Tags               []tag
	AddReplicaRegions  []struct {
		Region   string `min:"1" max:"128" pattern:"^([a-z]+-)+\\d+$"`
		KmsKeyID string `json:"KmsKeyId" max:"2048"`
	} `min:"1"`
	ForceOverwriteReplicaSecret bool
	Type                        string `max:"256"`
}

func (s service) createSecret(ctx context.Context, by guard.Session, in createSecretInput) (versioned, error) {
	if len(in.AddReplicaRegions) > 0 {
		return versioned{}, lacking("AddReplicaRegions", "secrets are not replicated to other Regions here")
	}
	if in.Type != "" {
		return versioned{}, lacking("Type", "secrets of partners are not kept here")
	}
	out, err := s.secrets.As(by).Create(ctx, secret.CreateInput{
		Name: in.Name, Description: in.Description, KMSKey: in.KmsKeyID, Token: in.ClientRequestToken, Value: in.value.value(), Tags: tags(in.Tags),
	})
	return versioned{named{out.ARN, out.Name}, out.Version}, err
}

// lacking refuses a parameter whose effect inlet does not have.
func lacking(parameter, why string) error {
	return &fault.Error{Kind: fault.Unsupported, Code: "InvalidParameterException", On: parameter,
		Message: "The parameter " + parameter + " is not supported by inlet: " + why + "."}
}
