package mapping_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/mapping"
	"github.com/inlet-data/inlet/internal/flow/source"
)

func TestExplicit(t *testing.T) {
	d, err := mapping.Explicit("demo1.cdcdata", "shop.*")
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Select([]source.Name{{Schema: "demo1", Table: "cdcdata"}, {Schema: "demo1", Table: "other"}, {Schema: "shop", Table: "a"}, {Schema: "shop", Table: "b_c"}})
	if err != nil {
		t.Fatal(err)
	}
	want := mapping.Selection{Tables: []source.Name{{Schema: "demo1", Table: "cdcdata"}, {Schema: "shop", Table: "a"}, {Schema: "shop", Table: "b_c"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
