package policy_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/guard/policy"
)

func one(v string) *policy.Value     { return &policy.Value{Values: []string{v}} }
func many(v ...string) *policy.Value { return &policy.Value{Values: v, Multi: true} }
func values(v ...string) []string    { return v }
func context(pairs ...string) policy.Context {
	ctx := policy.Context{}
	for i := 0; i+1 < len(pairs); i += 2 {
		ctx.Set(pairs[i], pairs[i+1])
	}
	return ctx
}

func TestOperators(t *testing.T) {
	cases := []struct {
		name     string
		operator string
		expected []string
		actual   *policy.Value
		want     bool
	}{
		{"equal", "StringEquals", values("a"), one("a"), true},
		{"case counts", "StringEquals", values("a"), one("A"), false},
		{"no wildcard", "StringEquals", values("a*"), one("ab"), false},
		{"literal star", "StringEquals", values("a*"), one("a*"), true},
		{"one of", "StringEquals", values("a", "b"), one("b"), true},
		{"no values", "StringEquals", nil, one("b"), false},
		{"operator in other case", "stringequals", values("a"), one("a"), true},
		{"empty equals empty", "StringEquals", values("", "home/"), one(""), true},
		{"absent", "StringEquals", values(""), nil, false},
		{"not equal", "StringNotEquals", values("a"), one("b"), true},
		{"nor", "StringNotEquals", values("a", "b"), one("b"), false},
		{"not equal, absent", "StringNotEquals", values("a"), nil, true},
		{"not equal, no values", "StringNotEquals", nil, one("a"), true},
		{"fold", "StringEqualsIgnoreCase", values("tRuE"), one("TrUe"), true},
		{"fold umlaut", "StringEqualsIgnoreCase", values("Ü"), one("ü"), true},
		{"not fold", "StringNotEqualsIgnoreCase", values("A"), one("a"), false},
		{"like", "StringLike", values("in/*"), one("in/a/b"), true},
		{"like one", "StringLike", values("a?c"), one("abc"), true},
		{"like one rune", "StringLike", values("a?c"), one("aéc"), true},
		{"like middle", "StringLike", values("*b*d"), one("abcd"), true},
		{"like backs off", "StringLike", values("*aab"), one("aaaab"), true},
		{"like too short", "StringLike", values("a??"), one("ab"), false},
		{"like needs all of it", "StringLike", values("a?c"), one("axd"), false},
		{"like ends in one and any", "StringLike", values("a?*"), one("ab"), true},
		{"like case", "StringLike", values("A*"), one("ab"), false},
		{"star in the request is literal", "StringLike", values("ab"), one("a*"), false},
		{"not like", "StringNotLike", values("in/*"), one("out/a"), true},

		{"number", "NumericEquals", values("1.0"), one("1"), true},
		{"number signs", "NumericEquals", values("-0"), one("+0"), true},
		{"number exponent", "NumericEquals", values("1e3"), one("1000"), true},
		{"number small exponent", "NumericEquals", values("1E-2"), one("0.01"), true},
		{"number big", "NumericLessThan", values("9007199254740993"), one("9007199254740992"), true},
		{"number negative", "NumericLessThan", values("-1"), one("-2"), true},
		{"number across zero", "NumericGreaterThan", values("-1"), one("0"), true},
		{"number below zero", "NumericLessThan", values("0"), one("-1"), true},
		{"number above zero", "NumericGreaterThan", values("0"), one("0.1"), true},
		{"number magnitude", "NumericGreaterThan", values("9"), one("10"), true},
		{"less or equal", "NumericLessThanEquals", values("10"), one("10"), true},
		{"greater or equal", "NumericGreaterThanEquals", values("10"), one("9"), false},
		{"number not equal", "NumericNotEquals", values("1"), one("2"), true},
		{"number unreadable", "NumericEquals", values("1"), one("x"), false},
		{"number unreadable, negated", "NumericNotEquals", values("1"), one("x"), false},
		{"number hex", "NumericEquals", values("16"), one("0x10"), false},
		{"number infinite", "NumericGreaterThan", values("1"), one("Inf"), false},
		{"number huge exponent", "NumericGreaterThan", values("1"), one("1e999"), false},
		{"number without exponent", "NumericGreaterThan", values("1"), one("1e"), false},
		{"number empty", "NumericEquals", values("0"), one(""), false},
		{"number policy unreadable", "NumericEquals", values("ten"), one("10"), false},

		{"date", "DateGreaterThan", values("2026-01-01"), one("2026-01-01T00:00:01Z"), true},
		{"date short clock", "DateEquals", values("2026-01-01T00:00Z"), one("2026-01-01"), true},
		{"date zone", "DateEquals", values("2026-01-01T02:00:00+02:00"), one("2026-01-01T00:00:00Z"), true},
		{"date without zone", "DateEquals", values("2026-01-01T00:00:00"), one("2026-01-01T00:00:00Z"), true},
		{"date fraction", "DateLessThan", values("2026-01-01T00:00:00.5Z"), one("2026-01-01T00:00:00Z"), true},
		{"date epoch", "DateEquals", values("1767225600"), one("2026-01-01T00:00:00Z"), true},
		{"date epoch fraction", "DateLessThanEquals", values("1767225600.5"), one("1767225600"), true},
		{"date year", "DateEquals", values("2026"), one("2026-01-01"), true},
		{"date month", "DateEquals", values("2026-02"), one("2026-02-01T00:00:00Z"), true},
		{"date lower case", "DateGreaterThanEquals", values("2026-01-01t00:00:00z"), one("2026-01-01"), true},
		{"date not equal", "DateNotEquals", values("2026-01-01"), one("2026-01-02"), true},
		{"date epoch fraction too big", "DateEquals", values("99999999999999999999.5"), one("1"), false},
		{"date unreadable", "DateNotEquals", values("2026-01-01"), one("soon"), false},
		{"date point", "DateEquals", values("1."), one("1"), false},

		{"bool", "Bool", values("true"), one("True"), true},
		{"bool other", "Bool", values("false"), one("true"), false},
		{"bool absent", "Bool", values("false"), nil, false},
		{"bool absent, if exists", "BoolIfExists", values("false"), nil, true},
		{"bool unreadable", "Bool", values("true"), one("1"), false},

		{"binary base64", "BinaryEquals", values("QUJD"), one("QUJD"), true},
		{"binary raw", "BinaryEquals", values("QUJD"), one("ABC"), true},
		{"binary other", "BinaryEquals", values("QUJD"), one("ABD"), false},
		{"binary unreadable", "BinaryEquals", values("!"), one("!"), false},

		{"net", "IpAddress", values("203.0.113.0/24"), one("203.0.113.9"), true},
		{"net outside", "IpAddress", values("203.0.113.0/24"), one("203.0.114.9"), false},
		{"net bare", "IpAddress", values("203.0.113.9"), one("203.0.113.9"), true},
		{"net host bits", "IpAddress", values("203.0.113.9/24"), one("203.0.113.1"), true},
		{"net v6", "IpAddress", values("2001:db8::/32"), one("2001:db8::1"), true},
		{"net bare v6", "IpAddress", values("2001:db8::1"), one("2001:db8:0::1"), true},
		{"net families", "IpAddress", values("0.0.0.0/0"), one("::1"), false},
		{"net mapped", "IpAddress", values("203.0.113.0/24"), one("::ffff:203.0.113.9"), false},
		{"net not", "NotIpAddress", values("203.0.113.0/24"), one("198.51.100.1"), true},
		{"net not, absent", "NotIpAddress", values("203.0.113.0/24"), nil, true},
		{"net not, unreadable", "NotIpAddress", values("203.0.113.0/24"), one("here"), false},
		{"net policy unreadable", "IpAddress", values("300.0.0.0/8"), one("203.0.113.9"), false},

		{"arn", "ArnEquals", values("arn:aws:s3:::b"), one("arn:aws:s3:::b"), true},
		{"arn equals takes wildcards", "ArnEquals", values("arn:aws:s3:::b*"), one("arn:aws:s3:::bucket"), true},
		{"arn fields apart", "ArnLike", values("arn:aws:s3:*:111111111111:b*"), one("arn:aws:s3:x:y:111111111111:bucket"), false},
		{"string runs past colons", "StringLike", values("arn:aws:s3:*:111111111111:b*"), one("arn:aws:s3:x:y:111111111111:bucket"), true},
		{"arn colons in the sixth", "ArnLike", values("arn:aws:redshift:*:1:integration:*"), one("arn:aws:redshift:us-east-1:1:integration:7"), true},
		{"arn service wildcard", "ArnLike", values("arn:aws:*:::b"), one("arn:aws:s3:::b"), true},
		{"arn not", "ArnNotLike", values("arn:aws:s3:::b"), one("arn:aws:s3:::c"), true},
		{"arn not, absent", "ArnNotEquals", values("arn:aws:s3:::b"), nil, true},
		{"arn not, unreadable", "ArnNotLike", values("arn:aws:s3:::b"), one("b"), false},
		{"arn short pattern", "ArnLike", values("arn:aws:s3"), one("arn:aws:s3:::b"), false},

		{"null absent", "Null", values("true"), nil, true},
		{"null present", "Null", values("true"), one("x"), false},
		{"null empty", "Null", values("true"), one(""), true},
		{"not null", "Null", values("false"), one("x"), true},
		{"not null, absent", "Null", values("false"), nil, false},
		{"null either", "Null", values("true", "false"), one("x"), true},
		{"null unreadable", "Null", values("maybe"), one("x"), false},
		{"null of a list", "Null", values("false"), many("x", "y"), true},

		{"if exists, present", "StringEqualsIfExists", values("a"), one("b"), false},
		{"if exists, absent", "StringEqualsIfExists", values("a"), nil, true},
		{"if exists, negated", "StringNotEqualsIfExists", values("a"), one("a"), false},

		{"list without set", "StringEquals", values("a"), many("a"), false},
		{"list without set, negated", "StringNotEquals", values("a"), many("b"), false},
		{"all", "ForAllValues:StringEquals", values("a", "b"), many("a", "b"), true},
		{"all but one", "ForAllValues:StringEquals", values("a", "b"), many("a", "c"), false},
		{"all of one", "ForAllValues:StringEquals", values("a"), one("a"), true},
		{"all of none", "ForAllValues:StringEquals", values("a"), nil, true},
		{"all of empty", "ForAllValues:StringEquals", values("a"), one(""), true},
		{"all of empty list", "ForAllValues:StringEquals", values("a"), many(), true},
		{"all negated", "ForAllValues:StringNotEquals", values("a"), many("b", "c"), true},
		{"all negated, one is", "ForAllValues:StringNotEquals", values("a"), many("a", "c"), false},
		{"any", "ForAnyValue:StringEquals", values("a"), many("a", "c"), true},
		{"any of none", "ForAnyValue:StringEquals", values("a"), nil, false},
		{"any negated", "ForAnyValue:StringNotEquals", values("a"), many("a", "c"), true},
		{"any negated, all are", "ForAnyValue:StringNotEquals", values("a"), many("a"), false},
		{"any negated of none", "ForAnyValue:StringNotEquals", values("a"), nil, false},
		{"any if exists", "ForAnyValue:StringLikeIfExists", values("a*"), nil, true},
		{"any in lower case", "foranyvalue:stringlike", values("a*"), many("ab"), true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := policy.HoldsCondition(c.operator, c.expected, c.actual, nil)
			if err != nil || got != c.want {
				t.Errorf("%s %q with %+v: %v, %v, want %v", c.operator, c.expected, c.actual, got, err, c.want)
			}
		})
	}
}

