package aws_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/front/aws"
	"github.com/inlet-data/inlet/internal/guard"
)

type paging struct {
	MaxItems *int `query:"MaxItems" json:"MaxItems" min:"1" max:"1000"`
}

type limited struct {
	paging
	RoleName string   `query:"RoleName" json:"RoleName" required:"true" min:"1" max:"8" pattern:"[\\w+=,.@-]+"`
	Status   string   `query:"Status" json:"Status" enum:"Active Inactive"`
	Password string   `query:"Password" json:"Password" min:"4" sensitive:"true"`
	Note     string   `query:"Note" json:"Note" pattern:"[\\u0020-\\u00FF]*"`
	Deep     bool     `query:"Deep" json:"Deep"`
	Keys     []string `query:"Keys" json:"Keys" max:"2" each:"1 3"`
	Tags     []struct {
		Key   string `query:"Key" json:"Key" required:"true" max:"3"`
		Value string `query:"Value" json:"Value"`
	} `query:"Tags" json:"Tags"`
	Map map[string]string `query:"-" json:"Map"`
}

func accept(context.Context, guard.Session, limited) (aws.Empty, error) { return aws.Empty{}, nil }

func limitedServer() *aws.Server {
	op := aws.Op("Do", "x:Do", accept)
	return aws.New(aws.Config{
		Credentials: keys{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return now },
		Services: []aws.Service{
			aws.NewQuery("iam", aws.Query{Version: "1"}, append(aws.NotSupported("Lack"), op)...),
			aws.NewQuery("redshift", aws.Query{Version: "2", Wording: aws.PerParameter}, op),
			aws.NewJSON("redshift-data", aws.JSON{Target: "RedshiftData"}, append(aws.NotSupported("Lack"), op)...),
			aws.NewJSON("dms", aws.JSON{Target: "DMS", Wording: aws.Wording{Invalid: "InvalidParameterValueException"}}, op),
		},
	})
}

func limitedAnswer(t *testing.T, service string, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	limitedServer().ServeHTTP(w, key(service).Sign(t, r))
	if w.Code == 200 {
		return answer{Status: 200}
	}
	return answerOf(t, w)
}

const detected = "1 validation error detected: "

func TestFormLimits(t *testing.T) {
	for _, c := range []struct {
		name, form string
		iam        string // message without its beginning, "" when the call is accepted
		redshift   answer
	}{
		{"accepted", "RoleName=a&Status=Active&Password=1234&Keys.member.1=abc&Tags.member.1.Key=k&MaxItems=5&Deep=TRUE", "", answer{Status: 200}},
		{"empty list", "RoleName=a&Keys=", "", answer{Status: 200}},
		{"missing", "", "Value null at 'roleName' failed to satisfy constraint: Member must not be null",
			answer{400, "MissingParameter", "The request must contain the parameter RoleName."}},
		{"empty", "RoleName=", "2 validation errors detected: Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
			`Value '' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`,
			answer{400, "InvalidParameterValue", "Invalid value '' for the parameter RoleName: it must have length greater than or equal to 1."}},
		{"long", "RoleName=123456789", "Value '123456789' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 8",
			answer{400, "InvalidParameterValue", "Invalid value '123456789' for the parameter RoleName: it must have length less than or equal to 8."}},
		{"pattern", "RoleName=a/b", `Value 'a/b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`,
			answer{400, "InvalidParameterValue", `Invalid value 'a/b' for the parameter RoleName: it must satisfy regular expression pattern: [\w+=,.@-]+.`}},
		{"enum", "RoleName=a&Status=Gone", "Value 'Gone' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]",
			answer{400, "InvalidParameterValue", "Invalid value 'Gone' for the parameter Status: it must satisfy enum value set: [Active, Inactive]."}},
		{"secret", "RoleName=a&Password=abc", "Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 4",
			answer{400, "InvalidParameterValue", "Invalid value for the parameter Password: it must have length greater than or equal to 4."}},
		{"number", "RoleName=a&MaxItems=1001", "Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
			answer{400, "InvalidParameterValue", "Invalid value '1001' for the parameter MaxItems: it must have value less than or equal to 1000."}},
		{"no number", "RoleName=a&MaxItems=many", "Value 'many' at 'maxItems' failed to satisfy constraint: Member must be an integer",
			answer{400, "InvalidParameterValue", "Invalid value 'many' for the parameter MaxItems: it must be an integer."}},
		{"no boolean", "RoleName=a&Deep=yes", "Value 'yes' at 'deep' failed to satisfy constraint: Member must be true or false",
			answer{400, "InvalidParameterValue", "Invalid value 'yes' for the parameter Deep: it must be true or false."}},
		{"unicode", "RoleName=a&Note=%E2%82%AC", `Value '€' at 'note' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0020-\u00FF]*`,
			answer{400, "InvalidParameterValue", `Invalid value '€' for the parameter Note: it must satisfy regular expression pattern: [\u0020-\u00FF]*.`}},
		{"list", "RoleName=a&Keys.member.1=a&Keys.member.2=b&Keys.member.3=c", "Value '[a b c]' at 'keys' failed to satisfy constraint: Member must have length less than or equal to 2",
			answer{400, "InvalidParameterValue", "Invalid value '[a b c]' for the parameter Keys: it must have length less than or equal to 2."}},
		{"element", "RoleName=a&Keys.member.1=abcd", "Value '[abcd]' at 'keys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 3]",
			answer{400, "InvalidParameterValue", "Invalid value '[abcd]' for the parameter Keys: it must satisfy constraint: [Member must have length less than or equal to 3]."}},
		{"inside", "RoleName=a&Tags.member.3.Value=v", "Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null",
			answer{400, "MissingParameter", "The request must contain the parameter Tags.member.3.Key."}},
		{"unknown", "RoleName=a&Wings=2", "Value at 'wings' failed to satisfy constraint: Member must be a parameter of the operation",
			answer{400, "InvalidParameterValue", "Invalid value for the parameter Wings: it must be a parameter of the operation."}},
		{"unknown inside", "RoleName=a&Tags.member.1.Key=k&Tags.member.1.Wing=2", "Value at 'tags.1.member.wing' failed to satisfy constraint: Member must be a parameter of the operation",
			answer{400, "InvalidParameterValue", "Invalid value for the parameter Tags.member.1.Wing: it must be a parameter of the operation."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := answer{Status: 200}
			if c.iam != "" {
				want = answer{400, "ValidationError", c.iam}
				if !strings.HasPrefix(c.iam, "2 ") {
					want.Message = detected + c.iam
				}
			}
			if diff := cmp.Diff(want, limitedAnswer(t, "iam", form("Action=Do&Version=1&"+c.form))); diff != "" {
				t.Error("IAM (-want +got):\n" + diff)
			}
			if diff := cmp.Diff(c.redshift, limitedAnswer(t, "redshift", form("Action=Do&Version=2&"+c.form))); diff != "" {
				t.Error("Redshift (-want +got):\n" + diff)
			}
		})
	}
}

