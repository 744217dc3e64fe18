package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

// doc is a 2012-10-17 document with one statement.
func doc(statement string) string {
	return `{"Version":"2012-10-17","Statement":` + statement + `}`
}

const (
	syntax = "Syntax errors in policy."
	legacy = "The policy failed legacy parsing"
	old    = "Policy document must be version 2012-10-17 or greater."
)

// with is an identity statement that differs from a good one in the text given.
func with(fields string) string {
	return doc(`{"Effect":"Allow","Action":"s3:ListBucket",` + fields + `}`)
}

func onResource(r string) string { return with(`"Resource":"` + r + `"`) }
func doing(a string) string {
	return doc(`{"Effect":"Allow","Action":"` + a + `","Resource":"*"}`)
}
func when(condition string) string { return with(`"Resource":"*","Condition":` + condition) }

func TestValidateIdentity(t *testing.T) {
	cases := []struct {
		name string
		text string
		want string // "" when it is valid
	}{
		{"plain", onResource("arn:aws:s3:::b"), ""},
		{"no JSON", "This is not JSON", syntax},
		{"empty", "", syntax},
		{"text after", onResource("*") + "x", syntax},
		{"array", "[]", syntax},
		{"too deep", strings.Repeat("[", 40), syntax},
		{"too big", strings.Repeat(" ", 200<<10), syntax},
		{"cut", `{"Version":"2012-10-17"`, syntax},
		{"key a number", `{1:2}`, syntax},
		{"escaped quotes", `{"Id":"\\\"x\\\\","Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, ""},
		{"cut list", `{"Statement":[{}`, syntax},
		{"null", "null", syntax},
		{"repeated key", doc(`{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}`), syntax},
		{"unknown element", `{"Version":"2012-10-17","Statement":[],"Extra":1}`, syntax},
		{"unknown element in statement", with(`"Resource":"*","Extra":1`), syntax},
		{"element in other case", with(`"resource":"*"`), syntax},
		{"no statement", `{"Version":"2012-10-17"}`, syntax},
		{"no statements", doc("[]"), syntax},
		{"statement a string", doc(`"x"`), syntax},
		{"statements strings", doc(`["x"]`), syntax},
		{"version unknown", `{"Version":"2013-10-17","Statement":[]}`, syntax},
		{"version a number", `{"Version":2012,"Statement":[]}`, syntax},
		{"id a list", `{"Version":"2012-10-17","Id":[],"Statement":[]}`, syntax},
		{"id", `{"Id":"x","Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, ""},
		{"sid a list", with(`"Sid":[],"Resource":"*"`), syntax},
		{"effect missing", doc(`{"Action":"*","Resource":"*"}`), syntax},
		{"effect wrong", doc(`{"Effect":"Maybe","Action":"*","Resource":"*"}`), syntax},
		{"both actions", doc(`{"Effect":"Allow","Action":[],"NotAction":"x","Resource":"*"}`), syntax},
		{"both resources", with(`"Resource":"*","NotResource":[]`), syntax},
		{"action an object", doc(`{"Effect":"Allow","Action":{},"Resource":"*"}`), syntax},
		{"action a list of lists", doc(`{"Effect":"Allow","Action":[[]],"Resource":"*"}`), syntax},
		{"resource a number", with(`"Resource":1`), syntax},
		{"condition a list", when(`[]`), syntax},
		{"operator a string", when(`{"StringEquals":"x"}`), syntax},
		{"condition value an object", when(`{"StringEquals":{"a":{}}}`), syntax},
		{"operator unknown", when(`{"StringMatches":{"a":"b"}}`), syntax},
		{"operator unknown but empty", when(`{"StringMatches":{}}`), ""},
		{"set prefix with two colons", when(`{"ForAnyValue::StringEquals":{"a":"b"}}`), syntax},
		{"operators", when(`{"ForAnyValue:StringEqualsIfExists":{"a":"b"},"Null":{"b":true},"NumericLessThan":{"c":[1,"2"]}}`), ""},
		{"no values", when(`{"DateGreaterThan":{"a":[]}}`), ""},

		{"no version", `{"Statement":{"Effect":"denY","Action":"*","Resource":"*"}}`, old},
		{"old version", `{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, old},
		{"principal", with(`"Resource":"*","Principal":"*"`), "Policy document should not specify a principal."},

		{"effect in lower case", doc(`{"Effect":"allow","Resource":"arn:aws:s3:us-east-1::b"}`), legacy},
		{"date wrong", when(`{"DateGreaterThan":{"a":"soon"}}`), legacy},
		{"date month", when(`{"DateGreaterThan":{"a":"234-13"}}`), legacy},
		{"date day", when(`{"DateGreaterThan":{"a":"2016-12-32"}}`), legacy},
		{"date four parts", when(`{"DateGreaterThan":{"a":"2016-12-01-01"}}`), legacy},
		{"date year", when(`{"DateGreaterThan":{"a":"-292275055"}}`), legacy},
		{"date hour", when(`{"DateGreaterThan":{"a":"2016-12-13t24:00:00"}}`), legacy},
		{"date zone", when(`{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.593194+1"}}`), legacy},
		{"date zone twice", when(`{"DateLessThanEquals":{"a":"2016-12-13t2:00:00z+01"}}`), legacy},
		{"date fraction", when(`{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.1999999999+10:59"}}`), legacy},
		{"date epoch too big", when(`{"DateLessThan":{"a":"9223372036854775808"}}`), legacy},
		{"date before unknown partition", with(`"Resource":"arn:error:s3:::b","Condition":{"DateLessThan":{"a":"x"}}`), legacy},
		{"dates", when(`{"DateLessThanEquals":{"a":["2019-07-01T13:20:15Z","2016-12-13T21:20:37.593194+00:00","2016-12-13t2:00:00.593194+23","-292275054","01T","2026-01-01T10:20","1767225600","2026-01-01T10:20:30-08:00"]}}`), ""},
		{"arn without a field", onResource("arn:aws:s3::b"), legacy},
		{"arn without service", onResource("arn:aws::::b"), legacy},
		{"arn without a field, not", with(`"NotResource":"arn:aws:s3::b"`), legacy},
		{"arn without a field before missing action", doc(`{"Effect":"Allow","Resource":"arn:aws:s3::b"}`), legacy},

		{"repeated sid", doc(`[{"Sid":"x","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"x","Effect":"Allow"}]`), "Statement IDs (SID) in a single policy must be unique."},
		{"empty sids", doc(`[{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"","Effect":"Deny","Action":"*","Resource":"*"}]`), ""},
		{"sid with blanks", with(`"Sid":"a b","Resource":"*"`), "Statement IDs (SID) must be alpha-numeric."},

		{"no action", doc(`{"Effect":"Allow","Resource":"*"}`), "Policy statement must contain actions."},
		{"no actions", doc(`{"Effect":"Allow","Action":[],"Resource":"*"}`), "Policy statement must contain actions."},

		{"resource without colon", onResource("invalid resource"), `Resource invalid resource must be in ARN format or "*".`},
		{"resource empty", onResource(""), `Resource  must be in ARN format or "*".`},
		{"resource before action", doc(`{"Effect":"Allow","Action":"s:3:x","Resource":"adf"}`), `Resource adf must be in ARN format or "*".`},
		{"partition alone", onResource("a:bsd"), `Partition "bsd" is not valid for resource "arn:bsd:*:*:*:*".`},
		{"partition and service", onResource("a:b:c"), `Partition "b" is not valid for resource "arn:b:c:*:*:*".`},
		{"partition and more", onResource("a:b:c:d:e:f:g:h"), `Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".`},
		{"partition forgotten", onResource("aws:s3:::b"), `Partition "s3" is not valid for resource "arn:s3:::b:*".`},
		{"first of two resources", with(`"Resource":["arn:error:s3:::b","arn:error:s3::b"]`), `Partition "error" is not valid for resource "arn:error:s3:::b".`},
		{"vendor missing", onResource("arn:aws"), "Resource vendor must be fully qualified and cannot contain regexes."},
		{"vendor a pattern", onResource("arn:aws:s*:::b"), "Resource vendor must be fully qualified and cannot contain regexes."},
		{"iam with region", onResource("arn:aws:iam:us-east-1::b"), "IAM resource arn:aws:iam:us-east-1::b cannot contain region information."},
		{"s3 with region", onResource("arn:aws:s3:us-east-1::b"), "Resource arn:aws:s3:us-east-1::b can not contain region information."},
		{"access point", onResource("arn:aws:s3:us-east-1:111111111111:accesspoint/x"), ""},
		{"iam type", onResource("arn:aws:iam:::b"), `IAM resource path must either be "*" or start with user/, federated-user/,`},
		{"iam user", onResource("arn:aws:iam::*:user/${aws:username}"), ""},
		{"iam all", onResource("arn:aws:iam::111111111111:*"), ""},
		{"short", onResource("arn:aws:abc"), ""},
		{"unknown service", onResource("arn:aws:invalid-service:us-east-1::b"), ""},

		{"action without colon", doing("ListBucket"), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
		{"action before missing resource", doc(`{"Effect":"Allow","Action":"invalid"}`), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
		{"action with two colons", doing("s3:List:Bucket"), "Actions/Condition can contain only one colon."},
		{"vendor with blank", doing("a a:ListBucket"), "Vendor a a is not valid"},
		{"vendor with star", doing("s*:ListBucket"), "Vendor s* is not valid"},
		{"vendor empty", doing(":ListBucket"), "Vendor  is not valid"},
		{"any action", doing("*"), ""},
		{"any action of any", doing("*:*"), ""},
		{"odd action", doing("iam: asdf safdsf af "), ""},
		{"vendor with dot", doing("s3.s:ListBucket"), ""},

		{"no resource", doc(`{"Effect":"Allow","Action":"s3:*"}`), "Policy statement must contain resources."},
		{"no resources", with(`"Resource":[]`), "Policy statement must contain resources."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { validates(t, c.text, policy.Identity, c.want) })
	}
}

func validates(t *testing.T, text string, k policy.Kind, want string) {
	t.Helper()
	_, err := policy.Parse([]byte(text), k)
	got := ""
	if err != nil {
		got = err.Error()
	}
	if want == "" && got != "" || !strings.HasPrefix(got, want) {
		t.Errorf("%s\ngives %q, want %q", text, got, want)
	}
}

func TestValidateTrust(t *testing.T) {
	trust := func(fields string) string { return doc(`{"Effect":"Allow","Action":"sts:AssumeRole",` + fields + `}`) }
	cases := []struct {
		name string
		text string
		want string
	}{
		{"service", trust(`"Principal":{"Service":["redshift.amazonaws.com","redshift.us-east-1.amazonaws.com"]}`), ""},
		{"everybody", trust(`"Principal":"*"`), ""},
		{"account", trust(`"Principal":{"AWS":["111111111111","arn:aws:iam::111111111111:root","arn:aws:sts::111111111111:assumed-role/r/s","AROAAAAAAAAAAAAAAAAAA"]}`), ""},
		{"federated", doc(`{"Effect":"Allow","Action":"sts:AssumeRoleWithSAML","Principal":{"Federated":"arn:aws:iam::111111111111:saml-provider/x"}}`), ""},
		{"old version", `{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}}`, ""},
		{"all of STS", doc(`{"Effect":"Allow","Action":"sts:*","Principal":"*"}`), ""},
		{"no JSON", "{", "This policy contains invalid Json"},
		{"no statement", `{"Version":"2012-10-17"}`, "Missing required field Statement"},
		{"no statements", doc("[]"), "Could not parse the policy: Statement is empty!"},
		{"unknown element", trust(`"Principal":"*","Extra":1`), "Unknown field Extra"},
		{"unknown provider", trust(`"Principal":{"Aws":"*"}`), `Invalid principal in policy: "Aws":""`},
		{"principal a string", trust(`"Principal":"arn:aws:iam::111111111111:root"`), `Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:root"`},
		{"principal a number", trust(`"Principal":{"AWS":1}`), `Invalid principal in policy: "AWS":"1"`},
		{"principal empty", trust(`"Principal":{}`), `Invalid principal in policy: `},
		{"no principal", doc(`{"Effect":"Allow","Action":"sts:AssumeRole"}`), "Missing required field Principal"},
		{"not principal", trust(`"NotPrincipal":"*"`), "Invalid principal in policy"},
		{"other action", doc(`{"Effect":"Allow","Action":"s3:GetObject","Principal":"*"}`), "AssumeRole policy may only specify STS AssumeRole actions."},
		{"any action", doc(`{"Effect":"Allow","Action":"*","Principal":"*"}`), "AssumeRole policy may only specify STS AssumeRole actions."},
		{"no action", doc(`{"Effect":"Allow","Principal":"*"}`), "Policy statement must contain actions."},
		{"resource", trust(`"Principal":"*","Resource":"*"`), "Has prohibited field Resource"},
		{"wildcard", trust(`"Principal":{"AWS":"arn:aws:iam::111111111111:role/*"}`), `Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/*"`},
		{"odd unique id", trust(`"Principal":{"AWS":"AROAaaaaaaaaaaaaaaaaa"}`), `Invalid principal in policy: "AWS":"AROAaaaaaaaaaaaaaaaaa"`},
		{"group", trust(`"Principal":{"AWS":"arn:aws:iam::111111111111:group/g"}`), `Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:group/g"`},
		{"service unknown", trust(`"Principal":{"Service":"redshift"}`), `Invalid principal in policy: "SERVICE":"redshift"`},
		{"service star", trust(`"Principal":{"Service":"*"}`), `Invalid principal in policy: "SERVICE":"*"`},
		{"federated wrong", trust(`"Principal":{"Federated":"nobody"}`), "Federated principals must be valid domain names or SAML metadata ARNs"},
		{"federated arn", trust(`"Principal":{"Federated":"arn:aws:iam::111111111111:user/u"}`), "Federated principals must be valid domain names"},
		{"canonical", trust(`"Principal":{"CanonicalUser":"12"}`), `Invalid principal in policy: "CanonicalUser":"12"`},
		{"effect in lower case", doc(`{"Effect":"allow","Action":"sts:AssumeRole","Principal":"*"}`), legacy},
		{"effect wrong", doc(`{"Effect":"Maybe","Action":"sts:AssumeRole","Principal":"*"}`), syntax},
		{"repeated sid", doc(`[{"Sid":"x","Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"},{"Sid":"x","Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}]`), "Statement IDs (SID) in a single policy must be unique."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { validates(t, c.text, policy.Trust, c.want) })
	}
}

func TestValidateBucket(t *testing.T) {
	bucket := func(fields string) string {
		return doc(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"` + fields + `}`)
	}
	acting := func(action, resource string) string {
		return doc(`{"Effect":"Allow","Principal":"*","Action":` + action + `,"Resource":"` + resource + `"}`)
	}
	keyed := func(action, resource, key string) string {
		return doc(`{"Effect":"Allow","Principal":"*","Action":` + action + `,"Resource":"` + resource + `","Condition":{"StringEquals":{"` + key + `":"x"}}}`)
	}
	cases := []struct {
		name string
		text string
		want string
	}{
		{"plain", bucket(``), ""},
		{"seed", seedBucketPolicy, ""},
		{"sid with blanks", bucket(`,"Sid":"read me, please"`), ""},
		{"no brace", `x`, "Policies must be valid JSON and the first byte must be '{'"},
		{"blank first", ` {`, "Policies must be valid JSON and the first byte must be '{'"},
		{"cut", `{`, "This policy contains invalid Json"},
		{"repeated key", bucket(`,"Effect":"Deny"`), "This policy contains invalid Json"},
		{"version", `{"Version":"2020-01-01","Statement":[]}`, "The policy must contain a valid version string"},
		{"no statement", `{"Version":"2012-10-17"}`, "Missing required field Statement"},
		{"no statements", doc("[]"), "Could not parse the policy: Statement is empty!"},
		{"id a number", `{"Id":1,"Statement":[]}`, "Invalid policy syntax."},
		{"unknown element", bucket(`,"Extra":1`), "Unknown field Extra"},
		{"no effect", doc(`{"Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`), "Missing required field Effect"},
		{"no principal", doc(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`), "Missing required field Principal"},
		{"no action", doc(`{"Effect":"Allow","Principal":"*","Resource":"arn:aws:s3:::b/*"}`), "Missing required field Action"},
		{"no resource", doc(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}`), "Missing required field Resource"},
		{"effect in lower case", doc(`{"Effect":"allow"}`), "Invalid effect: allow"},
		{"both", bucket(`,"NotAction":"x"`), "Statement must not contain both Action and NotAction"},
		{"operator", bucket(`,"Condition":{"StringMatches":{"a":"b"}}`), "Invalid Condition type : StringMatches"},
		{"principal", strings.Replace(bucket(``), `"*"`, `{"AWS":"arn:aws:iam::111111111111:role/*"}`, 1), "Invalid principal in policy"},
		{"allow not principal", strings.Replace(bucket(``), `"Principal"`, `"NotPrincipal"`, 1), "Invalid principal in policy"},
		{"deny not principal", strings.Replace(strings.Replace(bucket(``), `"Principal"`, `"NotPrincipal"`, 1), "Allow", "Deny", 1), ""},
		{"unknown action", acting(`"s3:ListObjects"`, "arn:aws:s3:::b"), "Policy has invalid action"},
		{"other service", acting(`"iam:GetUser"`, "arn:aws:s3:::b"), "Policy has invalid action"},
		{"every action", acting(`["*","s3:*"]`, "arn:aws:s3:::b"), ""},
		{"action in other case", acting(`"S3:getobject"`, "arn:aws:s3:::b/*"), ""},
		{"other resource", acting(`"s3:GetObject"`, "arn:aws:sqs"), "Policy has invalid resource"},
		{"no arn", acting(`"s3:GetObject"`, "b/*"), "Policy has invalid resource"},
		{"object action on bucket", acting(`"s3:GetObject"`, "arn:aws:s3:::b"), "Action does not apply to any resource(s) in statement"},
		{"bucket action on objects", acting(`["s3:GetObject","s3:ListBucket"]`, "arn:aws:s3:::b/*"), "Action does not apply to any resource(s) in statement"},
		{"action on both", acting(`["s3:GetObject","s3:ListBucket"]`, "arn:aws:s3:::b*"), ""},
		{"every resource", acting(`["s3:GetObject","s3:ListBucket"]`, "*"), ""},
		{"account action", acting(`"s3:ListAllMyBuckets"`, "arn:aws:s3:::b"), "Action does not apply to any resource(s) in statement"},
		{"not action", doc(`{"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"arn:aws:s3:::b"}`), ""},
		{"key unknown", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "s3:colour"), "Policy has an invalid condition key"},
		{"key without service", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "colour"), "Policy has an invalid condition key"},
		{"global key unknown", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "aws:Colour"), "Policy has an invalid condition key"},
		{"global key", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "aws:SourceVpce"), ""},
		{"tag key", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "aws:PrincipalTag/team"), ""},
		{"tag key unknown", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "aws:Tag/team"), "Policy has an invalid condition key"},
		{"provider key", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "accounts.example.com:aud"), ""},
		{"prefix", keyed(`"s3:ListBucket"`, "arn:aws:s3:::b", "s3:prefix"), ""},
		{"prefix of another action", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "s3:prefix"), "Conditions do not apply to combination of actions and resources in statement"},
		{"object tag", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "s3:ExistingObjectTag/x"), ""},
		{"object tag without name", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "s3:ExistingObjectTag/"), "Policy has an invalid condition key"},
		{"any S3 key", keyed(`"s3:GetObject"`, "arn:aws:s3:::b/*", "s3:TlsVersion"), ""},
		{"key under not action", doc(`{"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"arn:aws:s3:::b","Condition":{"StringEquals":{"s3:prefix":"x"}}}`), ""},
		{"too large", bucket(`,"Sid":"` + strings.Repeat("x", 21000) + `"`), "Policies must be 20480 bytes or less."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { validates(t, c.text, policy.Bucket, c.want) })
	}
}

