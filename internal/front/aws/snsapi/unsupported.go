package snsapi

import "github.com/inlet-data/inlet/internal/front/aws"

// unsupported are the operations of SNS that inlet lacks: mobile push, SMS, batches and data protection.
func unsupported() []aws.Operation {
	return aws.NotSupported(
		"CheckIfPhoneNumberIsOptedOut", "CreatePlatformApplication", "CreatePlatformEndpoint", "CreateSMSSandboxPhoneNumber",
		"DeleteEndpoint", "DeletePlatformApplication", "DeleteSMSSandboxPhoneNumber", "GetDataProtectionPolicy",
		"GetEndpointAttributes", "GetPlatformApplicationAttributes", "GetSMSAttributes", "GetSMSSandboxAccountStatus",
		"ListEndpointsByPlatformApplication", "ListOriginationNumbers", "ListPhoneNumbersOptedOut", "ListPlatformApplications",
		"ListSMSSandboxPhoneNumbers", "OptInPhoneNumber", "PublishBatch", "PutDataProtectionPolicy", "SetEndpointAttributes",
		"SetPlatformApplicationAttributes", "SetSMSAttributes", "VerifySMSSandboxPhoneNumber",
	)
}
