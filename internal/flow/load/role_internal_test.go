package load

import (
	"errors"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A role is usable a moment after it was attached; a COPY that comes before is told so.
func TestAttachingHint(t *testing.T) {
	n := &warehouse.Namespace{Roles: []warehouse.AttachedRole{{ARN: "arn:aws:iam::222222222222:role/r", Status: warehouse.RoleAdding}}}
	if !n.Attaching("arn:aws:iam::222222222222:role/r") || n.Attached("arn:aws:iam::222222222222:role/r") {
		t.Error("a role that is being attached counts as attached")
	}
	err := (&run{loader: &Loader{}, ns: n}).notAttached(t.Context(), "arn:aws:iam::222222222222:role/r")
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || !strings.Contains(f.Hint, "being attached") {
		t.Errorf("notAttached says %v, want a hint to try again", err)
	}
}
