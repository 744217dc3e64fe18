package iamapi

// The parameters that many operations take, with the limits of IAM's model.

type userName struct {
	UserName string `query:"UserName" required:"true" min:"1" max:"128" pattern:"[\\w+=,.@-]+"`
}

// shortUserName is a name where IAM allows no more characters than new users can have.
type shortUserName struct {
	UserName string `query:"UserName" required:"true" min:"1" max:"64" pattern:"[\\w+=,.@-]+"`
}

type maybeShortUserName struct {
	UserName string `query:"UserName" min:"1" max:"64" pattern:"[\\w+=,.@-]+"`
}

type maybeUserName struct {
	UserName string `query:"UserName" min:"1" max:"128" pattern:"[\\w+=,.@-]+"`
}

type groupName struct {
	GroupName string `query:"GroupName" required:"true" min:"1" max:"128" pattern:"[\\w+=,.@-]+"`
}

type roleName struct {
	RoleName string `query:"RoleName" required:"true" min:"1" max:"64" pattern:"[\\w+=,.@-]+"`
}

type profileName struct {
	InstanceProfileName string `query:"InstanceProfileName" required:"true" min:"1" max:"128" pattern:"[\\w+=,.@-]+"`
}

type policyARN struct {
	PolicyArn string `query:"PolicyArn" required:"true" min:"20" max:"2048"`
}

type policyName struct {
	PolicyName string `query:"PolicyName" required:"true" min:"1" max:"128" pattern:"[\\w+=,.@-]+"`
}

type versionID struct {
	VersionID string `query:"VersionId" required:"true" pattern:"v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"`
}

type document struct {
	PolicyDocument string `query:"PolicyDocument" required:"true" min:"1" max:"131072" pattern:"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"`
}

type path struct {
	Path string `query:"Path" min:"1" max:"512" pattern:"(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)"`
}

type pathPrefix struct {
	PathPrefix string `query:"PathPrefix" min:"1" max:"512" pattern:"\\u002F[\\u0021-\\u007F]*"`
}

type tags struct {
	Tags []tag `query:"Tags" max:"50"`
}

type requiredTags struct {
	Tags []tag `query:"Tags" required:"true" max:"50"`
}

type tagKeys struct {
	TagKeys []string `query:"TagKeys" required:"true" max:"50" each:"1 128" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"`
}