func TestUnknownOperators(t *testing.T) {
	for _, name := range []string{"", "StringMatches", "NullIfExists", "ForSomeValues:StringEquals", "ForAnyValue::StringEquals", "StringEqualsIfexistsIfExists"} {
		if _, err := policy.HoldsCondition(name, nil, nil, nil); err == nil {
			t.Errorf("operator %q is accepted", name)
		}
	}
}

func TestVariables(t *testing.T) {
	ctx := context("aws:username", "bob", "aws:PrincipalTag/Team", "da*ta", "aws:SourceArn", "arn:aws:s3:::b*", "aws:MultiFactorAuthPresent", "true")
	ctx.SetMulti("aws:TagKeys", "a", "b")
	cases := []struct {
		name     string
		operator string
		expected string
		actual   string
		want     bool
	}{
		{"filled", "StringEquals", "user-${aws:username}", "user-bob", true},
		{"key in other case", "StringEquals", "${AWS:UserName}", "bob", true},
		{"tag", "StringEquals", "${aws:principaltag/team}", "da*ta", true},
		{"brought star is literal", "StringLike", "${aws:PrincipalTag/team}", "da-ta", false},
		{"own star is not", "StringLike", "${aws:username}/*", "bob/x", true},
		{"escapes", "StringLike", "${*}${?}${$}", "*?$", true},
		{"escaped star is literal", "StringLike", "a${*}", "ab", false},
		{"default", "StringEquals", "${aws:missing, 'nobody'}", "nobody", true},
		{"default not needed", "StringEquals", "${aws:username, 'nobody'}", "bob", true},
		{"absent", "StringEquals", "${aws:missing}", "", false},
		{"absent, negated", "StringNotEquals", "${aws:missing}", "x", true},
		{"several values", "StringEquals", "${aws:TagKeys}", "a", false},
		{"unclosed", "StringEquals", "${aws:username", "${aws:username", true},
		{"ignore case", "StringEqualsIgnoreCase", "${aws:username}", "BOB", true},
		{"bool", "Bool", "${aws:MultiFactorAuthPresent}", "true", true},
		{"bool absent", "Bool", "${aws:missing}", "true", false},
		{"arn", "ArnLike", "${aws:SourceArn}", "arn:aws:s3:::b*", true},
		{"arn star is literal", "ArnLike", "${aws:SourceArn}", "arn:aws:s3:::bucket", false},
		{"arn absent", "ArnLike", "${aws:missing}", "arn:aws:s3:::b", false},
		{"arn absent, negated", "ArnNotLike", "${aws:missing}", "arn:aws:s3:::b", true},
		{"numbers have none", "NumericEquals", "${aws:missing, '1'}", "1", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := policy.HoldsCondition(c.operator, values(c.expected), one(c.actual), ctx)
			if err != nil || got != c.want {
				t.Errorf("%s %q with %q: %v, %v, want %v", c.operator, c.expected, c.actual, got, err, c.want)
			}
		})
	}
}

