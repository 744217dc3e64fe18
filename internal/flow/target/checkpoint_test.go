package target_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/source"
	"github.com/inlet-data/inlet/internal/flow/target"
)

// TestPosition keeps positions of any length.
func TestPosition(t *testing.T) {
	w := start(t)
	tg := w.open(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC)
	for _, pos := range []source.Position{"a", "it's", source.Position(strings.Repeat("ü'", 70_000)), "b", source.Position(strings.Repeat("z", 140_000)), "c"} {
		if err := tg.SetPosition(t.Context(), pos, at); err != nil {
			t.Fatal(err)
		}
		got, when, err := w.open(t).Position(t.Context())
		if err != nil || got != pos || !when.Equal(at) {
			t.Errorf("%.20s… of %d bytes at %s, %v", got, len(got), when, err)
		}
	}
	if got, _, err := w.open(t, func(c *target.Config) { c.Task = "another" }).Position(t.Context()); got != "" || err != nil {
		t.Errorf("another task has %q, %v", got, err)
	}
}

// TestOvertaken refuses to write after another process did.
func TestOvertaken(t *testing.T) {
	w := start(t)
	first, second := w.open(t), w.open(t)
	for i, step := range []struct {
		tg   *target.Target
		fail bool
	}{{first, false}, {second, false}, {first, true}, {second, false}} {
		if i == 1 {
			if _, _, err := second.Position(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		err := step.tg.SetPosition(t.Context(), source.Position(rune('a'+i)), time.Time{})
		if (err != nil) != step.fail || step.fail && fault.CodeOf(err) != "CheckpointMoved" {
			t.Errorf("step %d: %v", i, err)
		}
	}
}

// TestLostCommit loses the connection at each step: what was done counts once.
func TestLostCommit(t *testing.T) {
	w := start(t)
	w.SQL(t, "CREATE TABLE t (n INTEGER)")
	for fail := range 6 {
		left := fail + 1
		tg := w.open(t, func(c *target.Config) {
			c.Task = t.Name() + string(rune('a'+fail))
			c.Between = func(step string) error {
				if left--; left == 0 {
					return io.ErrUnexpectedEOF
				}
				return nil
			}
		})
		err := tg.Apply(t.Context(), "p", time.Time{}, func(ctx context.Context, x *target.Tx) error {
			_, err := x.Exec(ctx, "INSERT INTO t VALUES (1)")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.SQL(t, "SELECT COUNT(*) FROM t"); got[0] != "1" {
			t.Errorf("failing at step %d: %s rows", fail, got[0])
		}
		w.SQL(t, "DELETE FROM t")
	}
}

// TestLostLoad loses the connection at each step of a load: its rows are there once.
func TestLostLoad(t *testing.T) {
	w := start(t)
	p := plan(t, table("t", col("id!", bigint), col("name", short)))
	chunk := w.staged(t, "1", `1,"one"`, `2,"two"`)
	for fail := range 6 {
		left, errDown := fail+1, errors.New("down")
		tg := w.open(t, func(c *target.Config) {
			c.Task = t.Name() + string(rune('a'+fail))
			c.Between = func(step string) error {
				if left--; left == 0 {
					return errDown
				}
				return nil
			}
		})
		if err := tg.Prepare(t.Context(), p, target.DropAndCreate); err != nil {
			t.Fatal(err)
		}
		for {
			_, _, err := tg.Load(t.Context(), p, chunk)
			if err == nil {
				break
			}
			if !errors.Is(err, errDown) {
				t.Fatal(err)
			}
		}
		if got := w.SQL(t, "SELECT COUNT(*) FROM shop.t"); got[0] != "2" {
			t.Errorf("failing at step %d: %s rows", fail, got[0])
		}
	}
}
