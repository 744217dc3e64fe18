package node

import (
	"context"
	"time"

	"github.com/inlet-data/inlet/internal/flow/arrival"
	"github.com/inlet-data/inlet/internal/flow/copyjob"
	"github.com/inlet-data/inlet/internal/flow/ledger"
	"github.com/inlet-data/inlet/internal/flow/warehouse"
)

// arrivals hands what event integrations bring to the jobs of the warehouse.
type arrivals struct {
	jobs     *copyjob.Jobs
	database *warehouse.Database
}

var _ arrival.Sink = (*arrivals)(nil)

// Arrived queues files; they are safe when it returns.
func (a *arrivals) Arrived(ctx context.Context, namespace string, files []arrival.Arrival) error {
	if namespace != a.database.Namespace().ARN() {
		return nil // A namespace without an engine has no jobs.
	}
	all := make([]copyjob.Arrival, len(files))
	for i, f := range files {
		all[i] = copyjob.Arrival(f)
	}
	return a.jobs.Arrived(ctx, all)
}

// Integration shows an integration's state in the system views.
func (a *arrivals) Integration(ctx context.Context, namespace string, in arrival.Integration) error {
	if namespace != a.database.Namespace().ARN() {
		return nil
	}
	c, err := a.database.Client(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return ledger.PutIntegration(ctx, c, ledger.Integration{ARN: in.ARN, Bucket: in.Bucket(),
		State: string(in.Status), Created: in.Created, Updated: time.Now().UTC()})
}
