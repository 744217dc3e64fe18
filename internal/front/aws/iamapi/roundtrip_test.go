package iamapi_test

import (
	"net/url"
	"strings"
	"testing"
)

// Each operation works, and each supported one is called here.
func TestRoundTrips(t *testing.T) {
	n := newNode(t)
	for _, step := range []func(*node){
		users, keys, policies, groups, roles, simulations, profiles, linkedRoles, accounts, never, removal,
	} {
		step(n)
	}
	for _, op := range n.door.Operations() {
		if op.Supported() && !n.called[op.Name] && !strings.HasSuffix(op.Name, "LoginProfile") {
			t.Errorf("%s was never called with success", op.Name)
		}
	}
}

func users(n *node) {
	n.ok("CreateUser", "UserName=ann&Path=/team/&Tags.member.1.Key=a&Tags.member.1.Value=b",
		"<CreateUserResult><User><Path>/team/</Path><UserName>ann</UserName><UserId>AIDA", "<Tags><member><Key>a</Key><Value>b</Value></member></Tags>")
	n.ok("CreateUser", "UserName=bob")
	n.refused("CreateUser", "UserName=Ann", 409, "EntityAlreadyExists", "User with name Ann already exists.")
	n.refused("CreateUser", "UserName=cy&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=a&Tags.member.2.Value=c", 400, "InvalidInput", "Duplicate tag keys found.")
	n.ok("GetUser", "UserName=ann", "<Arn>arn:aws:iam::111111111111:user/team/ann</Arn>")
	n.ok("GetUser", "", "<UserName>admin</UserName>")
	n.refused("GetUser", "UserName=nobody", 404, "NoSuchEntity", "The user with name nobody cannot be found.")
	n.ok("ListUsers", "PathPrefix=/team/", "<Users><member><Path>/team/</Path><UserName>ann</UserName>", "<IsTruncated>false</IsTruncated>")
	n.ok("ListUsers", "PathPrefix=/none/", "<Users></Users>")
	n.ok("UpdateUser", "UserName=bob&NewUserName=rob&NewPath=/x/")
	n.ok("GetUser", "UserName=rob", "user/x/rob")
	n.refused("UpdateUser", "UserName=rob&NewUserName=ANN", 409, "EntityAlreadyExists", "User with name ANN already exists.")
	n.ok("TagUser", "UserName=ann&Tags.member.1.Key=c&Tags.member.1.Value=")
	n.ok("UntagUser", "UserName=ann&TagKeys.member.1=a")
	n.ok("ListUserTags", "UserName=ann", "<Tags><member><Key>c</Key><Value></Value></member></Tags>")
	n.ok("PutUserPolicy", "UserName=ann&PolicyName=p&PolicyDocument="+doc(readDocument))
	n.refused("PutUserPolicy", "UserName=ann&PolicyName=p&PolicyDocument=%7B", 400, "MalformedPolicyDocument", "Syntax errors in policy.")
	text, err := url.PathUnescape(n.ok("GetUserPolicy", "UserName=ann&PolicyName=p").text("PolicyDocument"))
	if err != nil || text != readDocument {
		n.Errorf("document %q, %v", text, err)
	}
	n.ok("ListUserPolicies", "UserName=ann", "<PolicyNames><member>p</member></PolicyNames>")
	n.ok("DeleteUserPolicy", "UserName=ann&PolicyName=p")
	n.refused("GetUserPolicy", "UserName=ann&PolicyName=p", 404, "NoSuchEntity", "The user policy with name p cannot be found.")
}

func keys(n *node) {
	id := n.ok("CreateAccessKey", "UserName=ann", "<SecretAccessKey>").text("AccessKeyId")
	n.ok("UpdateAccessKey", "UserName=ann&Status=Inactive&AccessKeyId="+id)
	if got := n.ok("ListAccessKeys", "UserName=ann", "<AccessKeyMetadata><member><UserName>ann</UserName>", "Inactive"); strings.Contains(got.body, "Secret") {
		n.Errorf("a list shows secrets: %s", got.body)
	}
	n.refused("DeleteUser", "UserName=ann", 409, "DeleteConflict", "must delete access keys first")
	n.ok("DeleteAccessKey", "UserName=ann&AccessKeyId="+id)
	n.refused("DeleteAccessKey", "UserName=ann&AccessKeyId="+id, 404, "NoSuchEntity", "The Access Key with id "+id+" cannot be found.")
}

