package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// nothing is a list that is always empty. Terraform asks for such lists before it deletes a user.
type nothing = list[struct{}]

type mfaDevices struct {
	MFADevices nothing
	paged
}

type virtualMFADevices struct {
	VirtualMFADevices nothing
	paged
}

type sshPublicKeys struct {
	SSHPublicKeys nothing
	paged
}

type signingCertificates struct {
	Certificates nothing
	paged
}

type serviceCredentials struct {
	ServiceSpecificCredentials nothing
	paged
}

type maybeForUserInput struct {
	maybeUserName
	paging
}

type sshPublicKeysInput struct {
	maybeShortUserName
	paging
}

type serviceCredentialsInput struct {
	maybeShortUserName
	paging
	ServiceName string `query:"ServiceName"`
}

type virtualMFAInput struct {
	paging
	AssignmentStatus string `query:"AssignmentStatus" enum:"Assigned Unassigned Any"`
}

// never are the rows about what users of this node cannot be given, and so do not have.
func (d door) never() []aws.Operation {
	return []aws.Operation{
		answer(d, "ListMFADevices", func(ctx context.Context, v *identity.View, in maybeForUserInput) (mfaDevices, error) {
			return mfaDevices{}, v.CheckUser(ctx, in.UserName, "ListMFADevices")
		}),
		answer(d, "ListVirtualMFADevices", func(ctx context.Context, v *identity.View, _ virtualMFAInput) (virtualMFADevices, error) {
			return virtualMFADevices{}, v.ListVirtualMFADevices(ctx)
		}),
		answer(d, "ListSSHPublicKeys", func(ctx context.Context, v *identity.View, in sshPublicKeysInput) (sshPublicKeys, error) {
			return sshPublicKeys{}, v.CheckUser(ctx, in.UserName, "ListSSHPublicKeys")
		}),
		answer(d, "ListSigningCertificates", func(ctx context.Context, v *identity.View, in maybeForUserInput) (signingCertificates, error) {
			return signingCertificates{}, v.CheckUser(ctx, in.UserName, "ListSigningCertificates")
		}),
		answer(d, "ListServiceSpecificCredentials", func(ctx context.Context, v *identity.View, in serviceCredentialsInput) (serviceCredentials, error) {
			return serviceCredentials{}, v.CheckUser(ctx, in.UserName, "ListServiceSpecificCredentials")
		}),
		do(d, "GetLoginProfile", func(ctx context.Context, v *identity.View, in maybeShortUserName) error {
			return v.NoLoginProfile(ctx, in.UserName, "GetLoginProfile")
		}),
		do(d, "DeleteLoginProfile", func(ctx context.Context, v *identity.View, in maybeShortUserName) error {
			return v.NoLoginProfile(ctx, in.UserName, "DeleteLoginProfile")
		}),
	}
}
