package stsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type sessionTokenInput struct {
	DurationSeconds int    `query:"DurationSeconds" min:"900" max:"129600"`
	SerialNumber    string `query:"SerialNumber" min:"9" max:"256" pattern:"[\\w+=/:,.@-]*"`
	TokenCode       string `query:"TokenCode" min:"6" max:"6" pattern:"[\\d]*" sensitive:"true"`
}

type sessionTokenAnswer struct{ Credentials credentials }

// getSessionToken needs no permission, like AWS's: it gives nothing the caller does not have.
func (d door) getSessionToken(_ context.Context, s guard.Session, in sessionTokenInput) (sessionTokenAnswer, error) {
	c, err := d.ids.SessionToken(s, identity.SessionTokenInput{Duration: in.DurationSeconds, Device: in.SerialNumber})
	return sessionTokenAnswer{credentialsOf(c)}, err
}
