package serverlessapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/guard/identity"
)

// shown compares those elements of an answer that are wanted.
func shown(t *testing.T, got, want map[string]any) {
	t.Helper()
	for name, value := range want {
		if diff := cmp.Diff(value, got[name]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestNamespaceRoundTrip(t *testing.T) {
	n := newNode(t)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift-serverless.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	role, err := n.ids.As(n.ids.Root(account)).CreateRole(t.Context(), identity.CreateRoleInput{Name: "dms-access-for-endpoint", Trust: trust})
	check(t, err)
	// As seed 2 makes it (findings).
	made := n.must(t, "CreateNamespace", `{"adminUserPassword":"Passw0rd1","adminUsername":"admin","dbName":"dev","iamRoles":["`+role.ARN+`"],"namespaceName":"inlet"}`, "namespace")
	shown(t, made, map[string]any{"status": "AVAILABLE", "iamRoles": []any{"IamRole(applyStatus=adding, iamRoleArn=" + role.ARN + ")"}, "logExports": []any{}, "dbName": "dev"})
	if _, err := time.Parse(time.RFC3339, made["creationDate"].(string)); err != nil {
		t.Error(err)
	}
	arn := made["namespaceArn"].(string)
	if !strings.HasPrefix(arn, "arn:aws:redshift-serverless:us-east-1:222222222222:namespace/") {
		t.Errorf("the namespace is %s", arn)
	}
	shown(t, n.must(t, "UpdateNamespace", `{"namespaceName":"inlet","iamRoles":[],"logExports":["userlog"]}`, "namespace"),
		map[string]any{"logExports": []any{"userlog"}, "iamRoles": []any{"IamRole(applyStatus=removing, iamRoleArn=" + role.ARN + ")"}})
	group := n.must(t, "CreateWorkgroup", `{"enhancedVpcRouting":true,"namespaceName":"inlet","publiclyAccessible":false,"securityGroupIds":["sg-1"],
		"subnetIds":["subnet-1","subnet-2","subnet-3"],"workgroupName":"group","configParameters":[{"parameterKey":"search_path","parameterValue":"a"}]}`, "workgroup")
	shown(t, group, map[string]any{"status": "CREATING", "endpoint": nil, "baseCapacity": 128.0, "enhancedVpcRouting": true})
	group = n.must(t, "GetWorkgroup", `{"workgroupName":"group"}`, "workgroup")
	shown(t, group, map[string]any{"status": "AVAILABLE", "namespaceName": "inlet", "subnetIds": []any{"subnet-1", "subnet-2", "subnet-3"}, "port": 5439.0,
		"endpoint": map[string]any{"address": "127.0.0.1", "port": 5440.0, "vpcEndpoints": []any{}}, "configParameters": []any{map[string]any{"parameterKey": "search_path", "parameterValue": "a"}}})
	shown(t, n.must(t, "UpdateWorkgroup", `{"workgroupName":"group","baseCapacity":32,"pricePerformanceTarget":{"level":1,"status":"ENABLED"}}`, "workgroup"),
		map[string]any{"baseCapacity": 32.0, "pricePerformanceTarget": map[string]any{"level": 1.0, "status": "ENABLED"}})
	for operation, list := range map[string]string{"ListNamespaces": "namespaces", "ListWorkgroups": "workgroups"} {
		if all := n.must(t, operation, `{"maxResults":10}`, "")[list].([]any); len(all) != 1 {
			t.Errorf("%s: %v", operation, all)
		}
	}
	for _, resource := range []string{arn, group["workgroupArn"].(string)} {
		n.must(t, "TagResource", `{"resourceArn":"`+resource+`","tags":[{"key":"a","value":"1"},{"key":"b","value":""}]}`, "")
		n.must(t, "UntagResource", `{"resourceArn":"`+resource+`","tagKeys":["b"]}`, "")
		shown(t, n.must(t, "ListTagsForResource", `{"resourceArn":"`+resource+`"}`, ""), map[string]any{"tags": []any{map[string]any{"key": "a", "value": "1"}}})
	}
	shown(t, n.must(t, "DeleteWorkgroup", `{"workgroupName":"group"}`, "workgroup"), map[string]any{"status": "DELETING"})
	shown(t, n.must(t, "DeleteNamespace", `{"namespaceName":"inlet"}`, "namespace"), map[string]any{"status": "DELETING"})
	shown(t, n.must(t, "ListNamespaces", "", ""), map[string]any{"namespaces": []any{}})
}

// furnish makes a namespace with a workgroup.
func (n *node) furnish(t *testing.T) (namespaceARN string) {
	t.Helper()
	made := n.must(t, "CreateNamespace", `{"namespaceName":"inlet"}`, "namespace")
	n.must(t, "CreateWorkgroup", `{"namespaceName":"inlet","workgroupName":"group"}`, "")
	return made["namespaceArn"].(string)
}

func TestCredentials(t *testing.T) {
	n := newNode(t)
	arn := n.furnish(t)
	got := n.must(t, "GetCredentials", `{"workgroupName":"group","durationSeconds":900}`, "")
	if p, ok := n.namespaces.TemporaryPassword(arn, "IAM:admin"); !ok || got["dbUser"] != "IAM:admin" || got["dbPassword"] != p {
		t.Errorf("got %v", got)
	}
	if seconds, ok := got["expiration"].(float64); !ok || seconds < float64(time.Now().Unix()) {
		t.Errorf("expires %v", got["expiration"])
	}
}

func TestRefusals(t *testing.T) {
	n := newNode(t)
	arn := n.furnish(t)
	tests := map[string]struct{ operation, in, code string }{
		"a short name":           {"CreateNamespace", `{"namespaceName":"ab"}`, "ValidationException"},
		"capitals":               {"CreateNamespace", `{"namespaceName":"ABC"}`, "ValidationException"},
		"no name":                {"GetNamespace", `{}`, "ValidationException"},
		"a name there":           {"CreateNamespace", `{"namespaceName":"inlet"}`, "ConflictException"},
		"a second group":         {"CreateWorkgroup", `{"namespaceName":"inlet","workgroupName":"other"}`, "ConflictException"},
		"no such namespace":      {"GetNamespace", `{"namespaceName":"none"}`, "ResourceNotFoundException"},
		"no such group":          {"DeleteWorkgroup", `{"workgroupName":"none"}`, "ResourceNotFoundException"},
		"a long time":            {"GetCredentials", `{"workgroupName":"group","durationSeconds":3601}`, "ValidationException"},
		"a log of no kind":       {"UpdateNamespace", `{"namespaceName":"inlet","logExports":["x"]}`, "ValidationException"},
		"roles of another":       {"UpdateNamespace", `{"namespaceName":"inlet","iamRoles":["arn:aws:iam::111111111111:role/r"]}`, "AccessDeniedException"},
		"a secret":               {"UpdateNamespace", `{"namespaceName":"inlet","manageAdminPassword":true}`, "ValidationException"},
		"a namespace's policy":   {"PutResourcePolicy", `{"resourceArn":"` + arn + `","policy":"{}"}`, "ValidationException"},
		"no policy to delete":    {"DeleteResourcePolicy", `{"resourceArn":"` + arn + `"}`, "ResourceNotFoundException"},
		"no policy":              {"GetResourcePolicy", `{"resourceArn":"` + arn + `"}`, "ResourceNotFoundException"},
		"a workgroup's snapshot": {"CreateSnapshot", `{}`, "UnsupportedOperationException"},
		"no such operation":      {"CreateSpace", `{}`, "UnknownOperationException"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := n.call(t, n.admin, tt.operation, tt.in); got.status != 400 || got.code != tt.code {
				t.Errorf("got %d %s: %s", got.status, got.code, got.message)
			}
		})
	}
}

// TestStrangerIsDenied walks the table of operations as a user without a policy.
func TestStrangerIsDenied(t *testing.T) {
	n := newNode(t)
	arn := n.furnish(t)
	view := n.ids.As(n.ids.Root(account))
	_, err := view.CreateUser(t.Context(), identity.CreateUserInput{Name: "stranger"})
	check(t, err)
	key, err := view.CreateAccessKey(t.Context(), "stranger")
	check(t, err)
	known := map[string]string{
		"CreateNamespace": `{"namespaceName":"new"}`, "CreateWorkgroup": `{"namespaceName":"inlet","workgroupName":"new"}`,
		"GetNamespace": `{"namespaceName":"inlet"}`, "UpdateNamespace": `{"namespaceName":"inlet"}`, "DeleteNamespace": `{"namespaceName":"inlet"}`,
		"ListNamespaces": `{}`, "ListWorkgroups": `{}`, "PutResourcePolicy": `{"resourceArn":"` + arn + `","policy":"{}"}`,
		"TagResource":   `{"resourceArn":"` + arn + `","tags":[{"key":"a","value":"b"}]}`,
		"UntagResource": `{"resourceArn":"` + arn + `","tagKeys":["a"]}`,
	}
	for _, op := range n.door.Operations() {
		if !op.Supported() {
			continue
		}
		in, ok := known[op.Name]
		switch {
		case ok:
		case strings.HasSuffix(op.Name, "Workgroup") || op.Name == "GetCredentials":
			in = `{"workgroupName":"group"}`
		default:
			in = `{"resourceArn":"` + arn + `"}`
		}
		t.Run(op.Name, func(t *testing.T) {
			if got := n.call(t, key, op.Name, in); got.status != 400 || got.code != "AccessDeniedException" {
				t.Errorf("got %d %s: %s", got.status, got.code, got.message)
			}
		})
	}
}
