package secretsapi

import (
	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/secret"
)

// secretID is the input of operations on one secret.
type secretID struct {
	SecretID string `json:"SecretId" required:"true" min:"1" max:"2048"`
}

// named is the answer of many operations.
type named struct {
	ARN  string
	Name string
}

func nameOf(e secret.Entry) named { return named{e.ARN, e.Name} }

// versioned is the answer of operations that may make a version.
type versioned struct {
	named
	VersionID string `json:"VersionId,omitempty"`
}

type tag struct {
	Key   string `required:"true" min:"1" max:"128"`
	Value string `max:"256"`
}

func tags(in []tag) []secret.Tag {
	out := make([]secret.Tag, len(in))
	for i, t := range in {
		out[i] = secret.Tag(t)
	}
	return out
}

func shownTags(in []secret.Tag) []tag {
	out := make([]tag, len(in))
	for i, t := range in {
		out[i] = tag(t)
	}
	return out
}

// value is what a caller wants to be kept secret.
type value struct {
	SecretString *string `json:"SecretString" min:"1" max:"65536" sensitive:"true"`
	SecretBinary []byte  `json:"SecretBinary" min:"1" max:"65536" sensitive:"true"`
}

func (v value) value() secret.Value {
	return secret.Value{Text: v.SecretString, Binary: v.SecretBinary}
}

type filter struct {
	Key    string   `enum:"description name tag-key tag-value primary-region owning-service all"`
	Values []string `min:"1" max:"10" each:"0 512" pattern:"^\\!?[a-zA-Z0-9 :_@\\/\\+\\=\\.\\-\\!]*$"`
}

func filters(in []filter) []secret.Filter {
	out := make([]secret.Filter, len(in))
	for i, f := range in {
		out[i] = secret.Filter(f)
	}
	return out
}

// reading is a version of a secret with its value.
type reading struct {
	ARN           string
	Name          string
	VersionID     string   `json:"VersionId"`
	SecretBinary  []byte   `json:",omitempty"`
	SecretString  *string  `json:",omitempty"`
	VersionStages []string `json:",omitempty"`
	CreatedDate   aws.Time
}

func readingOf(r secret.Reading) reading {
	return reading{ARN: r.ARN, Name: r.Name, VersionID: r.Version.ID, SecretBinary: r.Value.Binary, SecretString: r.Value.Text,
		VersionStages: r.Version.Stages, CreatedDate: aws.Time{Time: r.Version.Created}}
}

// description is what DescribeSecret and ListSecrets tell of a secret.
type description struct {
	ARN              string
	Name             string
	Description      string   `json:",omitempty"`
	KmsKeyID         string   `json:"KmsKeyId,omitempty"`
	OwningService    string   `json:",omitempty"`
	CreatedDate      aws.Time `json:",omitzero"`
	LastChangedDate  aws.Time `json:",omitzero"`
	LastAccessedDate aws.Time `json:",omitzero"`
	DeletedDate      aws.Time `json:",omitzero"`
	Tags             []tag
}

func describe(e secret.Entry) description {
	return description{ARN: e.ARN, Name: e.Name, Description: e.Description, KmsKeyID: e.KMSKey, OwningService: e.Owner, Tags: shownTags(e.Tags),
		CreatedDate: aws.Time{Time: e.Created}, LastChangedDate: aws.Time{Time: e.Changed}, LastAccessedDate: aws.Time{Time: e.Accessed}, DeletedDate: aws.Time{Time: e.Deleted}}
}

// stages are the labels of the versions that have some.
func stages(e secret.Entry) map[string][]string {
	m := map[string][]string{}
	for _, v := range e.Versions {
		if len(v.Stages) > 0 {
			m[v.ID] = v.Stages
		}
	}
	return m
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