func TestResources(t *testing.T) {
	ctx := context("aws:username", "bob")
	cases := []struct {
		name    string
		kind    policy.Kind
		pattern string
		on      string
		want    bool
	}{
		{"all", policy.Identity, "*", "arn:aws:s3:::b/k", true},
		{"all of nothing", policy.Identity, "*", "*", true},
		{"nothing needs all", policy.Identity, "arn:aws:s3:::*", "*", false},
		{"exact", policy.Identity, "arn:aws:s3:::b", "arn:aws:s3:::b", true},
		{"not the objects", policy.Identity, "arn:aws:s3:::b", "arn:aws:s3:::b/k", false},
		{"objects", policy.Identity, "arn:aws:s3:::b/*", "arn:aws:s3:::b/k/l", true},
		{"not the bucket", policy.Identity, "arn:aws:s3:::b/*", "arn:aws:s3:::b", false},
		{"star runs over slashes", policy.Identity, "arn:aws:s3:::b*", "arn:aws:s3:::bucket/k", true},
		{"case counts", policy.Identity, "arn:aws:s3:::B", "arn:aws:s3:::b", false},
		{"partition", policy.Identity, "arn:aws-cn:s3:::b", "arn:aws:s3:::b", false},
		{"any partition", policy.Identity, "arn:*:s3:::b", "arn:aws:s3:::b", true},
		{"star stays in its field", policy.Identity, "arn:aws:redshift:*:cluster:c", "arn:aws:redshift:us-east-1:1:cluster:c", false},
		{"region and account", policy.Identity, "arn:aws:redshift:*:*:cluster:c", "arn:aws:redshift:us-east-1:1:cluster:c", true},
		{"last star runs over colons", policy.Identity, "arn:aws:redshift:us-east-1:1:*", "arn:aws:redshift:us-east-1:1:cluster:c", true},
		{"one letter", policy.Identity, "arn:aws:redshift:us-east-?:1:cluster:c", "arn:aws:redshift:us-east-1:1:cluster:c", true},
		{"no wildcard service", policy.Identity, "arn:aws:*:::b", "arn:aws:s3:::b", false},
		{"empty account matches empty only", policy.Identity, "arn:aws:redshift:::cluster:c", "arn:aws:redshift:us-east-1:1:cluster:c", false},
		{"short, identity", policy.Identity, "arn:aws:s3", "arn:aws:s3:::b/k", true},
		{"shorter, identity", policy.Identity, "arn:aws", "arn:aws:s3:::b/k", true},
		{"short, other service", policy.Identity, "arn:aws:sqs", "arn:aws:s3:::b/k", false},
		{"short, bucket", policy.Bucket, "arn:aws:s3", "arn:aws:s3:::b/k", false},
		{"no arn", policy.Identity, "b", "arn:aws:s3:::b", false},
		{"no arn asked", policy.Identity, "arn:aws:s3:::b", "b", false},
		{"variable", policy.Identity, "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/bob/k", true},
		{"variable of another", policy.Identity, "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/ann/k", false},
		{"variable absent", policy.Identity, "arn:aws:s3:::b/${aws:missing}/*", "arn:aws:s3:::b//k", false},
		{"variable default", policy.Identity, "arn:aws:s3:::b/${aws:missing, 'all'}/*", "arn:aws:s3:::b/all/k", true},
		{"variable too early", policy.Identity, "arn:aws:s3::${aws:username}:b", "arn:aws:s3::bob:b", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := policy.CoversResource(c.kind, values(c.pattern), c.on, ctx); got != c.want {
				t.Errorf("%s on %s: %v, want %v", c.pattern, c.on, got, c.want)
			}
		})
	}
}

func TestNotResource(t *testing.T) {
	cases := []struct {
		name    string
		pattern string
		on      string
		want    bool
	}{
		{"listed", "arn:aws:s3:::b/*", "arn:aws:s3:::b/k", false},
		{"not listed", "arn:aws:s3:::b/*", "arn:aws:s3:::c/k", true},
		{"no resource", "arn:aws:s3:::b/*", "*", true},
		{"all", "*", "arn:aws:s3:::b/k", false},
		{"variable absent", "arn:aws:s3:::b/${aws:missing}", "arn:aws:s3:::c", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := policy.ExceptsResource(policy.Identity, values(c.pattern), c.on, nil); got != c.want {
				t.Errorf("not %s on %s: %v, want %v", c.pattern, c.on, got, c.want)
			}
		})
	}
}
