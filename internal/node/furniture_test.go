package node_test

import (
	"encoding/json"
	"regexp"
	"testing"
)

const (
	documentAny = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`
	trustAny    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

// fixed are parameters that need no resource.
var fixed = parameters{
	"PolicyDocument": documentAny,
}

// furniture is what account 1 has, in the order it is made.
var furniture = []made{
	{"iam", "CreateUser", map[string]any{"UserName": "sofa"}, map[string]string{"UserName": "UserName"}},
	{"iam", "CreateAccessKey", map[string]any{"UserName": "sofa"}, map[string]string{"AccessKeyId": "AccessKeyId"}},
	{"iam", "CreateGroup", map[string]any{"GroupName": "shelf"}, map[string]string{"GroupName": "GroupName"}},
	{"iam", "CreateRole", map[string]any{"RoleName": "stool", "AssumeRolePolicyDocument": trustAny}, map[string]string{"RoleName": "RoleName", "Arn": "RoleArn"}},
	{"iam", "CreatePolicy", map[string]any{"PolicyName": "lamp", "PolicyDocument": documentAny}, map[string]string{"PolicyName": "PolicyName", "Arn": "PolicyArn", "DefaultVersionId": "VersionId"}},
	{"iam", "CreateInstanceProfile", map[string]any{"InstanceProfileName": "bench"}, map[string]string{"InstanceProfileName": "InstanceProfileName"}},
	{"secretsmanager", "CreateSecret", map[string]any{"Name": "chair", "SecretString": "s"}, map[string]string{"ARN": "SecretId"}},
}

// elementOf finds the value of an element in JSON or XML, wherever it stands.
func elementOf(t testing.TB, body, name string) string {
	t.Helper()
	if found := regexp.MustCompile(`<` + name + `>([^<]*)<`).FindStringSubmatch(body); found != nil {
		return found[1]
	}
	if found := regexp.MustCompile(`"` + name + `":\s*("(?:[^"\\]|\\.)*")`).FindStringSubmatch(body); found != nil {
		var text string
		if err := json.Unmarshal([]byte(found[1]), &text); err == nil {
			return text
		}
	}
	t.Fatalf("there is no %s in %s", name, body)
	return ""
}
