package secretsapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	token1 = "00000000-0000-4000-8000-000000000001"
	token2 = "00000000-0000-4000-8000-000000000002"
	token3 = "00000000-0000-4000-8000-000000000003"
)

func TestRoundTrip(t *testing.T) {
	w := newWorld(t)
	made := w.do("CreateSecret", `{"Name":"team/db","SecretString":"one","Description":"d","ClientRequestToken":"`+token1+`","Tags":[{"Key":"a","Value":"b"}]}`)
	arn := made.text("ARN")
	if !strings.HasPrefix(arn, "arn:aws:secretsmanager:us-east-1:111111111111:secret:team/db-") || len(arn) != len("arn:aws:secretsmanager:us-east-1:111111111111:secret:team/db-")+6 || made.text("VersionId") != token1 {
		t.Fatalf("made %v", made)
	}
	for _, id := range []string{"team/db", arn, arn[:len(arn)-7]} {
		got := w.do("GetSecretValue", `{"SecretId":"`+id+`"}`)
		if got.text("SecretString") != "one" || got.text("ARN") != arn || got["CreatedDate"] == nil || got["SecretBinary"] != nil {
			t.Errorf("%s: %v", id, got)
		}
	}
	w.do("PutSecretValue", `{"SecretId":"team/db","SecretBinary":"AAEC","ClientRequestToken":"`+token2+`"}`)
	if got := w.do("GetSecretValue", `{"SecretId":"team/db"}`); got.text("SecretBinary") != "AAEC" || got["SecretString"] != nil {
		t.Errorf("the binary value: %v", got)
	}
	if got := w.do("GetSecretValue", `{"SecretId":"team/db","VersionStage":"AWSPREVIOUS"}`); got.text("SecretString") != "one" {
		t.Errorf("the previous value: %v", got)
	}
	w.do("UpdateSecretVersionStage", `{"SecretId":"team/db","VersionStage":"AWSCURRENT","RemoveFromVersionId":"`+token2+`","MoveToVersionId":"`+token1+`"}`)
	w.do("UpdateSecret", `{"SecretId":"team/db","Description":"e"}`)
	w.do("TagResource", `{"SecretId":"team/db","Tags":[{"Key":"c","Value":"d"}]}`)
	w.do("UntagResource", `{"SecretId":"team/db","TagKeys":["a"]}`)
	got := w.do("DescribeSecret", `{"SecretId":"team/db"}`)
	want := map[string]any{token1: []any{"AWSCURRENT"}, token2: []any{"AWSPREVIOUS"}}
	if d := cmp.Diff(want, got["VersionIdsToStages"]); d != "" || got.text("Description") != "e" {
		t.Errorf("%v %s", got, d)
	}
	if d := cmp.Diff([]any{map[string]any{"Key": "c", "Value": "d"}}, got["Tags"]); d != "" {
		t.Error(d)
	}
	if got := w.do("ListSecretVersionIds", `{"SecretId":"team/db"}`); len(got["Versions"].([]any)) != 2 {
		t.Errorf("versions %v", got)
	}
	w.do("DeleteSecret", `{"SecretId":"team/db","RecoveryWindowInDays":7}`)
	if got := w.do("DescribeSecret", `{"SecretId":"team/db"}`); got["DeletedDate"] == nil {
		t.Errorf("deleted: %v", got)
	}
	w.do("RestoreSecret", `{"SecretId":"team/db"}`)
	if got := w.do("GetRandomPassword", `{"PasswordLength":40,"ExcludePunctuation":true}`); len(got.text("RandomPassword")) != 40 {
		t.Errorf("password %v", got)
	}
	batch := w.do("BatchGetSecretValue", `{"SecretIdList":["team/db","none"]}`)
	if len(batch["SecretValues"].([]any)) != 1 || batch["Errors"].([]any)[0].(map[string]any)["ErrorCode"] != "ResourceNotFoundException" {
		t.Errorf("batch %v", batch)
	}
}

