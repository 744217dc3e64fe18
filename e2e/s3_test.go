package e2e

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/front/aws/s3api"
)

// notInModel are operations of browsers, whom SDKs do not speak for.
var notInModel = map[string]bool{"Preflight": true, "PostObject": true}

// TestModelOfS3 compares how S3's operations are told apart with the model: method,
// what the path names, and the parameters that stand in every request.
func TestModelOfS3(t *testing.T) {
	m := readModel(t, models(t), "s3")
	rows := map[string]bool{}
	for _, op := range s3api.New(nil).Operations() {
		rows[op.Name] = true
		there, known := m.Operations[op.Name]
		if !known {
			if !notInModel[op.Name] {
				t.Errorf("S3 has no operation %s", op.Name)
			}
			continue
		}
		if !op.Supported() {
			continue
		}
		place, query, _ := strings.Cut(there.HTTP.RequestURI, "?")
		if there.HTTP.Method != op.Method || levelOf(place) != op.Level {
			t.Errorf("%s is %s of a %s, in the model %s %s", op.Name, op.Method, op.Level, there.HTTP.Method, place)
		}
		fixed, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		for name := range fixed {
			if name != "x-id" && !slices.Contains(op.Query, name) {
				t.Errorf("%s does not ask for the parameter %s", op.Name, name)
			}
		}
	}
	for name, op := range m.Operations {
		if !rows[name] && !op.Deprecated {
			t.Logf("s3: %s is unknown to inlet", name)
		}
	}
}

func levelOf(place string) s3api.Level {
	switch place {
	case "/":
		return s3api.LevelService
	case "/{Bucket}":
		return s3api.LevelBucket
	}
	return s3api.LevelObject
}