func policies(n *node) {
	n.ok("CreatePolicy", "PolicyName=reader&Description=reads&Tags.member.1.Key=a&Tags.member.1.Value=b&PolicyDocument="+doc(readDocument),
		"<Arn>"+readerARN+"</Arn>", "<DefaultVersionId>v1</DefaultVersionId>")
	n.refused("CreatePolicy", "PolicyName=reader&PolicyDocument="+doc(readDocument), 409, "EntityAlreadyExists", "A policy called reader already exists.")
	n.ok("GetPolicy", "PolicyArn="+readerARN, "<Description>reads</Description>", "<AttachmentCount>0</AttachmentCount>", "<Key>a</Key>")
	n.ok("ListPolicies", "Scope=Local", "<PolicyName>reader</PolicyName>")
	n.ok("CreatePolicyVersion", "PolicyArn="+readerARN+"&SetAsDefault=true&PolicyDocument="+doc(readDocument), "<VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion>")
	n.ok("ListPolicyVersions", "PolicyArn="+readerARN, "<Versions><member><VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion>", "<VersionId>v1</VersionId><IsDefaultVersion>false</IsDefaultVersion>")
	n.ok("GetPolicyVersion", "VersionId=v1&PolicyArn="+readerARN, "<Document>%7B%22Version%22%3A%222012-10-17%22", "<IsDefaultVersion>false</IsDefaultVersion>")
	n.refused("DeletePolicyVersion", "VersionId=v2&PolicyArn="+readerARN, 409, "DeleteConflict", "default version")
	n.ok("SetDefaultPolicyVersion", "VersionId=v1&PolicyArn="+readerARN)
	n.ok("DeletePolicyVersion", "VersionId=v2&PolicyArn="+readerARN)
	n.ok("TagPolicy", "Tags.member.1.Key=k&Tags.member.1.Value=v&PolicyArn="+readerARN)
	n.ok("UntagPolicy", "TagKeys.member.1=a&PolicyArn="+readerARN)
	n.ok("ListPolicyTags", "PolicyArn="+readerARN, "<Tags><member><Key>k</Key><Value>v</Value></member></Tags>")
}

func groups(n *node) {
	n.ok("CreateGroup", "GroupName=loaders&Path=/g/", "<Group><Path>/g/</Path><GroupName>loaders</GroupName><GroupId>AGPA", "group/g/loaders")
	n.ok("AddUserToGroup", "GroupName=loaders&UserName=ann")
	n.ok("GetGroup", "GroupName=loaders", "<GroupName>loaders</GroupName>", "<Users><member><Path>/team/</Path><UserName>ann</UserName>")
	n.ok("ListGroups", "", "<Groups><member><Path>/g/</Path>")
	n.ok("ListGroupsForUser", "UserName=ann", "<Groups><member><Path>/g/</Path>")
	n.ok("PutGroupPolicy", "GroupName=loaders&PolicyName=p&PolicyDocument="+doc(readDocument))
	n.ok("GetGroupPolicy", "GroupName=loaders&PolicyName=p", "<GroupName>loaders</GroupName><PolicyName>p</PolicyName><PolicyDocument>%7B")
	n.ok("ListGroupPolicies", "GroupName=loaders", "<member>p</member>")
	n.ok("AttachGroupPolicy", "GroupName=loaders&PolicyArn="+readerARN)
	n.ok("ListAttachedGroupPolicies", "GroupName=loaders", "<AttachedPolicies><member><PolicyName>reader</PolicyName><PolicyArn>"+readerARN)
	n.ok("UpdateGroup", "GroupName=loaders&NewGroupName=writers")
	n.refused("DeleteGroup", "GroupName=writers", 409, "DeleteConflict", "must remove users from group first")
	n.refused("DeleteUser", "UserName=ann", 409, "DeleteConflict", "must remove users from group first")
}