func TestListPages(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.do("CreateSecret", fmt.Sprintf(`{"Name":"s%d"}`, i))
	}
	var names []string
	token := ""
	for range 10 {
		page := w.do("ListSecrets", `{"MaxResults":2,"SortBy":"name","SortOrder":"desc"`+token+`}`)
		for _, s := range page["SecretList"].([]any) {
			names = append(names, s.(map[string]any)["Name"].(string))
		}
		if page["NextToken"] == nil {
			break
		}
		token = `,"NextToken":"` + page.text("NextToken") + `"`
	}
	if d := cmp.Diff([]string{"s4", "s3", "s2", "s1", "s0"}, names); d != "" {
		t.Error(d)
	}
	if _, code := w.call(w.admin, "ListSecrets", `{"NextToken":"!"}`); code != "InvalidNextTokenException" {
		t.Errorf("a wrong token: %s", code)
	}
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	w.do("CreateSecret", `{"Name":"s","SecretString":"one","ClientRequestToken":"`+token1+`"}`)
	w.do("CreateSecret", `{"Name":"empty"}`)
	w.do("CreateSecret", `{"Name":"gone","SecretString":"x"}`)
	w.do("DeleteSecret", `{"SecretId":"gone"}`)
	long := strings.Repeat("x", 65537)
	for _, c := range []struct{ name, operation, body, code string }{
		{"again", "CreateSecret", `{"Name":"s","SecretString":"two"}`, "ResourceExistsException"},
		{"same token", "CreateSecret", `{"Name":"s","SecretString":"one","ClientRequestToken":"` + token1 + `"}`, ""},
		{"same token, other value", "CreateSecret", `{"Name":"s","SecretString":"two","ClientRequestToken":"` + token1 + `"}`, "ResourceExistsException"},
		{"name of a deleted one", "CreateSecret", `{"Name":"gone"}`, "InvalidRequestException"},
		{"bad name", "CreateSecret", `{"Name":"a b"}`, "InvalidParameterException"},
		{"no name", "CreateSecret", `{}`, "ValidationException"},
		{"two values", "CreateSecret", `{"Name":"n","SecretString":"a","SecretBinary":"AA=="}`, "InvalidParameterException"},
		{"long value", "CreateSecret", `{"Name":"n","SecretString":"` + long + `"}`, "ValidationException"},
		{"a key of KMS", "CreateSecret", `{"Name":"n","KmsKeyId":"alias/mine"}`, "EncryptionFailure"},
		{"a replica", "CreateSecret", `{"Name":"n","AddReplicaRegions":[{"Region":"eu-west-1"}]}`, "InvalidParameterException"},
		{"reserved tag", "CreateSecret", `{"Name":"n","Tags":[{"Key":"aws:x","Value":"y"}]}`, "InvalidParameterException"},
		{"no such secret", "GetSecretValue", `{"SecretId":"none"}`, "ResourceNotFoundException"},
		{"no value", "GetSecretValue", `{"SecretId":"empty"}`, "ResourceNotFoundException"},
		{"no such stage", "GetSecretValue", `{"SecretId":"s","VersionStage":"X"}`, "ResourceNotFoundException"},
		{"no such version", "GetSecretValue", `{"SecretId":"s","VersionId":"` + token3 + `"}`, "ResourceNotFoundException"},
		{"version of another stage", "GetSecretValue", `{"SecretId":"s","VersionId":"` + token1 + `","VersionStage":"AWSPREVIOUS"}`, "InvalidRequestException"},
		{"deleted", "GetSecretValue", `{"SecretId":"gone"}`, "InvalidRequestException"},
		{"put to deleted", "PutSecretValue", `{"SecretId":"gone","SecretString":"x"}`, "InvalidRequestException"},
		{"put nothing", "PutSecretValue", `{"SecretId":"s"}`, "InvalidParameterException"},
		{"put the same version", "PutSecretValue", `{"SecretId":"s","SecretString":"one","ClientRequestToken":"` + token1 + `"}`, ""},
		{"put another value to it", "PutSecretValue", `{"SecretId":"s","SecretString":"two","ClientRequestToken":"` + token1 + `"}`, "ResourceExistsException"},
		{"take current away", "UpdateSecretVersionStage", `{"SecretId":"s","VersionStage":"AWSCURRENT","RemoveFromVersionId":"` + token1 + `"}`, "InvalidParameterException"},
		{"move nothing", "UpdateSecretVersionStage", `{"SecretId":"s","VersionStage":"X"}`, "InvalidParameterException"},
		{"window and force", "DeleteSecret", `{"SecretId":"s","RecoveryWindowInDays":8,"ForceDeleteWithoutRecovery":true}`, "InvalidParameterException"},
		{"short window", "DeleteSecret", `{"SecretId":"s","RecoveryWindowInDays":6}`, "InvalidParameterException"},
		{"force what is not there", "DeleteSecret", `{"SecretId":"none","ForceDeleteWithoutRecovery":true}`, ""},
		{"policy that is none", "PutResourcePolicy", `{"SecretId":"s","ResourcePolicy":"{"}`, "MalformedPolicyDocumentException"},
		{"public policy", "PutResourcePolicy", `{"SecretId":"s","BlockPublicPolicy":true,"ResourcePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}]}"}`, "PublicPolicyException"},
		{"both ids and filters", "BatchGetSecretValue", `{"SecretIdList":["s"],"Filters":[{"Key":"name","Values":["s"]}]}`, "InvalidParameterException"},
		{"unknown filter", "ListSecrets", `{"Filters":[{"Key":"color","Values":["red"]}]}`, "ValidationException"},
		{"no characters left", "GetRandomPassword", `{"ExcludeLowercase":true,"ExcludeUppercase":true,"ExcludeNumbers":true,"ExcludePunctuation":true}`, "InvalidParameterException"},
		{"unknown parameter", "GetSecretValue", `{"SecretId":"s","Color":"red"}`, "ValidationException"},
		{"rotation", "RotateSecret", `{"SecretId":"s"}`, "UnsupportedOperationException"},
		{"unknown operation", "Sing", `{}`, "UnknownOperationException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := *w
			w.TB = t
			if out, code := w.call(w.admin, c.operation, c.body); code != c.code {
				t.Errorf("got %s: %s, want %q", code, out.text("message"), c.code)
			} else if strings.Contains(out.text("message"), "xxxx") {
				t.Error("the message tells the secret")
			}
		})
	}
}

