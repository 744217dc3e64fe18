package node

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/inlet-data/inlet/internal/fault"
)

func TestLock(t *testing.T) {
	l := layout(t.TempDir())
	first, err := lock(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if !held(l) {
		t.Error("nobody seems to hold the directory")
	}
	_, err = lock(t.Context(), l)
	if fault.CodeOf(err) != "DirectoryInUse" || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Errorf("a second one: %v", err)
	}
	gone := errors.New("the caller is gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := lock(ctx, l); !errors.Is(err, gone) {
		t.Errorf("an end of the wait: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if held(l) {
		t.Error("a lock outlives its file")
	}
	again, err := lock(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
