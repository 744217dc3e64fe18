// Package stsapi answers AWS STS, the service that tells callers who they are.
package stsapi

import (
	"github.com/inlet-data/inlet/internal/front/aws"
)

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// New makes the service.
func New() aws.Service {
	return aws.NewQuery("sts", aws.Query{Version: "2011-06-15", Namespace: namespace},
		aws.Op("GetCallerIdentity", "", getCallerIdentity),
	)
}