// bodies are valid calls on the secret s, which exists.
var bodies = map[string]string{
	"BatchGetSecretValue": `{"SecretIdList":["s"]}`, "CreateSecret": `{"Name":"n"}`, "GetRandomPassword": `{}`, "ListSecrets": `{}`,
	"PutSecretValue": `{"SecretId":"s","SecretString":"x"}`, "PutResourcePolicy": `{"SecretId":"s","ResourcePolicy":"{}"}`,
	"ValidateResourcePolicy": `{"SecretId":"s","ResourcePolicy":"{}"}`, "TagResource": `{"SecretId":"s","Tags":[]}`,
	"UntagResource": `{"SecretId":"s","TagKeys":[]}`, "UpdateSecretVersionStage": `{"SecretId":"s","VersionStage":"x"}`,
}

func TestStrangerIsDenied(t *testing.T) {
	w := newWorld(t)
	w.do("CreateSecret", `{"Name":"s","SecretString":"one"}`)
	for _, op := range w.operations() {
		body := bodies[op.Name]
		if body == "" {
			body = `{"SecretId":"s"}`
		}
		for _, id := range []string{`"s"`, `"none"`} {
			out, code := w.call(w.stranger, op.Name, strings.ReplaceAll(body, `"s"`, id))
			if code != "AccessDeniedException" || !strings.Contains(out.text("message"), op.Action) {
				t.Errorf("%s on %s: %s: %s", op.Name, id, code, out.text("message"))
			}
		}
	}
}

func TestOtherAccount(t *testing.T) {
	w := newWorld(t)
	arn := w.do("CreateSecret", `{"Name":"s","SecretString":"one"}`).text("ARN")
	get := `{"SecretId":"` + arn + `"}`
	if _, code := w.call(w.neighbor, "GetSecretValue", get); code != "AccessDeniedException" {
		t.Errorf("without a policy: %s", code)
	}
	if _, code := w.call(w.neighbor, "GetSecretValue", `{"SecretId":"s"}`); code != "ResourceNotFoundException" {
		t.Errorf("by its name: %s", code)
	}
	w.do("PutResourcePolicy", `{"SecretId":"s","ResourcePolicy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::222222222222:root\"},\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}]}"}`)
	if got, code := w.call(w.neighbor, "GetSecretValue", get); got.text("SecretString") != "one" {
		t.Errorf("with a policy: %s %v", code, got)
	}
	if got := w.do("GetResourcePolicy", `{"SecretId":"s"}`); !strings.Contains(got.text("ResourcePolicy"), "222222222222:root") {
		t.Errorf("policy %v", got)
	}
	w.do("DeleteResourcePolicy", `{"SecretId":"s"}`)
	if _, code := w.call(w.neighbor, "GetSecretValue", get); code != "AccessDeniedException" {
		t.Errorf("without the policy again: %s", code)
	}
}
