package iamapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestPaging(t *testing.T) {
	n := newNode(t)
	for i := range 7 {
		n.ok("CreateGroup", fmt.Sprintf("GroupName=g%d", i))
	}
	var seen []string
	marker := ""
	for range 10 {
		got := n.ok("ListGroups", "MaxItems=3"+marker)
		for _, part := range strings.Split(got.body, "<GroupName>")[1:] {
			name, _, _ := strings.Cut(part, "<")
			seen = append(seen, name)
		}
		if got.text("IsTruncated") == "false" {
			break
		}
		if len(seen) == 3 { // What is deleted between two pages shifts nothing.
			n.ok("DeleteGroup", "GroupName=g2")
		}
		marker = "&Marker=" + url.QueryEscape(got.text("Marker"))
	}
	if got := strings.Join(seen, " "); got != "g0 g1 g2 g3 g4 g5 g6" {
		t.Errorf("pages hold %s", got)
	}
	n.refused("ListGroups", "Marker=nonsense", 400, "ValidationError", "Invalid Marker.")
	n.refused("ListGroups", "MaxItems=1001", 400, "ValidationError", "Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000")
}

func TestParameters(t *testing.T) {
	n := newNode(t)
	for _, c := range []struct{ name, operation, params, code, message string }{
		{"missing", "CreateUser", "", "ValidationError", "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null"},
		{"long", "CreateUser", "UserName=" + strings.Repeat("a", 65), "ValidationError", "Member must have length less than or equal to 64"},
		{"pattern", "CreateRole", "RoleName=a+b&AssumeRolePolicyDocument=%7B", "ValidationError", `at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`},
		{"enum", "ListPolicies", "Scope=Mine", "ValidationError", "Value 'Mine' at 'scope' failed to satisfy constraint: Member must satisfy enum value set: [All, AWS, Local]"},
		{"two", "AttachUserPolicy", "PolicyArn=short", "ValidationError", "2 validation errors detected: "},
		{"unknown", "GetUser", "Wings=2", "ValidationError", "Value at 'wings' failed to satisfy constraint: Member must be a parameter of the operation"},
		{"characters", "PutUserPolicy", "UserName=admin&PolicyName=p&PolicyDocument=%E2%82%AC", "ValidationError", "'policyDocument'"},
		{"version", "GetPolicyVersion", "VersionId=1&PolicyArn=" + readerARN, "ValidationError", "'versionId'"},
		{"path", "CreateUser", "UserName=u&Path=x", "ValidationError", "'path'"},
		{"linked path", "CreateRole", "RoleName=r&Path=/aws-service-role/x/&AssumeRolePolicyDocument=%7B", "InvalidInput", "service-linked"},
		{"action", "Fly", "", "InvalidAction", "Could not find operation Fly for version 2010-05-08"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := *n
			n.TB = t
			n.refused(c.operation, c.params, 400, c.code, c.message)
		})
	}
}
