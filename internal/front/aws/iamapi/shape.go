package iamapi

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

// tag is a tag in requests and answers.
type tag struct {
	Key   string `query:"Key" required:"true" min:"1" max:"128" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"`
	Value string `query:"Value" required:"true" max:"256" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"`
}

// tagsOf refuses a key that is there twice, which a map would hide.
func tagsOf(tags []tag) (map[string]string, error) {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		if _, twice := m[t.Key]; twice {
			return nil, &fault.Error{
				Kind: fault.Invalid, Code: "InvalidInput", Message: "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
			}
		}
		m[t.Key] = t.Value
	}
	return m, nil
}

func tagList(tags map[string]string) []tag {
	out := make([]tag, 0, len(tags))
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, tag{k, tags[k]})
	}
	return out
}

// optionalTags are left out when there are none.
func optionalTags(tags map[string]string) *list[tag] {
	if len(tags) == 0 {
		return nil
	}
	return &list[tag]{tagList(tags)}
}

// encoded is a policy document as IAM gives it out: percent-encoded by RFC 3986.
func encoded(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// boundary is a permissions boundary in answers.
type boundary struct {
	PermissionsBoundaryType string
	PermissionsBoundaryArn  string
}

func boundaryOf(policyARN string) *boundary {
	if policyARN == "" {
		return nil
	}
	return &boundary{"Policy", policyARN}
}

type user struct {
	Path                string
	UserName            string
	UserID              string `xml:"UserId"`
	Arn                 string
	CreateDate          aws.Date
	PermissionsBoundary *boundary
	Tags                *list[tag]
}

func userOf(u identity.User) user {
	return user{
		Path: u.Path, UserName: u.Name, UserID: u.ID, Arn: u.ARN, CreateDate: aws.Date{Time: u.Created},
		PermissionsBoundary: boundaryOf(u.Boundary), Tags: optionalTags(u.Tags),
	}
}

// listedUser leaves out what AWS does not show in lists.
func listedUser(u identity.User) user {
	out := userOf(u)
	out.PermissionsBoundary, out.Tags = nil, nil
	return out
}

type group struct {
	Path       string
	GroupName  string
	GroupID    string `xml:"GroupId"`
	Arn        string
	CreateDate aws.Date
}

func groupOf(g identity.Group) group {
	return group{Path: g.Path, GroupName: g.Name, GroupID: g.ID, Arn: g.ARN, CreateDate: aws.Date{Time: g.Created}}
}

// roleFacts are what all answers about a role have in common.
type roleFacts struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	Arn                      string
	CreateDate               aws.Date
	AssumeRolePolicyDocument string
	PermissionsBoundary      *boundary
	Tags                     *list[tag]
}

func roleFactsOf(r identity.Role) roleFacts {
	return roleFacts{
		Path: r.Path, RoleName: r.Name, RoleID: r.ID, Arn: r.ARN, CreateDate: aws.Date{Time: r.Created},
		AssumeRolePolicyDocument: encoded(r.Trust), PermissionsBoundary: boundaryOf(r.Boundary), Tags: optionalTags(r.Tags),
	}
}

type role struct {
	roleFacts
	Description        string `xml:",omitempty"`
	MaxSessionDuration int    `xml:",omitempty"`
}

func roleOf(r identity.Role) role { return role{roleFactsOf(r), r.Description, r.MaxSession} }

// listedRole leaves out what AWS does not show in lists.
func listedRole(r identity.Role) role {
	out := roleOf(r)
	out.PermissionsBoundary, out.Tags = nil, nil
	return out
}

type profile struct {
	Path                string
	InstanceProfileName string
	InstanceProfileID   string `xml:"InstanceProfileId"`
	Arn                 string
	CreateDate          aws.Date
	Roles               list[role]
	Tags                *list[tag]
}

func profileOf(p identity.InstanceProfile) profile {
	return profile{
		Path: p.Path, InstanceProfileName: p.Name, InstanceProfileID: p.ID, Arn: p.ARN, CreateDate: aws.Date{Time: p.Created},
		Roles: listOf(p.Roles(), listedRole), Tags: optionalTags(p.Tags),
	}
}
