package doctor

import (
	"slices"
	"strings"

	"github.com/inlet-data/inlet/internal/arn"
)

// supply is the command that brings what is missing.
func (f *Facts) supply() Mend {
	switch f.Missing {
	case Attachment:
		return f.attach()
	case Role:
		return f.createRole()
	}
	return f.createBucket()
}

func (f *Facts) attach() Mend {
	m := Mend{What: "Attach the role to the warehouse " + f.warehouse()}
	role := f.Request.Resource
	if f.Keeper.Cluster != "" {
		m.Command = f.aws(f.Keeper.Account, "redshift", "modify-cluster-iam-roles", "--cluster-identifier", f.Keeper.Cluster, "--add-iam-roles", role)
		return m
	}
	// This call replaces the whole list.
	words := append([]string{"redshift-serverless", "update-namespace", "--namespace-name", f.Keeper.Namespace, "--iam-roles"}, f.Keeper.Attached...)
	if !slices.Contains(words, role) {
		words = append(words, role)
	}
	m.Command = f.aws(f.Keeper.Account, words...)
	return m
}

func (f *Facts) createRole() Mend {
	a, _ := arn.Parse(f.Request.Resource) // A role's ARN; else name and path are empty and the command says so.
	path, name := splitPath(strings.TrimPrefix(a.Resource, "role"))
	trust := &Document{Version: policyVersion, Statements: Statements{{Effect: "Allow", Principal: f.principal(), Action: Values{"sts:AssumeRole"}}}}
	words := []string{"iam", "create-role", "--role-name", name}
	if path != "/" {
		words = append(words, "--path", path)
	}
	text := trust.String()
	return change("Create the role "+name, f.aws(a.Account, words...), "--assume-role-policy-document", text)
}

// splitPath cuts "/path/name" behind its last slash.
func splitPath(s string) (path, name string) {
	i := strings.LastIndexByte(s, '/') + 1
	return s[:i], s[i:]
}

func (f *Facts) createBucket() Mend {
	words := []string{"s3api", "create-bucket", "--bucket", f.bucket()}
	if f.Region != "" && f.Region != "us-east-1" {
		words = append(words, "--create-bucket-configuration", "LocationConstraint="+f.Region)
	}
	return Mend{What: "Create the bucket " + f.bucket(), Command: f.aws(f.Keeper.Account, words...)}
}

// publicBlock names the four settings of Block Public Access in AWS's order.
var publicBlock = []string{"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}

// unblock lets a public policy serve strangers again.
func (f *Facts) unblock() Mend {
	settings := make([]string, len(publicBlock))
	for i, name := range publicBlock {
		settings[i] = name + "=false"
		if name != "RestrictPublicBuckets" && slices.Contains(f.Keeper.PublicOpen, name) {
			settings[i] = name + "=true"
		}
	}
	return Mend{What: "Let a public bucket policy serve other accounts (better: name them in the policy instead of \"*\")",
		Command: f.aws(f.Keeper.Account, "s3api", "put-public-access-block", "--bucket", f.bucket(), "--public-access-block-configuration", strings.Join(settings, ","))}
}
