package copyjob

import (
	"errors"
	"testing"
	"time"

	"github.com/inlet-data/inlet/internal/fault"
	"github.com/inlet-data/inlet/internal/flow/load"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// A small file is not what fills the memory: it is tried as long as a source that cannot serve.
func TestPatience(t *testing.T) {
	cramped := &fault.Error{Kind: fault.TooLarge, Code: "53200", Message: "out of memory"}
	file := func(size int64) []load.Object { return []load.Object{{Key: "a", Size: size}} }
	for _, tt := range []struct {
		name   string
		err    error
		files  []load.Object
		want   time.Duration
		counts bool
	}{
		{"a source that cannot serve", &fault.Error{Kind: fault.Unavailable}, file(1), 15 * time.Minute, true},
		{"a small file", cramped, file(1 << 20), 15 * time.Minute, true},
		{"a larger one", cramped, file(1<<20 + 1), time.Minute, true},
		{"the engine's own", &warehouse.EngineError{Kind: warehouse.ErrorIO}, file(1), 0, false},
		{"one that lasts", errors.New("no"), file(1), 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, counts := patience(tt.err, tt.files); got != tt.want || counts != tt.counts {
				t.Errorf("%v %v, want %v %v", got, counts, tt.want, tt.counts)
			}
		})
	}
}
