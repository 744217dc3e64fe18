package target_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/inlet-data/inlet/internal/flow/target"
)

// TestTogether opens many tasks on a fresh warehouse at the same time: each wants to make
// what all need.
func TestTogether(t *testing.T) {
	w := start(t)
	begin := make(chan struct{})
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			<-begin
			tg, err := target.Open(t.Context(), target.Config{Connect: w.Connect, Server: "server", Task: fmt.Sprint("t", i), ControlSchema: "control"})
			if err == nil {
				err = tg.EnsureControl(t.Context(), target.Control{Status: true, Suspended: true, History: true, Recovery: true})
				tg.Close()
			}
			errs[i] = err
		})
	}
	close(begin)
	all.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("task %d: %v", i, err)
		}
	}
}
