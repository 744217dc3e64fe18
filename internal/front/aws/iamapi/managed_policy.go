package iamapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// policyFacts are what all answers about a managed policy have in common.
type policyFacts struct {
	PolicyName                    string
	PolicyID                      string `xml:"PolicyId"`
	Arn                           string
	Path                          string
	DefaultVersionID              string `xml:"DefaultVersionId"`
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `xml:",omitempty"`
	CreateDate                    aws.Date
	UpdateDate                    aws.Date
}

func policyFactsOf(p identity.ManagedPolicy) policyFacts {
	return policyFacts{
		PolicyName: p.Name, PolicyID: p.ID, Arn: p.ARN, Path: p.Path, DefaultVersionID: p.Default,
		AttachmentCount: p.Attachments, PermissionsBoundaryUsageCount: p.Boundaries, IsAttachable: true,
		Description: p.Description, CreateDate: aws.Date{Time: p.Created}, UpdateDate: aws.Date{Time: p.Updated},
	}
}

type managedPolicy struct {
	policyFacts
	Tags *list[tag]
}

func managedPolicyOf(p identity.ManagedPolicy) managedPolicy {
	return managedPolicy{policyFactsOf(p), optionalTags(p.Tags)}
}

// listedPolicy leaves out what AWS does not show in lists.
func listedPolicy(p identity.ManagedPolicy) managedPolicy {
	out := managedPolicyOf(p)
	out.Description, out.Tags = "", nil
	return out
}

type policyVersion struct {
	Document         string `xml:",omitempty"`
	VersionID        string `xml:"VersionId"`
	IsDefaultVersion bool
	CreateDate       aws.Date
}

// versionOf has no document, as lists and new versions have none.
func versionOf(v identity.PolicyVersion, inForce string) policyVersion {
	return policyVersion{VersionID: v.ID, IsDefaultVersion: v.ID == inForce, CreateDate: aws.Date{Time: v.Created}}
}

type createPolicyInput struct {
	policyName
	document
	tags
	Path        string `query:"Path" min:"1" max:"512" pattern:"((/[A-Za-z0-9\\.,\\+@=_-]+)*)/"`
	Description string `query:"Description" max:"1000"`
}

type policyAnswer struct{ Policy managedPolicy }

type versionAnswer struct{ PolicyVersion policyVersion }

type versionInput struct {
	policyARN
	versionID
}

type createVersionInput struct {
	policyARN
	document
	SetAsDefault bool `query:"SetAsDefault"`
}

type listVersionsInput struct {
	policyARN
	paging
}

type listVersionsAnswer struct {
	Versions list[policyVersion]
	paged
}

type listPoliciesInput struct {
	paging
	PathPrefix        string `query:"PathPrefix" min:"1" max:"512" pattern:"((/[A-Za-z0-9\\.,\\+@=_-]+)*)/"`
	Scope             string `query:"Scope" enum:"All AWS Local"`
	OnlyAttached      bool   `query:"OnlyAttached"`
	PolicyUsageFilter string `query:"PolicyUsageFilter" enum:"PermissionsPolicy PermissionsBoundary"`
}

type listPoliciesAnswer struct {
	Policies list[managedPolicy]
	paged
}

// policies are the rows about managed policies and their versions.
func (d door) policies() []aws.Operation {
	return []aws.Operation{
		answer(d, "CreatePolicy", createPolicy),
		answer(d, "GetPolicy", func(ctx context.Context, v *identity.View, in policyARN) (policyAnswer, error) {
			p, err := v.GetPolicy(ctx, in.PolicyArn)
			return policyAnswer{managedPolicyOf(p)}, err
		}),
		answer(d, "ListPolicies", listPolicies),
		do(d, "DeletePolicy", func(ctx context.Context, v *identity.View, in policyARN) error {
			return v.DeletePolicy(ctx, in.PolicyArn)
		}),
		answer(d, "CreatePolicyVersion", createPolicyVersion),
		answer(d, "GetPolicyVersion", getPolicyVersion),
		answer(d, "ListPolicyVersions", listPolicyVersions),
		do(d, "SetDefaultPolicyVersion", func(ctx context.Context, v *identity.View, in versionInput) error {
			return v.SetDefaultPolicyVersion(ctx, in.PolicyArn, in.VersionID)
		}),
		do(d, "DeletePolicyVersion", func(ctx context.Context, v *identity.View, in versionInput) error {
			return v.DeletePolicyVersion(ctx, in.PolicyArn, in.VersionID)
		}),
		answer(d, "ListEntitiesForPolicy", listEntitiesForPolicy),
	}
}

func createPolicy(ctx context.Context, v *identity.View, in createPolicyInput) (policyAnswer, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return policyAnswer{}, err
	}
	p, err := v.CreatePolicy(ctx, identity.CreatePolicyInput{
		Name: in.PolicyName, Path: in.Path, Document: in.PolicyDocument, Description: in.Description, Tags: tags,
	})
	return policyAnswer{managedPolicyOf(p)}, err
}

func listPolicies(ctx context.Context, v *identity.View, in listPoliciesInput) (out listPoliciesAnswer, err error) {
	all, err := v.ListPolicies(ctx, identity.ListPoliciesInput{
		Path: in.PathPrefix, Scope: in.Scope, Attached: in.OnlyAttached, Usage: in.PolicyUsageFilter,
	})
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(in.paging, all, func(p identity.ManagedPolicy) string { return p.ARN })
	out.Policies = listOf(all, listedPolicy)
	return out, err
}

func createPolicyVersion(ctx context.Context, v *identity.View, in createVersionInput) (versionAnswer, error) {
	made, err := v.CreatePolicyVersion(ctx, in.PolicyArn, in.PolicyDocument, in.SetAsDefault)
	inForce := ""
	if in.SetAsDefault {
		inForce = made.ID
	}
	return versionAnswer{versionOf(made, inForce)}, err
}

func getPolicyVersion(ctx context.Context, v *identity.View, in versionInput) (versionAnswer, error) {
	found, inForce, err := v.GetPolicyVersion(ctx, in.PolicyArn, in.VersionID)
	out := versionOf(found, inForce)
	out.Document = encoded(found.Document)
	return versionAnswer{out}, err
}

func listPolicyVersions(ctx context.Context, v *identity.View, in listVersionsInput) (out listVersionsAnswer, err error) {
	all, inForce, err := v.ListPolicyVersions(ctx, in.PolicyArn)
	if err != nil {
		return out, err
	}
	all, out.paged, err = page(in.paging, all, func(p identity.PolicyVersion) string { return p.ID })
	out.Versions = listOf(all, func(p identity.PolicyVersion) policyVersion { return versionOf(p, inForce) })
	return out, err
}
