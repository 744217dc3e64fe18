package iamapi

import "github.com/inlet-data/inlet/internal/front/aws"

// unsupported are the operations of IAM that inlet lacks.
func unsupported() []aws.Operation {
	return aws.NotSupported(
		"AcceptDelegationRequest", "AddClientIDToOpenIDConnectProvider", "AssociateDelegationRequest", "ChangePassword",
		"CreateDelegationRequest", "CreateLoginProfile", "CreateOpenIDConnectProvider", "CreateSAMLProvider",
		"CreateServiceSpecificCredential", "CreateVirtualMFADevice", "DeactivateMFADevice", "DeleteAccountPasswordPolicy",
		"DeleteOpenIDConnectProvider", "DeleteSAMLProvider", "DeleteSSHPublicKey", "DeleteServerCertificate",
		"DeleteServiceSpecificCredential", "DeleteSigningCertificate", "DeleteVirtualMFADevice",
		"DisableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootSessions",
		"DisableOutboundWebIdentityFederation", "EnableMFADevice", "EnableOrganizationsRootCredentialsManagement",
		"EnableOrganizationsRootSessions", "EnableOutboundWebIdentityFederation", "GenerateCredentialReport",
		"GenerateOrganizationsAccessReport", "GenerateServiceLastAccessedDetails", "GetAccessKeyLastUsed",
		"GetAccountPasswordPolicy", "GetContextKeysForCustomPolicy",
		"GetContextKeysForPrincipalPolicy", "GetCredentialReport", "GetDelegationRequest", "GetHumanReadableSummary",
		"GetMFADevice", "GetOpenIDConnectProvider", "GetOrganizationsAccessReport", "GetOutboundWebIdentityFederationInfo",
		"GetSAMLProvider", "GetSSHPublicKey", "GetServerCertificate", "GetServiceLastAccessedDetails",
		"GetServiceLastAccessedDetailsWithEntities", "ListDelegationRequests", "ListMFADeviceTags",
		"ListOpenIDConnectProviderTags", "ListOpenIDConnectProviders", "ListOrganizationsFeatures",
		"ListPoliciesGrantingServiceAccess", "ListSAMLProviderTags", "ListSAMLProviders", "ListServerCertificateTags",
		"ListServerCertificates", "RejectDelegationRequest", "RemoveClientIDFromOpenIDConnectProvider",
		"ResetServiceSpecificCredential", "ResyncMFADevice", "SendDelegationToken", "SetSecurityTokenServicePreferences",
		"TagMFADevice", "TagOpenIDConnectProvider", "TagSAMLProvider",
		"TagServerCertificate", "UntagMFADevice", "UntagOpenIDConnectProvider", "UntagSAMLProvider",
		"UntagServerCertificate", "UpdateAccountPasswordPolicy", "UpdateDelegationRequest", "UpdateLoginProfile",
		"UpdateOpenIDConnectProviderThumbprint", "UpdateSAMLProvider", "UpdateSSHPublicKey", "UpdateServerCertificate",
		"UpdateServiceSpecificCredential", "UpdateSigningCertificate", "UploadSSHPublicKey", "UploadServerCertificate",
		"UploadSigningCertificate",
	)
}
