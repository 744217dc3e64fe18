package stsapi

import "github.com/inlet-data/inlet/internal/front/aws"

// unsupported are the operations of STS that inlet lacks: it trusts no identity
// providers, and its refusals are not encoded.
func unsupported() []aws.Operation {
	return aws.NotSupported(
		"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "DecodeAuthorizationMessage",
		"GetDelegatedAccessToken", "GetFederationToken", "GetWebIdentityToken",
	)
}
