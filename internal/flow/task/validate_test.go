package task_test

import (
	"testing"

	"github.com/inlet-data/inlet/internal/flow/task"
)

// TestValidation compares tables beside the changes, and tells of a row that somebody else changed.
func TestValidation(t *testing.T) {
	w := newWorld(t)
	w.small()
	enabled := func(c *task.Config) { c.Settings.ValidationSettings.EnableValidation = true }
	b := w.start(w.config("demo1.*", enabled), task.StartReplication)
	w.validated(b, "Validated")
	if _, err := b.end(); err != nil {
		t.Fatal(err)
	}
	w.rows("UPDATE demo1.cdcdata SET name = 'wrong' WHERE id = 7; DELETE FROM demo1.cdcdata WHERE id = 8")
	b = w.start(w.config("demo1.*", enabled), task.ResumeProcessing)
	w.validated(b, "Mismatched records")
	w.until(`SELECT table_owner, table_name, key_type, "key", failure_type FROM awsdms_validation_failures_v1 ORDER BY "key"`,
		"demo1|cdcdata|Row|{\"id\":\"7\"}|RECORD_DIFF\ndemo1|cdcdata|Row|{\"id\":\"8\"}|MISSING_TARGET\n")
	if _, err := b.end(); err != nil {
		t.Fatal(err)
	}
}

// validated waits until the first table is in a state.
func (w *world) validated(b *background, want string) {
	w.t.Helper()
	w.await("the table is "+want, func() bool {
		all := b.Tables()
		return len(all) > 0 && all[0].Validation.State == want
	})
}
