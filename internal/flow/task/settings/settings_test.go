package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/task/settings"
)

func TestRoundTrip(t *testing.T) {
	first, err := settings.Parse([]byte(`{"TargetMetadata":{"LobMaxSize":63},"Logging":{"EnableLogging":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	again, err := settings.Parse(first.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(first.JSON()), string(again.JSON())); diff != "" {
		t.Error(diff)
	}
	if !first.Given("TargetMetadata.LobMaxSize") || first.Given("TargetMetadata.SupportLobs") {
		t.Error("given does not tell what the document held")
	}
}
