package stsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

type callerIdentity struct {
	Arn     string
	UserID  string `xml:"UserId"`
	Account string
}

// getCallerIdentity needs no permission: whoever signed may know who that is.
func getCallerIdentity(_ context.Context, s guard.Session, _ aws.Empty) (callerIdentity, error) {
	return callerIdentity{Arn: s.ARN, UserID: s.UserID, Account: s.Account}, nil
}
