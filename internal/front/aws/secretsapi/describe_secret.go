package secretsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

type describeSecretOutput struct {
	description
	VersionIDsToStages map[string][]string `json:"VersionIdsToStages,omitempty"`
}

func (s service) describeSecret(ctx context.Context, by guard.Session, in secretID) (describeSecretOutput, error) {
	e, err := s.secrets.As(by).Describe(ctx, in.SecretID)
	return describeSecretOutput{describe(e), stages(e)}, err
}

type listSecretsInput struct {
	IncludePlannedDeletion bool
	MaxResults             *int     `min:"1" max:"100"`
	NextToken              string   `min:"1" max:"4096"`
	Filters                []filter `max:"10"`
	SortOrder              string   `enum:"asc desc"`
	SortBy                 string   `enum:"created-date last-accessed-date last-changed-date name"`
}

type listedSecret struct {
	description
	SecretVersionsToStages map[string][]string `json:",omitempty"`
}

type listSecretsOutput struct {
	SecretList []listedSecret
	NextToken  string `json:",omitempty"`
}

func (s service) listSecrets(ctx context.Context, by guard.Session, in listSecretsInput) (listSecretsOutput, error) {
	found, next, err := s.secrets.As(by).List(ctx, secret.ListInput{
		Page: secret.Page{Limit: orZero(in.MaxResults), Token: in.NextToken}, Filters: filters(in.Filters),
		Deleted: in.IncludePlannedDeletion, SortBy: in.SortBy, Descending: in.SortOrder == "desc",
	})
	out := listSecretsOutput{SecretList: []listedSecret{}, NextToken: next}
	for _, e := range found {
		out.SecretList = append(out.SecretList, listedSecret{describe(e), stages(e)})
	}
	return out, err
}

type listSecretVersionIDsInput struct {
	secretID
	MaxResults        *int   `min:"1" max:"100"`
	NextToken         string `min:"1" max:"4096"`
	IncludeDeprecated bool
}

type listedVersion struct {
	VersionID        string   `json:"VersionId"`
	VersionStages    []string `json:",omitempty"`
	LastAccessedDate aws.Time `json:",omitzero"`
	CreatedDate      aws.Time
}

type listSecretVersionIDsOutput struct {
	Versions  []listedVersion
	NextToken string `json:",omitempty"`
	ARN       string
	Name      string
}

func (s service) listSecretVersionIDs(ctx context.Context, by guard.Session, in listSecretVersionIDsInput) (listSecretVersionIDsOutput, error) {
	page := secret.Page{Limit: orZero(in.MaxResults), Token: in.NextToken}
	e, list, next, err := s.secrets.As(by).Versions(ctx, in.SecretID, in.IncludeDeprecated, page)
	out := listSecretVersionIDsOutput{Versions: []listedVersion{}, NextToken: next, ARN: e.ARN, Name: e.Name}
	for _, v := range list {
		out.Versions = append(out.Versions, listedVersion{v.ID, v.Stages, aws.Time{Time: v.Accessed}, aws.Time{Time: v.Created}})
	}
	return out, err
}