func TestJSONLimits(t *testing.T) {
	const valid, serial = "ValidationException", "SerializationException"
	for _, c := range []struct {
		name, body, code, message string
	}{
		{"accepted", `{"RoleName":"a","Status":null,"Keys":["abc"],"Tags":[{"Key":"k"}],"MaxItems":3,"Deep":true,"Map":{"a":"b"}}`, "", ""},
		{"missing", ``, valid, detected + "Value null at 'roleName' failed to satisfy constraint: Member must not be null"},
		{"long", `{"RoleName":"123456789"}`, valid, detected + "Value '123456789' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 8"},
		{"two", `{"RoleName":"a/","MaxItems":0}`, valid, "2 validation errors detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1; " +
			`Value 'a/' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`},
		{"unknown", `{"RoleName":"a","roleName":"b"}`, valid, detected + "Value at 'roleName' failed to satisfy constraint: Member must be a parameter of the operation"},
		{"inside", `{"RoleName":"a","Tags":[{"Value":"v"}]}`, valid, detected + "Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null"},
		{"number for text", `{"RoleName":1}`, serial, "NUMBER_VALUE can not be converted to a String (at 'roleName')."},
		{"text for number", `{"RoleName":"a","MaxItems":"3"}`, serial, "STRING_VALUE can not be converted to an Integer (at 'maxItems')."},
		{"text for list", `{"RoleName":"a","Keys":"k"}`, serial, "STRING_VALUE can not be converted to a List (at 'keys')."},
		{"list for map", `{"RoleName":"a","Map":[]}`, serial, "Unrecognized collection type (at 'map')."},
		{"object for text", `{"RoleName":{}}`, serial, "Start of structure or map found where not expected (at 'roleName')."},
		{"no object", `[]`, serial, "Unrecognized collection type."},
		{"null", `null`, serial, "STRING_VALUE can not be converted to a Structure."},
		{"no JSON", `{"RoleName":`, serial, "The request body is no JSON."},
		{"more", `{"RoleName":"a"} x`, serial, "Something follows the JSON object of the request body."},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := answer{400, c.code, c.message}
			if c.code == "" {
				want = answer{Status: 200}
			}
			if diff := cmp.Diff(want, limitedAnswer(t, "redshift-data", target("RedshiftData.Do", c.body))); diff != "" {
				t.Error("(-want +got):\n" + diff)
			}
		})
	}
	if got := limitedAnswer(t, "dms", target("DMS.Do", "{}")); got.Code != "InvalidParameterValueException" {
		t.Errorf("another code: %+v", got)
	}
}

func TestNotSupported(t *testing.T) {
	const message = "The operation Lack is not supported by inlet."
	if diff := cmp.Diff(answer{400, "UnsupportedOperation", message}, limitedAnswer(t, "iam", form("Action=Lack&Version=1&Any=1"))); diff != "" {
		t.Error("Query (-want +got):\n" + diff)
	}
	if diff := cmp.Diff(answer{400, "UnsupportedOperationException", message}, limitedAnswer(t, "redshift-data", target("RedshiftData.Lack", `{"Any":1}`))); diff != "" {
		t.Error("JSON (-want +got):\n" + diff)
	}
	if aws.NotSupported("Lack")[0].Supported() || !aws.Op("Do", "x:Do", accept).Supported() {
		t.Error("Supported does not tell the two apart")
	}
}
