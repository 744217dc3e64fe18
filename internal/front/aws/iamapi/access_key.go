package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// keyFacts are what can be told of an access key at any time.
type keyFacts struct {
	UserName    string
	AccessKeyID string `xml:"AccessKeyId"`
	Status      string
	CreateDate  aws.Date
}

func keyFactsOf(k identity.AccessKey) keyFacts {
	status := "Inactive"
	if k.Active {
		status = "Active"
	}
	return keyFacts{UserName: k.User, AccessKeyID: k.ID, Status: status, CreateDate: aws.Date{Time: k.Created}}
}

// accessKey is a new one, whose secret is told this once.
type accessKey struct {
	keyFacts
	SecretAccessKey string
}

type createAccessKeyAnswer struct{ AccessKey accessKey }

type listAccessKeysInput struct {
	maybeUserName
	paging
}

type listAccessKeysAnswer struct {
	AccessKeyMetadata list[keyFacts]
	paged
}

type accessKeyID struct {
	AccessKeyID string `query:"AccessKeyId" required:"true" min:"16" max:"128" pattern:"[\\w]+"`
}

type updateAccessKeyInput struct {
	maybeUserName
	accessKeyID
	Status string `query:"Status" required:"true" enum:"Active Inactive"`
}

type deleteAccessKeyInput struct {
	maybeUserName
	accessKeyID
}

// keys are the rows about access keys.
func (d door) keys() []aws.Operation {
	return []aws.Operation{
		answer(d, "CreateAccessKey", func(ctx context.Context, v *identity.View, in maybeUserName) (createAccessKeyAnswer, error) {
			k, err := v.CreateAccessKey(ctx, in.UserName)
			return createAccessKeyAnswer{accessKey{keyFactsOf(k), k.Secret}}, err
		}),
		answer(d, "ListAccessKeys", listAccessKeys),
		do(d, "UpdateAccessKey", func(ctx context.Context, v *identity.View, in updateAccessKeyInput) error {
			return v.UpdateAccessKey(ctx, in.UserName, in.AccessKeyID, in.Status == "Active")
		}),
		do(d, "DeleteAccessKey", func(ctx context.Context, v *identity.View, in deleteAccessKeyInput) error {
			return v.DeleteAccessKey(ctx, in.UserName, in.AccessKeyID)
		}),
	}
}

func listAccessKeys(ctx context.Context, v *identity.View, in listAccessKeysInput) (out listAccessKeysAnswer, err error) {
	all, err := v.ListAccessKeys(ctx, in.UserName)
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(in.paging, all, func(k identity.AccessKey) string { return k.ID })
	out.AccessKeyMetadata = listOf(all, keyFactsOf)
	return out, err
}
