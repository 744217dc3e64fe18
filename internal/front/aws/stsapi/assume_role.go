package stsapi

import (
	"context"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
	"github.com/inlet-data/inlet/internal/guard/identity"
)

type assumeRoleInput struct {
	RoleArn         string `query:"RoleArn" required:"true" min:"20" max:"2048"`
	RoleSessionName string `query:"RoleSessionName" required:"true" min:"2" max:"64" pattern:"[\\w+=,.@-]*"`
	PolicyArns      []struct {
		Arn string `query:"arn" min:"20" max:"2048"`
	} `query:"PolicyArns"`
	Policy            string   `query:"Policy" min:"1" max:"2048" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"`
	DurationSeconds   int      `query:"DurationSeconds" min:"900" max:"43200"`
	Tags              []tag    `query:"Tags" max:"50"`
	TransitiveTagKeys []string `query:"TransitiveTagKeys" max:"50" each:"1 128" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"`
	ExternalID        string   `query:"ExternalId" min:"2" max:"1224" pattern:"[\\w+=,.@:\\/-]*"`
	SerialNumber      string   `query:"SerialNumber" min:"9" max:"256" pattern:"[\\w+=/:,.@-]*"`
	TokenCode         string   `query:"TokenCode" min:"6" max:"6" pattern:"[\\d]*" sensitive:"true"`
	SourceIdentity    string   `query:"SourceIdentity" min:"2" max:"64" pattern:"[\\w+=,.@-]*"`
}

type tag struct {
	Key   string `query:"Key" required:"true" min:"1" max:"128" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"`
	Value string `query:"Value" required:"true" max:"256" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"`
}

type credentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      aws.Date
}

func credentialsOf(c identity.Credentials) credentials {
	return credentials{c.AccessKeyID, c.SecretAccessKey, c.SessionToken, aws.Date{Time: c.Expiration}}
}

type assumedRoleUser struct {
	AssumedRoleID string `xml:"AssumedRoleId"`
	Arn           string
}

type assumeRoleAnswer struct {
	Credentials      credentials
	AssumedRoleUser  assumedRoleUser
	PackedPolicySize int    `xml:",omitempty"`
	SourceIdentity   string `xml:",omitempty"`
}

func (d door) assumeRole(ctx context.Context, s guard.Session, in assumeRoleInput) (assumeRoleAnswer, error) {
	tags, err := tagsOf(in.Tags)
	if err != nil {
		return assumeRoleAnswer{}, err
	}
	c, err := d.ids.AssumeRole(ctx, nil, s, identity.AssumeRoleInput{
		RoleARN: in.RoleArn, SessionName: in.RoleSessionName, ExternalID: in.ExternalID, Duration: in.DurationSeconds,
		Policy: in.Policy, PolicyARNs: in.policyARNs(), Tags: tags, Transitive: in.TransitiveTagKeys,
		SourceIdentity: in.SourceIdentity, Device: in.SerialNumber,
	})
	return assumeRoleAnswer{
		Credentials: credentialsOf(c), AssumedRoleUser: assumedRoleUser{c.AssumedRoleID, c.AssumedRoleARN},
		PackedPolicySize: c.PackedSize, SourceIdentity: c.SourceIdentity,
	}, err
}

func (in *assumeRoleInput) policyARNs() []string {
	var out []string
	for _, p := range in.PolicyArns {
		out = append(out, p.Arn)
	}
	return out
}

// tagsOf refuses a key that is there twice, which a map would hide.
func tagsOf(tags []tag) (map[string]string, error) {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		if _, twice := m[t.Key]; twice {
			return nil, &fault.Error{
				Kind: fault.Invalid, Code: "InvalidParameterValue",
				Message: "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
			}
		}
		m[t.Key] = t.Value
	}
	return m, nil
}