func roles(n *node) {
	n.ok("CreateRole", "RoleName=rs&MaxSessionDuration=7200&AssumeRolePolicyDocument="+doc(trustDocument),
		"<RoleId>AROA", "<AssumeRolePolicyDocument>%7B%22Version%22", "<MaxSessionDuration>7200</MaxSessionDuration>")
	n.refused("CreateRole", "RoleName=rs&AssumeRolePolicyDocument="+doc(trustDocument), 409, "EntityAlreadyExists", "Role with name rs already exists.")
	n.refused("CreateRole", "RoleName=x&AssumeRolePolicyDocument="+doc(readDocument), 400, "MalformedPolicyDocument", "")
	n.ok("GetRole", "RoleName=rs", "redshift.amazonaws.com")
	n.ok("ListRoles", "", "<Roles><member><Path>/</Path><RoleName>rs</RoleName>")
	n.ok("UpdateRole", "RoleName=rs&Description=loads", "<UpdateRoleResult></UpdateRoleResult>")
	n.ok("UpdateRole", "RoleName=rs&MaxSessionDuration=3600")
	n.ok("GetRole", "RoleName=rs", "<Description>loads</Description><MaxSessionDuration>3600</MaxSessionDuration>")
	n.ok("UpdateRoleDescription", "RoleName=rs&Description=reads", "<Description>reads</Description>")
	n.ok("UpdateAssumeRolePolicy", "RoleName=rs&PolicyDocument="+doc(trustDocument))
	n.ok("PutRolePolicy", "RoleName=rs&PolicyName=p&PolicyDocument="+doc(readDocument))
	n.ok("GetRolePolicy", "RoleName=rs&PolicyName=p", "<RoleName>rs</RoleName>")
	n.ok("ListRolePolicies", "RoleName=rs", "<member>p</member>")
	n.ok("AttachRolePolicy", "RoleName=rs&PolicyArn="+readerARN)
	n.ok("AttachUserPolicy", "UserName=ann&PolicyArn="+readerARN)
	n.refused("AttachRolePolicy", "RoleName=rs&PolicyArn=arn:aws:iam::aws:policy/aws-service-role/AmazonRedshiftServiceLinkedRolePolicy", 400, "PolicyNotAttachable", "Service Role Policy")
	n.refused("AttachRolePolicy", "RoleName=rs&PolicyArn=arn:aws:iam::aws:policy/NoSuchPolicy", 404, "NoSuchEntity", "Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.")
	n.ok("ListAttachedUserPolicies", "UserName=ann", "reader")
	n.ok("ListAttachedRolePolicies", "RoleName=rs", "reader")
	n.ok("ListAttachedRolePolicies", "RoleName=rs&PathPrefix=/x/", "<AttachedPolicies></AttachedPolicies>")
	n.ok("PutRolePermissionsBoundary", "RoleName=rs&PermissionsBoundary="+readerARN)
	n.ok("PutUserPermissionsBoundary", "UserName=ann&PermissionsBoundary="+readerARN)
	n.ok("GetRole", "RoleName=rs", "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>"+readerARN)
	n.ok("ListEntitiesForPolicy", "PolicyArn="+readerARN, "<PolicyGroups><member><GroupName>writers</GroupName>",
		"<PolicyUsers><member><UserName>ann</UserName>", "<PolicyRoles><member><RoleName>rs</RoleName>")
	n.ok("ListEntitiesForPolicy", "PolicyUsageFilter=PermissionsBoundary&PolicyArn="+readerARN, "<PolicyGroups></PolicyGroups>")
	n.ok("GetPolicy", "PolicyArn="+readerARN, "<AttachmentCount>3</AttachmentCount><PermissionsBoundaryUsageCount>2</PermissionsBoundaryUsageCount>")
	n.ok("TagRole", "RoleName=rs&Tags.member.1.Key=k&Tags.member.1.Value=v")
	n.ok("ListRoleTags", "RoleName=rs", "<Key>k</Key>")
	n.ok("UntagRole", "RoleName=rs&TagKeys.member.1=k")
}

