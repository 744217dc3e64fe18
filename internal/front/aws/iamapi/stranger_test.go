package iamapi_test

import (
	"strings"
	"testing"
)

// valid are parameters that pass IAM's own checks, so that the guard is what refuses.
const valid = "UserName=admin&GroupName=g&RoleName=r&PolicyName=p&PolicyArn=" + readerARN + "&VersionId=v1" +
	"&InstanceProfileName=ip&AccessKeyId=AKIA0123456789012345&Status=Inactive&PermissionsBoundary=" + readerARN +
	"&Tags.member.1.Key=k&Tags.member.1.Value=v&TagKeys.member.1=k&Description=d&AWSServiceName=redshift.amazonaws.com" +
	"&DeletionTaskId=t&AccountAlias=abc&PolicyDocument=%7B&AssumeRolePolicyDocument=%7B&PolicySourceArn=" + readerARN +
	"&ActionNames.member.1=s3:GetObject&PolicyInputList.member.1=%7B"

// Whoever has no policies can do nothing, whatever the thing is and whether it is there.
func TestStrangerIsDenied(t *testing.T) {
	n := newNode(t)
	n.ok("CreateUser", "UserName=stranger")
	made := n.ok("CreateAccessKey", "UserName=stranger")
	stranger := n.admin
	stranger.ID, stranger.Secret = made.text("AccessKeyId"), made.text("SecretAccessKey")
	for _, op := range n.door.Operations() {
		got := n.call(stranger, op.Name, n.fitting(op.Name))
		want := "AccessDenied"
		if !op.Supported() {
			want = "UnsupportedOperation"
		}
		if got.code != want || op.Supported() && !strings.Contains(got.message, "is not authorized to perform: "+op.Action+" on resource: ") {
			t.Errorf("%s: %d %s %s", op.Name, got.status, got.code, got.message)
		}
	}
}

// fitting are those of the valid parameters that an operation takes: it names the others when it refuses them.
func (n *node) fitting(operation string) string {
	n.Helper()
	refusal := n.call(n.admin, operation+"", valid+"&MaxItems=0")
	var keep []string
	for _, p := range strings.Split(valid, "&") {
		name, _, _ := strings.Cut(p, "=")
		name, _, _ = strings.Cut(name, ".")
		member := strings.ToLower(name[:1]) + name[1:]
		if !strings.Contains(refusal.message, "at '"+member+"' failed to satisfy constraint: Member must be a parameter") {
			keep = append(keep, p)
		}
	}
	return strings.Join(keep, "&")
}