func TestFitsBucket(t *testing.T) {
	for resource, fits := range map[string]bool{
		"arn:aws:s3:::data-source": true, "arn:aws:s3:::data-source/*": true, "arn:aws:s3:::data-*": true,
		"arn:aws:s3:::other": false, "arn:aws:s3:::*": false, "*": false, "arn:aws:sqs:::data-source": false,
	} {
		d := read(t, doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"`+resource+`"}`), policy.Bucket)
		err := d.FitsBucket("data-source")
		if (err == nil) != fits || err != nil && err.Error() != "Policy has invalid resource" {
			t.Errorf("%s: %v", resource, err)
		}
	}
}

func TestValidateOthers(t *testing.T) {
	const organizations = "The provided policy document does not meet the requirements of the specified policy type."
	allow := `{"Effect":"Allow","Action":"*","Resource":"*"}`
	cases := []struct {
		name string
		kind policy.Kind
		text string
		want string
	}{
		{"scp", policy.SCP, doc(allow), ""},
		{"scp with principal", policy.SCP, doc(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`), organizations},
		{"scp without resource", policy.SCP, doc(`{"Effect":"Allow","Action":"*"}`), organizations},
		{"rcp of AWS", policy.RCP, doc(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`), ""},
		{"rcp denies", policy.RCP, doc(`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`), ""},
		{"rcp allows", policy.RCP, doc(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`), organizations},
		{"rcp for one", policy.RCP, doc(`{"Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"*"}`), organizations},
		{"rcp without principal", policy.RCP, doc(`{"Effect":"Deny","Action":"s3:*","Resource":"*"}`), organizations},
		{"namespace without resource", policy.Namespace, doc(`{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"redshift:CreateInboundIntegration"}`), ""},
		{"namespace without principal", policy.Namespace, doc(allow), "Missing required field Principal"},
		{"namespace principal", policy.Namespace, doc(`{"Effect":"Allow","Principal":{"AWS":"x"},"Action":"redshift:*"}`), "Invalid principal in policy"},
		{"key", policy.Key, doc(`{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"kms:*","Resource":"*"}`), ""},
		{"endpoint", policy.VPCEndpoint, doc(allow), ""},
		{"endpoint with principal", policy.VPCEndpoint, doc(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`), ""},
		{"any resource", policy.Resource, doc(`{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}`), ""},
		{"session, old version", policy.SessionPolicy, `{"Statement":` + allow + `}`, ""},
		{"boundary, old version", policy.Boundary, `{"Statement":` + allow + `}`, old},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { validates(t, c.text, c.kind, c.want) })
	}
}

func TestErrorsCarryCodeAndPlace(t *testing.T) {
	cases := []struct {
		name string
		kind policy.Kind
		text string
		want policy.Error
	}{
		{"identity", policy.Identity, "{\n\"Version\":\"2012-10-17\",\n\"Statement\":7}", policy.Error{Code: "MalformedPolicyDocument", Message: syntax, Line: 3}},
		{"letters", policy.Identity, "{\n\"Statement\":\"\u20ac\"}", policy.Error{Code: "ValidationError", Message: "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.", Line: 2}},
		{"bucket", policy.Bucket, "{", policy.Error{Code: "MalformedPolicy", Message: "This policy contains invalid Json", Line: 1}},
		{"namespace", policy.Namespace, "{", policy.Error{Code: "InvalidPolicyFault", Message: "This policy contains invalid Json", Line: 1}},
		{"endpoint", policy.VPCEndpoint, "{", policy.Error{Code: "InvalidPolicyDocument", Message: "This policy contains invalid Json", Line: 1}},
		{"organization", policy.SCP, "{", policy.Error{Code: "MalformedPolicyDocumentException", Message: "The provided policy document does not meet the requirements of the specified policy type.", Line: 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := policy.Parse([]byte(c.text), c.kind)
			e, ok := errors.AsType[*policy.Error](err)
			if !ok || *e != c.want {
				t.Errorf("got %+v, want %+v", e, c.want)
			}
		})
	}
	d := read(t, seedBucketPolicy, policy.Bucket)
	if e := d.UnknownPrincipal("arn:x"); e.Message != "Invalid principal in policy" || e.Detail != `"AWS" : "arn:x"` {
		t.Errorf("unknown principal: %+v", e)
	}
	for _, text := range []string{"{", doc(`{"Effect":"allow","Action":"*","Resource":"*"}`)} {
		if _, err := policy.Read([]byte(text), policy.Identity); err == nil {
			t.Errorf("Read takes %s", text)
		}
	}
}