func simulations(n *node) {
	n.ok("SimulatePrincipalPolicy", "PolicySourceArn=arn:aws:iam::111111111111:role/rs&ActionNames.member.1=s3:GetObject&ActionNames.member.2=s3:PutObject&ResourceArns.member.1=arn:aws:s3:::b/k",
		"<EvalActionName>s3:GetObject</EvalActionName><EvalResourceName>arn:aws:s3:::b/k</EvalResourceName><EvalDecision>allowed</EvalDecision>"+
			"<MatchedStatements><member><SourcePolicyId>inline policy p</SourcePolicyId><SourcePolicyType>IAM Policy</SourcePolicyType>"+
			"<StartPosition><Line>1</Line><Column>38</Column></StartPosition><EndPosition><Line>1</Line><Column>95</Column></EndPosition>",
		"<AllowedByPermissionsBoundary>true</AllowedByPermissionsBoundary>",
		"<EvalActionName>s3:PutObject</EvalActionName><EvalResourceName>arn:aws:s3:::b/k</EvalResourceName><EvalDecision>implicitDeny</EvalDecision>")
	n.refused("SimulatePrincipalPolicy", "PolicySourceArn=arn:aws:iam::111111111111:role/none&ActionNames.member.1=s3:GetObject", 404, "NoSuchEntity", "role/none")
	conditional := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"s3:prefix":"in"}}}]}`
	n.ok("SimulateCustomPolicy", "ActionNames.member.1=s3:ListBucket&PolicyInputList.member.1="+doc(conditional),
		"<EvalDecision>implicitDeny</EvalDecision>", "<MissingContextValues><member>s3:prefix</member></MissingContextValues>")
	n.ok("SimulateCustomPolicy", "ActionNames.member.1=s3:ListBucket&PolicyInputList.member.1="+doc(conditional)+
		"&ContextEntries.member.1.ContextKeyName=s3:prefix&ContextEntries.member.1.ContextKeyType=string&ContextEntries.member.1.ContextKeyValues.member.1=in",
		"<EvalDecision>allowed</EvalDecision>", "<SourcePolicyId>PolicyInputList.1</SourcePolicyId>")
	n.ok("SimulateCustomPolicy", "ActionNames.member.1=s3:ListBucket&CallerArn=arn:aws:iam::222222222222:user/x&ResourceOwner=arn:aws:iam::111111111111:root&PolicyInputList.member.1="+doc(readDocument),
		"<EvalDecision>implicitDeny</EvalDecision>")
	deny := strings.Replace(readDocument, "Allow", "Deny", 1)
	n.ok("SimulateCustomPolicy", "ActionNames.member.1=s3:GetObject&PolicyInputList.member.1="+doc(deny), "<EvalDecision>explicitDeny</EvalDecision>")
	n.refused("SimulateCustomPolicy", "ActionNames.member.1=s3:GetObject&PolicyInputList.member.1=%7B", 400, "InvalidInput", "PolicyInputList.1: ")
	n.refused("SimulateCustomPolicy", "ActionNames.member.1=s3:GetObject&PolicyInputList.member.1="+doc(readDocument)+"&ResourcePolicy="+doc(trustDocument), 400, "InvalidInput", "CallerArn is required")
}

func profiles(n *node) {
	n.ok("CreateInstanceProfile", "InstanceProfileName=ip&Tags.member.1.Key=k&Tags.member.1.Value=v", "<InstanceProfileId>AIPA", "<Roles></Roles>")
	n.refused("CreateInstanceProfile", "InstanceProfileName=ip", 409, "EntityAlreadyExists", "Instance Profile ip already exists.")
	n.ok("AddRoleToInstanceProfile", "InstanceProfileName=ip&RoleName=rs")
	n.refused("AddRoleToInstanceProfile", "InstanceProfileName=ip&RoleName=rs", 409, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
	n.ok("GetInstanceProfile", "InstanceProfileName=ip", "<Roles><member><Path>/</Path><RoleName>rs</RoleName>")
	n.ok("ListInstanceProfiles", "", "<InstanceProfileName>ip</InstanceProfileName>")
	n.ok("ListInstanceProfilesForRole", "RoleName=rs", "<InstanceProfileName>ip</InstanceProfileName>")
	n.ok("TagInstanceProfile", "InstanceProfileName=ip&Tags.member.1.Key=c&Tags.member.1.Value=v")
	n.ok("UntagInstanceProfile", "InstanceProfileName=ip&TagKeys.member.1=k")
	n.ok("ListInstanceProfileTags", "InstanceProfileName=ip", "<Tags><member><Key>c</Key>")
	n.ok("GetAccountAuthorizationDetails", "", "<UserDetailList><member><Path>/</Path><UserName>admin</UserName>",
		"<GroupList><member>writers</member></GroupList><AttachedManagedPolicies><member><PolicyName>reader</PolicyName>",
		"<GroupPolicyList><member><PolicyName>p</PolicyName><PolicyDocument>%7B", "<InstanceProfileList><member><Path>/</Path><InstanceProfileName>ip",
		"<PolicyVersionList><member><Document>%7B", "<PolicyName>AdministratorAccess</PolicyName>")
	n.ok("GetAccountAuthorizationDetails", "Filter.member.1=LocalManagedPolicy", "<UserDetailList></UserDetailList>", "<Policies><member><PolicyName>reader")
	n.refused("DeleteInstanceProfile", "InstanceProfileName=ip", 409, "DeleteConflict", "must remove roles from instance profile first")
	n.refused("GetInstanceProfile", "InstanceProfileName=none", 404, "NoSuchEntity", "Instance Profile none cannot be found.")
}

func linkedRoles(n *node) {
	n.ok("CreateServiceLinkedRole", "AWSServiceName=redshift.amazonaws.com", "role/aws-service-role/redshift.amazonaws.com/AWSServiceRoleForRedshift")
	n.refused("CreateServiceLinkedRole", "AWSServiceName=redshift.amazonaws.com", 400, "InvalidInput", "has been taken in this account")
	n.refused("CreateServiceLinkedRole", "AWSServiceName=lex.amazonaws.com", 400, "InvalidInput", "not supported for lex.amazonaws.com")
	n.refused("DeleteRole", "RoleName=AWSServiceRoleForRedshift", 400, "UnmodifiableEntity", "only modifiable by AWS")
	n.refused("AttachRolePolicy", "RoleName=AWSServiceRoleForRedshift&PolicyArn="+readerARN, 400, "UnmodifiableEntity", "only modifiable by AWS")
	n.refused("DeleteServiceLinkedRole", "RoleName=rs", 400, "InvalidInput", "is not a service-linked role")
	task := n.ok("DeleteServiceLinkedRole", "RoleName=AWSServiceRoleForRedshift").text("DeletionTaskId")
	n.ok("GetServiceLinkedRoleDeletionStatus", "DeletionTaskId="+url.QueryEscape(task), "<Status>SUCCEEDED</Status>")
	n.refused("GetServiceLinkedRoleDeletionStatus", "DeletionTaskId=x", 400, "InvalidInput", "not valid")
}

func accounts(n *node) {
	n.ok("CreateAccountAlias", "AccountAlias=my-company")
	n.refused("CreateAccountAlias", "AccountAlias=a--b", 400, "ValidationError", "'accountAlias'")
	n.ok("ListAccountAliases", "", "<AccountAliases><member>my-company</member></AccountAliases>")
	n.ok("GetAccountSummary", "", "<SummaryMap><entry><key>", "<entry><key>Users</key><value>3</value></entry>")
	n.ok("DeleteAccountAlias", "AccountAlias=my-company")
	n.ok("ListAccountAliases", "", "<AccountAliases></AccountAliases>")
}

func never(n *node) {
	n.ok("ListMFADevices", "UserName=ann", "<MFADevices></MFADevices><IsTruncated>false</IsTruncated>")
	n.ok("ListVirtualMFADevices", "AssignmentStatus=Any", "<VirtualMFADevices></VirtualMFADevices>")
	n.ok("ListSSHPublicKeys", "UserName=ann", "<SSHPublicKeys></SSHPublicKeys>")
	n.ok("ListSigningCertificates", "UserName=ann", "<Certificates></Certificates>")
	n.ok("ListServiceSpecificCredentials", "UserName=ann", "<ServiceSpecificCredentials></ServiceSpecificCredentials>")
	n.refused("GetLoginProfile", "UserName=ann", 404, "NoSuchEntity", "Login Profile for User ann cannot be found.")
	n.refused("DeleteLoginProfile", "UserName=ann", 404, "NoSuchEntity", "Login Profile for User ann cannot be found.")
	n.refused("CreateLoginProfile", "UserName=ann", 400, "UnsupportedOperation", "CreateLoginProfile")
}

func removal(n *node) {
	n.refused("DeletePolicy", "PolicyArn="+readerARN, 409, "DeleteConflict", "Cannot delete a policy attached to entities.")
	n.refused("DeleteRole", "RoleName=rs", 409, "DeleteConflict", "must detach all policies first")
	n.ok("DetachRolePolicy", "RoleName=rs&PolicyArn="+readerARN)
	n.ok("DeleteRolePolicy", "RoleName=rs&PolicyName=p")
	n.ok("DeleteRolePermissionsBoundary", "RoleName=rs")
	n.refused("DeleteRole", "RoleName=rs", 409, "DeleteConflict", "must remove roles from instance profile first")
	n.ok("RemoveRoleFromInstanceProfile", "InstanceProfileName=ip&RoleName=rs")
	n.ok("DeleteInstanceProfile", "InstanceProfileName=ip")
	n.ok("DeleteRole", "RoleName=rs")
	n.ok("DetachGroupPolicy", "GroupName=writers&PolicyArn="+readerARN)
	n.ok("DeleteGroupPolicy", "GroupName=writers&PolicyName=p")
	n.ok("RemoveUserFromGroup", "GroupName=writers&UserName=ann")
	n.ok("DeleteGroup", "GroupName=writers")
	n.ok("DetachUserPolicy", "UserName=ann&PolicyArn="+readerARN)
	n.ok("DeleteUserPermissionsBoundary", "UserName=ann")
	n.ok("DeleteUser", "UserName=ann")
	n.ok("DeletePolicy", "PolicyArn="+readerARN)
}
