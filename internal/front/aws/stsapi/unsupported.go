package stsapi

import (
	"strings"

	"github.com/inlet-data/inlet/internal/front/aws"
)

// unsupported are the operations of STS that inlet lacks: it trusts no identity
// providers, and its refusals are not encoded.
func unsupported() []aws.Operation {
	rows := aws.NotSupported(
		"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "DecodeAuthorizationMessage",
		"GetDelegatedAccessToken", "GetFederationToken", "GetWebIdentityToken",
	)
	for i := range rows {
		rows[i].Open = strings.HasPrefix(rows[i].Name, "AssumeRoleWith") // A provider's word stands for the signature.
	}
	return rows
}
