// Package stsapi answers AWS STS, the service that tells callers who they are
// and lets them become somebody else for a while.
package stsapi

import (
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

const version = "2011-06-15"

// New makes the service over the node's identities.
func New(ids *identity.Store) *aws.QueryService {
	d := door{ids}
	return aws.NewQuery("sts", aws.Query{Version: version, Namespace: "https://sts.amazonaws.com/doc/" + version + "/"},
		append([]aws.Operation{
			aws.Op("AssumeRole", "sts:AssumeRole", d.assumeRole),
			aws.Op("GetAccessKeyInfo", "sts:GetAccessKeyInfo", d.getAccessKeyInfo),
			aws.Op("GetCallerIdentity", "", getCallerIdentity),
			aws.Op("GetSessionToken", "", d.getSessionToken),
		}, unsupported()...)...)
}

// door holds what the handlers share.
type door struct{ ids *identity.Store }
