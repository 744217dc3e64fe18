package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type createLinkedRoleInput struct {
	AWSServiceName string `query:"AWSServiceName" required:"true" min:"1" max:"128" pattern:"[\\w+=,.@-]+"`
	Description    string `query:"Description" max:"1000" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"`
	CustomSuffix   string `query:"CustomSuffix" min:"1" max:"64" pattern:"[\\w+=,.@-]+"`
}

type deletionTask struct {
	DeletionTaskID string `query:"DeletionTaskId" xml:"DeletionTaskId" required:"true" min:"1" max:"1000"`
}

type deletionStatus struct{ Status string }

// linkedRoles are the rows about roles that belong to services.
func (d door) linkedRoles() []aws.Operation {
	return []aws.Operation{
		answer(d, "CreateServiceLinkedRole", func(ctx context.Context, v *identity.View, in createLinkedRoleInput) (roleAnswer, error) {
			r, err := v.CreateServiceLinkedRole(ctx, identity.LinkedRoleInput{
				Service: in.AWSServiceName, Description: in.Description, Suffix: in.CustomSuffix,
			})
			return roleAnswer{roleOf(r)}, err
		}),
		answer(d, "DeleteServiceLinkedRole", func(ctx context.Context, v *identity.View, in roleName) (deletionTask, error) {
			task, err := v.DeleteServiceLinkedRole(ctx, in.RoleName)
			return deletionTask{task}, err
		}),
		answer(d, "GetServiceLinkedRoleDeletionStatus", func(ctx context.Context, v *identity.View, in deletionTask) (deletionStatus, error) {
			return deletionStatus{"SUCCEEDED"}, v.LinkedRoleGone(ctx, in.DeletionTaskID)
		}),
	}
}
