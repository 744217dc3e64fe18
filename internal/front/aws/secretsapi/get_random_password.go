package secretsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/secret"
)

type getRandomPasswordInput struct {
	PasswordLength          *int   `min:"1" max:"4096"`
	ExcludeCharacters       string `max:"4096"`
	ExcludeNumbers          bool
	ExcludePunctuation      bool
	ExcludeUppercase        bool
	ExcludeLowercase        bool
	IncludeSpace            bool
	RequireEachIncludedType *bool
}

type getRandomPasswordOutput struct{ RandomPassword string }

func (s service) getRandomPassword(ctx context.Context, by guard.Session, in getRandomPasswordInput) (getRandomPasswordOutput, error) {
	p, err := s.secrets.As(by).RandomPassword(ctx, secret.PasswordInput{
		Length: orZero(in.PasswordLength), Exclude: in.ExcludeCharacters, NoNumbers: in.ExcludeNumbers, NoPunctuation: in.ExcludePunctuation,
		NoUppercase: in.ExcludeUppercase, NoLowercase: in.ExcludeLowercase, Space: in.IncludeSpace,
		AnyType: in.RequireEachIncludedType != nil && !*in.RequireEachIncludedType,
	})
	return getRandomPasswordOutput{p}, err
}
