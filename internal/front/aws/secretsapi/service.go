// Package secretsapi answers AWS Secrets Manager.
package secretsapi

import (
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/secret"
)

// service holds what the handlers call.
type service struct{ secrets *secret.Store }

// New makes the service over the secrets of a node.
func New(s *secret.Store) aws.Service {
	v := service{s}
	return aws.NewJSON("secretsmanager", aws.JSON{Target: "secretsmanager"}, append(aws.NotSupported(unsupported...),
		aws.Op("BatchGetSecretValue", "secretsmanager:BatchGetSecretValue", v.batchGetSecretValue),
		aws.Op("CreateSecret", "secretsmanager:CreateSecret", v.createSecret),
		aws.Op("DeleteResourcePolicy", "secretsmanager:DeleteResourcePolicy", v.deleteResourcePolicy),
		aws.Op("DeleteSecret", "secretsmanager:DeleteSecret", v.deleteSecret),
		aws.Op("DescribeSecret", "secretsmanager:DescribeSecret", v.describeSecret),
		aws.Op("GetRandomPassword", "secretsmanager:GetRandomPassword", v.getRandomPassword),
		aws.Op("GetResourcePolicy", "secretsmanager:GetResourcePolicy", v.getResourcePolicy),
		aws.Op("GetSecretValue", "secretsmanager:GetSecretValue", v.getSecretValue),
		aws.Op("ListSecretVersionIds", "secretsmanager:ListSecretVersionIds", v.listSecretVersionIDs),
		aws.Op("ListSecrets", "secretsmanager:ListSecrets", v.listSecrets),
		aws.Op("PutResourcePolicy", "secretsmanager:PutResourcePolicy", v.putResourcePolicy),
		aws.Op("PutSecretValue", "secretsmanager:PutSecretValue", v.putSecretValue),
		aws.Op("RestoreSecret", "secretsmanager:RestoreSecret", v.restoreSecret),
		aws.Op("TagResource", "secretsmanager:TagResource", v.tagResource),
		aws.Op("UntagResource", "secretsmanager:UntagResource", v.untagResource),
		aws.Op("UpdateSecret", "secretsmanager:UpdateSecret", v.updateSecret),
		aws.Op("UpdateSecretVersionStage", "secretsmanager:UpdateSecretVersionStage", v.updateSecretVersionStage),
		aws.Op("ValidateResourcePolicy", "secretsmanager:ValidateResourcePolicy", v.validateResourcePolicy),
	)...)
}
