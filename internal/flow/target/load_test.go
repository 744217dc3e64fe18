package target_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inlet-data/inlet/internal/flow/target"
)

// TestLoad loads two chunks, one of them twice.
func TestLoad(t *testing.T) {
	w := start(t)
	tg := w.open(t)
	p := plan(t, table("orders", col("id!", bigint), col("name", short)))
	if err := tg.Prepare(t.Context(), p, target.DropAndCreate); err != nil {
		t.Fatal(err)
	}
	first, second := w.staged(t, "1", `1,"one"`, "2,\x00"), w.staged(t, "2", `3,"\N"`, `4,""`)
	for _, tt := range []struct {
		chunk   target.Chunk
		already bool
	}{{first, false}, {second, false}, {first, true}} {
		rows, already, err := tg.Load(t.Context(), p, tt.chunk)
		if err != nil {
			t.Fatal(err)
		}
		if already != tt.already || !already && rows != 2 {
			t.Errorf("chunk %s: %d rows, already %v", tt.chunk.ID, rows, already)
		}
	}
	if diff := cmp.Diff([]string{"1|one", "2|∅", `3|\N`, "4|"}, w.SQL(t, "SELECT id, name FROM shop.orders ORDER BY id")); diff != "" {
		t.Error(diff)
	}
	got, err := tg.Loaded(t.Context(), p.From.Name)
	if diff := cmp.Diff(map[string]bool{"1": true, "2": true}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
