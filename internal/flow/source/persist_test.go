package source

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
)

// TestFollow: what passes is tried again, sooner when the last attempt came further.
func TestFollow(t *testing.T) {
	errCut, errBad := errors.New("cut"), errors.New("bad")
	synctest.Test(t, func(t *testing.T) {
		var lost []time.Duration
		began := time.Now()
		p := Persistence{Passing: func(err error) bool { return err == errCut }, Lost: func(error) { lost = append(lost, time.Since(began)) }}
		attempts := 0
		err := p.Follow(t.Context(), func() (bool, error) {
			if attempts++; attempts == 12 {
				return false, errBad
			}
			return attempts == 9, errCut
		})
		if err != errBad || attempts != 12 || len(lost) != 11 {
			t.Errorf("%v after %d attempts, %d of them lost", err, attempts, len(lost))
		}
		for i, want := range []time.Duration{0, 100, 300, 700, 1500, 3100, 6300, 11300, 16300, 16400, 16600} {
			if lost[i] != want*time.Millisecond {
				t.Errorf("attempt %d was at %v, want %v", i+1, lost[i], want*time.Millisecond)
			}
		}
	})
	p := Persistence{Passing: func(error) bool { return true }}
	if err := p.Follow(t.Context(), func() (bool, error) { return false, &fault.Error{Code: "x"} }); fault.CodeOf(err) != "x" {
		t.Errorf("a fault was tried again: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := p.Follow(ctx, func() (bool, error) { cancel(); return false, errCut }); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}
